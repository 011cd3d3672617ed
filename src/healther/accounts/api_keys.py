"""API keys: a program's way into one workspace. 256 random bits, kept as a hash; no more than its maker may (A10)."""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, update
from sqlmodel import col, or_, select

from healther.accounts import throttle
from healther.accounts.models import ApiKey, ApiKeyScope, Membership, Role, User
from healther.accounts.tokens import Claims
from healther.core.clock import CLOCK_STEP_MS, MINUTE_MS, SECOND_MS
from healther.core.db import Database
from healther.core.errors import ForbiddenProblem, UnauthenticatedProblem

MARK = "hk_"
"""What every key begins with: people and scanners of leaked secrets know it by that."""
PREFIX_CHARS = 11
LAST_USED_EVERY_MS = MINUTE_MS
_MOST_CHARS = 100
_NEVER_S = 2**40


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """What a key that was shown stands for; `role` is what its scope allows and its maker still is."""

    user: User
    workspace_id: UUID
    role: Role
    name: str
    claims: Claims


def new_key() -> str:
    """A key: the mark and 256 random bits."""
    return MARK + secrets.token_urlsafe(32)


def key_hash(key: str) -> bytes:
    """What is stored of a key: a plain hash, because it has 256 bits to guess."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def is_api_key(token: str) -> bool:
    """Whether a bearer token is a key and not an access token."""
    return token.startswith(MARK)


async def of_api_key(db: Database, key: str, address: str, now_ms: int) -> KeyHolder:
    """Who shows the key, read at every request in one query.

    Raises UnauthenticatedProblem, ThrottledProblem, and ForbiddenProblem for a scope only a newer healther knows.

    Only keys that are none count against an address: whoever has a good one is never held up by a neighbour.
    """
    query = (
        select(ApiKey, User, Membership.role)
        .join(User, col(User.id) == ApiKey.created_by)
        .join(
            Membership,
            and_(col(Membership.user_id) == User.id, col(Membership.workspace_id) == ApiKey.workspace_id),
            isouter=True,
        )
        .where(ApiKey.key_hash == key_hash(key[:_MOST_CHARS]))
    )
    async with db.read() as session:
        found = (await session.exec(query)).first()
    if found is None:
        guesses = throttle.API_KEY_ADDRESS
        async with db.write() as session:
            await throttle.take(session, guesses, guesses.key(throttle.address_group(address)), now_ms)
        raise UnauthenticatedProblem("There is no such API key; it may have been revoked.")
    row, user, role = found
    if row.expires_at is not None and row.expires_at <= now_ms:
        raise UnauthenticatedProblem(f"The API key {row.prefix}... has expired; make another.")
    if role is None:
        raise UnauthenticatedProblem(f"Whoever made the API key {row.prefix}... has left the workspace; make another.")
    scope = known_scope(row)
    if scope is None:
        raise ForbiddenProblem(f"What the API key {row.prefix}... is for, this version of healther does not know yet.")
    used_at = row.last_used_at
    # Later than now: the clock has been set back since (R12).
    if used_at is None or not now_ms - LAST_USED_EVERY_MS < used_at <= now_ms + CLOCK_STEP_MS:
        await _say_used(db, row.id, now_ms)
    ends_s = _NEVER_S if row.expires_at is None else row.expires_at // SECOND_MS
    claims = Claims(user.id, user.token_version, row.id, ends_s, is_key=True)
    return KeyHolder(user, row.workspace_id, _role(scope, Role(role)), row.name, claims)


def known_scope(key: ApiKey) -> ApiKeyScope | None:
    """What a key is for; None = a newer healther on the same database made it, for something else."""
    return ApiKeyScope(key.scope) if key.scope in list(ApiKeyScope) else None


def _role(scope: ApiKeyScope, maker: Role) -> Role:
    """Never an owner's: what owners alone may do is done by people."""
    return Role.OBSERVER if scope == ApiKeyScope.READ or maker == Role.OBSERVER else Role.ADMIN


async def _say_used(db: Database, key_id: UUID, now_ms: int) -> None:
    """At most once a minute, however many requests come at once."""
    used = col(ApiKey.last_used_at)
    async with db.write() as session:
        await session.exec(
            update(ApiKey)
            .where(
                col(ApiKey.id) == key_id,
                or_(used.is_(None), ~used.between(now_ms - LAST_USED_EVERY_MS + 1, now_ms + CLOCK_STEP_MS)),
            )
            .values(last_used_at=now_ms)
        )
