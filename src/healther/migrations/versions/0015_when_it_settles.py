"""When a watcher that flaps has settled, if it changes no more"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("flapping", sa.Column("settles_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("flapping", "settles_at")
