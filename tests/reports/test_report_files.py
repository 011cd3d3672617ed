"""Reports as files: JSON, HTML, CSV and PDF say the same, to whoever may read them, and nothing they should not."""

import csv
import re
from base64 import b64encode
from hashlib import sha256
from io import BytesIO, StringIO

import httpx
import pytest
from pypdf import PdfReader

from healther.accounts.deps import get_now_ms
from healther.core.clock import now_ms, to_utc
from healther.reports import scope
from healther.reports.words_de import report_words
from healther.watchers.states import State
from tests.support.api import Api, Json, Person, where
from tests.support.history import counted_statements
from tests.support.status_pages import live_through, make_page, workspace_with

MONTH = f"{to_utc(now_ms()):%Y-%m}"
NAMES = (
    '=HYPERLINK("http://x")',
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\uff1d1+1",
    'Plain, "quoted"',
    "Müller & Söhne Ωμέγα Кофе",
)
FORMULA = re.compile("^\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]")


async def get(person: Person, workspace: str, ending: str = "", month: str = MONTH, **params: str) -> httpx.Response:
    return await person.get(f"/workspaces/{workspace}/reports/{month}{ending}", **params)


async def report(person: Person, workspace: str, **params: str) -> Json:
    answer = await get(person, workspace, **params)
    assert answer.status_code == 200, answer.text
    made: Json = answer.json()
    return made


def text_of_pdf(body: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)


async def troubled(api: Api) -> tuple[Person, str, list[Json]]:
    """A workspace whose shop was down for ten minutes within the last hour, and a blog that was not."""
    owner, workspace, watchers = await workspace_with(api, "canary-internal-shop", "Blog")
    await live_through(api, watchers[0], State.DOWN, State.HEALTHY)
    await live_through(api, watchers[1], State.HEALTHY)
    return owner, workspace, watchers


async def test_a_report_tells_each_service_the_incidents_and_its_own_rules(api: Api) -> None:
    owner, workspace, watchers = await troubled(api)
    body = {"title": "Shop trouble", "components": [{"watcher_id": watchers[0]["id"], "impact": "down"}]}
    assert (await owner.post(f"/workspaces/{workspace}/incidents", body)).status_code == 201
    made = await report(owner, workspace)
    assert (made["title"], made["tz"], made["language"], made["complete"]) == ("Acme", "UTC", "en", False)
    blog, shop = made["services"]
    assert (blog["name"], shop["name"]) == ("Blog", "canary-internal-shop")
    assert (blog["down_s"], blog["outages"], blog["uptime_percent"]) == (0, 0, 100)
    assert made["total"]["services"] == 2
    assert [(each["title"], each["services"]) for each in made["incidents"]] == [("Shop trouble", [shop["name"]])]
    assert (shop["incidents"], blog["incidents"], made["incidents_total"]) == (1, 0, 1)
    assert any("never rounded up" in rule for rule in made["rules"])
    assert any("deleted took its history along" in rule for rule in made["rules"])


async def test_every_form_says_the_same(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, workspace, _ = await troubled(api)
    moment = now_ms()
    monkeypatch.setitem(api.app.dependency_overrides, get_now_ms, lambda: moment)
    made = await report(owner, workspace, tz="Europe/Berlin", language="de")
    html = (await get(owner, workspace, ".html", tz="Europe/Berlin", language="de")).text
    sheet = await get(owner, workspace, ".csv", tz="Europe/Berlin", language="de")
    pdf = text_of_pdf((await get(owner, workspace, ".pdf", tz="Europe/Berlin", language="de")).content)
    rows = list(csv.DictReader(StringIO(sheet.content.decode("utf-8-sig"))))
    for service, row in zip(made["services"], rows, strict=False):
        assert row["service"] == service["name"]
        for column in ("healthy_s", "down_s", "unknown_s", "uptime_percent", "outages", "longest_outage_s"):
            assert float(row[column]) == service[column]
        figure = "100" if service["uptime_percent"] == 100 else f"{service['uptime_percent']:.3f}".replace(".", ",")
        for text in (html, pdf):
            assert service["name"] in text
            assert f"{figure}\u202f%" in text
    for rule in made["rules"]:
        assert rule in html
        assert rule in sheet.content.decode()
        assert "".join(rule.split()) in "".join(pdf.split())
    assert "Wie gezählt wurde" in pdf


async def test_a_report_of_a_page_has_its_names_its_language_and_what_was_told_on_it(api: Api) -> None:
    owner, workspace, watchers = await troubled(api)
    components = [{"watcher_id": watchers[0]["id"], "name": "Laden"}]
    page = await make_page(
        owner, workspace, [], language="de", time_zone="Europe/Berlin",
        sections=[{"name": "Verkauf", "components": components}],
    )  # fmt: skip
    for title, pages in (("canary: told to nobody", []), ("Laden gestört", [page["id"]])):
        body = {"title": title, "page_ids": pages, "components": [{"watcher_id": watchers[0]["id"], "impact": "down"}]}
        assert (await owner.post(f"/workspaces/{workspace}/incidents", body)).status_code == 201
    params = {"status_page_id": page["id"]}
    made = await report(owner, workspace, **params)
    assert (made["title"], made["tz"], made["language"]) == ("Acme status", "Europe/Berlin", "de")
    (service,) = made["services"]
    assert (service["name"], service["section"], service["incidents"]) == ("Laden", "Verkauf", 1)
    assert [each["title"] for each in made["incidents"]] == ["Laden gestört"]
    answers = [await get(owner, workspace, ending, **params) for ending in ("", ".html", ".csv", ".pdf")]
    texts = [answer.text for answer in answers[:3]] + [text_of_pdf(answers[3].content)]
    assert [text.count("canary") for text in texts] == [0, 0, 0, 0]
    assert all("Laden" in text for text in texts)


async def test_a12_no_name_becomes_a_formula_or_a_script(sqlite_api: Api) -> None:
    script = "<script>alert(1)</script>"
    owner, workspace, _ = await workspace_with(sqlite_api, *NAMES, script)
    sheet = (await get(owner, workspace, ".csv")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(sheet)))
    assert {row["service"].removeprefix("'") for row in rows if row["watcher_id"]} == {*NAMES, script}
    cells = [cell for row in csv.reader(StringIO(sheet)) for cell in row]
    assert [cell for cell in cells if FORMULA.match(cell)] == []
    answer = await get(owner, workspace, ".html")
    assert script not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert re.findall(r"<script|\bon\w+=|\bstyle=|\bsrc=|\bhref=|url\(|@import", answer.text) == []
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    policy = answer.headers["Content-Security-Policy"]
    assert f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert policy.startswith(re.findall(r'Policy" content="(.*?)">', answer.text)[0].replace("&#39;", "'"))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="healther-{MONTH}.html"'


