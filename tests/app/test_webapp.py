"""The web app is answered as files: right types, right caching, compressed as built, under a strict policy."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from healther.app.webapp import MEDIA_TYPES, WebApp, built_files

PERSON = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
SCRIPT = b"console.log('healther')\n" * 50


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    raise HTTPException(404)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A build: a page, a script in three encodings, a file of the build's own."""
    (tmp_path / "assets").mkdir()
    (tmp_path / ".vite").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>healther</title>")
    (tmp_path / "assets" / "app-Ab12.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "app-Ab12.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "assets" / "app-Ab12.js.br").write_bytes(b"brotli of the script")
    (tmp_path / ".vite" / "manifest.json").write_text("{}")
    return tmp_path


def client_of(folder: Path) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(WebApp(folder, not_found), raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://healther.test")


@pytest.fixture
async def web(built: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(built) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/sign-in", "/w/acme/watchers/new", "/nothing/of/ours"])
async def test_addresses_inside_the_app_are_its_page_under_a_strict_policy(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.get(path, headers=PERSON)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_what_the_build_named_by_its_content_is_kept_for_a_year(web: httpx.AsyncClient) -> None:
    answer = await web.get("/assets/app-Ab12.js", headers={"Accept-Encoding": "identity"})
    assert answer.content == SCRIPT
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("GZIP; q=0.5", "gzip"),
        ("zstd", None),
        ("", None),
    ],
)
async def test_the_best_encoding_that_is_accepted_is_sent_as_it_was_built(
    built: Path, accepted: str, sent: str | None
) -> None:
    async with (
        client_of(built) as web,
        web.stream("GET", "/assets/app-Ab12.js", headers={"Accept-Encoding": accepted}) as answer,
    ):
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == sent
    suffix = {"br": ".br", "gzip": ".gz", None: ""}[sent]
    assert raw == (built / "assets" / f"app-Ab12.js{suffix}").read_bytes()


async def test_an_unchanged_page_is_a_304_and_each_encoding_has_its_own_tag(web: httpx.AsyncClient) -> None:
    tags = {
        (await web.get("/assets/app-Ab12.js", headers={"Accept-Encoding": each})).headers["etag"]
        for each in ("identity", "gzip")
    }
    assert len(tags) == 2
    page = await web.get("/", headers=PERSON)
    again = await web.get("/", headers=PERSON | {"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["/api/v1/nothing", "/status/nobody", "/badge/a/b.svg", "/assets/old-hash.js", "/.vite/manifest.json", "/../x.js"],
)
async def test_what_is_no_page_and_no_file_is_passed_on(web: httpx.AsyncClient, path: str) -> None:
    with pytest.raises(HTTPException):
        await web.get(path, headers=PERSON)


async def test_a_program_that_asks_for_no_page_gets_none(web: httpx.AsyncClient) -> None:
    with pytest.raises(HTTPException):
        await web.get("/sign-in", headers={"Accept": "application/json"})
    with pytest.raises(HTTPException):
        await web.post("/", headers=PERSON)


async def test_a_missing_build_says_so_in_words(tmp_path: Path) -> None:
    async with client_of(tmp_path / "nothing") as web:
        answer = await web.get("/", headers=PERSON)
    assert answer.status_code == 503
    assert "make web" in answer.text


def test_every_file_of_the_build_has_a_media_type() -> None:
    names = [path.name.removesuffix(".br").removesuffix(".gz") for path in built_files().glob("[!.]*/*")]
    assert [name for name in names if name.rpartition(".")[2] not in MEDIA_TYPES] == []
