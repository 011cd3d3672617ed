"""Since when a watcher is in an incident that had been told of without it"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incidentmember", sa.Column("merged_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("incidentmember", "merged_at")
