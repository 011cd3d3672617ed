"""Who left an incident that goes on, and whether it was told"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incidentmember", sa.Column("seen_left_at", sa.BigInteger(), nullable=True))
    op.add_column("incidentmember", sa.Column("return_told_at", sa.BigInteger(), nullable=True))
    op.add_column("alertrun", sa.Column("returns_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("alertrun", "returns_at")
    op.drop_column("incidentmember", "return_told_at")
    op.drop_column("incidentmember", "seen_left_at")
