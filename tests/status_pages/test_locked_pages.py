"""Pages behind a password: who gets in, for how long, and what whoever does not gets."""

from healther.status_pages.access import LASTS_MS, Doorkeeper
from tests.support.api import Api, Json, Person, settings_for
from tests.support.status_pages import look, make_page, workspace_with

PAGE = "/status/acme-status"
PASSWORD = "open sesame please"
FORMS = ("", ".json", "/feed.atom", "/embed", "/card.png")


async def locked(api: Api, **fields: object) -> tuple[Person, str, Json]:
    owner, workspace, watchers = await workspace_with(api, "Secret shop")
    made = await make_page(owner, workspace, watchers, access="password", password=PASSWORD, **fields)
    return owner, f"/workspaces/{workspace}/status-pages/{made['id']}", made


async def enter(api: Api, password: str, *, address: str = "192.0.2.10", page: str = PAGE) -> tuple[int, str, str]:
    """Status, cookie, text."""
    http = api.client(address, base="")
    answer = await http.post(page, data={"password": password})
    return answer.status_code, answer.headers.get("Set-Cookie", "").partition(";")[0], answer.text


async def test_without_the_password_nothing_of_the_page_is_told(api: Api) -> None:
    await locked(api)
    for _ in range(2):
        for form in FORMS:
            answer = await look(api, PAGE + form)
            assert answer.status_code == 403, form
            assert "Secret" not in answer.text
            assert "Acme status" not in answer.text
            assert answer.headers["Cache-Control"] == "no-store"
        assert (await look(api, "/badge/acme-status/secret-shop.svg")).status_code == 403
    assert 'type="password"' in (await look(api, PAGE)).text


async def test_with_the_password_everything_is_shown_and_kept_by_no_cache(api: Api) -> None:
    await locked(api)
    status, cookie, _ = await enter(api, PASSWORD)
    assert status == 303
    for form in FORMS:
        answer = await look(api, PAGE + form, Cookie=cookie)
        assert answer.status_code == 200, form
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Secret shop" in (await look(api, PAGE, Cookie=cookie)).text
    assert (await look(api, PAGE)).status_code == 403
    http = api.client(base="")
    told = (await http.post(PAGE, data={"password": PASSWORD})).headers["Set-Cookie"]
    assert all(word in told for word in ("HttpOnly", "SameSite=lax", "Path=/", f"Max-Age={LASTS_MS // 1000}"))


async def test_a_wrong_password_is_told_and_guesses_are_throttled(api: Api) -> None:
    await locked(api)
    status, cookie, text = await enter(api, "not this one")
    assert (status, cookie) == (403, "")
    assert "That is not the password." in text
    tries = [(await enter(api, f"guess {number}"))[0] for number in range(12)]
    assert tries == [403] * 9 + [429] * 3
    assert "Too many attempts" in (await enter(api, PASSWORD))[2]
    throttled = await api.client("192.0.2.10", base="").post(PAGE, data={"password": PASSWORD})
    assert throttled.status_code == 429
    assert 0 < int(throttled.headers["Retry-After"]) <= 15 * 60
    assert (await enter(api, PASSWORD, address="198.51.100.99"))[0] == 303


async def test_s10_a_new_password_ends_every_visit_on_the_next_request(api: Api) -> None:
    owner, path, _ = await locked(api)
    _, cookie, _ = await enter(api, PASSWORD)
    assert (await look(api, PAGE, Cookie=cookie)).status_code == 200
    assert (await owner.patch(path, {"password": "another passphrase"})).status_code == 200
    assert (await look(api, PAGE, Cookie=cookie)).status_code == 403
    assert (await look(api, f"{PAGE}.json", Cookie=cookie)).status_code == 403
    assert (await enter(api, PASSWORD))[0] == 403
    assert (await enter(api, "another passphrase"))[0] == 303


async def test_a_page_that_gets_a_password_is_no_longer_sent_from_memory(api: Api) -> None:
    owner, workspace, watchers = await workspace_with(api, "Shop")
    made = await make_page(owner, workspace, watchers)
    for form in FORMS:
        assert (await look(api, PAGE + form)).status_code == 200
    body = {"access": "password", "password": PASSWORD}
    await owner.patch(f"/workspaces/{workspace}/status-pages/{made['id']}", body)
    for form in FORMS:
        assert (await look(api, PAGE + form)).status_code == 403


async def test_a_cookie_that_is_not_ours_opens_nothing(api: Api) -> None:
    owner, _, _ = await locked(api)
    _, cookie, _ = await enter(api, PASSWORD)
    name, _, value = cookie.partition("=")
    until, _, signature = value.partition(".")
    workspace = await owner.workspace("Other")
    watcher = await owner.watcher(workspace)
    await make_page(owner, workspace, [watcher], slug="another", access="password", password=PASSWORD)
    forged = [
        f"{name}=", f"{name}={until}.", f"{name}={int(until) + 1}.{signature}", f"{name}=9{until}.{signature}",
        f"{name}=x.{signature}", f"{name}={until}.{'0' * 64}", f"{name}=-1.{signature}",
    ]  # fmt: skip
    for each in forged:
        assert (await look(api, PAGE, Cookie=each)).status_code == 403, each
    assert (await look(api, "/status/another", Cookie=f"healther_page_another={value}")).status_code == 403
    keeper = api.app.state.doorkeeper
    other_key = Doorkeeper(settings_for("sqlite+aiosqlite:///x", secret_key="another-key-for-tests-9876543210-abcdef"))
    api.app.state.doorkeeper = other_key
    assert (await look(api, PAGE, Cookie=cookie)).status_code == 403
    api.app.state.doorkeeper = keeper
    assert (await look(api, PAGE, Cookie=cookie)).status_code == 200


async def test_there_is_nothing_to_enter_where_no_page_or_no_password_is(api: Api) -> None:
    owner, workspace, watchers = await workspace_with(api, "Shop")
    await make_page(owner, workspace, watchers)
    assert (await enter(api, "whatever"))[0] == 303
    assert (await enter(api, "whatever", page="/status/nowhere"))[0] == 404
    assert (await api.client(base="").post(PAGE, data={})).status_code == 422


async def test_a_locked_page_on_its_own_domain_lets_people_in_there(api: Api) -> None:
    await locked(api, custom_domain="status.example.org")
    http = api.client(base="")
    host = {"Host": "status.example.org"}
    assert (await http.get("/", headers=host)).status_code == 403
    entered = await http.post(PAGE, data={"password": PASSWORD}, headers=host)
    cookie = entered.headers["Set-Cookie"].partition(";")[0]
    shown = await look(api, "/", host="status.example.org", Cookie=cookie)
    assert (shown.status_code, "Secret shop" in shown.text) == (200, True)
