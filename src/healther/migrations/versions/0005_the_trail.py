"""Who did what, and which watcher depends on which"""

import sqlalchemy as sa
from alembic import op

from healther.core.columns import Id

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "auditentry",
        sa.Column("id", Id(), nullable=False),
        sa.Column("workspace_id", Id(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", Id(), nullable=True),
        sa.Column("actor", sa.String(length=320), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=True),
        sa.Column("object_name", sa.String(length=200), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_auditentry_workspace_id_at", "auditentry", ["workspace_id", "at"], unique=False)
    op.create_table(
        "watcherparent",
        sa.Column("watcher_id", Id(), nullable=False),
        sa.Column("parent_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["watcher_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watcher_id", "parent_id"),
    )
    op.create_index(op.f("ix_watcherparent_parent_id"), "watcherparent", ["parent_id"], unique=False)


def downgrade() -> None:
    op.drop_table("watcherparent")
    op.drop_table("auditentry")
