"""A default page is in the language of whoever reads it, from memory; other pages are in the one they were given."""

import random

import httpx
import pytest

from healther.status_pages import entry, pages
from healther.watchers.states import State
from tests.support.api import Api
from tests.support.history import counted_statements
from tests.support.status_pages import cut_off, live_through, look, make_page, pages_of, workspace_with

PAGE = "/status/acme"
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.8"}
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}
SPOKEN = {"de": "Die ersten Prüfungen stehen noch aus", "en": "Waiting for the first checks"}


def language_of(answer: httpx.Response) -> str:
    """Of a page, by what it says of itself, what it says, and its header."""
    assert answer.status_code == 200
    said = answer.headers["Content-Language"]
    assert f'<html lang="{said}">' in answer.text
    assert SPOKEN[said] in answer.text
    return said


async def test_a_default_page_speaks_the_reader_s_language_and_english_to_all_others(api: Api) -> None:
    await workspace_with(api, "Shop")
    for path in (PAGE, f"{PAGE}/embed"):
        for headers, expected in ((GERMAN, "de"), (ENGLISH, "en"), ({"Accept-Language": "fr"}, "en"), ({}, "en")):
            for _ in ("rendered", "from memory"):
                answer = await look(api, path, **headers)
                assert language_of(answer) == expected
                assert "Accept-Language" in answer.headers["Vary"].split(", ")


async def test_what_was_chosen_in_the_address_comes_before_what_the_browser_prefers(api: Api) -> None:
    await workspace_with(api, "Shop")
    for headers in (GERMAN, ENGLISH, {}):
        for query, expected in (("?lang=de", "de"), ("?utm=x&LANG=EN", "en"), ("?lang=de&lang=en", "de")):
            assert language_of(await look(api, PAGE, query=query, **headers)) == expected
    for query in ("?lang=fr", "?lang=", "?lang=fr&lang=en", "?xlang=en", "?lang=de-AT", "?lang"):
        assert language_of(await look(api, PAGE, query=query, **GERMAN)) == "de", "no choice of ours"


async def test_a_page_leads_to_its_other_language_and_its_links_are_in_its_own(api: Api) -> None:
    await workspace_with(api, "Shop")
    german = (await look(api, PAGE, **GERMAN)).text
    assert f'<a href="{PAGE}?lang=en" lang="en" hreflang="en">English</a>' in german
    assert f'href="{PAGE}/feed.atom?lang=de"' in german
    assert f"{PAGE}/card.png?lang=de" in german
    assert f'<a href="{PAGE}?lang=de" lang="de" hreflang="de">Deutsch</a>' in (await look(api, PAGE)).text


async def test_what_programs_read_is_english_unless_the_address_says_otherwise(api: Api) -> None:
    await workspace_with(api, "Shop")
    for form in (".json", "/feed.atom"):
        plain = await look(api, PAGE + form, **GERMAN)
        assert SPOKEN["en"] in plain.text
        assert "Accept-Language" not in plain.headers["Vary"]
        assert SPOKEN["de"] in (await look(api, PAGE + form, query="?lang=de", **ENGLISH)).text
    assert (await look(api, f"{PAGE}.json", query="?lang=de")).json()["language"] == "de"
    assert "Erste Prüfung" in (await look(api, "/badge/acme/shop.svg", query="?lang=de")).text
    assert "Erste Prüfung" not in (await look(api, "/badge/acme/shop.svg", **GERMAN)).text


@pytest.mark.usefixtures("compared_always")
async def test_a_page_that_was_given_a_language_speaks_it_to_everybody(api: Api) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    made = await make_page(owner, workspace, [shop], language="de")
    path = f"/workspaces/{workspace}/status-pages/{made['id']}"
    for expected in ("de", "en"):
        await owner.patch(path, {"language": expected})
        for query in ("", "?lang=de", "?lang=en"):
            for headers in (GERMAN, ENGLISH):
                answer = await look(api, "/status/acme-status", query=query, **headers)
                assert language_of(answer) == expected
                assert answer.headers["Vary"] == "Accept-Encoding"
                assert "hreflang" not in answer.text
    kept = next(each for each in pages_of(api)._entries.values() if each.source.look.slug == "acme-status")
    assert {path: set(spoken) for path, spoken in kept.answers.items()} == {"/status/acme-status": {"en"}}


