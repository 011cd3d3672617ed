"""Alert policies in the API: the default one, what may be in one, what it would do; and what watchers depend on."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import select

from healther.alerting.models import AlertPolicy
from healther.alerting.policies.standard import welcome_watcher
from tests.support.alerting import World
from tests.support.api import Api, Json, Person, where
from tests.support.consent import confirm

WEBHOOK = {"name": "Hook", "kind": "webhook", "options": {"url": "https://hooks.example.org/"}}
NIGHT = [{"starts": "22:00", "ends": "07:00", "time_zone": "Europe/Berlin"}]


@pytest.fixture
async def ada(api: Api) -> Person:
    return await api.person("ada")


async def made(person: Person, path: str, body: Json) -> Json:
    answer = await person.post(path, body)
    assert answer.status_code == 201, answer.text
    created: Json = answer.json()
    return created


async def test_the_first_watcher_brings_a_policy_that_mails_the_owners(ada: Person) -> None:
    workspace = await ada.workspace()
    policies = f"/workspaces/{workspace}/alert-policies"
    assert (await ada.get(policies)).json()["items"] == []
    await ada.watcher(workspace, name="one")
    await ada.watcher(workspace, name="two")
    (policy,) = (await ada.get(policies)).json()["items"]
    assert (await ada.get(f"/workspaces/{workspace}/channels")).json()["items"] == []
    assert (policy["is_default"], policy["enabled"], policy["all_watchers"]) == (True, True, True)
    assert policy["changes"] == ["down", "degraded", "recovered", "certificate", "flapping"]
    nobody_else = {"channel_ids": [], "rotation_ids": [], "user_ids": []}
    assert policy["steps"] == [{"after_s": 0, "owners": True, **nobody_else}]
    refused = await ada.delete(f"{policies}/{policy['id']}")
    assert (refused.status_code, "switch it off" in refused.json()["detail"]) == (409, True)
    off = await ada.patch(f"{policies}/{policy['id']}", {"enabled": False})
    assert (off.status_code, off.json()["enabled"], off.json()["version"]) == (200, False, 2)


async def test_a_policy_is_made_changed_and_deleted(ada: Person) -> None:
    workspace = await ada.workspace()
    policies = f"/workspaces/{workspace}/alert-policies"
    channel = await made(ada, f"/workspaces/{workspace}/channels", WEBHOOK)
    steps = [{"channel_ids": [channel["id"]]}, {"after_s": 600, "user_ids": [ada.id]}]
    policy = await made(ada, policies, {"name": "Nights", "changes": ["recovered", "down"], "steps": steps})
    assert policy["changes"] == ["down", "recovered"]
    theirs = {"channel_ids": [], "rotation_ids": [], "user_ids": [ada.id], "owners": False}
    assert policy["steps"][1] == {"after_s": 600, **theirs}
    changed = await ada.patch(
        f"{policies}/{policy['id']}", {"all_watchers": False, "tags": ["Till"], "remind_every_s": 60}
    )
    assert (changed.status_code, changed.json()["tags"], changed.json()["remind_every_s"]) == (200, ["Till"], 60)
    assert (await ada.get(f"{policies}/{policy['id']}")).json() == changed.json()
    steps = [{"user_ids": [ada.id]}, {"after_s": 60, "owners": True}]
    changed = await ada.patch(f"{policies}/{policy['id']}", {"steps": steps})
    assert (changed.status_code, [each["after_s"] for each in changed.json()["steps"]]) == (200, [0, 60])
    assert (await ada.delete(f"{policies}/{policy['id']}")).status_code == 204
    assert (await ada.get(f"{policies}/{policy['id']}")).status_code == 404


async def test_a_policy_stored_without_what_its_steps_leave_out_is_shown_with_it(api: Api, ada: Person) -> None:
    workspace = await ada.workspace()
    policies = f"/workspaces/{workspace}/alert-policies"
    policy = await made(ada, policies, {"name": "Nights", "steps": [{"owners": True}]})
    async with api.db.write() as session:
        await session.exec(update(AlertPolicy).values(steps=[{"owners": True}, {"after_s": 60, "user_ids": ["no"]}]))
    shown = await ada.get(f"{policies}/{policy['id']}")
    nobody = {"channel_ids": [], "rotation_ids": [], "user_ids": [], "owners": False}
    first, second = {**nobody, "after_s": 0, "owners": True}, {**nobody, "after_s": 0}
    assert (shown.status_code, shown.json()["steps"]) == (200, [first, second])
    assert (await ada.patch(f"{policies}/{policy['id']}", {"remind_every_s": 60})).status_code == 200


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"steps": []}, "body.steps"),
        ({"steps": [{}]}, "body.steps"),
        ({"steps": [{"user_ids": ["me"], "after_s": 60}, {"user_ids": ["me"], "after_s": 60}]}, "body.steps"),
        ({"steps": [{"channel_ids": ["no"]}]}, "body.steps.0.channel_ids.0"),
        ({"steps": [{"rotation_ids": ["no"]}]}, "body.steps.0.rotation_ids.0"),
        ({"steps": [{"user_ids": ["no"]}]}, "body.steps.0.user_ids.0"),
        ({"all_watchers": False}, "body.all_watchers"),
        ({"tags": ["till"]}, "body.all_watchers"),
        ({"all_watchers": False, "watcher_ids": ["no"]}, "body.watcher_ids.0"),
        ({"changes": []}, "body.changes"),
        ({"changes": ["up"]}, "body.changes.0"),
        # Nobody hears of an end who was not told of a beginning.
        ({"changes": ["recovered"]}, "body.changes"),
        ({"changes": ["recovered", "recovered"]}, "body.changes"),
        ({"steps": [{"user_ids": ["me"], "after_s": True}]}, "body.steps.0.after_s"),
        ({"steps": [{"user_ids": ["me"], "after_s": "0"}]}, "body.steps.0.after_s"),
        ({"remind_every_s": "600"}, "body.remind_every_s"),
        ({"remind_every_s": 5}, "body.remind_every_s"),
        ({"surprise": 1}, "body.surprise"),
    ],
)
async def test_what_cannot_be_in_a_policy_is_refused_by_its_field(ada: Person, fields: Json, field: str) -> None:
    ids = {"me": ada.id, "no": "01a209c3-4d4f-77a1-9ccc-47d635fc90f9"}

    def named(value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, list):
            return [named(each) for each in value]
        if isinstance(value, dict):
            return {key: named(each) for key, each in value.items()}
        return ids.get(value, value) if isinstance(value, str) else value

    workspace = await ada.workspace()
    body = {"name": "Policy", "steps": [{"user_ids": [ada.id]}], **named(fields)}
    assert where(await ada.post(f"/workspaces/{workspace}/alert-policies", body)) == [field]


async def test_nothing_of_another_workspace_gets_into_a_policy(ada: Person) -> None:
    mine, other = await ada.workspace("Mine"), await ada.workspace("Other")
    channel = await made(ada, f"/workspaces/{other}/channels", WEBHOOK)
    watcher = await ada.watcher(other)
    body = {
        "name": "Policy", "steps": [{"channel_ids": [channel["id"]]}], "all_watchers": False,
        "watcher_ids": [watcher["id"]],
    }  # fmt: skip
    refused = await ada.post(f"/workspaces/{mine}/alert-policies", body)
    assert where(refused) == ["body.steps.0.channel_ids.0", "body.watcher_ids.0"]
    assert where(await ada.post(f"/workspaces/{mine}/alert-policies/preview", {"policy": body})) == [
        "body.policy.steps.0.channel_ids.0", "body.policy.watcher_ids.0",
    ]  # fmt: skip


async def test_the_preview_says_who_would_hear_when_and_what_quiet_hours_do(ada: Person) -> None:
    workspace = await ada.workspace()
    await confirm(ada.api, ada.email)
    hook = await made(ada, f"/workspaces/{workspace}/channels", {**WEBHOOK, "quiet_hours": NIGHT})
    for name, tags in (("till", ["Till"]), ("shop", []), ("blog", ["till"])):
        await ada.watcher(workspace, name=name, tags=tags)
    policy = {
        "name": "Policy", "all_watchers": False, "tags": ["till"], "remind_every_s": 1800,
        "steps": [{"channel_ids": [hook["id"]]}, {"after_s": 600, "user_ids": [ada.id]}],
    }  # fmt: skip
    body = {"policy": policy, "at": "2026-01-31T23:30:00Z"}
    answer = await ada.post(f"/workspaces/{workspace}/alert-policies/preview", body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "watchers": 2,
        "names": ["blog", "till"],
        "lines": [
            {
                "at": "2026-01-31T23:40:00Z",
                "to": "Ada",
                "words": "After 10 min without acknowledgement: mail to Ada.",
                "after_s": 600, "by_mail": True, "rotation": None, "nobody": False,
                "quiet_until": None, "why_not": None,
            },
            {
                "at": "2026-02-01T06:00:00Z",
                "to": "Hook",
                "words": "At once: Hook, whose quiet hours hold it until 2026-02-01 06:00 UTC.",
                "after_s": 0, "by_mail": False, "rotation": None, "nobody": False,
                "quiet_until": "2026-02-01T06:00:00Z", "why_not": None,
            },
        ],
        "then": "After that, everybody again every 30 min until it is acknowledged or over; not in quiet hours.",
        "afterwards": "reminds", "remind_every_s": 1800,
    }  # fmt: skip


async def test_a_watcher_depends_on_others_of_its_workspace_and_never_on_itself(ada: Person) -> None:
    workspace, other = await ada.workspace(), await ada.workspace("Other")
    foreign = await ada.watcher(other)
    router = await ada.watcher(workspace, name="router")
    rack = await ada.watcher(workspace, name="rack", depends_on=[router["id"], router["id"]])
    shop = await ada.watcher(workspace, name="shop", depends_on=[rack["id"]])
    path = f"/workspaces/{workspace}/watchers"
    assert (router["depends_on"], rack["depends_on"], shop["depends_on"]) == ([], [router["id"]], [rack["id"]])
    for wrong in (foreign["id"], "01a209c3-4d4f-77a1-9ccc-47d635fc90f9"):
        answer = await ada.post(path, {"name": "x", "url": "http://127.0.0.1:9/", "depends_on": [wrong]})
        assert where(answer) == ["body.depends_on.0"]
    for ring in (router["id"], rack["id"], shop["id"]):
        assert where(await ada.patch(f"{path}/{router['id']}", {"depends_on": [ring]})) == ["body.depends_on.0"]
    freed = await ada.patch(f"{path}/{shop['id']}", {"depends_on": [router["id"]]})
    assert freed.json()["depends_on"] == [router["id"]]
    by_name = {each["name"]: each["depends_on"] for each in (await ada.get(path)).json()["items"]}
    assert by_name == {"rack": [router["id"]], "router": [], "shop": [router["id"]]}
    assert (await ada.delete(f"{path}/{router['id']}")).status_code == 204
    assert (await ada.get(f"{path}/{shop['id']}")).json()["depends_on"] == []


@pytest.mark.parametrize(("language", "name"), [("de", "Alles, sofort"), ("en", "Everything, at once")])
async def test_the_first_policy_is_named_in_the_language_of_the_owner(api: Api, language: str, name: str) -> None:
    ada = await api.person("ada")
    assert (await ada.patch("/users/me", {"language": language})).status_code == 200
    workspace = await ada.workspace()
    await ada.watcher(workspace)
    policies = (await ada.get(f"/workspaces/{workspace}/alert-policies")).json()["items"]
    assert [(each["name"], each["is_default"]) for each in policies] == [(name, True)]


async def test_the_first_watcher_brings_the_default_policy_whatever_policies_there_are(ada: Person) -> None:
    workspace = await ada.workspace()
    path = f"/workspaces/{workspace}/alert-policies"

    async def policies() -> list[tuple[str, bool]]:
        return [(each["name"], each["is_default"]) for each in (await ada.get(path)).json()["items"]]

    mine = {"name": "Mine", "all_watchers": False, "tags": ["zzz"], "steps": [{"owners": True}]}
    assert (await ada.post(path, mine)).status_code == 201
    assert await policies() == [("Mine", False)]
    await ada.watcher(workspace, name="first")
    assert await policies() == [("Everything, at once", True), ("Mine", False)]
    await ada.watcher(workspace, name="second")
    assert len(await policies()) == 2, "once"


async def test_a_workspace_that_came_to_watch_without_it_gets_no_default_policy_beside_its_own(
    world: World,
) -> None:
    await world.policy((0, "hook"))
    await world.watchers("first", "second")
    async with world.db.write() as session:
        await welcome_watcher(session, world.workspace_id, world.now)
        found = (await session.exec(select(AlertPolicy.name))).all()
    assert found == ["Policy"], "whoever watches already has decided who hears of what"
