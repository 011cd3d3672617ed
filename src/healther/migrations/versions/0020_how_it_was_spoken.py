"""In which version of HTTP and TLS a failure was answered"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("statechange", sa.Column("http_version", sa.String(8), nullable=True))
    op.add_column("statechange", sa.Column("tls_version", sa.String(16), nullable=True))
    op.add_column("statechange", sa.Column("tls_cipher", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("statechange", "tls_cipher")
    op.drop_column("statechange", "tls_version")
    op.drop_column("statechange", "http_version")
