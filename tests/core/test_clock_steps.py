"""When loops look for what a clock that was set back has left (R12)."""

from healther.core.clock import HOUR_MS, SECOND_MS, has_passed
from healther.core.clock_steps import LOOK_EVERY_MS, StepWatch

NOW = 1_800_000_000_000


def test_it_is_time_at_the_start_at_once_after_a_step_back_and_once_a_minute() -> None:
    watch = StepWatch()
    assert watch.look(NOW) == 0
    assert watch.look(NOW + SECOND_MS) is None
    assert watch.look(NOW + SECOND_MS - HOUR_MS) == HOUR_MS
    assert watch.look(NOW + 2 * SECOND_MS - HOUR_MS) is None
    assert watch.look(NOW + SECOND_MS - HOUR_MS + LOOK_EVERY_MS) == 0


def test_a_clock_that_is_set_ahead_or_moved_by_a_little_is_no_step_back() -> None:
    watch = StepWatch()
    watch.look(NOW)
    assert not watch.look(NOW - SECOND_MS)
    assert watch.look(NOW + HOUR_MS) == 0


def test_a_time_that_lies_ahead_has_passed() -> None:
    assert not has_passed(SECOND_MS, NOW, NOW)
    assert not has_passed(SECOND_MS, NOW, NOW + SECOND_MS - 1)
    assert has_passed(SECOND_MS, NOW, NOW + SECOND_MS)
    assert has_passed(SECOND_MS, NOW, NOW - 1)
