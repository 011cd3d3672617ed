"""Which checks are traced: the same ones in every process, as many as were asked for, and none while traces are off."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.core import setting_values
from healther.core.clock import MINUTE_MS
from healther.core.ids import new_id
from healther.core.settings import SettingsError, load_settings
from healther.observability import traces

WATCHER = UUID("01a209c3-4d4f-77a1-9ccc-47d635fc90f9")
SLOT = 1_800_000_000_000


class NoTracer:
    """Traces nothing, of a share."""

    def __init__(self, sample: float) -> None:
        self.share = round(sample * 2**64)

    def step(self, *_: object, **__: object) -> None:
        raise AssertionError("nothing is told")

    async def stop(self) -> None:
        return


@pytest.fixture(autouse=True)
def _off_afterwards():
    yield
    traces.use(None)


def test_the_ids_of_a_check_are_the_same_wherever_they_are_made() -> None:
    ids = traces.ids_of(WATCHER, SLOT)
    # Another version of healther in the same fleet makes the same ones: this must not change.
    assert f"{ids.trace_id:032x} {ids.span_id:016x}" == "1d9ce33b042b045f47a43dd50eca053b bc5e35258601fda6"
    assert traces.place_of(WATCHER, SLOT) == 18147926989958341627


@given(st.uuids(), st.integers(0, 2**45))
def test_ids_are_in_the_range_of_opentelemetry(watcher_id: UUID, slot: int) -> None:
    ids = traces.ids_of(watcher_id, slot)
    assert 0 < ids.trace_id < 2**128
    assert 0 < ids.span_id < 2**64
    assert 0 <= traces.place_of(watcher_id, slot) < 2**64


@pytest.mark.parametrize("sample", [0.01, 0.2])
def test_a_share_of_all_watchers_and_of_each_watcher_s_slots_is_sampled(sample: float) -> None:
    traces.use(NoTracer(sample))
    count = 20_000
    of_one = sum(traces.sampled(WATCHER, SLOT + turn * MINUTE_MS) is not None for turn in range(count))
    of_many = sum(traces.sampled(new_id(), SLOT) is not None for _ in range(count))
    for seen in (of_one, of_many):
        assert 0.7 * sample * count < seen < 1.3 * sample * count


def test_nothing_is_sampled_while_traces_are_off_or_the_share_is_nothing() -> None:
    assert traces.sampled(WATCHER, SLOT) is None
    traces.use(NoTracer(0))
    assert traces.sampled(WATCHER, SLOT) is None
    traces.use(NoTracer(1))
    assert traces.sampled(WATCHER, SLOT) == traces.ids_of(WATCHER, SLOT)


def test_without_the_extra_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting_values, "find_spec", lambda _name: None)
    monkeypatch.setenv("HEALTHER_TRACES_ENDPOINT", "http://127.0.0.1:4318")
    with pytest.raises(SettingsError, match=r"TRACES_ENDPOINT: needs OpenTelemetry.*pip install 'healther\[traces\]'"):
        load_settings()
