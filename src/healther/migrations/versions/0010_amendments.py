"""Corrections of the ledger"""

import sqlalchemy as sa
from alembic import op

from healther.core.columns import Id
from healther.watchers.states import StateColumn

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", Id(), nullable=False),
        sa.Column("batch_id", Id(), nullable=False),
        sa.Column("watcher_id", Id(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("state", StateColumn(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", Id(), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_by_name", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["watcher_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_amendment_batch_id"), "amendment", ["batch_id"], unique=False)
    op.create_index("ix_amendment_watcher_id_starts_at", "amendment", ["watcher_id", "starts_at"], unique=False)


def downgrade() -> None:
    op.drop_table("amendment")
