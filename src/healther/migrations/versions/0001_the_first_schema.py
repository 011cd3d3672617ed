"""The first schema"""

import sqlalchemy as sa
from alembic import op

from healther.core.columns import Id, UtcMillis
from healther.watchers.states import StateColumn

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_healthevent()
    op.create_table(
        "signinthrottle",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("window_ends_at", UtcMillis(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "user",
        sa.Column("id", Id(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("hashed_password", sa.String(length=100), nullable=False),
        sa.Column("token_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcMillis(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "workspace",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcMillis(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
    op.create_table(
        "membership",
        sa.Column("workspace_id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("created_at", UtcMillis(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace_id", "user_id"),
    )
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)

    op.create_table(
        "refreshtoken",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("family_id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("token_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcMillis(), nullable=False),
        sa.Column("expires_at", UtcMillis(), nullable=False),
        sa.Column("used_at", UtcMillis(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_refreshtoken_family_id"), "refreshtoken", ["family_id"], unique=False)
    op.create_index(op.f("ix_refreshtoken_user_id"), "refreshtoken", ["user_id"], unique=False)

    op.create_table(
        "servicewatcher",
        sa.Column("id", Id(), nullable=False),
        sa.Column("workspace_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("expected_status", sa.String(length=200), nullable=False),
        sa.Column("expected_body", sa.Text(), nullable=True),
        sa.Column("every_value", sa.Integer(), nullable=False),
        sa.Column("every_unit", sa.String(length=10), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("sealed_options", sa.LargeBinary(), nullable=True),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.Column("failure_threshold", sa.Integer(), nullable=False),
        sa.Column("recovery_threshold", sa.Integer(), nullable=False),
        sa.Column("degraded_after_ms", sa.Integer(), nullable=True),
        sa.Column("certificate_days", sa.Integer(), nullable=False),
        sa.Column("timeout_ms", sa.Integer(), nullable=False),
        sa.Column("paused_at", UtcMillis(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcMillis(), nullable=False),
        sa.Column("updated_at", UtcMillis(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_servicewatcher_workspace_id"), "servicewatcher", ["workspace_id"], unique=False)

    # SQLite: rows of one watcher lie side by side, in the order they are read (no rowid, no second tree).
    op.create_table(
        "rollupdaily",
        sa.Column("healthy_checks", sa.Integer(), nullable=False),
        sa.Column("degraded_checks", sa.Integer(), nullable=False),
        sa.Column("down_checks", sa.Integer(), nullable=False),
        sa.Column("unknown_checks", sa.Integer(), nullable=False),
        sa.Column("healthy_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("degraded_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("down_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("unknown_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("maintenance_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("dns_checks", sa.Integer(), nullable=False),
        sa.Column("connect_checks", sa.Integer(), nullable=False),
        sa.Column("tls_checks", sa.Integer(), nullable=False),
        sa.Column("first_byte_checks", sa.Integer(), nullable=False),
        sa.Column("transfer_checks", sa.Integer(), nullable=False),
        sa.Column("dns_sum_ms", sa.Float(), nullable=False),
        sa.Column("connect_sum_ms", sa.Float(), nullable=False),
        sa.Column("tls_sum_ms", sa.Float(), nullable=False),
        sa.Column("first_byte_sum_ms", sa.Float(), nullable=False),
        sa.Column("transfer_sum_ms", sa.Float(), nullable=False),
        sa.Column("latency_sketch", sa.LargeBinary(), nullable=False),
        sa.Column("watcher_id", Id(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["watcher_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watcher_id", "starts_at"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rolluphourly",
        sa.Column("healthy_checks", sa.Integer(), nullable=False),
        sa.Column("degraded_checks", sa.Integer(), nullable=False),
        sa.Column("down_checks", sa.Integer(), nullable=False),
        sa.Column("unknown_checks", sa.Integer(), nullable=False),
        sa.Column("healthy_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("degraded_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("down_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("unknown_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("maintenance_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("dns_checks", sa.Integer(), nullable=False),
        sa.Column("connect_checks", sa.Integer(), nullable=False),
        sa.Column("tls_checks", sa.Integer(), nullable=False),
        sa.Column("first_byte_checks", sa.Integer(), nullable=False),
        sa.Column("transfer_checks", sa.Integer(), nullable=False),
        sa.Column("dns_sum_ms", sa.Float(), nullable=False),
        sa.Column("connect_sum_ms", sa.Float(), nullable=False),
        sa.Column("tls_sum_ms", sa.Float(), nullable=False),
        sa.Column("first_byte_sum_ms", sa.Float(), nullable=False),
        sa.Column("transfer_sum_ms", sa.Float(), nullable=False),
        sa.Column("latency_sketch", sa.LargeBinary(), nullable=False),
        sa.Column("watcher_id", Id(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["watcher_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watcher_id", "starts_at"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "span",
        sa.Column("watcher_id", Id(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("state", StateColumn(), nullable=False),
        sa.ForeignKeyConstraint(["watcher_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watcher_id", "started_at"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statechange",
        sa.Column("id", Id(), nullable=False),
        sa.Column("watcher_id", Id(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("from_state", StateColumn(), nullable=False),
        sa.Column("to_state", StateColumn(), nullable=False),
        sa.Column("last_known", StateColumn(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("detected_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("planned_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["watcher_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_statechange_watcher_id_at", "statechange", ["watcher_id", "at"], unique=False)

    op.create_table(
        "watcherstate",
        sa.Column("watcher_id", Id(), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("interval_ms", sa.BigInteger(), nullable=False),
        sa.Column("phase_ms", sa.BigInteger(), nullable=False),
        sa.Column("timeout_ms", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("lease_slot", sa.BigInteger(), nullable=True),
        sa.Column("last_slot", sa.BigInteger(), nullable=True),
        sa.Column("missed_slots", sa.BigInteger(), nullable=False),
        sa.Column("state", StateColumn(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("impaired_run", sa.Integer(), nullable=False),
        sa.Column("impaired_since", sa.BigInteger(), nullable=True),
        sa.Column("down_run", sa.Integer(), nullable=False),
        sa.Column("down_since", sa.BigInteger(), nullable=True),
        sa.Column("last_known", StateColumn(), nullable=True),
        sa.Column("known_until", sa.BigInteger(), nullable=True),
        sa.Column("accounted_until", sa.BigInteger(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=True),
        sa.Column("hour_counts", sa.LargeBinary(), nullable=True),
        sa.Column("last_checked_at", sa.BigInteger(), nullable=True),
        sa.Column("last_status", StateColumn(), nullable=True),
        sa.Column("last_response_time_ms", sa.Float(), nullable=True),
        sa.Column("last_reason", sa.String(length=40), nullable=True),
        sa.Column("last_message", sa.Text(), nullable=True),
        sa.Column("certificate_not_after", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["watcher_id"], ["servicewatcher.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watcher_id"),
    )
    op.create_index("ix_watcherstate_region_due_at", "watcherstate", ["region", "due_at"], unique=False)

    if op.get_bind().dialect.name == "postgresql":
        # Every check updates its row once or twice: room on the page keeps updates cheap, early vacuum keeps it small.
        op.execute(
            "ALTER TABLE watcherstate SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05,"
            " autovacuum_vacuum_cost_delay = 0)"
        )


def _create_healthevent() -> None:
    _create_healthevent_table()
    not_healthy = sa.text("status <> 1")
    op.create_index(
        "ix_healthevent_not_healthy",
        "healthevent",
        ["watcher_id", "slot"],
        postgresql_where=not_healthy,
        sqlite_where=not_healthy,
    )


def _create_healthevent_table() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            """
            CREATE TABLE healthevent (
                id INTEGER PRIMARY KEY, watcher_id BLOB NOT NULL, slot BIGINT NOT NULL, created_at BIGINT NOT NULL,
                status SMALLINT NOT NULL, response_status SMALLINT, response_time_ms REAL, dns_ms REAL,
                connect_ms REAL, tls_ms REAL, first_byte_ms REAL, transfer_ms REAL, reason VARCHAR(40), message TEXT,
                UNIQUE (watcher_id, slot)
            )
            """
        )
        return
    # Partitioned by day of the slot (history/partitions.py adds the days), so that retention drops partitions. The
    # key that makes a slot run once is the index that lists a watcher's events; what no day covers lands in _other.
    op.execute(
        """
        CREATE TABLE healthevent (
            id BIGINT GENERATED BY DEFAULT AS IDENTITY, watcher_id UUID NOT NULL, slot BIGINT NOT NULL,
            created_at BIGINT NOT NULL, status SMALLINT NOT NULL, response_status SMALLINT, response_time_ms REAL,
            dns_ms REAL, connect_ms REAL, tls_ms REAL, first_byte_ms REAL, transfer_ms REAL, reason VARCHAR(40),
            message TEXT, PRIMARY KEY (watcher_id, slot)
        ) PARTITION BY RANGE (slot)
        """
    )
    op.execute("CREATE TABLE healthevent_other PARTITION OF healthevent DEFAULT")


def downgrade() -> None:
    op.drop_index("ix_watcherstate_region_due_at", table_name="watcherstate")

    op.drop_table("watcherstate")
    op.drop_index("ix_statechange_watcher_id_at", table_name="statechange")

    op.drop_table("statechange")
    op.drop_table("span")
    op.drop_table("rolluphourly")
    op.drop_table("rollupdaily")
    op.drop_index(op.f("ix_servicewatcher_workspace_id"), table_name="servicewatcher")

    op.drop_table("servicewatcher")
    op.drop_index(op.f("ix_refreshtoken_user_id"), table_name="refreshtoken")
    op.drop_index(op.f("ix_refreshtoken_family_id"), table_name="refreshtoken")

    op.drop_table("refreshtoken")
    op.drop_index(op.f("ix_membership_user_id"), table_name="membership")

    op.drop_table("membership")
    op.drop_table("workspace")
    op.drop_table("user")
    op.drop_table("signinthrottle")
    op.drop_table("healthevent")
