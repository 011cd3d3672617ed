"""Logos: whatever picture somebody sends becomes a small PNG that healther wrote itself.

Nothing of the file but its pixels is kept: no metadata, no second file hidden in it, no scripts (S11).
"""

import asyncio
import warnings
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from healther.core.errors import InvalidProblem

MAX_BYTES = 512 * 1024
MAX_PIXELS = 16_000_000
HEIGHT, WIDTH = 128, 512
"""Twice what the page shows, for sharp screens."""
_FORMATS = ("PNG", "JPEG", "WEBP")
_WHERE = "body.image"


async def prepare_logo(sent: bytes) -> bytes:
    """The picture as a PNG of 512 x 128 pixels at most; raises InvalidProblem for what is no PNG, JPEG or WebP."""
    if len(sent) > MAX_BYTES:
        raise InvalidProblem.field(_WHERE, f"must have {MAX_BYTES // 1024} KiB at most (got {len(sent) // 1024})")
    return await asyncio.to_thread(_redrawn, sent)


def _redrawn(sent: bytes) -> bytes:
    try:
        # A header that promises a billion pixels is refused before any of them is unpacked.
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(sent), formats=_FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise InvalidProblem.field(_WHERE, f"must have {MAX_PIXELS // 1_000_000} million pixels at most")
        image.thumbnail((WIDTH, HEIGHT))
        out = BytesIO()
        image.convert("RGBA").save(out, "PNG", optimize=True)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidProblem.field(_WHERE, "must be a PNG, JPEG or WebP picture that can be read") from error
    except Image.DecompressionBombWarning as error:
        raise InvalidProblem.field(_WHERE, f"must have {MAX_PIXELS // 1_000_000} million pixels at most") from error
    return out.getvalue()
