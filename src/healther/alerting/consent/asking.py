"""Asks addresses whether they want mail: the rows are the outbox, each question is claimed by one process at a time."""

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid5

import structlog
from sqlmodel import col, func, or_, select, update

from healther.accounts.models import MailAddress, Workspace
from healther.alerting.consent.links import ConsentLinks
from healther.alerting.consent.words import consent_words, harmless
from healther.alerting.deliver.address import mail_to
from healther.alerting.deliver.outcome import LONGEST_WAIT_MS, Result, failed
from healther.channels.base import MailServer, Message, MessageKind, RetryLaterError, SendContext, SendError
from healther.core.clock import SECOND_MS, now_ms
from healther.core.db import Database
from healther.net.client import Net

AT_ONCE = 8
SEND_TIMEOUT_S = 30.0
LEASE_MS = int(2 * SEND_TIMEOUT_S * SECOND_MS)
_LONGEST_MS = 2 * LONGEST_WAIT_MS

log = structlog.get_logger()


class Question(NamedTuple):
    """One claimed row, and what the workspace that asks is called; None for an account."""

    row: MailAddress
    workspace: str | None


class Asking:
    """Takes turns for one process."""

    def __init__(
        self, db: Database, net: Net, mail_server: MailServer | None, links: ConsentLinks, public_url: str
    ) -> None:
        self._db = db
        self._net = net
        self._mail_server = mail_server
        self._links = links
        self._public_url = public_url

    async def turn(self, at_ms: int) -> bool:
        """Sends what is due, at most AT_ONCE; returns whether there was something. Without a mail server it waits."""
        if self._mail_server is None:
            return False
        async with self._db.read() as session:
            first, last = (
                await session.exec(select(func.min(MailAddress.ask_due_at), func.max(MailAddress.ask_due_at)))
            ).one()
        if first is None or last is None or (first > at_ms and last <= at_ms + _LONGEST_MS):
            return False
        questions = await self._claim(at_ms)
        await asyncio.gather(*(self._ask(each) for each in questions))
        return bool(questions)

    async def _claim(self, at_ms: int) -> Sequence[Question]:
        # None waits for longer: the clock has been set back since that was written (R12).
        its_time = or_(col(MailAddress.ask_due_at) <= at_ms, col(MailAddress.ask_due_at) > at_ms + _LONGEST_MS)
        due = select(MailAddress.id).where(its_time).order_by(col(MailAddress.ask_due_at)).limit(AT_ONCE)
        async with self._db.write() as session:
            taken = await session.exec(
                update(MailAddress)
                .where(col(MailAddress.id).in_((await session.exec(due)).all()), its_time)
                .values(ask_due_at=at_ms + LEASE_MS, attempts=col(MailAddress.attempts) + 1)
                .returning(MailAddress)
                .execution_options(synchronize_session=False)
            )
            rows = list(taken.scalars())
            names = select(Workspace.id, Workspace.name).where(
                col(Workspace.id).in_({row.workspace_id for row in rows if row.workspace_id})
            )
            called = dict((await session.exec(names)).all())
            session.expunge_all()
        return [Question(row, called.get(row.workspace_id) if row.workspace_id else None) for row in rows]

    async def _ask(self, question: Question) -> None:
        row, began = question.row, now_ms()
        try:
            address = mail_to(row.address)
            if isinstance(address, SendError):
                raise address
            deadline = time.monotonic() + SEND_TIMEOUT_S
            async with asyncio.timeout(SEND_TIMEOUT_S + 1):
                await address.send(SendContext(self._net, self._mail_server, deadline), self._message(question, began))
        except (SendError, TimeoutError) as error:
            failure = error if isinstance(error, SendError) else RetryLaterError("no answer in time")
            outcome = failed(failure, row.attempts, row.asked_at or began, now_ms())
            again = now_ms() + outcome.wait_ms if outcome.result is Result.RETRY else None
            log.warning("cannot ask an address", address_id=str(row.id), answer=outcome.answer)
            await self._note(row, again, outcome.answer)
            return
        await self._note(row, None, None)

    async def _note(self, row: MailAddress, due_at: int | None, answer: str | None) -> None:
        """Writes what came of it, unless it was asked anew or has answered meanwhile."""
        async with self._db.write() as session:
            await session.exec(
                update(MailAddress)
                .where(col(MailAddress.id) == row.id, col(MailAddress.ask_due_at) == row.ask_due_at)
                .values(ask_due_at=due_at, answer=answer)
                .execution_options(synchronize_session=False)
            )

    def _message(self, question: Question, at_ms: int) -> Message:
        """The question: nothing in it is a tenant's but the name of the workspace, and that leads nowhere."""
        row = question.row
        words, host = consent_words(row.language), urlsplit(self._public_url).netloc
        of_workspace = row.workspace_id is not None
        body = words.workspace_body if of_workspace else words.account_body
        asked = f"{row.asked_at}"
        return Message(
            # Of every attempt the same: whoever gets it twice sees one.
            id=uuid5(row.id, asked),
            kind=MessageKind.CONFIRM,
            thread=f"consent-{row.id}-{asked}",
            first=True,
            workspace=host,
            title=words.workspace_subject if of_workspace else words.account_subject,
            body=body.format(workspace=harmless(question.workspace, words), host=host),
            at=at_ms,
            link=self._links.make(row.id, at_ms),
            language=words.language,
        )
