"""Wire schemas of on call."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from healther.accounts.schemas import TimeZone
from healther.alerting.quiet import WallTime, Weekday
from healther.core.text import Name, Patch, Wire

MOST_MEMBERS = 50
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)

Every = Literal["day", "week"]
Members = Annotated[
    list[UUID],
    Field(
        min_length=1,
        max_length=MOST_MEMBERS,
        description="Members of the workspace, in the order of their turns; one that is named twice has two turns.",
        examples=[["01a209c3-4d4f-77a1-9ccc-47d635fc90f8"]],
    ),
]
StartsOn = Annotated[
    date,
    Field(
        ge=FIRST_DAY,
        le=LAST_DAY,
        description="The local day on which the first in the list begins, at the time of the hand-over.",
        examples=["2026-03-02"],
    ),
]
_Handover = Annotated[
    WallTime, Field(description="When it is handed over, by the clock of the zone.", examples=["09:00"])
]
_Weekday = Annotated[Weekday, Field(description="The day of the hand-over; only of weekly rotations.")]
_Zone = Annotated[TimeZone, Field(description="An IANA time zone.", examples=["Europe/Berlin"])]


def _in_reach(value: datetime) -> datetime:
    if not FIRST_DAY <= value.date() <= LAST_DAY:
        raise ValueError(f"must be between {FIRST_DAY} and {LAST_DAY}")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_in_reach)]


class RotationCreate(Wire):
    """A new rotation."""

    name: Name = Field(examples=["Operations"])
    every: Every = Field(default="week", description="How long a turn is.")
    time_zone: _Zone = "UTC"
    handover_weekday: _Weekday = Weekday.MON
    handover_time: _Handover = "09:00"
    starts_on: StartsOn
    members: Members


class RotationUpdate(Patch):
    """Changes of a rotation; what is left out stays. Turns are counted from `starts_on` anew."""

    name: Name | None = None
    every: Every | None = None
    time_zone: _Zone | None = None
    handover_weekday: _Weekday | None = None
    handover_time: _Handover | None = None
    starts_on: StartsOn | None = None
    members: Members | None = None


class PersonPublic(BaseModel):
    """Somebody in a rotation."""

    user_id: UUID
    name: str = Field(examples=["Ada Lovelace"])
    left: bool = Field(description="Is no longer a member of the workspace: their turns go to the next in the list.")


class NowPublic(BaseModel):
    """Who is on call at a moment."""

    at: datetime
    user: PersonPublic | None = Field(description="Null = nobody: it has not begun, or everybody has left.")
    override_id: UUID | None = Field(description="The override by which they are.")
    skipped: list[PersonPublic] = Field(description="Whose turn it would be, but who left the workspace.")
    until: datetime | None = Field(description="When somebody else is; null = not within five weeks.")
    next: PersonPublic | None = Field(description="Who is on call from then on.")


class RotationPublic(BaseModel):
    """A rotation, and who is on call in it."""

    id: UUID
    workspace_id: UUID
    name: str
    every: Every
    time_zone: str
    handover_weekday: Weekday
    handover_time: str
    starts_on: date
    members: list[PersonPublic]
    has_feed: bool = Field(description="Whether there is a link to its calendar.")
    now: NowPublic
    version: int
    created_at: datetime


class ShiftPublic(BaseModel):
    """A stretch of time in which one person is on call, or nobody."""

    starts_at: datetime
    ends_at: datetime
    user: PersonPublic | None
    override_id: UUID | None
    skipped: list[PersonPublic]


class SchedulePublic(BaseModel):
    """Who is on call when: shift after shift, without gaps."""

    items: list[ShiftPublic]


class OverrideCreate(Wire):
    """Somebody else is on call for a while. Where overrides overlap, the one made last counts."""

    user_id: UUID = Field(description="A member of the workspace.", examples=["01a209c3-4d4f-77a1-9ccc-47d635fc90f8"])
    starts_at: Moment = Field(examples=["2026-01-31T18:00:00Z"])
    ends_at: Moment = Field(examples=["2026-02-01T08:00:00Z"])


class OverridePublic(BaseModel):
    """An override."""

    id: UUID
    rotation_id: UUID
    user: PersonPublic
    starts_at: datetime
    ends_at: datetime


class FeedPublic(BaseModel):
    """The link to a rotation's calendar; it is shown this once."""

    url: str = Field(examples=["https://healther.example.org/oncall/5Yk...Q.ics"])
