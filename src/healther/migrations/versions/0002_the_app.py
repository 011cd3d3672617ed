"""What the web app needs: tags, how people like to see things, and from where they signed in"""

import sqlalchemy as sa
from alembic import op

from healther.core.columns import Id

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user", sa.Column("time_zone", sa.String(length=64), nullable=True))
    op.add_column("user", sa.Column("language", sa.String(length=8), nullable=True))
    op.add_column("user", sa.Column("theme", sa.String(length=10), nullable=False, server_default="system"))
    op.add_column("refreshtoken", sa.Column("user_agent", sa.String(length=200), nullable=True))
    op.add_column("refreshtoken", sa.Column("address", sa.String(length=64), nullable=True))
    op.create_table(
        "watchertag",
        sa.Column("watcher_id", Id(), nullable=False),
        sa.Column("folded", sa.String(length=160), nullable=False),
        sa.Column("workspace_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["watcher_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watcher_id", "folded"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_watchertag_workspace_id_folded", "watchertag", ["workspace_id", "folded"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_watchertag_workspace_id_folded", table_name="watchertag")
    op.drop_table("watchertag")
    op.drop_column("refreshtoken", "address")
    op.drop_column("refreshtoken", "user_agent")
    op.drop_column("user", "theme")
    op.drop_column("user", "language")
    op.drop_column("user", "time_zone")
