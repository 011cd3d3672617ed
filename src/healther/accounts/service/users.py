"""Making and changing accounts."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import AuditEntry, User
from healther.core.clock import to_utc
from healther.core.errors import ConflictProblem, ForbiddenProblem, UnauthenticatedProblem
from healther.core.language import SpokenLanguage
from healther.core.settings import Settings

# Any fixed number: whoever registers while only the first may takes this lock until the commit (PostgreSQL; on
# SQLite a writing transaction is alone already).
_FIRST_ACCOUNT_LOCK = 0x6865616C7468
CLOSED = "Nobody can sign up here by themselves; ask the operator for an account."
ALL_DELETED = "The first account was deleted; the operator makes another by `healther user create`."
FIRST_ONLY = "The first account exists already; ask the operator for one (HEALTHER_REGISTRATION is `first`)."
TAKEN = "An account with this email exists already."


async def check_registration(session: AsyncSession, settings: Settings) -> None:
    """Raises ForbiddenProblem unless HEALTHER_REGISTRATION lets someone sign up now; holds until the commit (S16)."""
    if settings.registration == "closed":
        raise ForbiddenProblem(CLOSED)
    if settings.registration == "first":
        if session.get_bind().dialect.name == "postgresql":
            await session.exec(select(func.pg_advisory_xact_lock(_FIRST_ACCOUNT_LOCK)))
        if (await session.exec(select(func.count()).select_from(User))).one() > 0:
            raise ForbiddenProblem(FIRST_ONLY)
        if await ever_deleted(session):
            raise ForbiddenProblem(ALL_DELETED)


async def create_user(
    session: AsyncSession,
    *,
    email: str,
    full_name: str,
    hashed_password: str,
    language: SpokenLanguage | None = None,
    now_ms: int,
) -> User:
    """A new account; raises ConflictProblem when the email has one."""
    user = User(
        email=email,
        full_name=full_name,
        hashed_password=hashed_password,
        language=language,
        created_at=to_utc(now_ms),
    )
    await _save(session, user)
    return user


async def find_user(session: AsyncSession, email: str) -> User | None:
    """The account of a normalised email."""
    return (await session.exec(select(User).where(User.email == email))).first()


async def lock_user(session: AsyncSession, user_id: UUID) -> User:
    """The account, locked until the commit (PostgreSQL); raises UnauthenticatedProblem when it is gone meanwhile."""
    query = select(User).where(col(User.id) == user_id).with_for_update(key_share=True)
    user = (await session.exec(query)).one_or_none()
    if user is None:
        raise UnauthenticatedProblem("The account was deleted.")
    return user


async def any_account(session: AsyncSession) -> bool:
    """Whether anybody has an account yet."""
    return (await session.exec(select(User.id).limit(1))).first() is not None


async def ever_deleted(session: AsyncSession) -> bool:
    """Whether an account was deleted here: then whoever comes next is not the first, even if nobody is left."""
    return (
        await session.exec(select(AuditEntry.id).where(AuditEntry.action == "user.delete").limit(1))
    ).first() is not None


async def first_is_welcome(session: AsyncSession, settings: Settings) -> bool:
    """Whether nobody has an account, and whoever comes makes the first."""
    if await any_account(session):
        return False
    return settings.registration == "open" or not await ever_deleted(session)


async def update_user(session: AsyncSession, user: User, **changes: str | None) -> None:
    """Sets the columns that are given; raises ConflictProblem when the email is someone else's."""
    for name, value in changes.items():
        setattr(user, name, value)
    await _save(session, user)


async def _save(session: AsyncSession, user: User) -> None:
    session.add(user)
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError as error:
        raise ConflictProblem(TAKEN) from error
