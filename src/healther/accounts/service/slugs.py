"""One at a time takes a slug: workspaces and status pages share them, and no constraint covers both tables."""

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

# Any fixed number, of these locks alone.
_LOCK = 0x736C7567


async def hold_slug(session: AsyncSession, slug: str) -> None:
    """Whoever wants the same slug waits for this transaction (PostgreSQL; SQLite has one writer): hold, then look."""
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(slug))))
