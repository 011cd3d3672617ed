"""The charsets a watched page may be written in: those of the web, each read in linear time (S12).

What a page calls its charset is for the target to choose. Python knows codecs that take minutes for a mebibyte
(punycode) and some that are no text at all, and keeps every name it does not know for ever: only these are looked up.
"""

import asyncio
import codecs
from functools import cache

# Python's codec for each label of the WHATWG's Encoding Standard (4.2) that is seen on the web.
_ONE_BYTE = {
    **{f"{name}-{number}": f"iso8859_{number}" for number in (*range(2, 9), 10, 13, 14, 15, 16)
       for name in ("iso-8859", "iso8859", "iso_8859")},
    **{f"{name}{number}": f"cp{number}" for number in (*range(1250, 1259), 874)
       for name in ("windows-", "cp", "x-cp")},
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1", "ascii"), "cp1252"),
    **dict.fromkeys(("iso-8859-9", "iso8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "iso8859-11", "tis-620"), "cp874"),
    **dict.fromkeys(("latin2", "l2"), "iso8859_2"),
    **dict.fromkeys(("latin9", "latin-9", "l9"), "iso8859_15"),
    **dict.fromkeys(("koi8-r", "koi8"), "koi8_r"),
    **dict.fromkeys(("koi8-u", "koi8-ru"), "koi8_u"),
    **dict.fromkeys(("ibm866", "cp866", "866"), "cp866"),
    **dict.fromkeys(("macintosh", "mac", "x-mac-roman"), "mac_roman"),
}  # fmt: skip
_MORE_BYTES = {
    **dict.fromkeys(("gbk", "x-gbk", "gb2312", "gb_2312-80", "chinese", "gb18030"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("euc-jp", "x-euc-jp"), "euc_jp"),
    "iso-2022-jp": "iso2022_jp",
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "ms932"), "cp932"),
    **dict.fromkeys(("euc-kr", "korean", "ks_c_5601-1987", "windows-949"), "cp949"),
}
_UTF_16 = {"utf-16": "utf_16", "utf-16le": "utf_16_le", "utf-16be": "utf_16_be"}

# Some ten milliseconds of the slowest of them.
_PIECE_BYTES = 256 * 1024


async def as_utf8(body: bytes, charset: str) -> bytes:
    """`body` in UTF-8, what cannot be read replaced; as it is where it says a charset that is not of the web."""
    label = charset.lower()
    if (name := _ONE_BYTE.get(label)) is not None:
        return codecs.charmap_decode(body, "strict", _table(name))[0].encode()
    if (name := _MORE_BYTES.get(label)) is not None:
        return await _by_pieces(body, name)
    if (name := _UTF_16.get(label)) is not None:
        return _utf_16(body, name)
    return body


@cache
def _table(codec: str) -> str:
    """A character for each byte: with none missing no error handler runs, which costs 100 times a byte's share."""
    return bytes(range(256)).decode(codec, "replace")


async def _by_pieces(body: bytes, codec: str) -> bytes:
    """Connections that are being measured get their turn in between."""
    decoder = codecs.getincrementaldecoder(codec)("replace")
    pieces = []
    for start in range(0, len(body), _PIECE_BYTES):
        if start:
            await asyncio.sleep(0)
        piece, last = body[start : start + _PIECE_BYTES], start + _PIECE_BYTES >= len(body)
        pieces.append(decoder.decode(piece, last).encode())
    return b"".join(pieces)


def _utf_16(body: bytes, codec: str) -> bytes:
    """All or nothing: halves of pairs, each replaced alone, would take as long as they are many."""
    try:
        return codecs.getincrementaldecoder(codec)().decode(body).encode()
    except UnicodeError:
        return body
