"""R12: what people say of an incident after the clock was set back comes after what they said before."""

from types import SimpleNamespace

import pytest

from healther.core import clock
from healther.core.clock import HOUR_MS
from tests.support.api import Api


async def test_what_is_said_last_stays_the_last_in_the_timeline_and_it_ends_after_it_began(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await api.person("ada")
    base = f"/workspaces/{await owner.workspace()}/incidents"
    ahead_ms, real_ns = HOUR_MS, clock.time.time_ns
    monkeypatch.setattr(clock, "time", SimpleNamespace(time_ns=lambda: real_ns() + ahead_ms * 1_000_000))
    made = await owner.post(base, {"title": "Payments fail", "body": "We look.", "stage": "investigating"})
    incident = f"{base}/{made.json()['id']}"
    assert (await owner.post(f"{incident}/acknowledge")).status_code == 200
    ahead_ms = 0
    for verb, body in (
        ("unacknowledge", None),
        ("updates", {"stage": "monitoring", "body": "Fixed."}),
        ("updates", {"body": "For us alone."}),
        ("resolve", {"body": "Over."}),
        ("reopen", {"body": "It is not."}),
        ("acknowledge", None),
    ):
        assert (await owner.post(f"{incident}/{verb}", body)).is_success, verb
    found = (await owner.get(incident)).json()
    timeline = found["timeline"]["items"][::-1]
    assert [each["kind"] for each in timeline] == [
        "opened", "update", "acknowledged", "unacknowledged", "update", "note", "resolved", "reopened", "acknowledged",
    ]  # fmt: skip
    times = [each["at"] for each in timeline]
    assert times == sorted(times)
    assert found["stage"] == "investigating"
