"""Latency quantiles in a few bytes: counts per logarithmic bucket, within 1 % of the exact answer, mergeable.

The idea is DDSketch's (Masson, Rim, Lee, VLDB 2019): a bucket spans a factor of GAMMA, so naming its middle is wrong by
at most (GAMMA - 1) / (GAMMA + 1). Merging adds counts: the sketch of a day is exactly the sum of its hours.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate
from operator import sub

GAMMA = 1.02
MIN_MS = 0.05
MAX_MS = 120_000.0

_PER_LOG = 1 / math.log(GAMMA)
_OFFSET = -math.log(MIN_MS) * _PER_LOG
LAST_BUCKET = int(math.log(MAX_MS) * _PER_LOG + _OFFSET)
_FIRST_VALUE = MIN_MS * 2 * GAMMA / (GAMMA + 1)

# The first byte of a stored sketch: another GAMMA or range needs another number.
_FORMAT = 1


def bucket_of(ms: float) -> int:
    """The bucket of a latency, 0..LAST_BUCKET; what lies outside MIN_MS..MAX_MS goes to the first or last one."""
    if ms <= MIN_MS:
        return 0
    if ms >= MAX_MS:
        return LAST_BUCKET
    return int(math.log(ms) * _PER_LOG + _OFFSET)


def value_of(bucket: int) -> float:
    """The latency a bucket stands for, in milliseconds: within 1 % of everything in it."""
    return float(_FIRST_VALUE * GAMMA**bucket)


class Sketch:
    """How many checks fell into each bucket."""

    __slots__ = ("counts",)

    def __init__(self, buckets: Iterable[int] = ()) -> None:
        self.counts: dict[int, int] = {}
        for bucket in buckets:
            self.counts[bucket] = self.counts.get(bucket, 0) + 1

    @property
    def count(self) -> int:
        """How many latencies were added."""
        return sum(self.counts.values())

    def add(self, ms: float) -> None:
        """Counts one latency."""
        bucket = bucket_of(ms)
        self.counts[bucket] = self.counts.get(bucket, 0) + 1

    def merge(self, other: "Sketch") -> None:
        """Adds everything `other` has counted."""
        counts = self.counts
        if not counts:
            self.counts = dict(other.counts)
            return
        for bucket, count in other.counts.items():
            counts[bucket] = counts.get(bucket, 0) + count

    def quantile(self, q: float) -> float | None:
        """The nearest-rank quantile (0 < q <= 1) in milliseconds; None when nothing was counted."""
        return self.quantiles((q,))[0]

    def quantiles(self, qs: Iterable[float]) -> list[float | None]:
        """Several quantiles at the price of one sort."""
        ordered = sorted(self.counts.items())
        ranks = list(accumulate(count for _, count in ordered))
        if not ranks:
            return [None for _ in qs]
        return [self._at_rank(ordered, ranks, max(1, math.ceil(q * ranks[-1]))) for q in qs]

    @staticmethod
    def _at_rank(ordered: list[tuple[int, int]], ranks: list[int], rank: int) -> float:
        return next(value_of(bucket) for (bucket, _), upto in zip(ordered, ranks, strict=True) if upto >= rank)

    def to_bytes(self) -> bytes:
        """Three bytes (format, first bucket in two times 7 bits), then for each bucket in order its distance from the
        one before and its count, as varints.
        """
        counts = self.counts
        if not counts:
            return b""
        buckets = sorted(counts)
        head = (_FORMAT, buckets[0] >> 7, buckets[0] & 127)
        body = [0] * (2 * len(buckets))
        body[::2] = map(sub, buckets, buckets[:1] + buckets)
        body[1::2] = map(counts.__getitem__, buckets)
        return bytes((*head, *body)) if max(body) < 128 else bytes(head) + _varints(body)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Sketch":
        """The sketch `to_bytes` wrote; raises ValueError for anything else."""
        sketch = cls()
        if not data:
            return sketch
        # Below 128 a varint is its own byte, and isascii() says so at C speed: nearly every hour is.
        body = data[3:] if data.isascii() else _from_varints(data[3:])
        if data[0] != _FORMAT or len(data) < 5 or len(body) % 2:
            raise ValueError(f"not a latency sketch of format {_FORMAT}: {data[:8].hex()}... ({len(data)} bytes)")
        buckets = accumulate(body[2::2], initial=data[1] << 7 | data[2])
        sketch.counts = dict(zip(buckets, body[1::2], strict=True))
        return sketch


def median_bucket_of(data: bytes) -> int | None:
    """The bucket of `Sketch.from_bytes(data).quantile(0.5)`, in a fifth of the time: charts have thousands of hours."""
    if not data:
        return None
    if not data.isascii():
        median = Sketch.from_bytes(data).quantile(0.5)
        return None if median is None else bucket_of(median)
    ranks = list(accumulate(data[4::2]))
    position = bisect_left(ranks, (ranks[-1] + 1) // 2)
    return (data[1] << 7 | data[2]) + sum(data[3 : 2 * position + 4 : 2])


def _varints(numbers: list[int]) -> bytes:
    out = bytearray()
    for number in numbers:
        while number > 127:
            out.append(number & 127 | 128)
            number >>= 7
        out.append(number)
    return bytes(out)


def _from_varints(data: bytes) -> list[int]:
    numbers: list[int] = []
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(number)
            number = shift = 0
    return numbers
