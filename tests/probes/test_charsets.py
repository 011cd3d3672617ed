"""What a page says of its charset (S12): read where it is one of the web, never looked up where it is not."""

import asyncio
import encodings

import pytest

from healther.probes._charsets import _PIECE_BYTES, as_utf8
from healther.probes.base import Reason
from tests.support.codecs import looked_up
from tests.support.wire import answering, guarded_net, look, response, serving


async def _reason(charset: str, body: bytes, expected_body: str) -> Reason | None:
    answer = response("200 OK", body, f"Content-Type: text/html; charset={charset}")
    async with serving(answering(answer)) as port, guarded_net() as net:
        return (await look(net, f"http://127.0.0.1:{port}/", expected_body=expected_body)).reason


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("ISO-8859-1", "größe"),
        ("windows-1252", "“5 €”"),
        ("iso-8859-15", "5 €"),
        ("windows-1251", "здоров"),
        ("koi8-r", "здоров"),
        ("windows-1254", "sağlam"),
        ("tis-620", "สวัสดี"),
        ("gb2312", "健康"),
        ("big5", "健康"),
        ("Shift_JIS", "健康"),
        ("euc-jp", "健康"),
        ("iso-2022-jp", "健康"),
        ("euc-kr", "건강"),
        ("utf-16", "größe"),
        ("utf-16le", "größe"),
        ("utf-8", "größe"),
    ],
)
async def test_text_in_a_charset_of_the_web_is_found(charset: str, text: str) -> None:
    python_name = {"ISO-8859-1": "latin-1", "windows-1252": "cp1252"}.get(charset, charset)
    assert await _reason(charset, f"<p>{text}</p>".encode(python_name), text) is None
    assert await _reason(charset, b"<p></p>", text) is Reason.BODY_MISMATCH


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "utf-7", "unicode_escape", "rot13", "base64", "never-heard-of"]
)
async def test_any_other_charset_is_never_looked_up_and_the_body_stays_as_it_is(charset: str) -> None:
    """Punycode takes minutes for a mebibyte, and Python keeps what it did not find for ever."""
    for known in looked_up(charset):
        del encodings._cache[known]
    assert await _reason(charset, b"it is well-a", "well-a") is None
    assert looked_up(charset) == set()


@pytest.mark.parametrize("charset", ["windows-1252", "windows-1255", "iso-8859-8", "windows-874"])
async def test_bytes_that_mean_nothing_are_replaced_without_an_error_each(charset: str) -> None:
    every_byte = bytes(range(256))
    text = (await as_utf8(every_byte * 2, charset)).decode()
    assert len(text) == 512
    assert text.startswith("\x00\x01")
    assert "�" in text


async def test_a_long_text_of_many_bytes_a_character_lets_others_have_their_turn() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    # An odd start has characters lie across the pieces.
    body = b"a" + "健".encode("gb18030") * (2 * _PIECE_BYTES)
    assert await as_utf8(body, "gb18030") == ("a" + "健" * (2 * _PIECE_BYTES)).encode()
    counting.cancel()
    assert turns >= 3


async def test_utf_16_that_is_damaged_stays_as_it_is_and_one_cut_short_gives_what_there_is() -> None:
    assert await as_utf8("größe".encode("utf-16") + b"\x41", "utf-16") == "größe".encode()
    assert await as_utf8(b"\x00\xd8\x41\x00", "utf-16le") == b"\x00\xd8\x41\x00"
