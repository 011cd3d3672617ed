"""One watcher's checks by the present and by the proposed rules, in one pass. Pure; epoch ms."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from healther.alerting.backtest.load import Recorded
from healther.alerting.backtest.outages import Outage, outages_of
from healther.alerting.backtest.schemas import ProposedRules
from healther.alerting.flapping import FLAP_RULES, FlapRule
from healther.history.ledger import GAP_GRACE_MS
from healther.monitoring.judge import Belief, Thresholds
from healther.monitoring.replay import Replay, Rules, StoredCheck, observation_of
from healther.probes.base import Reason
from healther.watchers.models import ServiceWatcher

# So many missed slots in front of a check are a gap, where the record does not say.
_HOLE_SLOTS = 2


def rules_of(watcher: ServiceWatcher) -> Rules:
    """By what a watcher is judged now."""
    thresholds = Thresholds(watcher.failure_threshold, watcher.recovery_threshold)
    return Rules(thresholds, watcher.degraded_after_ms, watcher.certificate_days)


def with_proposed(rules: Rules, proposed: ProposedRules) -> Rules:
    """The same rules but for what was sent."""
    sent = proposed.model_dump(exclude_unset=True)
    thresholds = Thresholds(
        sent.pop("failure_threshold", rules.thresholds.failure),
        sent.pop("recovery_threshold", rules.thresholds.recovery),
    )
    return replace(rules, thresholds=thresholds, **sent)


@dataclass(slots=True)
class Course:
    """Takes the checks of one watcher in their order."""

    watcher_id: UUID
    interval_ms: int
    from_ms: int
    to_ms: int
    recorded: Recorded
    present: Replay
    proposed: Replay
    starts: tuple[Belief, Belief] | None = None
    """What was believed at `from_ms`; before that a few checks are judged to know about runs that had begun."""
    checks: int = 0
    first_at: int | None = None
    """The first check in the time asked for."""
    last_at: int | None = None
    outages: list[list[Outage]] = field(default_factory=list)

    @classmethod
    def of(
        cls, watcher: ServiceWatcher, interval_ms: int, window: tuple[int, int], recorded: Recorded, body: ProposedRules
    ) -> "Course":
        """Before the first check."""
        rules = rules_of(watcher)
        present, proposed = Replay(recorded.start, rules), Replay(recorded.start, with_proposed(rules, body))
        return cls(watcher.id, interval_ms, *window, recorded, present, proposed)

    def take(self, slot: int, at: int, word: str | None, message: str | None, response_time_ms: float | None) -> None:
        """The next stored check; `word` is its reason's."""
        if at >= self.to_ms:
            return
        if at >= self.from_ms:
            self._begin()
            self.checks += 1
            self.first_at = self.first_at or at
        reason = None if word is None else Reason(word)
        check = StoredCheck(at, reason, message, response_time_ms, self._unwatched_since(slot, at))
        observation = observation_of(check)
        self.present.take(check, observation)
        self.proposed.take(check, observation)
        self.last_at = at

    def end(self, flapping: Sequence[FlapRule]) -> None:
        """The outages that came of it: by the present rules, by the proposed ones, in the record."""
        self._begin()
        assert self.starts is not None
        for start, replay, rules in zip(
            self.starts, (self.present, self.proposed), (FLAP_RULES, flapping), strict=True
        ):
            self.outages.append(outages_of(self.watcher_id, start, replay.changes, self.to_ms, rules))
        kept = [each for each in self.recorded.confirmed(self.from_ms) if each.confirmed_at < self.to_ms]
        self.outages.append(outages_of(self.watcher_id, self.starts[0], kept, self.to_ms))

    def _begin(self) -> None:
        if self.starts is None:
            self.starts = self.present.belief, self.proposed.belief
            self.present.changes.clear()
            self.proposed.changes.clear()

    def _unwatched_since(self, slot: int, at: int) -> int | None:
        if (gap := self.recorded.gaps.get(slot)) is not None:
            return gap
        last = self.last_at
        if (
            last is None
            or at - last <= _HOLE_SLOTS * self.interval_ms + GAP_GRACE_MS
            or self.recorded.was_watched(slot)
        ):
            return None
        return last + self.interval_ms
