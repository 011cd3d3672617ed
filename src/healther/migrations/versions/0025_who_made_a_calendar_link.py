"""A link to a rotation's calendar knows who made it, and ends when they leave"""

import sqlalchemy as sa
from alembic import op

from healther.core.columns import Id

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_rotation = sa.table("rotation", sa.column("id", Id), sa.column("feed_token_hash"), sa.column("feed_made_by", Id))
_entry = sa.table("auditentry", sa.column("actor_id", Id), sa.column("action"), sa.column("object_id"), sa.column("at"))


def upgrade() -> None:
    op.add_column("rotation", sa.Column("feed_made_by", Id, nullable=True))
    connection = op.get_bind()
    linked = sa.select(_rotation.c.id).where(_rotation.c.feed_token_hash.is_not(None))
    for rotation_id in connection.execute(linked).scalars().all():
        made = (
            sa.select(_entry.c.actor_id)
            .where(_entry.c.action == "rotation_feed.create", _entry.c.object_id == str(rotation_id))
            .order_by(_entry.c.at.desc())
            .limit(1)
        )
        made_by = connection.execute(made).scalar()
        connection.execute(sa.update(_rotation).where(_rotation.c.id == rotation_id).values(feed_made_by=made_by))


def downgrade() -> None:
    op.drop_column("rotation", "feed_made_by")
