"""What changed between two looks at a workspace's watchers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from healther.history.overview.past import Key
from healther.watchers.states import State

Edit = Literal["created", "edited", "paused", "resumed", "removed", "maintenance", "flapping"]


class Glance(NamedTuple):
    """What is compared of a watcher; times in epoch ms. Whatever happens to a watcher moves one of these."""

    version: int
    updated_at: int
    state: int
    last_slot: int | None
    due_at: int | None
    in_maintenance: bool = False
    settles_at: int | None = None


Snapshot = Mapping[Key, Glance]


@dataclass(slots=True)
class News:
    """What is new: the edits, and of which watchers checks were recorded since which slot."""

    edits: list[tuple[Key, Edit]] = field(default_factory=list)
    checked: dict[Key, int] = field(default_factory=dict)


def compare(before: Snapshot, after: Snapshot) -> News:
    """What is new in `after`."""
    news = News()
    for key, now in after.items():
        was = before.get(key)
        if was is None:
            news.edits.append((key, "created"))
        elif now[:2] != was[:2]:
            news.edits.append((key, _edit(was, now)))
        elif now.in_maintenance != was.in_maintenance:
            news.edits.append((key, "maintenance"))
        elif now.settles_at != was.settles_at:
            news.edits.append((key, "flapping"))
        last_slot = None if was is None else was.last_slot
        if now.last_slot is not None and now.last_slot != last_slot:
            news.checked[key] = last_slot or 0
    news.edits += [(key, "removed") for key in before if key not in after]
    return news


def overdue_ms(snapshot: Snapshot, now_ms: int) -> int:
    """How late the most overdue check of these watchers is; 0 when none is."""
    return max(0, now_ms - min((each.due_at for each in snapshot.values() if each.due_at is not None), default=now_ms))


def _edit(was: Glance, now: Glance) -> Edit:
    if (now.state == State.PAUSED) != (was.state == State.PAUSED):
        return "paused" if now.state == State.PAUSED else "resumed"
    return "edited"
