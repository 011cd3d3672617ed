"""A page in memory: what it shows, its answers so far, and when it was last known to be true."""

import asyncio
from collections.abc import Iterator

from healther.history.service.daily import DailyBars
from healther.status_pages.answer import Answer
from healther.status_pages.changes import Fingerprint
from healther.status_pages.models import PageAccess
from healther.status_pages.resources import Shot, eager_paths, renderer_of
from healther.status_pages.source import Source


class Entry:
    """One page as it was read once. Reading it anew makes another entry; times are monotonic seconds."""

    __slots__ = (
        "_rendering",
        "answers",
        "built_at",
        "days",
        "days_at",
        "fingerprint",
        "shot",
        "source",
        "tried_at",
        "true_at",
        "used",
    )

    def __init__(self, source: Source, shot: Shot, fingerprint: Fingerprint, days: DailyBars, now: float) -> None:
        self.source = source
        self.days = days
        self.days_at = now
        """When all the days, not only the last ones, were read."""
        self.shot = shot
        self.fingerprint = fingerprint
        self.answers: dict[str, Answer] = {}
        self.built_at = now
        self.true_at = now
        """When it was last compared with the database, and was right."""
        self.tried_at = now
        """When that was last tried."""
        self.used = True
        self._rendering: dict[str, asyncio.Task[Answer | None]] = {}

    @property
    def locked(self) -> bool:
        """Whether it lies behind a password."""
        return self.source.look.access is PageAccess.PASSWORD

    @property
    def names(self) -> Iterator[str]:
        """What it is found under."""
        yield self.source.look.slug
        if self.source.look.custom_domain:
            yield self.source.look.custom_domain

    @property
    def size(self) -> int:
        """Bytes of its answers."""
        return sum(answer.size for answer in self.answers.values())

    async def render_like(self, before: "Entry | None") -> None:
        """Renders what was asked of the entry before it, off the loop; the rest is rendered when it is asked for."""
        for path in eager_paths(self.source.look):
            if before is not None and path in before.answers:
                await self.answer(path)

    async def answer(self, path: str) -> Answer | None:
        """What answers `path`, rendered once however many ask; None = the page has no such thing."""
        known = self.answers.get(path)
        if known is not None:
            return known
        renderer = renderer_of(path, self.source.look)
        if renderer is None:
            return None
        task = self._rendering.get(path)
        if task is None:
            task = self._rendering[path] = asyncio.create_task(asyncio.to_thread(renderer, self.shot))
        try:
            answer = await asyncio.shield(task)
        finally:
            if task.done():
                self._rendering.pop(path, None)
        if answer is not None:
            self.answers[path] = answer
        return answer
