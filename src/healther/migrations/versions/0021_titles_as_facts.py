"""What a title of healther's own says, to be spelled in the reader's language, and what holds an incident's alerts"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incident", sa.Column("title_facts", sa.JSON(), nullable=True))
    op.add_column("incident", sa.Column("hold_because", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("incident", "hold_because")
    op.drop_column("incident", "title_facts")
