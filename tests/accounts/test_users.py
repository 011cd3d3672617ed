"""One's own account."""

from healther.accounts.throttle import EMAIL_CHANGE, PASSWORD_CHANGE
from tests.support.api import PASSWORD, Api, where

NEW_PASSWORD = "another long phrase"


async def test_a_name_is_changed_freely_and_an_email_with_the_password(api: Api) -> None:
    person = await api.person("ada")
    assert (await person.patch("/users/me", {"full_name": "Ada L."})).json()["full_name"] == "Ada L."
    assert where(await person.patch("/users/me", {"email": "lovelace@example.org"})) == ["body.current_password"]
    wrong = {"email": "lovelace@example.org", "current_password": "wrong password"}
    assert where(await person.patch("/users/me", wrong)) == ["body.current_password"]
    assert (await person.get("/users/me")).json()["email"] == "ada@example.org"

    changed = await person.patch("/users/me", {"email": "Lovelace@example.org", "current_password": PASSWORD})
    assert changed.json()["email"] == "lovelace@example.org"
    person.email = "lovelace@example.org"
    assert (await person.sign_in()).status_code == 200


async def test_an_email_that_is_somebody_elses_is_a_conflict(api: Api) -> None:
    person = await api.person("ada")
    await api.person("bob")
    answer = await person.patch("/users/me", {"email": "bob@example.org", "current_password": PASSWORD})
    assert answer.status_code == 409


async def test_nobody_finds_out_who_has_an_account_by_trying_one_email_after_the_other(api: Api) -> None:
    person = await api.person("ada")
    await api.person("bob")
    taken = {"email": "bob@example.org", "current_password": PASSWORD}
    codes = [(await person.patch("/users/me", taken)).status_code for _ in range(EMAIL_CHANGE.tries)]
    assert set(codes) == {409}
    limited = await person.patch("/users/me", {**taken, "email": "free@example.org"})
    assert limited.status_code == 429
    assert limited.json()["detail"].startswith("An account changes its email 10 times an hour at most; try again in ")
    assert (await person.patch("/users/me", {"full_name": "Ada L.", "email": "ada@example.org"})).status_code == 200


async def test_null_is_no_name(sqlite_api: Api) -> None:
    person = await sqlite_api.person("ada")
    assert where(await person.patch("/users/me", {"full_name": None})) == ["body.full_name"]
    assert where(await person.patch("/users/me", {"hashed_password": "x"})) == ["body.hashed_password"]


async def test_a_new_password_ends_every_sign_in_and_answers_with_a_new_one(api: Api) -> None:
    person = await api.person("ada")
    other_device = await person.another_client()
    old_cookie = person.http.cookies["healther_refresh"]
    answer = await person.post("/users/me/password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD})
    assert answer.status_code == 200
    assert (await person.get("/users/me")).status_code == 401, "the old token ends at once"
    assert (await other_device.get("/users/me")).status_code == 401
    assert (await other_device.post("/auth/refresh")).status_code == 401

    person.use(answer.json()["access_token"])
    assert (await person.get("/users/me")).status_code == 200
    assert person.http.cookies["healther_refresh"] != old_cookie
    assert (await person.post("/auth/refresh")).status_code == 200
    assert (await person.sign_in(PASSWORD)).status_code == 401
    assert (await person.sign_in(NEW_PASSWORD)).status_code == 200


async def test_nobody_keeps_the_owner_out_by_changing_the_password_again_and_again(api: Api) -> None:
    person, old = await api.person("ada"), PASSWORD
    for number in range(PASSWORD_CHANGE.tries + 1):
        change = {"current_password": old, "new_password": f"long phrase {number}"}
        answer = await person.post("/users/me/password", change)
        if answer.status_code != 200:
            break
        old = change["new_password"]
        person.use(answer.json()["access_token"])
    assert (number, answer.status_code) == (PASSWORD_CHANGE.tries, 429)
    assert "An account changes its password 5 times an hour at most; try again in " in answer.json()["detail"]
    assert (await person.sign_in(old)).status_code == 200, "the last one counts"


async def test_a_password_is_changed_only_by_who_knows_it(api: Api) -> None:
    person = await api.person("ada")
    wrong = {"current_password": "wrong password", "new_password": NEW_PASSWORD}
    assert where(await person.post("/users/me/password", wrong)) == ["body.current_password"]
    weak = {"current_password": PASSWORD, "new_password": "12345678"}
    assert where(await person.post("/users/me/password", weak)) == ["body.new_password"]
    assert (await person.sign_in(PASSWORD)).status_code == 200


async def test_a_stolen_token_cannot_guess_the_password_for_long(api: Api) -> None:
    person = await api.person("ada")
    wrong = {"current_password": "wrong password", "new_password": NEW_PASSWORD}
    for _ in range(10):
        assert (await person.post("/users/me/password", wrong)).status_code == 422
    right = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    refused = await person.post("/users/me/password", right)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
