"""A page in memory: what it shows, its answers so far in each language, and when it was last known to be true."""

import asyncio
from collections.abc import Iterator

from healther.history.service.daily import DailyBars
from healther.status_pages.answer import Answer
from healther.status_pages.changes import Fingerprint
from healther.status_pages.models import PageAccess
from healther.status_pages.resources import Shot, eager_paths, renderer_of, spoken_paths
from healther.status_pages.source import Source
from healther.status_pages.wishes import NONE, Wish
from healther.status_pages.words import Language


class Entry:
    """One page as it was read once. Reading it anew makes another entry; times are monotonic seconds."""

    __slots__ = (
        "_rendering",
        "_spoken",
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
        self.answers: dict[str, dict[Language, Answer]] = {}
        """By path, and by the language it is in."""
        self.built_at = now
        self.true_at = now
        """When it was last compared with the database, and was right."""
        self.tried_at = now
        """When that was last tried."""
        self.used = True
        self._spoken = spoken_paths(source.look)
        self._rendering: dict[tuple[str, Language], asyncio.Task[Answer | None]] = {}

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
        return sum(answer.size for spoken in self.answers.values() for answer in spoken.values())

    def at_hand(self, path: str, wish: Wish) -> Answer | None:
        """What answers `path`, where it is rendered already."""
        spoken = self.answers.get(path)
        return None if spoken is None else spoken.get(self._language(path, wish))

    async def render_like(self, before: "Entry | None") -> None:
        """Renders what was asked of the entry before it, off the loop; the rest is rendered when it is asked for."""
        for path in eager_paths(self.source.look):
            for language in () if before is None else before.answers.get(path, ()):
                await self.answer(path, Wish(language))

    async def answer(self, path: str, wish: Wish = NONE) -> Answer | None:
        """What answers `path`, rendered once however many ask; None = the page has no such thing."""
        known = self.at_hand(path, wish)
        if known is not None:
            return known
        renderer = renderer_of(path, self.source.look)
        if renderer is None:
            return None
        language = self._language(path, wish)
        task = self._rendering.get((path, language))
        if task is None:
            rendering = asyncio.to_thread(renderer, self.shot.in_language(language))
            task = self._rendering[path, language] = asyncio.create_task(rendering)
        try:
            answer = await asyncio.shield(task)
        finally:
            if task.done():
                self._rendering.pop((path, language), None)
        if answer is not None:
            self.answers.setdefault(path, {})[language] = answer
        return answer

    def _language(self, path: str, wish: Wish) -> Language:
        """What a wish comes to: of a page that was given a language that one, whatever is wished."""
        look = self.source.look
        if not look.follows_reader:
            return look.words.language
        preferred = wish.preferred if path in self._spoken else None
        return wish.chosen or preferred or look.words.language
