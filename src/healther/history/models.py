"""Tables of history. Narrow and bulk-written; `slot`, `created_at` and the like are milliseconds since the epoch."""

from uuid import UUID

from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from healther.core.columns import Id
from healther.core.ids import new_id
from healther.watchers.states import State, StateColumn

# A plain table, not an ORM class: nothing loads events as objects, and its keys differ by database. PostgreSQL
# partitions it by slot (key: watcher_id, slot); SQLite has the rowid and the same unique pair.
healthevent = Table(
    "healthevent",
    SQLModel.metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("watcher_id", Id, nullable=False),
    Column("slot", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("status", StateColumn, nullable=False),
    Column("response_status", SmallInteger),
    Column("response_time_ms", REAL),
    Column("dns_ms", REAL),
    Column("connect_ms", REAL),
    Column("tls_ms", REAL),
    Column("first_byte_ms", REAL),
    Column("transfer_ms", REAL),
    Column("reason", String(40)),
    Column("message", Text),
    UniqueConstraint("watcher_id", "slot"),
)
# Finds the few failures among many healthy checks, and costs a healthy insert nothing: it has no entry here.
Index(
    "ix_healthevent_not_healthy",
    healthevent.c.watcher_id,
    healthevent.c.slot,
    postgresql_where=text(f"status <> {int(State.HEALTHY)}"),
    sqlite_where=text(f"status <> {int(State.HEALTHY)}"),
)


# SQLite: rows of one watcher lie side by side, in the order they are read (no rowid, no second tree).
_CLUSTERED = {"sqlite_with_rowid": False}


class StateChange(SQLModel, table=True):
    """A confirmed change of state: the outbox that alerting reads (`planned_at` null = nobody has yet).

    `at` is when the change happened (the first check that showed it), `detected_at` when it was confirmed.
    `last_known` is the last state before it that was not unknown. Of a failure: `address` is the one that was dialled,
    `certificate` the SHA-256 of the leaf in hexadecimal (what failures at the same time may have in common), and how
    HTTP and TLS were spoken.
    """

    __tablename__ = "statechange"
    __table_args__ = (
        Index("ix_statechange_watcher_id_at", "watcher_id", "at"),
        Index(
            "ix_statechange_unplanned",
            "detected_at",
            sqlite_where=text("planned_at IS NULL"),
            postgresql_where=text("planned_at IS NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    watcher_id: UUID = Field(sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), nullable=False))
    slot: int = Field(sa_column=Column(BigInteger, nullable=False))
    from_state: State = Field(sa_column=Column(StateColumn, nullable=False))
    to_state: State = Field(sa_column=Column(StateColumn, nullable=False))
    last_known: State | None = Field(default=None, sa_column=Column(StateColumn, nullable=True))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    detected_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    message: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    address: str | None = Field(default=None, sa_column=Column(String(45), nullable=True))
    certificate: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    http_version: str | None = Field(default=None, sa_column=Column(String(8), nullable=True))
    tls_version: str | None = Field(default=None, sa_column=Column(String(16), nullable=True))
    tls_cipher: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    planned_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class Span(SQLModel, table=True):
    """The ledger: one stretch of one state, `started_at` included, `ended_at` excluded; null = still going on.

    Spans of a watcher touch and never overlap.
    """

    __tablename__ = "span"
    __table_args__ = _CLUSTERED

    watcher_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), primary_key=True)
    )
    started_at: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    ended_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    state: State = Field(sa_column=Column(StateColumn, nullable=False))


class _Rollup(SQLModel):
    """Counts of checks, milliseconds per state, counts and sums of phases, and a mergeable latency sketch.

    Columns are those of history.values.RollupValues. A phase's mean is its sum over its own count: a check over plain
    HTTP has no TLS phase. Time that is in no row is unknown: an hour in which nobody watched at all has none.
    """

    healthy_checks: int = Field(default=0)
    degraded_checks: int = Field(default=0)
    down_checks: int = Field(default=0)
    unknown_checks: int = Field(default=0)
    healthy_time_ms: int = Field(default=0, sa_type=BigInteger)
    degraded_time_ms: int = Field(default=0, sa_type=BigInteger)
    down_time_ms: int = Field(default=0, sa_type=BigInteger)
    unknown_time_ms: int = Field(default=0, sa_type=BigInteger)
    maintenance_time_ms: int = Field(default=0, sa_type=BigInteger)
    dns_checks: int = Field(default=0)
    connect_checks: int = Field(default=0)
    tls_checks: int = Field(default=0)
    first_byte_checks: int = Field(default=0)
    transfer_checks: int = Field(default=0)
    dns_sum_ms: float = Field(default=0)
    connect_sum_ms: float = Field(default=0)
    tls_sum_ms: float = Field(default=0)
    first_byte_sum_ms: float = Field(default=0)
    transfer_sum_ms: float = Field(default=0)
    latency_sketch: bytes = Field(default=b"", sa_type=LargeBinary)


class RollupHourly(_Rollup, table=True):
    """One watcher's hour, UTC; `starts_at` is the hour's start."""

    __tablename__ = "rolluphourly"
    __table_args__ = _CLUSTERED

    watcher_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), primary_key=True)
    )
    starts_at: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


class RollupDaily(_Rollup, table=True):
    """One watcher's day, UTC; `starts_at` is the day's start."""

    __tablename__ = "rollupdaily"
    __table_args__ = _CLUSTERED

    watcher_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), primary_key=True)
    )
    starts_at: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


class Amendment(SQLModel, table=True):
    """A person's correction of the ledger of one watcher; the raw spans stay as they are. Epoch milliseconds.

    `batch_id` is shared by what was corrected in one go; `withdrawn_at`: it no longer counts, and is still shown.
    """

    __tablename__ = "amendment"
    __table_args__ = (Index("ix_amendment_watcher_id_starts_at", "watcher_id", "starts_at"),)

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    batch_id: UUID = Field(sa_column=Column(Id, nullable=False, index=True))
    watcher_id: UUID = Field(sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), nullable=False))
    starts_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    ends_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    state: State = Field(sa_column=Column(StateColumn, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    created_by: UUID | None = Field(default=None, sa_column=Column(Id, nullable=True))
    created_by_name: str = Field(sa_column=Column(String(200), nullable=False))
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    withdrawn_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    withdrawn_by_name: str | None = Field(default=None, sa_column=Column(String(200), nullable=True))
