"""The hour being counted: a few bytes in the hot row that every check appends to, folded when the hour is over.

A header of fixed size holds what adds up; behind it stand two bytes for every measured latency. Nothing behind the
header is ever read before the fold, so a check costs the same at the start and at the end of the hour.
"""

from struct import Struct, unpack_from

from healther.history.sketch import Sketch, bucket_of
from healther.history.values import RollupValues
from healther.probes.base import Phases
from healther.watchers.states import State

# Checks by status, checks that had each phase, sums of the phases in milliseconds. Doubles: no rounding to explain.
_HEADER = Struct("<9I5d")
_BUCKET = Struct("<H")
_EMPTY = bytes(_HEADER.size)

FULL_BYTES = 8_192
"""Longer than this (about 4,000 checks in one hour) it should be folded early: adding to a rollup twice is fine."""


def append(
    counts: bytes | None,
    status: State,
    response_time_ms: float | None,
    phases: Phases,
) -> bytes:
    """`counts` (None = a new hour) with one more check in it.

    Latency and phases count for HEALTHY and DEGRADED checks only: the time a failure took is not the service's
    latency (docs/history.md). Raises KeyError for a status no health event can have.
    """
    numbers = list(_HEADER.unpack_from(counts or _EMPTY))
    numbers[_POSITION[status]] += 1
    tail = counts[_HEADER.size :] if counts else b""
    if response_time_ms is not None and (status is State.HEALTHY or status is State.DEGRADED):
        if phases.dns_ms is not None:
            numbers[4] += 1
            numbers[9] += phases.dns_ms
        if phases.connect_ms is not None:
            numbers[5] += 1
            numbers[10] += phases.connect_ms
        if phases.tls_ms is not None:
            numbers[6] += 1
            numbers[11] += phases.tls_ms
        if phases.first_byte_ms is not None:
            numbers[7] += 1
            numbers[12] += phases.first_byte_ms
        if phases.transfer_ms is not None:
            numbers[8] += 1
            numbers[13] += phases.transfer_ms
        return _HEADER.pack(*numbers) + tail + _BUCKET.pack(bucket_of(response_time_ms))
    return _HEADER.pack(*numbers) + tail


def fold(counts: bytes | None) -> RollupValues:
    """What an hour's bytes add up to; None = nothing yet. Raises struct.error for bytes `append` did not write."""
    if not counts:
        return RollupValues()
    healthy, degraded, down, unknown, *phases = _HEADER.unpack_from(counts)
    measured = (len(counts) - _HEADER.size) // _BUCKET.size
    return RollupValues(
        healthy_checks=healthy,
        degraded_checks=degraded,
        down_checks=down,
        unknown_checks=unknown,
        **dict(zip(_PHASE_COLUMNS, phases, strict=True)),
        sketch=Sketch(unpack_from(f"<{measured}H", counts, _HEADER.size)),
    )


def median_bucket(counts: bytes | None) -> int | None:
    """The bucket of `fold(counts).sketch.quantile(0.5)`, without folding."""
    if counts is None or len(counts) == _HEADER.size:
        return None
    measured = (len(counts) - _HEADER.size) // _BUCKET.size
    buckets: tuple[int, ...] = unpack_from(f"<{measured}H", counts, _HEADER.size)
    return sorted(buckets)[(measured + 1) // 2 - 1]


_POSITION = {State.HEALTHY: 0, State.DEGRADED: 1, State.DOWN: 2, State.UNKNOWN: 3}
_PHASE_COLUMNS = (
    "dns_checks",
    "connect_checks",
    "tls_checks",
    "first_byte_checks",
    "transfer_checks",
    "dns_sum_ms",
    "connect_sum_ms",
    "tls_sum_ms",
    "first_byte_sum_ms",
    "transfer_sum_ms",
)
