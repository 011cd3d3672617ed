"""Tags: one spelling a workspace, renamed and taken off everywhere at once."""

from tests.support.api import Api, Person, where


async def watcher(ada: Person, home: str, *tags: str) -> str:
    """The path of a new watcher with these tags."""
    made = await ada.watcher(home.rpartition("/")[2], tags=list(tags))
    return f"{home}/watchers/{made['id']}"


async def tags_of(ada: Person, path: str) -> list[str]:
    found: list[str] = (await ada.get(path)).json()["tags"]
    return found


async def all_tags(ada: Person, home: str) -> dict[str, int]:
    return {tag["name"]: tag["watchers"] for tag in (await ada.get(f"{home}/tags")).json()}


async def test_tags_are_trimmed_once_each_and_spelled_as_first_written(ada: Person, home: str) -> None:
    one = await watcher(ada, home, " Prod ", "prod", "<b>&", "STRASSE")
    two = await watcher(ada, home, "PROD", "straße")
    assert await tags_of(ada, one) == ["<b>&", "Prod", "STRASSE"]
    assert await tags_of(ada, two) == ["Prod", "STRASSE"]
    assert await all_tags(ada, home) == {"<b>&": 1, "Prod": 2, "STRASSE": 2}
    listed = (await ada.get(f"{home}/watchers")).json()["items"]
    assert sorted(len(each["tags"]) for each in listed) == [2, 3]


async def test_an_edit_replaces_the_tags_and_one_without_them_keeps_them(ada: Person, home: str) -> None:
    path = await watcher(ada, home, "a", "b")
    assert (await ada.patch(path, {"name": "Renamed"})).json()["tags"] == ["a", "b"]
    assert (await ada.patch(path, {"tags": ["b", "c"]})).json()["tags"] == ["b", "c"]
    assert (await ada.patch(path, {"tags": []})).json()["tags"] == []
    assert await all_tags(ada, home) == {}


async def test_what_is_no_tag_lands_on_its_field(ada: Person, home: str) -> None:
    path = await watcher(ada, home)
    for tags, field in [
        (["a" * 41], "body.tags.0"),
        (["ok", "  "], "body.tags.1"),
        (["a\nb"], "body.tags.0"),
        (["a/b"], "body.tags.0"),
        ([".."], "body.tags.0"),
        ([str(number) for number in range(21)], "body.tags"),
        (None, "body.tags"),
    ]:
        assert where(await ada.patch(path, {"tags": tags})) == [field], tags
    assert (await ada.patch(path, {"tags": [str(number) for number in range(20)]})).status_code == 200


async def test_a_list_is_filtered_by_tag_in_any_spelling(ada: Person, home: str) -> None:
    tagged = await watcher(ada, home, "Prod", "eu")
    await watcher(ada, home, "staging")
    for spelling in ("Prod", "prod", " PROD "):
        items = (await ada.get(f"{home}/watchers", tag=spelling)).json()["items"]
        assert [f"{home}/watchers/{item['id']}" for item in items] == [tagged]
        assert items[0]["tags"] == ["eu", "Prod"]
    assert (await ada.get(f"{home}/watchers", tag="nothing")).json()["items"] == []


async def test_a_renamed_tag_is_renamed_everywhere_and_joins_another(ada: Person, home: str) -> None:
    one, two = await watcher(ada, home, "prod", "eu"), await watcher(ada, home, "production")
    both = await watcher(ada, home, "prod", "production")
    assert (await ada.patch(f"{home}/tags/PROD", {"name": "Prod"})).json() == {"name": "Prod", "watchers": 2}
    assert await tags_of(ada, one) == ["eu", "Prod"]
    renamed = await ada.patch(f"{home}/tags/prod", {"name": "Production"})
    assert renamed.json() == {"name": "Production", "watchers": 3}
    assert await all_tags(ada, home) == {"eu": 1, "Production": 3}
    assert [await tags_of(ada, path) for path in (one, two, both)] == [
        ["eu", "Production"], ["Production"], ["Production"],
    ]  # fmt: skip
    assert (await ada.patch(f"{home}/tags/prod", {"name": "x"})).status_code == 404


async def test_a_deleted_tag_is_gone_from_every_watcher(ada: Person, home: str) -> None:
    paths = [await watcher(ada, home, "prod", name) for name in ("a", "b")]
    assert (await ada.delete(f"{home}/tags/Prod")).status_code == 204
    assert [await tags_of(ada, path) for path in paths] == [["a"], ["b"]]
    assert (await ada.delete(f"{home}/tags/Prod")).status_code == 404


async def test_a_name_that_needs_quoting_can_be_addressed(ada: Person, home: str) -> None:
    await watcher(ada, home, "50% é?#")
    assert (await ada.patch(f"{home}/tags/50%25%20%C3%A9%3F%23", {"name": "half"})).json()["watchers"] == 1


async def test_tags_are_a_workspaces_own(api: Api, ada: Person, home: str) -> None:
    other = f"/workspaces/{await ada.workspace('Other')}"
    mine, theirs = await watcher(ada, home, "prod"), await watcher(ada, other, "PROD")
    assert (await tags_of(ada, mine), await tags_of(ada, theirs)) == (["prod"], ["PROD"])
    assert (await ada.delete(f"{home}/tags/prod")).status_code == 204
    assert await tags_of(ada, theirs) == ["PROD"]
    assert (await ada.get(f"{home}/watchers", tag="prod")).json()["items"] == []
