"""The table of retention."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey
from sqlmodel import Field, SQLModel

from healther.core.columns import Id

EVENTS_DAYS = 30
HOURLY_DAYS = 365
DELIVERIES_DAYS = 90


class Tier(StrEnum):
    """What is kept equally long; the columns are named after it."""

    EVENTS = "events"
    HOURLY = "hourly"
    DAILY = "daily"
    DELIVERIES = "deliveries"


class Retention(SQLModel, table=True):
    """How many days a workspace keeps each tier; null = for ever. A workspace without a row keeps the defaults.

    `<tier>_from`: what is older has been forgotten already, epoch ms; 0 = nothing yet.
    """

    __tablename__ = "retention"

    workspace_id: UUID = Field(sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True))
    keep_events_days: int = Field(default=EVENTS_DAYS)
    keep_hourly_days: int | None = Field(default=HOURLY_DAYS)
    keep_daily_days: int | None = Field(default=None)
    keep_deliveries_days: int = Field(default=DELIVERIES_DAYS)
    events_from: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    hourly_from: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    daily_from: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    deliveries_from: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
