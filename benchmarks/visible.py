"""How long after a check has ended its result can be read through the API, by somebody who is signed in.

One check a second: its watcher's newest event is asked for from its slot on until it is that check.
"""

import time
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import httpx

from healther.core.clock import now_ms
from healther.watchers.cadence import next_slot, phase_ms

SAMPLE_EVERY_S = 1.0
READ_EVERY_S = 0.05
# Where checks run behind, the one that is waited for may be seconds late: then the next sample waits for another.
GIVE_UP_S = 2.0
_SOON_MS = 100


@dataclass
class Seen:
    """What came of the samples: milliseconds from end to visible, how many were given up, how many reads it took.

    `unanswered` reads got an error or nothing within GIVE_UP_S: an API that shares its process with too much work.
    """

    delays_ms: list[float] = field(default_factory=list)
    given_up: int = 0
    reads: int = 0
    unanswered: int = 0


class Reader:
    """Somebody at the API, who knows when which watcher is checked next."""

    def __init__(
        self, url: str, headers: dict[str, str], workspace_id: UUID, watchers: Sequence[UUID], every_s: int
    ) -> None:
        self._client = httpx.Client(
            base_url=f"{url}/api/v1/workspaces/{workspace_id}", headers=headers, timeout=GIVE_UP_S
        )
        self._interval_ms = every_s * 1000
        self._watchers = sorted((phase_ms(each, self._interval_ms), each) for each in watchers)

    def watch(self, seconds: float) -> Seen:
        """Takes a sample a second for so long."""
        seen, deadline = Seen(), time.monotonic() + seconds
        with self._client:
            while (began := time.monotonic()) < deadline:
                self._sample(seen)
                time.sleep(max(0.0, min(began + SAMPLE_EVERY_S, deadline) - time.monotonic()))
        return seen

    def _sample(self, seen: Seen) -> None:
        now = now_ms()
        number = bisect(self._watchers, ((now + _SOON_MS) % self._interval_ms,)) % len(self._watchers)
        phase, watcher_id = self._watchers[number]
        slot = next_slot(now, self._interval_ms, phase)
        time.sleep((slot - now) / 1000)
        give_up = time.monotonic() + GIVE_UP_S
        while time.monotonic() < give_up:
            time.sleep(READ_EVERY_S)
            seen.reads += 1
            try:
                answer = self._client.get(f"/watchers/{watcher_id}/events", params={"limit": 1}).raise_for_status()
            except httpx.HTTPError:
                seen.unanswered += 1
                continue
            at = time.time() * 1000
            newest = answer.json()["items"][0]
            if _epoch_ms(newest["slot"]) >= slot:
                seen.delays_ms.append(at - _epoch_ms(newest["created_at"]) - (newest["response_time_ms"] or 0))
                return
        seen.given_up += 1


def _epoch_ms(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp() * 1000
