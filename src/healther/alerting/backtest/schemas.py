"""Wire schemas of backtests."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from healther.alerting.policies.schemas import CHANGES, LONGEST_S, MOST_CHOSEN, MOST_STEPS, Changes, RemindEvery
from healther.core.json_values import Whole, YesNo
from healther.core.text import Patch, Wire
from healther.watchers.schemas import CertificateDays, DegradedAfter, Threshold
from healther.watchers.tags import Tags

WhyNot = Literal["before", "maintenance", "no_policy", "over_before_step"]
Difference = Literal["same", "new", "silent", "earlier", "later", "more", "fewer", "changed"]
Limit = Literal["spacing", "certificates", "rules_then", "edits", "parents", "since", "acknowledged", "unchecked"]


def _rising(after_s: list[int]) -> list[int]:
    if sorted(set(after_s)) != after_s:
        raise ValueError("each step must come later than the one before it")
    return after_s


class ProposedRules(Patch):
    """By what checks would be judged; what is left out stays what it is for each watcher."""

    failure_threshold: Threshold | None = None
    recovery_threshold: Threshold | None = None
    degraded_after_ms: DegradedAfter | None = None
    certificate_days: CertificateDays | None = None

    @classmethod
    def nullable(cls) -> frozenset[str]:
        """No limit of slowness is a choice."""
        return frozenset({"degraded_after_ms"})


class ProposedPolicy(Wire):
    """One policy in place of those there are: what of, and when its steps are taken. Whom it tells does not matter."""

    changes: Changes = Field(default_factory=lambda: list(CHANGES))
    after_s: Annotated[
        list[Annotated[Whole, Field(ge=0, le=LONGEST_S)]],
        Field(min_length=1, max_length=MOST_STEPS, description="Seconds to each step.", examples=[[0, 600]]),
        AfterValidator(_rising),
    ] = Field(default_factory=lambda: [0])
    remind_every_s: RemindEvery | None = None


class FlapLimit(Wire):
    """How many changes within how long are flapping, in place of 5 in 30 minutes and 12 in 24 hours."""

    changes: Whole = Field(ge=2, le=100, examples=[5])
    within_s: Whole = Field(ge=60, le=LONGEST_S, examples=[1800])


class BacktestCreate(Wire):
    """Which checks, and by what rules. All watchers, or those with one of the tags and those chosen."""

    all_watchers: YesNo = True
    tags: Tags = Field(default_factory=list, description="Watchers with one of these; needs `all_watchers` false.")
    watcher_ids: Annotated[list[UUID], Field(max_length=MOST_CHOSEN, description="These, beside those by tag.")] = (
        Field(default_factory=list)
    )
    from_: AwareDatetime | None = Field(
        default=None,
        alias="from",
        description="Included; left out: a week before `to`.",
        examples=["2026-01-24T00:00:00Z"],
    )
    to: AwareDatetime | None = Field(default=None, description="Excluded; left out, or in the future: now.")
    rules: ProposedRules = Field(default_factory=ProposedRules, examples=[{"failure_threshold": 3}])
    policy: ProposedPolicy | None = Field(default=None, description="Left out: the workspace's own policies.")
    flapping: FlapLimit | None = Field(default=None, description="Left out: what healther goes by.")


class SidePublic(BaseModel):
    """What one set of rules makes of the checks."""

    outages: int = Field(description="How often a service would have been called degraded or down.")
    pages: int = Field(description="How often somebody would have heard something new: down, degraded, flapping.")
    messages: int = Field(description="Pages, escalations, reminders and recoveries, a step of a policy each once.")


class OutageUnder(BaseModel):
    """An outage as one set of rules has it."""

    state: Literal["degraded", "down"] = Field(description="The worst it was.")
    started_at: datetime = Field(description="The first check that failed.")
    confirmed_at: datetime = Field(description="The check with which it was certain.")
    ended_at: datetime | None = Field(description="The first good check; null = still wrong at the end.")
    paged_at: datetime | None = Field(description="When somebody would have heard first.")
    pages: int
    together: int = Field(description="How many services were told of in one, this one included.")
    why_not: WhyNot | None = Field(description="Why nobody would have heard.")
    reason: str | None
    message: str | None


class BacktestRow(BaseModel):
    """A stretch of trouble of one watcher, by the present rules and by the proposed ones."""

    watcher_id: UUID
    watcher_name: str
    from_: datetime = Field(serialization_alias="from")
    difference: Difference
    later_s: float | None = Field(description="By how much later it would have been heard; negative: earlier.")
    present: list[OutageUnder]
    proposed: list[OutageUnder]
    words: str = Field(examples=["The outage of Shop on 12 May 2026, 10:00 UTC would have been heard 40 s later."])


class LimitPublic(BaseModel):
    """Something that the stored checks cannot tell."""

    code: Limit
    words: str


class BacktestPublic(BaseModel):
    """What the rules there are make of the checks, and what the proposed ones would."""

    from_: datetime = Field(serialization_alias="from")
    to: datetime
    watchers: int
    checks: int = Field(description="How many checks were judged again.")
    recorded_outages: int = Field(description="How many the record has: by the rules that were in force then.")
    present: SidePublic
    proposed: SidePublic
    words: str = Field(examples=["These rules would have paged 3 times instead of 41."])
    rows: list[BacktestRow] = Field(description="The oldest first; where there are more, those that differ.")
    left_off: int = Field(description="How many rows more there are.")
    limits: list[LimitPublic]
