"""The outages of two sets of rules side by side, and in words. Pure; epoch ms."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from healther.alerting.backtest.outages import Outage
from healther.alerting.backtest.paging import Alert
from healther.alerting.backtest.schemas import BacktestRow, Difference, OutageUnder, SidePublic, WhyNot
from healther.core.clock import SECOND_MS, lasting, to_utc

Told = dict[Outage, Alert]
"""The incident of each outage."""


class Side(NamedTuple):
    """What one set of rules makes of one watcher, or of all."""

    outages: Sequence[Outage]
    told: Told


def side_public(outages: Iterable[Outage], alerts: Iterable[Alert]) -> SidePublic:
    """The figures of one set of rules."""
    told = list(alerts)
    return SidePublic(
        outages=sum(not each.before for each in outages),
        pages=sum(len(each.pages) for each in told),
        messages=sum(each.messages for each in told),
    )


def rows_of(name: str, present: Side, proposed: Side, until_ms: int) -> list[BacktestRow]:
    """One watcher's outages in rows: those of both sides that overlap are one."""
    marked = [(each, True) for each in present.outages] + [(each, False) for each in proposed.outages]
    marked.sort(key=lambda pair: pair[0].started_at)
    rows: list[tuple[list[Outage], list[Outage]]] = []
    reached = -1
    for outage, is_present in marked:
        if outage.started_at >= reached:
            rows.append(([], []))
        rows[-1][0 if is_present else 1].append(outage)
        reached = max(reached, until_ms if outage.ended_at is None else outage.ended_at, outage.started_at + 1)
    return [_row(name, was, would, present.told, proposed.told) for was, would in rows]


def _row(name: str, was: list[Outage], would: list[Outage], told_was: Told, told_would: Told) -> BacktestRow:
    present = [_public(each, told_was[each]) for each in was]
    proposed = [_public(each, told_would[each]) for each in would]
    difference, later_ms = _difference(present, proposed)
    first = min((*was, *would), key=lambda each: each.started_at)
    return BacktestRow(
        watcher_id=first.watcher_id,
        watcher_name=name,
        from_=to_utc(first.started_at),
        difference=difference,
        later_s=None if later_ms is None else later_ms / SECOND_MS,
        present=present,
        proposed=proposed,
        words=_words(name, first.started_at, difference, later_ms, present, proposed),
    )


def _public(outage: Outage, alert: Alert) -> OutageUnder:
    # In an incident of several the first stands for all that is told of it.
    pages = alert.pages if outage is alert.outages[0] else []
    heard_at = alert.heard_at(outage)
    why_not: WhyNot | None = alert.why_not  # type: ignore[assignment]
    if heard_at is None and alert.pages:
        why_not = "over_before_step"
    return OutageUnder(
        state="down" if outage.state.label == "down" else "degraded",
        started_at=to_utc(outage.started_at),
        confirmed_at=to_utc(outage.confirmed_at),
        ended_at=None if outage.ended_at is None else to_utc(outage.ended_at),
        paged_at=None if heard_at is None else to_utc(heard_at),
        pages=len(pages),
        together=len(alert.outages),
        why_not=why_not,
        reason=outage.reason,
        message=outage.message,
    )


def _difference(present: list[OutageUnder], proposed: list[OutageUnder]) -> tuple[Difference, int | None]:
    was = min((each.paged_at for each in present if each.paged_at), default=None)
    would = min((each.paged_at for each in proposed if each.paged_at), default=None)
    if was is None and would is None:
        same = [_shape(each) for each in present] == [_shape(each) for each in proposed]
        return ("same" if same else "changed"), None
    if was is None or would is None:
        return ("new" if was is None else "silent"), None
    later_ms = round((would - was).total_seconds() * SECOND_MS)
    if later_ms:
        return ("later" if later_ms > 0 else "earlier"), later_ms
    before, after = (sum(each.pages for each in side) for side in (present, proposed))
    if before != after:
        return ("fewer" if after < before else "more"), 0
    same = [_shape(each) for each in present] == [_shape(each) for each in proposed]
    return ("same" if same else "changed"), 0


def _shape(outage: OutageUnder) -> tuple[object, ...]:
    return outage.state, outage.started_at, outage.ended_at


def _words(
    name: str,
    at: int,
    difference: Difference,
    later_ms: int | None,
    present: list[OutageUnder],
    proposed: list[OutageUnder],
) -> str:
    moment = to_utc(at)
    what = f"The outage of {name} on {moment.day} {moment:%B %Y, %H:%M} UTC"
    pages = [sum(each.pages for each in side) for side in (present, proposed)]
    return {
        "same": f"{what} would have been heard of just the same.",
        "changed": f"{what} would have been told of just the same, but not have been the same.",
        "new": f"{what} would have been heard of; by the present rules it is not.",
        "silent": f"{what} would have been heard of by nobody.",
        "later": f"{what} would have been heard {lasting(later_ms or 0)} later.",
        "earlier": f"{what} would have been heard {lasting(-(later_ms or 0))} earlier.",
        "fewer": f"{what} would have paged {times(pages[1])} instead of {pages[0]}.",
        "more": f"{what} would have paged {times(pages[1])} instead of {pages[0]}.",
    }[difference]


def summary(present: SidePublic, proposed: SidePublic) -> str:
    """`These rules would have paged 3 times instead of 41.`"""
    if present.pages == proposed.pages:
        return f"These rules would have paged {times(proposed.pages)}, as the present ones do."
    return f"These rules would have paged {times(proposed.pages)} instead of {present.pages}."


def times(count: int) -> str:
    """`not once`, `once`, `twice`, `3 times`."""
    return {0: "not once", 1: "once", 2: "twice"}.get(count, f"{count:,} times")
