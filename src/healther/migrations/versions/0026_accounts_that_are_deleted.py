"""The trail lets the name of a deleted account go, and nothing else; links that were mailed to one end"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_REFUSAL = "the audit trail is append-only"
# What was done to which thing, when, and by which id stays for ever. {is}: as `=`, but null is null.
_ALLOWED = """
    NEW.id {is} OLD.id AND NEW.workspace_id {is} OLD.workspace_id AND NEW.at {is} OLD.at
    AND NEW.actor_id {is} OLD.actor_id AND NEW.action {is} OLD.action AND NEW.object_id {is} OLD.object_id
    AND (NEW.actor {is} OLD.actor OR (
        NEW.actor = 'deleted account' AND (OLD.actor_id IS NOT NULL OR OLD.action = 'incident.acknowledge')
        AND NOT EXISTS (SELECT 1 FROM "user" WHERE id = OLD.actor_id)))
    AND (NEW.object_name {is} OLD.object_name OR (
        NEW.object_name = 'deleted account'
        AND (OLD.action LIKE 'user.%' OR OLD.action LIKE 'member.%' OR OLD.action LIKE 'invitation.%')))
    AND (CAST(NEW.details AS TEXT) {is} CAST(OLD.details AS TEXT) OR (
        CAST(NEW.details AS TEXT) = '{{}}' AND OLD.action IN ('user.update', 'user.email')))
"""


def upgrade() -> None:
    op.add_column("delivery", sa.Column("link_ended_at", sa.BigInteger(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER auditentry_no_update")
        allowed = _ALLOWED.format(**{"is": "IS"})
        op.execute(
            f"CREATE TRIGGER auditentry_no_update BEFORE UPDATE ON auditentry WHEN NOT ({allowed}) "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
        return
    op.execute("DROP TRIGGER auditentry_append_only ON auditentry")
    op.execute(
        "CREATE TRIGGER auditentry_append_only BEFORE DELETE ON auditentry "
        "FOR EACH ROW EXECUTE FUNCTION auditentry_refuse()"
    )
    allowed = _ALLOWED.format(**{"is": "IS NOT DISTINCT FROM"})
    op.execute(
        "CREATE FUNCTION auditentry_refuse_update() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {allowed} THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER auditentry_no_update BEFORE UPDATE ON auditentry "
        "FOR EACH ROW EXECUTE FUNCTION auditentry_refuse_update()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER auditentry_no_update")
        op.execute(
            f"CREATE TRIGGER auditentry_no_update BEFORE UPDATE ON auditentry "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
    else:
        op.execute("DROP TRIGGER auditentry_no_update ON auditentry")
        op.execute("DROP FUNCTION auditentry_refuse_update()")
        op.execute("DROP TRIGGER auditentry_append_only ON auditentry")
        op.execute(
            "CREATE TRIGGER auditentry_append_only BEFORE UPDATE OR DELETE ON auditentry "
            "FOR EACH ROW EXECUTE FUNCTION auditentry_refuse()"
        )
    op.drop_column("delivery", "link_ended_at")
