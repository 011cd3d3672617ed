"""A page's domain is served once it is proven to be theirs; those that are served already go on"""

import sqlalchemy as sa
from alembic import op

from healther.core.clock import now_ms
from healther.core.columns import Id

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_page = sa.table("statuspage", sa.column("id", Id), sa.column("custom_domain"))
_COPIED = ("page_id", "domain", "proof", "entered_at")
_domain = sa.table("pagedomain", *map(sa.column, _COPIED))


def upgrade() -> None:
    op.create_table(
        "pagedomain",
        sa.Column("page_id", Id, sa.ForeignKey("statuspage.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("domain", sa.String(253), nullable=False),
        sa.Column("proof", sa.String(10), nullable=True),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.Column("missing_since", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
    )
    op.create_index("ix_pagedomain_next_at", "pagedomain", ["next_at"])
    served = sa.select(
        _page.c.id, _page.c.custom_domain, sa.literal("trusted"), sa.literal(now_ms(), sa.BigInteger())
    ).where(_page.c.custom_domain.is_not(None))
    op.get_bind().execute(sa.insert(_domain).from_select(_COPIED, served))


def downgrade() -> None:
    op.drop_index("ix_pagedomain_next_at", "pagedomain")
    op.drop_table("pagedomain")