async def test_each_language_has_tags_of_its_own_and_is_not_sent_again(api: Api) -> None:
    await workspace_with(api, "Shop")
    for encoding in ("br", "gzip", "identity"):
        asked = {"Accept-Encoding": encoding}
        german, english = await look(api, PAGE, **asked, **GERMAN), await look(api, PAGE, **asked, **ENGLISH)
        tag = german.headers["ETag"]
        assert tag != english.headers["ETag"]
        for _ in range(2):
            again = await look(api, PAGE, **asked, **GERMAN, If_None_Match=tag)
            assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
            assert again.headers["Vary"] == german.headers["Vary"]
            other = await look(api, PAGE, **asked, **ENGLISH, If_None_Match=tag)
            assert (other.status_code, language_of(other)) == (200, "en"), "the reader has changed their language"


async def test_no_header_and_no_query_makes_memory_keep_more_than_the_languages_there_are(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workspace_with(api, "Shop")
    for headers in (GERMAN, ENGLISH):
        await look(api, PAGE, **headers)
    rendered = []
    original = entry.renderer_of

    def counted(path: str, *arguments: object) -> object:
        rendered.append(path)
        return original(path, *arguments)

    monkeypatch.setattr(entry, "renderer_of", counted)
    held = pages_of(api)
    (kept,) = held._entries.values()
    size = kept.size
    dice = random.Random(3)
    with counted_statements(api.db) as statements:
        for number in range(300):
            tags = [f"{dice.choice(('de', 'en', 'fr', 'x'))}-{number};q={dice.random()}" for _ in range(20)]
            header = ",".join(tags) + "," * dice.randrange(2000)
            answer = await look(api, PAGE, query=f"?lang={number}&l{number}ang=de", **{"Accept-Language": header})
            assert language_of(answer) in ("de", "en")
    assert (statements, rendered) == ([], [])
    assert {path: set(spoken) for path, spoken in kept.answers.items()} == {PAGE: {"de", "en"}}
    assert (kept.size, len(held._hot)) == (size, 1)


@pytest.mark.usefixtures("compared_always")
async def test_a_change_shows_in_every_language_and_so_does_what_is_taken_back(api: Api) -> None:
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    for headers in (GERMAN, ENGLISH):
        await look(api, PAGE, **headers)
    await live_through(api, shop, State.HEALTHY, State.DOWN)
    assert "The service is down" in (await look(api, PAGE, **ENGLISH)).text
    (kept,) = pages_of(api)._entries.values()
    assert set(kept.answers[PAGE]) == {"de", "en"}, "what is asked for is rendered before anybody waits for it"
    assert "Der Dienst ist ausgefallen" in (await look(api, PAGE, **GERMAN)).text
    await owner.patch(f"/workspaces/{workspace}", {"is_public": False})
    for headers, title in ((GERMAN, "Hier gibt es keine Statusseite"), (ENGLISH, "There is no status page here")):
        gone = await look(api, PAGE, **headers)
        assert (gone.status_code, title in gone.text) == (404, True)
        assert gone.text == (await look(api, "/status/nowhere", **headers)).text


@pytest.mark.usefixtures("compared_always")
async def test_a_page_is_marked_stale_in_each_language_and_speaks_one_nobody_asked_for_yet(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workspace_with(api, "Shop")
    await look(api, PAGE, **ENGLISH)
    cut_off(api, monkeypatch)
    monkeypatch.setattr(pages, "STALE_AFTER_S", 0.0)
    for headers, said in ((ENGLISH, "healther cannot reach"), (GERMAN, "healther erreicht seine Aufzeichnungen")):
        assert f"data-live>{said}" in (await look(api, PAGE, **headers)).text
    away = await look(api, "/status/never-seen", **GERMAN)
    assert (away.status_code, "kann gerade nicht gezeigt werden" in away.text) == (503, True)
