"""Whose domain it is: what somebody entered for a page, the record in DNS that proves it, and when it is served.

An operator's word stands for the proof (TRUSTED_DOMAINS). A record that is gone ends it after a while; a name server
that does not answer ends nothing.
"""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, to_utc
from healther.core.errors import ConflictProblem
from healther.core.setting_values import is_among
from healther.net.errors import NetError
from healther.net.resolver import Resolver
from healther.status_pages.models import DomainProof, PageDomain, StatusPage

LOOK_TIMEOUT_S = 8.0
PROVEN_EVERY_MS = DAY_MS
MISSING_EVERY_MS = HOUR_MS
GRACE_MS = 7 * DAY_MS
"""For so long a page stays under its domain after the record was gone."""
_FIRST_EVERY_MS = 5 * MINUTE_MS
_MOST_SHOWN = 80


class Seen(NamedTuple):
    """What there is to prove it, or why there is nothing; `answered` is false where no name server said either."""

    proof: DomainProof | None
    problem: str | None = None
    answered: bool = True


def record_name(domain: str) -> str:
    """Where the record belongs."""
    return f"_healther.{domain}"


def record_value(page_id: UUID) -> str:
    """What the record says. It is no secret: only whoever has the zone can put it there."""
    return f"healther-page={page_id.hex}"


async def look(resolver: Resolver, page_id: UUID, domain: str, trusted: tuple[str, ...]) -> Seen:
    """Whether the domain is the page's: the operator says so, or DNS."""
    if is_among(domain, trusted):
        return Seen(DomainProof.TRUSTED)
    name, wanted = record_name(domain), record_value(page_id)
    try:
        texts = await resolver.texts(name, LOOK_TIMEOUT_S)
    except NetError as error:
        return Seen(None, error.message, answered=False)
    if any(text.strip() == wanted.encode() for text in texts):
        return Seen(DomainProof.RECORD)
    if not texts:
        return Seen(None, f"{name} has no TXT record")
    other = min(texts).decode("ascii", "replace")[:_MOST_SHOWN]
    return Seen(None, f"{name} has another TXT record: {other if other.isprintable() else '...'}")


async def domains_of(session: AsyncSession, page_ids: Collection[UUID]) -> dict[UUID, PageDomain]:
    """What was entered for each of these pages."""
    rows = await session.exec(select(PageDomain).where(col(PageDomain.page_id).in_(page_ids)))
    return {row.page_id: row for row in rows.all()}


async def enter(
    session: AsyncSession, page: StatusPage, domain: str | None, trusted: tuple[str, ...], now_ms: int
) -> None:
    """The domain of a page that is saved; None takes it away. Raises ConflictProblem where another page is served."""
    row = await session.get(PageDomain, page.id)
    if row is not None and row.domain == domain and (row.proof or not is_among(domain, trusted)):
        return
    if row is not None:
        await session.delete(row)
        await session.flush()
    page.custom_domain = None
    if domain is not None:
        await _check_free(session, page, domain)
        proof = DomainProof.TRUSTED if is_among(domain, trusted) else None
        next_at = None if proof else now_ms
        session.add(PageDomain(page_id=page.id, domain=domain, proof=proof, entered_at=now_ms, next_at=next_at))
        page.custom_domain = domain if proof else None
    session.add(page)
    await session.flush()


async def settle(session: AsyncSession, page: StatusPage, row: PageDomain, seen: Seen, now_ms: int) -> None:
    """What follows from what DNS said; both rows are locked by the caller."""
    row.checked_at, row.problem = now_ms, seen.problem
    was_proven = row.proof is not None
    if seen.proof and not was_proven and await _taken(session, page, row.domain):
        row.problem = f"{row.domain} is served by another status page here: it has to be taken off that one first"
    elif seen.proof:
        row.proof, row.missing_since = seen.proof, None
    elif seen.answered and was_proven:
        row.missing_since = row.missing_since or now_ms
        if now_ms - row.missing_since >= GRACE_MS:
            row.proof, row.missing_since, row.entered_at = None, None, now_ms
    row.next_at = None if row.proof == DomainProof.TRUSTED else now_ms + _wait_ms(row, now_ms)
    if was_proven != (row.proof is not None):
        page.custom_domain = row.domain if row.proof else None
        page.version += 1
        page.updated_at = to_utc(now_ms)
        session.add(page)
    session.add(row)
    await session.flush()


def _wait_ms(row: PageDomain, now_ms: int) -> int:
    """Until DNS is asked again: the longer nobody has put the record there, the longer."""
    if row.proof is not None:
        return PROVEN_EVERY_MS if row.problem is None else MISSING_EVERY_MS
    return min(max(_FIRST_EVERY_MS, (now_ms - row.entered_at) // 4), DAY_MS)


async def _check_free(session: AsyncSession, page: StatusPage, domain: str) -> None:
    if await _taken(session, page, domain):
        raise ConflictProblem(f"Another page uses the domain {domain!r}; choose another.")


async def _taken(session: AsyncSession, page: StatusPage, domain: str) -> bool:
    query = select(StatusPage.id).where(StatusPage.custom_domain == domain, StatusPage.id != page.id)
    return (await session.exec(query)).first() is not None
