"""Passwords: bcrypt over a keyed prehash, in a bounded number of threads (docs/adr/0002-passwords.md)."""

import asyncio
import base64
import hmac
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import TypeVar

import bcrypt

from healther.core.errors import InvalidProblem, UnavailableProblem

ROUNDS = 12
MIN_LENGTH = 8
# Hashes waiting for a thread: past this the answer is "come back", not a queue of minutes.
MAX_WAITING = 64

_SCHEME = "v1"
_PREHASH_KEY = b"healther/password/v1"

T = TypeVar("T")


class PasswordHasher:
    """Hashes and verifies off the event loop; at most half of the processors work on passwords at a time."""

    def __init__(self, rounds: int = ROUNDS, *, threads: int | None = None) -> None:
        self._rounds = rounds
        self._executor = ThreadPoolExecutor(threads or max(1, (os.cpu_count() or 1) // 2), "passwords")
        self._waiting = 0
        # Looks like a hash of these rounds and is nobody's: verifying against it costs what a real one costs (A3).
        self._nobodys = f"{_SCHEME}$2b${rounds:02d}$" + "." * 53

    async def hash(self, password: str) -> str:
        """A hash to store; raises UnavailableProblem when too many are waiting."""
        return await self._in_thread(lambda: hash_password(password, self._rounds))

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether `password` made `stored`; None (no such account) takes the same time and is False."""
        candidate = self._nobodys if stored is None else stored
        return await self._in_thread(lambda: verify_password(password, candidate)) and stored is not None

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._waiting >= MAX_WAITING:
            raise UnavailableProblem("too many people are signing in right now; try again in a moment")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._waiting -= 1


def hash_password(password: str, rounds: int = ROUNDS) -> str:
    """A salted hash of the whole password, whatever its length or script; blocks for about 0.2 s at 12 rounds."""
    return _SCHEME + bcrypt.hashpw(_prehash(password), bcrypt.gensalt(rounds)).decode()


def verify_password(password: str, stored: str) -> bool:
    """Whether `password` made `stored`, compared in constant time."""
    return bcrypt.checkpw(_prehash(password), stored.removeprefix(_SCHEME).encode())


def check_password(password: str, where: str, *, email: str) -> None:
    """Refuses what is guessed first (OWASP ASVS 5.0, 6.2.1, 6.2.4, 6.2.11); raises InvalidProblem at `where`."""
    if len(password) < MIN_LENGTH:
        raise InvalidProblem.field(
            where, f"must be {MIN_LENGTH} characters or more (got {len(password)}); 15 or more are better"
        )
    if any("\ud800" <= char <= "\udfff" for char in password):
        raise InvalidProblem.field(where, "must be text; half of a UTF-16 pair is none, and nobody can type it again")
    folded = password.casefold()
    if folded in common_passwords():
        raise InvalidProblem.field(where, "is one of the passwords that are tried first; choose another")
    if len(set(folded)) < 3:
        raise InvalidProblem.field(where, "is made of one or two characters; choose another")
    if folded in {email, email.partition("@")[0]}:
        raise InvalidProblem.field(where, "is too easy to guess from who you are; choose another")


@cache
def common_passwords() -> frozenset[str]:
    """The most used passwords of MIN_LENGTH characters or more, case-folded."""
    lines = files("healther.accounts").joinpath("common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _prehash(password: str) -> bytes:
    """64 bytes without NUL from any text: within bcrypt's 72, and every byte of the password counts (A1)."""
    digest = hmac.digest(_PREHASH_KEY, password.encode("utf-8", "surrogatepass"), "sha384")
    return base64.b64encode(digest)
