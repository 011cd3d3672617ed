"""The daily bars of a page: classes for the colours, titles for the days. Fast, for a page may have nine thousand."""

from datetime import date
from functools import lru_cache

from markupsafe import Markup, escape

from healther.history.ledger import StateTimes
from healther.status_pages.snapshot import Component, Snapshot
from healther.status_pages.words import Words
from healther.watchers.states import State

# One letter each: ninety times a hundred of them are on a page.
_CLASSES = {
    State.HEALTHY: "",
    State.DEGRADED: "g",
    State.DOWN: "d",
    State.UNKNOWN: "u",
    State.MAINTENANCE: "m",
}
# A day of which more than a tenth was not watched is drawn partly unknown.
_PARTLY = 10


class BarsOf:
    """Draws the bars of one snapshot's components."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._words = snapshot.look.words
        self._dates = snapshot.dates
        good = self._words.day_good
        self._good = [_bar("", _day(self._words, day, good)) for day in snapshot.dates]

    def draw(self, component: Component) -> Markup:
        """One `<i>` a day, oldest first; a day without any trouble has no class."""
        parts = [
            good if times[0] and not any(times[1:]) else _bar(_class(times), title_of(self._words, day, times))
            for good, day, times in zip(self._good, self._dates, component.bars, strict=True)
        ]
        return Markup("".join(parts))  # noqa: S704 - put together from escaped parts above

    def label(self, component: Component) -> str:
        """The bars in a sentence, for whoever does not see them."""
        uptime = component.uptime(len(self._dates))
        if uptime is None:
            return self._words.bars_label_unknown
        down = sum(1 for times in component.bars if times.down_ms)
        return self._words.bars_label.format(figure=self._words.figure(uptime), down=down)

    def troubles(self, component: Component) -> list[str]:
        """The days on which something was down or degraded, newest first, a line each."""
        days = zip(self._dates, component.bars, strict=True)
        lines = [title_of(self._words, day, times) for day, times in days if times.down_ms or times.degraded_ms]
        return lines[::-1]


def title_of(words: Words, day: date, times: StateTimes) -> str:
    """A day in words: what it had besides being up, and how long."""
    if times.unknown_ms == times.total_ms:
        return _day(words, day, words.day_unwatched)
    lasted = {
        State.DOWN: times.down_ms,
        State.DEGRADED: times.degraded_ms,
        State.MAINTENANCE: times.maintenance_ms,
        State.UNKNOWN: times.unknown_ms,
    }
    parts = [words.day_parts[state].format(time=words.lasting(ms)) for state, ms in lasted.items() if ms]
    return _day(words, day, ", ".join(parts) or words.day_good)


def _day(words: Words, day: date, parts: str) -> str:
    return words.day_of.format(day=words.date(day), parts=parts)


def _class(times: StateTimes) -> str:
    name = _CLASSES[times.worst]
    partly = times.unknown_ms * _PARTLY > times.total_ms and times.worst is not State.UNKNOWN
    return f"{name} v".strip() if partly else name


@lru_cache(maxsize=16_384)
def _bar(name: str, title: str) -> str:
    kind = f' class="{name}"' if " " in name else f" class={name}" if name else ""
    return f'<i{kind} title="{escape(title)}"></i>'
