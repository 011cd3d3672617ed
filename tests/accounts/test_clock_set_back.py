"""R12: a clock that is set back by an hour signs nobody out, locks nobody out and lets nobody in."""

from types import SimpleNamespace

import pytest
from sqlmodel import select

from healther.accounts.models import ApiKey
from healther.accounts.throttle import SIGN_IN_ACCOUNT
from healther.core import clock
from healther.core.clock import HOUR_MS, MINUTE_MS, now_ms
from tests.support.api import PASSWORD, Api


class Clock:
    """The wall clock of this process, so many milliseconds ahead."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, ahead_ms: int) -> None:
        self.ahead_ms = ahead_ms
        real_ns = clock.time.time_ns
        stepped = SimpleNamespace(time_ns=lambda: real_ns() + self.ahead_ms * 1_000_000)
        monkeypatch.setattr(clock, "time", stepped)


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, HOUR_MS)


async def test_whoever_is_signed_in_stays_so_and_renews_their_tokens(api: Api, ahead: Clock) -> None:
    person = await api.person("ada")
    ahead.ahead_ms = 0
    assert (await person.get("/users/me")).status_code == 200
    renewed = await person.post("/auth/refresh")
    assert renewed.status_code == 200
    person.use(renewed.json()["access_token"])
    assert (await person.get("/users/me")).status_code == 200


async def test_a_refresh_token_that_was_used_before_the_step_is_no_lost_answer(api: Api, ahead: Clock) -> None:
    person = await api.person("ada")
    used = person.http.cookies["healther_refresh"]
    assert (await person.post("/auth/refresh")).status_code == 200
    ahead.ahead_ms = MINUTE_MS
    thief = api.client("203.0.113.7")
    assert (await thief.post("/auth/refresh", headers={"Cookie": f"healther_refresh={used}"})).status_code == 401
    assert (await person.get("/users/me")).status_code == 401, "two hold the sign-in: it ends"


async def test_who_guessed_too_often_before_the_step_waits_no_hour_longer(api: Api, ahead: Clock) -> None:
    person = await api.person("ada")
    guesser = api.client("203.0.113.7")
    wrong = {"username": person.email, "password": "guess"}
    for _ in range(SIGN_IN_ACCOUNT.tries):
        assert (await guesser.post("/auth/token", data=wrong)).status_code == 401
    assert (await guesser.post("/auth/token", data=wrong)).status_code == 429
    ahead.ahead_ms = 0
    right = {"username": person.email, "password": PASSWORD}
    assert (await guesser.post("/auth/token", data=right)).status_code == 200


async def test_a_key_was_last_used_now_and_not_in_an_hour(api: Api, ahead: Clock) -> None:
    owner = await api.person("owner")
    workspace_id = await owner.workspace()
    key = (await owner.post(f"/workspaces/{workspace_id}/api-keys", {"name": "CI", "scope": "read"})).json()["key"]
    program = api.client()
    program.headers["Authorization"] = f"Bearer {key}"
    for ahead_ms in (HOUR_MS, 0):
        ahead.ahead_ms = ahead_ms
        assert (await program.get(f"/workspaces/{workspace_id}")).status_code == 200
    async with api.db.read() as session:
        used_at = (await session.exec(select(ApiKey.last_used_at))).one()
    assert used_at is not None
    assert used_at <= now_ms()