async def test_a_pdf_shows_the_scripts_it_has_and_says_so_where_it_has_not(sqlite_api: Api) -> None:
    owner, workspace, _ = await workspace_with(sqlite_api, *NAMES)
    text = text_of_pdf((await get(owner, workspace, ".pdf")).content)
    assert "Müller & Söhne Ωμέγα Кофе" in text
    assert "drawn as boxes" in text  # for the full-width equals sign
    other = await owner.workspace("Other")
    await owner.watcher(other, name="Café Größe")
    plain = await get(owner, other, ".pdf")
    assert plain.headers["Content-Type"] == "application/pdf"
    assert "drawn as boxes" not in text_of_pdf(plain.content)


async def test_a_report_of_nothing_says_so_in_every_form(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    workspace = await ada.workspace()
    assert (await report(ada, workspace))["total"]["uptime_percent"] is None
    assert "There is no service" in (await get(ada, workspace, ".html")).text
    assert "There is no service" in text_of_pdf((await get(ada, workspace, ".pdf")).content)
    assert (await get(ada, workspace, ".csv")).status_code == 200


@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-1", "0001-01", "9999-12", "x"])
async def test_what_is_no_month_is_refused(sqlite_api: Api, month: str) -> None:
    ada = await sqlite_api.person("ada")
    workspace = await ada.workspace()
    for ending in ("", ".html", ".csv", ".pdf"):
        assert where(await get(ada, workspace, ending, month=month)) == ["path.month"]


async def test_what_cannot_be_reported_is_refused_in_words(sqlite_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, workspace, watchers = await workspace_with(sqlite_api, "One", "Two")
    assert where(await get(owner, workspace, month="2999-01")) == ["path.month"]
    assert where(await get(owner, workspace, tz="Nowhere/Land")) == ["query.tz"]
    stranger = await sqlite_api.person("stranger")
    theirs = await stranger.workspace("Theirs")
    page = await make_page(owner, workspace, watchers)
    assert (await get(stranger, theirs, status_page_id=page["id"])).status_code == 404
    assert (await get(stranger, workspace)).status_code == 404
    monkeypatch.setattr(scope, "MOST_SERVICES", 1)
    assert where(await get(owner, workspace)) == ["query.status_page_id"]


async def test_many_services_cost_no_more_queries_than_few(api: Api) -> None:
    owner, workspace, watchers = await workspace_with(api, *(f"Service {number}" for number in range(12)))
    few = await owner.workspace("Few")
    await owner.watcher(few)

    async def queries(of: str) -> int:
        with counted_statements(api.db) as seen:
            await report(owner, of)
        return len([each for each in seen if each.lstrip().startswith(("SELECT", "WITH"))])

    assert await queries(workspace) == await queries(few)
    assert len((await report(owner, workspace))["services"]) == len(watchers)


def test_both_languages_tell_the_same_rules_with_the_same_figures() -> None:
    told = [report_words(language) for language in ("en", "de")]
    for of_page in (True, False):
        english, german = (words.rules_of("Asia/Tokyo", 2_678_400, of_page=of_page) for words in told)
        assert len(english) == len(german) == 9
        assert "Asia/Tokyo" in english[0]
        assert "2\u202f678\u202f400" in german[0]
