"""Wire schemas of alert policies."""

from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from healther.core.clock import DAY_MS, SECOND_MS
from healther.core.json_values import Whole, YesNo
from healther.core.text import Name, Patch, Wire
from healther.incidents.grounds import Grounds
from healther.watchers.tags import Tags

MOST_STEPS = 10
MOST_IN_A_STEP = 20
MOST_CHOSEN = 2_000
LONGEST_S = DAY_MS // SECOND_MS
SHORTEST_REMINDER_S = 60

ChangeWord = Literal["down", "degraded", "recovered", "certificate", "flapping"]
CHANGES: tuple[ChangeWord, ...] = get_args(ChangeWord)

_Ids = Annotated[list[UUID], Field(max_length=MOST_IN_A_STEP), AfterValidator(lambda ids: list(dict.fromkeys(ids)))]


class PolicyStep(Wire):
    """Who is told after how long, as long as nobody has acknowledged."""

    after_s: Whole = Field(
        default=0,
        ge=0,
        le=LONGEST_S,
        description="Seconds since the policy set to work; 0 = at once.",
        examples=[600],
    )
    channel_ids: _Ids = Field(default_factory=list)
    rotation_ids: _Ids = Field(default_factory=list, description="Whoever is on call in them then gets a mail.")
    user_ids: _Ids = Field(default_factory=list, description="Members that get a mail.")
    owners: YesNo = Field(default=False, description="Whoever owns the workspace then gets a mail.")


def _in_order(steps: list[PolicyStep]) -> list[PolicyStep]:
    for number, step in enumerate(steps, 1):
        if not (step.channel_ids or step.rotation_ids or step.user_ids or step.owners):
            raise ValueError(f"step {number} must name a channel, a rotation, a person or the owners")
    for number, (before, after) in enumerate(pairwise(steps), 2):
        if after.after_s <= before.after_s:
            raise ValueError(f"step {number} must come later than step {number - 1} ({before.after_s} s)")
    return steps


def _something_to_tell(words: list[ChangeWord]) -> list[ChangeWord]:
    if set(words) == {"recovered"}:
        raise ValueError("must have more than `recovered`: of an end hears who was told of what began, such as `down`")
    return [each for each in CHANGES if each in words]


Steps = Annotated[
    list[PolicyStep],
    Field(
        min_length=1,
        max_length=MOST_STEPS,
        description="In order; the first is the message, the others escalate it.",
        examples=[[{"after_s": 0, "channel_ids": ["01a209c3-4d4f-77a1-9ccc-47d635fc90f8"]}]],
    ),
    AfterValidator(_in_order),
]
Changes = Annotated[
    list[ChangeWord],
    Field(
        min_length=1,
        max_length=len(CHANGES),
        description="What of. `certificate`: one that ends soon or has ended; `recovered`: the end of what was told.",
        examples=[["down", "recovered"]],
    ),
    AfterValidator(_something_to_tell),
]
Chosen = Annotated[
    list[UUID],
    Field(max_length=MOST_CHOSEN, description="These watchers, beside those with one of the tags."),
    AfterValidator(lambda ids: list(dict.fromkeys(ids))),
]
RemindEvery = Annotated[
    Whole,
    Field(
        ge=SHORTEST_REMINDER_S,
        le=LONGEST_S,
        description="After the last step, everybody again every so many seconds until it is acknowledged or over; "
        "null = never.",
        examples=[1800],
    ),
]


class PolicyCreate(Wire):
    """A new alert policy."""

    name: Name = Field(examples=["Nights"])
    enabled: YesNo = True
    all_watchers: YesNo = Field(default=True, description="Every watcher of the workspace, those to come too.")
    tags: Tags = Field(default_factory=list, description="Watchers with one of these; needs `all_watchers` false.")
    watcher_ids: Chosen = Field(default_factory=list)
    changes: Changes = Field(default_factory=lambda: list(CHANGES))
    steps: Steps
    remind_every_s: RemindEvery | None = None


class PolicyUpdate(Patch):
    """Changes of an alert policy; what is left out stays. What is under way goes on by the new rules."""

    name: Name | None = None
    enabled: YesNo | None = None
    all_watchers: YesNo | None = None
    tags: Tags | None = None
    watcher_ids: Chosen | None = None
    changes: Changes | None = None
    steps: Steps | None = None
    remind_every_s: RemindEvery | None = None

    @classmethod
    def nullable(cls) -> frozenset[str]:
        """No reminders are a choice."""
        return frozenset({"remind_every_s"})


class StepPublic(BaseModel):
    """A step as it is stored; what it names may have been deleted since."""

    after_s: int
    channel_ids: list[UUID]
    rotation_ids: list[UUID]
    user_ids: list[UUID]
    owners: bool


class PolicyPublic(BaseModel):
    """An alert policy."""

    id: UUID
    workspace_id: UUID
    name: str
    enabled: bool
    is_default: bool = Field(description="The one a workspace starts with; it can be switched off, not deleted.")
    all_watchers: bool
    tags: list[str]
    watcher_ids: list[UUID]
    changes: list[ChangeWord]
    steps: list[StepPublic]
    remind_every_s: int | None
    version: int
    created_at: datetime


class PolicyPreview(Wire):
    """A policy, saved or not, and a moment."""

    policy: PolicyCreate
    at: AwareDatetime | None = Field(
        default=None, description="When something goes down; null = now.", examples=["2026-01-31T23:30:00Z"]
    )


class Afterwards(StrEnum):
    """What happens after the last step."""

    REMINDS = "reminds"
    ENDS = "ends"
    SENDS_NOTHING = "sends_nothing"
    NOT_DOWN = "not_down"


class PreviewLine(BaseModel):
    """One message that would leave."""

    at: datetime = Field(description="When it would leave, after quiet hours.")
    to: str = Field(examples=["Mail to Ada"])
    words: str = Field(description="All of it in English.", examples=["At once: Mail to Ada."])
    after_s: int = Field(description="So long after it went down its step is due.")
    by_mail: bool = Field(description="To a person, by mail.")
    rotation: str | None = Field(description="By whose turn it is in this rotation.")
    nobody: bool = Field(description="Nobody is on call in the rotation then.")
    quiet_until: datetime | None = Field(description="Quiet hours of the channel hold it until then.")
    why_not: Grounds | None = Field(description="Why nothing would leave.")


class PreviewPublic(BaseModel):
    """What a policy would do if one of its watchers went down at that time and nobody acknowledged."""

    watchers: int = Field(description="How many it covers.")
    names: list[str] = Field(description="The first twenty of them, in the order of the alphabet.")
    lines: list[PreviewLine]
    then: str = Field(
        description="What happens after the last step, in English.", examples=["After that, nothing more."]
    )
    afterwards: Afterwards = Field(description="The same in a word.")
    remind_every_s: int | None = Field(description="How often everybody is reminded, where `reminds`.")
