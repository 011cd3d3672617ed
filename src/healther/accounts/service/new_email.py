"""Another address for an account: it is mailed a link first, and the answer tells nobody whether it has an account."""

from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import throttle
from healther.accounts.audit import account_note
from healther.accounts.models import User
from healther.accounts.service import consent, questions
from healther.accounts.service.consent import Consent
from healther.accounts.service.recovery import confirm
from healther.accounts.service.refusals import has_refused
from healther.accounts.service.users import update_user
from healther.core.errors import ConflictProblem


async def count_change(session: AsyncSession, user: User, now_ms: int) -> None:
    """Counts that an account wants another address; raises ThrottledProblem."""
    limit = throttle.EMAIL_CHANGE
    rule = f"An account changes its email {limit.tries} times an hour at most"
    await throttle.take(session, limit, limit.key(str(user.id)), now_ms, rule=rule)


async def count_question(session: AsyncSession, user: User, email: str, rules: Consent, now_ms: int) -> None:
    """Counts a mail to the new address; raises ThrottledProblem, and ConflictProblem when it wants none."""
    # Among strangers a no to one of them is a no to all.
    if rules.required and await has_refused(session, None, email):
        raise ConflictProblem(consent.REFUSED)
    if not await consent.may_mail_others(session, user, rules):
        rule = "An account whose address is not confirmed has another asked"
        await questions.take(session, questions.CORRECTIONS, str(user.id), rule, now_ms)
    await questions.count(session, user, email, now_ms, of_mailbox=questions.OF_NEW_ADDRESS)


async def take_on(session: AsyncSession, user: User, email: str, rules: Consent, now_ms: int) -> None:
    """The address has said yes: the locked account has it from now on; raises ConflictProblem when it is another's."""
    account_note(session, user, "user.email", now_ms, was=user.email, now=email)
    await consent.let_go(session, user)
    await update_user(session, user, email=email)
    await confirm(session, user, rules, now_ms)
