"""Pages behind a password: letting people in, and knowing them again by a signed cookie."""

import hmac
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from healther.accounts import throttle
from healther.accounts.passwords import PasswordHasher
from healther.core.clock import DAY_MS, SECOND_MS
from healther.core.crypto import derive_key
from healther.core.db import Database
from healther.core.errors import Problem
from healther.core.settings import Settings
from healther.status_pages.source import Source

LASTS_MS = 7 * DAY_MS
GUESSES = throttle.Limit("status page password", 10)
# Those who guess from everywhere: far above what people who mistype need, far below what a guess needs.
ALL_GUESSES = throttle.Limit("status page password, anybody", 300)


class LockedProblem(Problem):
    """403: the page asks for a password first."""

    status = 403
    slug = "password-needed"
    title = "This page asks for a password"


class Doorkeeper:
    """Signs and checks the cookie of whoever has entered a page's password.

    The signature covers the page and its password's hash: a new password ends every cookie on the next request (S10).
    """

    def __init__(self, settings: Settings) -> None:
        self._key = derive_key(settings.require_secret_key(), "status page access")
        self._secure = settings.public_url.startswith("https://")

    def let_in(self, response: Response, source: Source, now_ms: int) -> None:
        """Puts the cookie on an answer."""
        until = now_ms + LASTS_MS
        response.set_cookie(
            _cookie(source),
            f"{until}.{self._signature(source, until)}",
            max_age=LASTS_MS // SECOND_MS,
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )

    def knows(self, request: Request, source: Source, now_ms: int) -> bool:
        """Whether the request carries a cookie of ours for this page that still counts."""
        until, _, signature = request.cookies.get(_cookie(source), "").partition(".")
        if not (until.isascii() and until.isdigit() and len(until) < 16) or int(until) <= now_ms:
            return False
        return hmac.compare_digest(signature.encode(), self._signature(source, int(until)).encode())

    def _signature(self, source: Source, until: int) -> str:
        text = f"{source.ref.page_id}|{source.password_hash}|{until}"
        return hmac.new(self._key, text.encode(), sha256).hexdigest()


async def check_password(
    database: Database, passwords: PasswordHasher, source: Source, password: str, *, address: str, now_ms: int
) -> bool:
    """Whether it is the page's password; raises ThrottledProblem. Counted before it is looked at (A2)."""
    page = str(source.ref.page_id)
    key = GUESSES.key(page, throttle.address_group(address))
    async with database.write() as session:
        await throttle.take(session, GUESSES, key, now_ms)
        await throttle.take(session, ALL_GUESSES, ALL_GUESSES.key(page), now_ms)
    if not await passwords.verify(password, source.password_hash):
        return False
    async with database.write() as session:
        await throttle.forget(session, key)
    return True


def _cookie(source: Source) -> str:
    return f"healther_page_{source.look.slug}"
