"""How long a workspace keeps its history"""

import sqlalchemy as sa
from alembic import op

from healther.core.columns import Id

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retention",
        sa.Column("workspace_id", Id(), nullable=False),
        sa.Column("keep_events_days", sa.Integer(), nullable=False),
        sa.Column("keep_hourly_days", sa.Integer(), nullable=True),
        sa.Column("keep_daily_days", sa.Integer(), nullable=True),
        sa.Column("keep_deliveries_days", sa.Integer(), nullable=False),
        sa.Column("events_from", sa.BigInteger(), nullable=False),
        sa.Column("hourly_from", sa.BigInteger(), nullable=False),
        sa.Column("daily_from", sa.BigInteger(), nullable=False),
        sa.Column("deliveries_from", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace_id"),
    )


def downgrade() -> None:
    op.drop_table("retention")
