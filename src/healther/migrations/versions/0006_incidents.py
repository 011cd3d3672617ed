"""Incidents, their timeline, and the pages that tell them"""

import sqlalchemy as sa
from alembic import op

from healther.core.columns import Id

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", Id(), nullable=False),
        sa.Column("workspace_id", Id(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("title_given", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("impact", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.String(length=15), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("detected_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=200), nullable=True),
        sa.Column("cause_kind", sa.String(length=20), nullable=True),
        sa.Column("cause", sa.String(length=300), nullable=True),
        sa.Column("merged_into_id", Id(), nullable=True),
        sa.Column("hold", sa.String(length=15), nullable=True),
        sa.Column("hold_detail", sa.String(length=300), nullable=True),
        sa.Column("root_cause", sa.Text(), nullable=False),
        sa.Column("post_mortem", sa.Text(), nullable=False),
        sa.Column("post_mortem_published_at", sa.BigInteger(), nullable=True),
        sa.Column("planned_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", Id(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_incident_merged_into_id"), "incident", ["merged_into_id"], unique=False)
    op.create_index(
        "ix_incident_open",
        "incident",
        ["workspace_id"],
        unique=False,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index(
        "ix_incident_unplanned",
        "incident",
        ["workspace_id"],
        unique=False,
        sqlite_where=sa.text("planned_at IS NULL"),
        postgresql_where=sa.text("planned_at IS NULL"),
    )
    op.create_index("ix_incident_workspace_id_started_at", "incident", ["workspace_id", "started_at"], unique=False)
    op.create_table(
        "incidentmember",
        sa.Column("incident_id", Id(), nullable=False),
        sa.Column("watcher_id", Id(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("impact", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["watcher_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("incident_id", "watcher_id"),
    )
    op.create_index(
        "ix_incidentmember_watcher_id_joined_at", "incidentmember", ["watcher_id", "joined_at"], unique=False
    )
    op.create_index(
        "uq_incidentmember_open",
        "incidentmember",
        ["watcher_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL AND automatic"),
        postgresql_where=sa.text("left_at IS NULL AND automatic"),
    )
    op.create_table(
        "incidententry",
        sa.Column("id", Id(), nullable=False),
        sa.Column("incident_id", Id(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("watcher_id", Id(), nullable=True),
        sa.Column("actor_id", Id(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=True),
        sa.Column("stage", sa.String(length=15), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("planned_at", sa.BigInteger(), nullable=True),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incidententry_incident_id_at", "incidententry", ["incident_id", "at"], unique=False)
    op.create_index(
        "ix_incidententry_untold",
        "incidententry",
        ["at"],
        unique=False,
        sqlite_where=sa.text("planned_at IS NULL AND kind IN ('update', 'resolved', 'reopened')"),
        postgresql_where=sa.text("planned_at IS NULL AND kind IN ('update', 'resolved', 'reopened')"),
    )
    op.create_table(
        "updatetemplate",
        sa.Column("id", Id(), nullable=False),
        sa.Column("workspace_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("stage", sa.String(length=15), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_updatetemplate_workspace_id"), "updatetemplate", ["workspace_id"], unique=False)
    op.create_table(
        "flapping",
        sa.Column("watcher_id", Id(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["watcher_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watcher_id"),
    )
    op.create_table(
        "statuspageincident",
        sa.Column("page_id", Id(), nullable=False),
        sa.Column("incident_id", Id(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["page_id"], ["statuspage.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("page_id", "incident_id"),
    )
    op.create_index(op.f("ix_statuspageincident_incident_id"), "statuspageincident", ["incident_id"], unique=False)
    op.add_column("statechange", sa.Column("address", sa.String(length=45), nullable=True))
    op.add_column("statechange", sa.Column("certificate", sa.String(length=64), nullable=True))
    # What changed before anybody could be told is no news now.
    op.execute("UPDATE statechange SET planned_at = detected_at WHERE planned_at IS NULL")
    op.create_index(
        "ix_statechange_unplanned",
        "statechange",
        ["detected_at"],
        sqlite_where=sa.text("planned_at IS NULL"),
        postgresql_where=sa.text("planned_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_statechange_unplanned", table_name="statechange")
    op.drop_column("statechange", "certificate")
    op.drop_column("statechange", "address")
    op.drop_table("statuspageincident")
    op.drop_table("flapping")
    op.drop_table("updatetemplate")
    op.drop_table("incidententry")
    op.drop_table("incidentmember")
    op.drop_table("incident")
