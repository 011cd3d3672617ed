"""Which addresses of a channel got a message before an attempt broke off"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("reached", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("delivery", "reached")
