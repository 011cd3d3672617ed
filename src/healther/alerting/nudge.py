"""Telling the senders that something was queued, after the commit, so that they need not wait for their next look."""

from typing import Protocol

from healther.alerting.models import Lane

JOB = "healther.workers.jobs.send_deliveries"
# Redis carries the nudge and owns nothing: the deliveries are in the database, where senders look every second anyway.
QUEUES = {Lane.ALERT: "alerts", Lane.SUBSCRIBER: "email"}


class Nudge(Protocol):
    """Whoever sends is told to look; losing the call costs a second, never a message."""

    async def queued(self, lane: Lane) -> None:
        """Something was queued in this lane, and committed."""
        ...


class NoNudge:
    """For an API without senders beside it and without Redis: they look by themselves."""

    async def queued(self, lane: Lane) -> None:
        """Nobody to tell."""
