"""What long texts of incidents may cost whoever else is served (S12)."""

from healther.incidents.routes import PREVIEWS
from healther.incidents.service.reading import MOST_TIMELINE_CHARACTERS
from tests.support.api import Api, Json, Person


async def opened(api: Api) -> tuple[Person, str, Json]:
    """An owner, the workspace's path, and an incident without a word."""
    owner = await api.person("ada")
    base = f"/workspaces/{await owner.workspace()}"
    made = await owner.post(f"{base}/incidents", {"title": "Payments fail"})
    assert made.status_code == 201, made.text
    return owner, base, made.json()


async def test_a_timeline_of_long_updates_comes_in_short_pages_that_go_on(sqlite_api: Api) -> None:
    owner, base, incident = await opened(sqlite_api)
    path = f"{base}/incidents/{incident['id']}"
    said = [f"{number} {'word ' * 3900}".strip() for number in range(7)]
    for body in said:
        answer = await owner.post(f"{path}/updates", {"body": body})
        assert answer.status_code == 201, answer.text
    timeline, bodies = (await owner.get(path)).json()["timeline"], []
    while True:
        page = [entry["body"] for entry in timeline["items"]]
        assert page
        assert sum(map(len, page)) <= MOST_TIMELINE_CHARACTERS
        bodies += page
        if timeline["next_cursor"] is None:
            break
        timeline = (await owner.get(f"{path}/timeline", cursor=timeline["next_cursor"])).json()
    assert bodies == [*reversed(said), ""]


async def test_long_templates_come_in_short_pages_too(sqlite_api: Api) -> None:
    owner, base, _ = await opened(sqlite_api)
    path = f"{base}/update-templates"
    for number in range(4):
        body = {"name": f"Template {number}", "stage": "identified", "body": "x" * 20_000}
        assert (await owner.post(path, body)).status_code == 201
    first = (await owner.get(path)).json()
    rest = (await owner.get(path, cursor=first["next_cursor"])).json()
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [3, 1, None]


async def test_previews_are_throttled_and_say_when_to_go_on(sqlite_api: Api) -> None:
    owner, base, _ = await opened(sqlite_api)
    for _ in range(PREVIEWS.tries):
        assert (await owner.post(f"{base}/incidents/preview", {"body": "a"})).status_code == 200
    refused = await owner.post(f"{base}/incidents/preview", {"body": "a"})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60


async def test_s12_a_table_that_would_fill_the_page_with_cells_is_shown_as_it_was_typed(sqlite_api: Api) -> None:
    owner, base, _ = await opened(sqlite_api)
    bomb = ("|" + "a|" * 1500 + "\n|" + "-|" * 1500 + "\n" + "|x\n" * 4000)[:20_000].strip()
    answer = await owner.post(f"{base}/incidents/preview", {"body": bomb})
    assert answer.json() == {"html": f"<p>{bomb}</p>".replace("\n", "<br>")}
