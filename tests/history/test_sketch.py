"""D4, the part about latency: a sketch is within 1 % of the exact quantile, and merging loses nothing."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.history.sketch import LAST_BUCKET, MAX_MS, MIN_MS, Sketch, bucket_of, value_of

latencies = st.lists(st.floats(MIN_MS, MAX_MS - 1), max_size=200)
counted = st.dictionaries(st.integers(0, LAST_BUCKET), st.integers(1, 10**9), max_size=50)


def sketch_of(values: list[float]) -> Sketch:
    return Sketch(map(bucket_of, values))


def sketch_from(counts: dict[int, int]) -> Sketch:
    sketch = Sketch()
    sketch.counts = counts
    return sketch


def merged(*sketches: Sketch) -> dict[int, int]:
    total = Sketch()
    for sketch in sketches:
        total.merge(sketch)
    return total.counts


@given(latencies.filter(bool), st.floats(0.001, 1))
def test_a_quantile_is_within_one_percent_of_the_exact_nearest_rank(values: list[float], q: float) -> None:
    exact = sorted(values)[max(1, math.ceil(q * len(values))) - 1]
    found = sketch_of(values).quantile(q)
    assert found == pytest.approx(exact, rel=0.01)


@given(st.floats(MIN_MS, MAX_MS - 1))
def test_a_bucket_stands_for_everything_in_it_within_one_percent(ms: float) -> None:
    assert value_of(bucket_of(ms)) == pytest.approx(ms, rel=0.01)


@given(st.lists(st.floats(0, 1e9), min_size=2, max_size=2).map(sorted))
def test_a_slower_answer_never_lands_in_a_lower_bucket(pair: list[float]) -> None:
    assert 0 <= bucket_of(pair[0]) <= bucket_of(pair[1]) <= LAST_BUCKET < 2**16


@given(latencies, latencies)
def test_merging_is_counting_everything_together(one: list[float], other: list[float]) -> None:
    assert merged(sketch_of(one), sketch_of(other)) == sketch_of(one + other).counts


@given(counted, counted, counted)
def test_merging_is_associative_and_commutative(a: dict[int, int], b: dict[int, int], c: dict[int, int]) -> None:
    one, two, three = map(sketch_from, (a, b, c))
    left = sketch_from(merged(sketch_from(merged(one, two)), three))
    right = sketch_from(merged(one, sketch_from(merged(three, two))))
    assert left.counts == right.counts


@given(counted, counted)
def test_merging_leaves_the_other_sketch_alone(a: dict[int, int], b: dict[int, int]) -> None:
    into, other = sketch_from({}), sketch_from(dict(b))
    into.merge(other)
    into.merge(sketch_from(a))
    assert other.counts == b


@given(counted)
def test_a_sketch_survives_its_bytes(counts: dict[int, int]) -> None:
    assert Sketch.from_bytes(sketch_from(counts).to_bytes()).counts == counts


@given(counted)
def test_equal_sketches_have_equal_bytes(counts: dict[int, int]) -> None:
    backwards = sketch_from(dict(reversed(counts.items())))
    assert sketch_from(counts).to_bytes() == backwards.to_bytes()


@pytest.mark.parametrize("data", [b"\x02\x00\x00\x00\x01", b"\x01", b"\x01\x00\x00\x05", b"\x01\x00\x00\x00\x01\x02"])
def test_bytes_that_are_no_sketch_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a latency sketch"):
        Sketch.from_bytes(data)


def test_an_empty_sketch_knows_no_quantile() -> None:
    assert Sketch().quantile(0.5) is None
    assert Sketch().quantiles((0.5, 0.99)) == [None, None]
    assert Sketch().to_bytes() == b""


def test_an_hour_of_one_service_takes_about_a_hundred_bytes() -> None:
    values = [80 * 1.01 ** (i % 60) for i in range(360)]
    assert len(sketch_of(values).to_bytes()) < 120
