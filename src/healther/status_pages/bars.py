"""The daily bars of a page: classes for the colours, words for the days. Fast, for a page may have nine thousand.

A day is told once: with trouble in the list below the bars, without in its title, and not at all where the bar says it
all (`status.js` puts these together for pointer, keys and touch). Few days with trouble have titles too, so that a
pointer finds them without a script; many would weigh half a page more.

Days that are over do not change: what is made of them is kept from one rebuild to the next; today is drawn anew.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import orjson
from markupsafe import Markup, escape

from healther.core.clock import DAY_MS
from healther.history.ledger import StateTimes, add_times
from healther.status_pages.service import day_fields
from healther.status_pages.snapshot import Component
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
# Below this much of the time, an uptime is told with how long it is about; the app has the same.
_WATCHED_SHARE = 0.99
# So many days with trouble of one service are told twice.
_FEW = 10


class Days(NamedTuple):
    """Some days of one service in a row."""

    bars: str
    """An `<i>` a day, oldest first; a day without any trouble has no class."""
    troubles: tuple[str, ...]
    """The days on which something was down or degraded, newest first, a line each."""
    down_days: int
    json: bytes
    """PublicDays, with commas between them."""
    times: StateTimes

    @property
    def markup(self) -> Markup:
        """The bars for a template."""
        return Markup(self.bars)  # noqa: S704 - put together from escaped parts below

    def label(self, words: Words) -> str:
        """The bars in a sentence, for whoever does not see them."""
        uptime = self.times.uptime_percent
        if uptime is None:
            return words.bars_label_unknown
        return self._about(words, words.bars_label.format(figure=words.figure(uptime), down=self.down_days))

    def uptime(self, words: Words) -> str:
        """The uptime in words."""
        uptime = self.times.uptime_percent
        if uptime is None:
            return words.uptime_unknown
        return self._about(words, words.uptime.format(figure=words.figure(uptime)))

    def _about(self, words: Words, text: str) -> str:
        """`text`, with how long its figure is about, where that is not nearly all of the time."""
        watched_ms = self.times.watched_ms
        if not 0 < watched_ms < _WATCHED_SHARE * (watched_ms + self.times.unknown_ms):
            return text
        # Hours say little beside days, and would weigh on a page of many services.
        hours_ms = watched_ms % DAY_MS if watched_ms >= 2 * DAY_MS else 0
        return words.watched.format(text=text, time=words.lasting(watched_ms - hours_ms))


def days_of(component: Component, first: date, words: Words) -> Days:
    """All the days of a component; `first` is the oldest."""
    *over, today = component.bars
    past = _past(tuple(over), first, words)
    last = _drawn(((first + timedelta(days=len(over)), today),), words)
    return Days(
        past.bars + last.bars,
        last.troubles + past.troubles,
        past.down_days + last.down_days,
        b",".join(each for each in (past.json, last.json) if each),
        add_times((past.times, last.times)),
    )


@lru_cache(maxsize=4096)
def _past(bars: tuple[StateTimes, ...], first: date, words: Words) -> Days:
    return _drawn(((first + timedelta(days=number), times) for number, times in enumerate(bars)), words)


def _drawn(days: Iterable[tuple[date, StateTimes]], words: Words) -> Days:
    days = tuple(days)
    are_few = sum(_is_trouble(times) for _, times in days) <= _FEW
    bars, troubles, json, all_times, down_days = [], [], [], [StateTimes()], 0
    for day, times in days:
        title = title_of(words, day, times)
        is_trouble = _is_trouble(times)
        is_told = are_few if is_trouble else not _is_one_thing(times)
        bars.append(_bar(_class(times), title if is_told else ""))
        json.append(orjson.dumps({"date": day, **day_fields(times)}))
        all_times.append(times)
        down_days += times.down_ms > 0
        if is_trouble:
            troubles.append(title)
    return Days("".join(bars), tuple(troubles[::-1]), down_days, b",".join(json), add_times(all_times))


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


def _is_trouble(times: StateTimes) -> bool:
    return bool(times.down_ms or times.degraded_ms)


def _is_one_thing(times: StateTimes) -> bool:
    """Whether it was up or not watched all day: its place and its class say so."""
    return times.total_ms in (times.healthy_ms, times.unknown_ms)


def _class(times: StateTimes) -> str:
    name = _CLASSES[times.worst]
    partly = times.unknown_ms * _PARTLY > times.total_ms and times.worst is not State.UNKNOWN
    return f"{name} v".strip() if partly else name


def _bar(name: str, title: str) -> str:
    kind = f' class="{name}"' if " " in name else f" class={name}" if name else ""
    told = f' title="{escape(title)}"' if title else ""
    return f"<i{kind}{told}></i>"
