"""On SQLite, hot rows of watchers that come due together lie together: a batch writes a page for many, not for each"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# The table's rows lie in the order of their rowid. An interval's watchers have a stretch of their own, in the order of
# their phase; the low bits keep apart those of one millisecond. OR IGNORE: where that fails a row stays where it is.
_TO_ITS_PLACE = (
    "UPDATE OR IGNORE watcherstate SET rowid = ((interval_ms + phase_ms) << 16) + (random() & 65535) "
    "WHERE watcher_id = {}"
)
_MOMENTS = {"inserted": "INSERT", "rescheduled": "UPDATE OF interval_ms, phase_ms"}


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(_TO_ITS_PLACE.format("watcher_id"))
    for name, moment in _MOMENTS.items():
        op.execute(
            f"CREATE TRIGGER watcherstate_{name} AFTER {moment} ON watcherstate "
            f"BEGIN {_TO_ITS_PLACE.format('NEW.watcher_id')}; END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in _MOMENTS:
            op.execute(f"DROP TRIGGER watcherstate_{name}")
