"""Nginx in front of healther: everything is reached, nothing is added or lost on the way, and it stands in."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx

from healther.app import create_app
from healther.app.webapp import MEDIA_TYPES
from healther.core.settings import Settings
from tests.deploy.conftest import Site
from tests.support.docs import ROOT
from tests.support.nginx import BUILT
from tests.support.role_table import Ids, routes_of
from tests.support.servers import wait_until

KEY = "a-secret-only-for-tests-0123456789-abcdef"
# For those who measure from inside: the address exists and is not shown to the world.
INSIDE_ONLY = {("GET", "/metrics")}
ROUTES = sorted(routes_of(create_app(Settings(secret_key=KEY))) - INSIDE_ONLY)
IDS = Ids("01a209c3-4d4f-77a1-9ccc-47d635fc90f4", "01a209c3-4d4f-77a1-9ccc-47d635fc90f5", "x")
OWN = {"Host": "healther.example.org"}
BROWSER = {"Accept": "text/html,*/*;q=0.8"}
# What each server says of itself and of this one answer.
ITS_OWN = {"server", "date", "etag", "last-modified", "accept-ranges", "connection", "x-request-id", "content-length"}


def test_every_route_of_the_api_is_reached_through_nginx(site: Site) -> None:
    """Also by a browser, which asks for pages: none of the API's addresses may become one of the app's.

    A new room outside /api wants a location in deploy/nginx/healther.conf.template.
    """

    def ask(number: int, method: str, path: str) -> str | None:
        # From many addresses, as from many people: one alone would be slowed down.
        transport = httpx.HTTPTransport(local_address=f"127.3.0.{number % 50 + 1}", verify=False)
        with httpx.Client(transport=transport, headers=OWN | BROWSER) as http:
            answer = http.request(method, f"{site.nginx.url}{IDS.path(path)}")
            by_nginx = f"{method} {path}: {answer.status_code} by Nginx, not the API"
            return None if "X-Request-Id" in answer.headers else by_nginx

    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda each: ask(each[0], *each[1]), enumerate(ROUTES)))
    assert len(asked) > 100
    assert [each for each in asked if each is not None] == []


def test_what_is_for_those_inside_is_not_shown(site: Site) -> None:
    for _, path in INSIDE_ONLY:
        answer = site.get(path, **OWN)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_the_app_s_files_come_with_the_api_s_own_headers(site: Site) -> None:
    style = next(each.name for each in (BUILT / "assets").iterdir() if each.suffix == ".css")
    for path in ("/", "/w/acme/watchers", "/theme.js", "/favicon.svg", f"/assets/{style}"):
        for encoding in ("gzip", "identity"):
            asked = OWN | BROWSER | {"Accept-Encoding": encoding}
            answer, wanted = site.get(path, **asked), site.direct(path, **asked)
            assert answer.status_code == wanted.status_code == 200
            assert "X-Request-Id" not in answer.headers, "Nginx has it itself"
            assert {k: v for k, v in answer.headers.items() if k not in ITS_OWN} == {
                k: v for k, v in wanted.headers.items() if k not in ITS_OWN
            }
            assert answer.content == wanted.content
            unchanged = site.get(path, **asked, **{"If-None-Match": answer.headers["ETag"]})
            assert unchanged.status_code == 304


def test_both_know_the_same_kinds_of_files() -> None:
    text = (ROOT / "deploy/nginx/nginx.conf").read_text()
    kinds = text.partition("types {")[2].partition("}")[0].split(";")
    known = {name: kind for kind, name in (each.split() for each in kinds if each.strip())}
    assert known == {name: kind.partition(";")[0] for name, kind in MEDIA_TYPES.items()}


def test_a_public_page_is_kept_for_all_and_never_longer_than_it_is_public(site: Site) -> None:
    ada = site.person("pages")
    acme = ada.workspace("Pages", is_public=True)
    page = f"/status/{acme.slug}"
    first = site.get(page, **OWN, **{"Accept-Encoding": "br, gzip"})
    assert first.headers["Content-Encoding"] == "br"
    assert first.headers["Content-Security-Policy"] == site.direct(page, **OWN).headers["Content-Security-Policy"]
    for path in (page, f"{page}?utm_source=x", page):
        again = site.get(path, **OWN, **{"Accept-Encoding": "gzip;q=0, br;q=1"})
        assert again.headers["X-Request-Id"] == first.headers["X-Request-Id"], "the copy"
    assert "Content-Encoding" not in site.get(page, **OWN, **{"Accept-Encoding": "identity"}).headers
    known = site.get(page, **OWN, **{"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    assert known.status_code == 304
    # Under another host it may be another page, or none.
    assert site.get(page, Host="other.example.net").headers.get("X-Request-Id") != first.headers["X-Request-Id"]

    ada.call("PATCH", acme.path, json={"is_public": False})
    wait_until(lambda: site.get(page, **OWN).status_code == 404, "the copy is given up", 40)


def test_a_page_is_kept_once_a_language_however_browsers_ask_for_it(site: Site) -> None:
    ada = site.person("tongues")
    page = f"/status/{ada.workspace('Tongues', is_public=True).slug}"
    asked = 0

    def language_of(query: str, accepted: str) -> str:
        nonlocal asked
        asked += 1
        answer = site.get(page + query, **OWN, **{"Accept-Language": accepted})
        language = answer.headers["Content-Language"]
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text
        assert "Accept-Language" in answer.headers["Vary"]
        return language

    before = pages_answered(site)
    german = ("de", "de-AT,de;q=0.9,en;q=0.8", "fr-FR, fr;q=0.9, de;q=0.5, en;q=0.3", "DE", "en;q=0, de")
    english = ("en", "en-GB, de;q=0.9", "den, x-de, en-US", "de;q=0.0, en;q=0.1", "es,EN;q=0.2")
    neither = ("", "fr", "de;q=0, *", "den, enm", "," * 4000)
    for headers, language in ((german, "de"), (english, "en"), (neither, "en")):
        assert {header: language_of("", header) for header in headers} == dict.fromkeys(headers, language)
    for language in ("de", "en"):
        for query in (f"?lang={language}", f"?x=1&LANG={language.upper()}", f"?lang={language}&lang=xx"):
            assert {language_of(query, header) for header in ("de", "en", "")} == {language}
    for query in ("?lang=fr", "?lang=fr&lang=en", "?xlang=en", "?lang=%65n"):
        assert language_of(query, "de") == "de", "no choice of ours"
    # One for each language that browsers prefer, for none, and for each that was chosen; a copy is kept for 15 seconds.
    assert pages_answered(site) - before <= 2 * 5 < asked / 3


def pages_answered(site: Site) -> float:
    """How often the API was asked for pages."""
    lines = site.direct("/metrics", **OWN).text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("healther_status_page_answers_total"))


def test_a_page_behind_a_password_is_never_kept(site: Site) -> None:
    ada = site.person("locked")
    acme = ada.workspace("Locked")
    body = {"title": "Locked", "slug": "locked", "access": "password", "password": "open sesame"}
    ada.call("POST", f"{acme.path}/status-pages", 201, json=body)
    assert site.get("/status/locked", **OWN).status_code == 403
    with httpx.Client() as visitor:
        entered = visitor.post(f"{site.nginx.url}/status/locked", headers=OWN, data={"password": "open sesame"})
        assert entered.status_code == 303
        cookie = entered.headers["Set-Cookie"].partition(";")[0]
    seen = [site.get("/status/locked", **OWN, Cookie=cookie) for _ in range(2)]
    assert [each.status_code for each in seen] == [200, 200]
    assert seen[0].headers["X-Request-Id"] != seen[1].headers["X-Request-Id"]
    assert site.get("/status/locked", **OWN).status_code == 403


def test_a_domain_of_somebody_s_has_its_page_and_nothing_else(site: Site) -> None:
    ada = site.person("domain")
    acme = ada.workspace("Domain")
    body = {"title": "Shop's status", "slug": "domain", "custom_domain": "status.shop.example"}
    ada.call("POST", f"{acme.path}/status-pages", 201, json=body)
    theirs = {"Host": "status.shop.example:443", **BROWSER}
    page = site.get("/", **theirs)
    assert page.status_code == 200
    assert "Shop&#39;s status" in page.text
    assert "Strict-Transport-Security" not in page.headers
    assert site.get("/", **theirs).headers["X-Request-Id"] == page.headers["X-Request-Id"], "the copy"
    for path in ("/theme.js", "/w/acme", "/api/v1/setup", "/favicon.svg"):
        assert site.get(path, **theirs).status_code == 404, path
    # Under any other unknown name healther is reached as the API alone would be.
    assert 'id="root"' in site.get("/", Host="healther.lan.example", **BROWSER).text


def test_whoever_asks_far_too_often_is_told_to_wait(site: Site) -> None:
    transport = httpx.HTTPTransport(local_address="127.4.4.4", verify=False)
    with httpx.Client(transport=transport) as eager:
        answers = (eager.post(f"{site.nginx.url}/api/v1/auth/refresh") for _ in range(500))
        assert next(answers).status_code == 401
        last = next(answer for answer in answers if answer.status_code != 401)
    assert (last.status_code, last.headers["Content-Type"]) == (429, "application/problem+json")
    assert (last.headers["Retry-After"], last.json()["type"]) == ("2", "/problems/throttled")
    assert site.get("/api/v1/setup", **OWN).status_code == 200, "others are not"


def test_a_body_without_end_is_refused_with_the_api_s_word(site: Site) -> None:
    for size in (1_100_000, 3_000_000):
        answer = site.http.post(f"{site.nginx.url}/api/v1/auth/register", content=b"x" * size)
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


def test_secret_links_are_in_no_log_s17(site: Site) -> None:
    """Not even while the API is away, when Nginx writes down what it could not pass on."""
    paths = [
        "/ack/canary-link",
        "/consent/canary-link",
        "/refusal/canary-link",
        "/subscription/canary-link/unsubscribe",
        "/oncall/canary-link.ics",
    ]
    paths.append("/status/acme?canary-link")
    for path in paths:
        site.get(path, **OWN)
    written = site.nginx.access_log.read_text()
    lines = [json.loads(line) for line in written.splitlines()]
    rooms = ("ack", "consent", "refusal", "subscription", "oncall")
    assert {*(f"/{room}/..." for room in rooms), "/status/acme"} <= {line["path"] for line in lines}
    assert "canary-link" not in written + site.nginx.log
