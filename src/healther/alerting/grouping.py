"""Which incidents have one cause and become one. Pure: candidates in, merges out.

Incidents that began within GROUP_WINDOW_MS of each other and share a host, an address, a certificate or a DNS zone are
one; ten or more causes at the same moment in one region are one, whatever they share. What people were told of is
never merged away: later ones join it.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from healther.core.clock import SECOND_MS
from healther.incidents.models import CauseKind

GROUP_WINDOW_MS = 60 * SECOND_MS
MOMENT_COUNT = 10


Cause = tuple[CauseKind, str]
_ORDER = {kind: place for place, kind in enumerate(CauseKind)}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open incident nobody holds back. `causes`: what it may share; one that is a group already has only its own."""

    incident_id: UUID
    started_at: int
    region: str
    causes: frozenset[Cause]
    told: bool = False
    """People have heard of it: it takes others in, and is never merged into another."""
    grouped: bool = False
    """It is a group already, of the one cause in `causes`."""


@dataclass(frozen=True, slots=True)
class Merge:
    """These incidents are one, `target`; `sources` go up into it."""

    target: UUID
    sources: tuple[UUID, ...]
    cause: Cause


_Found = tuple[Cause, list[Candidate]]


def group(candidates: Iterable[Candidate]) -> list[Merge]:
    """The merges to make, each incident in one at most; the same whatever the order of the candidates."""
    left = {each.incident_id: each for each in sorted(candidates, key=_age)}
    units = []
    for cause, members in _groups(left):
        target = _target(members)
        units.append(_Unit(target, min(each.started_at for each in members), cause, members))
    units += [_Unit(each, each.started_at, None, [each]) for each in left.values()]
    by_region: defaultdict[str, list[_Unit]] = defaultdict(list)
    for unit in sorted(units, key=lambda unit: (unit.started_at, unit.target.incident_id)):
        by_region[unit.target.region].append(unit)
    merges: list[Merge] = []
    for region, theirs in sorted(by_region.items()):
        merges += _by_moment((CauseKind.REGION, region), theirs)
    return sorted(merges, key=lambda merge: merge.target)


@dataclass(frozen=True, slots=True)
class _Unit:
    """Incidents that are one already, or one alone."""

    target: Candidate
    started_at: int
    cause: Cause | None
    members: list[Candidate]


def _groups(left: dict[UUID, Candidate]) -> Iterator[_Found]:
    """Groups with one cause each, the largest first; takes their members out of `left`."""
    holders: defaultdict[Cause, list[Candidate]] = defaultdict(list)
    for candidate in left.values():
        for cause in candidate.causes:
            holders[cause].append(candidate)
    heap = [entry for cause, theirs in holders.items() if (entry := _entry(cause, theirs)) is not None]
    heapq.heapify(heap)
    while heap:
        _, _, cause = heapq.heappop(heap)
        still = [each for each in holders[cause] if each.incident_id in left]
        found = _window(still)
        if len(still) < len(holders[cause]):
            # Some went into a larger group meanwhile: this one waits for its turn again.
            holders[cause] = still
        elif found:
            for member in found:
                del left[member.incident_id]
            yield cause, found
            holders[cause] = [each for each in still if each.incident_id in left]
        if (again := _entry(cause, holders[cause])) is not None:
            heapq.heappush(heap, again)


def _entry(cause: Cause, candidates: Sequence[Candidate]) -> tuple[int, tuple[int, str], Cause] | None:
    found = _window(candidates)
    return (-len(found), (_ORDER[cause[0]], cause[1]), cause) if found else None


def _window(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The first of them, oldest first, that can be one: who began within the window, of those told only the oldest."""
    for place, first in enumerate(candidates):
        near = []
        for each in candidates[place:]:
            if each.started_at - first.started_at > GROUP_WINDOW_MS:
                break
            near.append(each)
        told = [each for each in near if each.told][:1]
        joining = [each for each in near if not each.told]
        if joining and len(told) + len(joining) > 1:
            return [*told, *joining]
    return []


def _by_moment(region: Cause, units: Sequence[_Unit]) -> list[Merge]:
    """The merges of one region's units, oldest first: those with a cause of their own, and those of a moment."""
    left = list(units)
    merges = []
    while left:
        near = [each for each in left if each.started_at - left[0].started_at <= GROUP_WINDOW_MS]
        joining = [each for each in near if not each.target.told]
        told = [each for each in near if each.target.told]
        going_on = [each for each in told if region in each.target.causes]
        if joining and (going_on or len(near) >= MOMENT_COUNT):
            alone = [each for each in told if each.cause is None and not each.target.grouped]
            into = (going_on or alone or joining)[0]
            members = [member for unit in joining for member in unit.members]
            merges.append(_merge(into.target, members, region))
            done = {each.target.incident_id for each in (into, *joining)}
            left = [each for each in left if each.target.incident_id not in done]
        else:
            unit = left.pop(0)
            if unit.cause is not None:
                merges.append(_merge(unit.target, unit.members, unit.cause))
    return merges


def _merge(target: Candidate, members: Sequence[Candidate], cause: Cause) -> Merge:
    sources = [each.incident_id for each in sorted(members, key=_age) if each is not target]
    return Merge(target.incident_id, tuple(sources), cause)


def _target(members: Sequence[Candidate]) -> Candidate:
    return next((each for each in members if each.told), members[0])


def _age(candidate: Candidate) -> tuple[int, UUID]:
    return candidate.started_at, candidate.incident_id
