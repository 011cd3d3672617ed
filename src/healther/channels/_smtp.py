"""Handing a mail to a server: dialled by net, spoken by aiosmtplib, its answers judged."""

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from email.message import EmailMessage

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from healther.channels._http import refused
from healther.channels.base import (
    MailServer,
    Receipt,
    RetryLaterError,
    SendContext,
    SendError,
    UndeliverableError,
)
from healther.channels.words import shortened
from healther.core.text import ascii_email, flat
from healther.net.dial import dial, dial_own
from healther.net.errors import NetError
from healther.net.tls import TlsOptions, explain

_SHOWN = 300
_TLS, _UNVERIFIED = TlsOptions(alpn=False), TlsOptions(verify=False, alpn=False)
# Refused for what the mail or the sender is, not for the address (RFC 3463: 5.7, security or policy).
_POLICY = "5.7."


class _Progress:
    """What became of each address, as far as the mails came."""

    def __init__(self, before: int) -> None:
        self.before = before
        self.said: dict[str, str] = {}
        self.refused: dict[str, SMTPRecipientsRefused | SMTPResponseException] = {}

    @property
    def reached(self) -> int:
        """How many have it, from earlier attempts too."""
        return self.before + len(self.said)


async def deliver(
    context: SendContext, server: MailServer, mails: Mapping[str, EmailMessage], *, guarded: bool
) -> Receipt:
    """Hands a mail over for each address; raises RetryLaterError or UndeliverableError.

    Whoever refuses is named where others took it, and not tried again. Where the server itself ends, the others are
    tried later: the error says who was reached. `guarded` is False for the operator's own server: it may be anywhere.
    """
    progress = _Progress(len(context.reached))
    try:
        async with asyncio.timeout(context.deadline - time.monotonic()):
            await _deliver(context, server, mails, progress, guarded=guarded)
        if not progress.reached and progress.refused:
            raise _all_refused(list(progress.refused.values()))
    except TimeoutError as error:
        raise _partly(RetryLaterError(f"{server.host} did not take the mail in time"), progress, mails) from error
    except NetError as error:
        raise _partly(refused(error), progress, mails) from error
    except ssl.SSLError as error:
        failure = RetryLaterError(explain(error, server.host, None).message)
        raise _partly(failure, progress, mails) from error
    except (SMTPException, OSError) as error:
        raise _partly(_judged(error, server, guarded=guarded), progress, mails) from error
    answer = shortened(flat(next(iter(progress.said.values()), "taken before")), _SHOWN)
    for address, refusal in progress.refused.items():
        one = refusal.recipients[0] if isinstance(refusal, SMTPRecipientsRefused) else refusal
        answer += f"; not for {address}: {one.code} {shortened(flat(one.message), 100)}"
    return Receipt(answer)


async def _deliver(
    context: SendContext, server: MailServer, mails: Mapping[str, EmailMessage], progress: _Progress, *, guarded: bool
) -> None:
    lines = None if guarded else context.mail_lines
    client = await lines.take() if lines is not None else None
    if client is None:
        domain = next(iter(mails.values()))["From"].addresses[0].domain
        client = await _connected(context, server, domain, guarded=guarded)
    try:
        for address, mail in mails.items():
            try:
                _, progress.said[address] = await client.sendmail(
                    server.sender, [ascii_email(address)], mail.as_bytes()
                )
            except SMTPRecipientsRefused as error:
                progress.refused[address] = error
            except SMTPResponseException as error:
                if error.code < 500:
                    raise
                progress.refused[address] = error
        if lines is not None:
            lines.give_back(client)
            client = None
        else:
            await client.quit()
    finally:
        if client is not None:
            client.close()


def _all_refused(refusals: Sequence[SMTPRecipientsRefused | SMTPResponseException]) -> SMTPException:
    """The refusals as one: of the mail where one was of that, or of every address."""
    recipients: list[SMTPRecipientRefused] = []
    for each in refusals:
        if not isinstance(each, SMTPRecipientsRefused):
            return each
        recipients += each.recipients
    return SMTPRecipientsRefused(recipients)


def _partly(failure: SendError, progress: _Progress, mails: Mapping[str, EmailMessage]) -> SendError:
    """The failure, with who has the mail nevertheless."""
    failure.reached = tuple(progress.said)
    if progress.reached:
        failure.answer += f"; {progress.reached} of {progress.before + len(mails)} addresses have it"
    return failure


async def _connected(context: SendContext, server: MailServer, domain: str, *, guarded: bool) -> SMTP:
    """A connection that is signed in and takes mail."""
    if guarded:
        own = context.mail_server
        # Whoever names it goes round consent, budgets and the operator's From.
        never = None if own is None else (own.host, own.port)
        sock = await dial(context.net, server.host, server.port, context.deadline, never=never)
    else:
        sock = await dial_own(server.host, server.port, context.deadline)
    secure = server.security in ("tls", "starttls")
    client = SMTP(
        hostname=server.host,
        sock=sock,
        timeout=None,
        local_hostname=domain,
        use_tls=server.security == "tls",
        # None: where the server offers it.
        start_tls=None if server.security == "auto" else server.security == "starttls",
        tls_context=context.net.contexts.get(_TLS if secure else _UNVERIFIED),
        username=server.user,
        password=server.password,
    )
    try:
        await client.connect()
    except BaseException:
        client.close()
        raise
    return client


def _judged(error: Exception, server: MailServer, *, guarded: bool) -> SendError:
    """4xx: later; 5xx: never. A refused sign-in and refused addresses end the channel."""
    if isinstance(error, SMTPAuthenticationError):
        text = f"{server.host} refused the sign-in: {error.code} {shortened(flat(error.message), _SHOWN)}"
        # The operator's server is the operator's to mend: no channel is at fault, and trying on finds it mended.
        ends = guarded and error.code >= 500
        return UndeliverableError(text, ends_channel=True) if ends else RetryLaterError(text)
    if isinstance(error, SMTPRecipientsRefused):
        codes = [each.code for each in error.recipients]
        text = "; ".join(f"{each.code} {shortened(flat(each.message), 150)}" for each in error.recipients)
        if all(code >= 500 for code in codes):
            bad = not any(each.message.startswith(_POLICY) for each in error.recipients)
            return UndeliverableError(f"{server.host} refused every address: {text}", ends_channel=bad)
        return RetryLaterError(f"{server.host} answered {text}")
    if isinstance(error, SMTPResponseException):
        text = f"{server.host} answered {error.code} {shortened(flat(error.message), _SHOWN)}"
        return UndeliverableError(text, ends_channel=False) if error.code >= 500 else RetryLaterError(text)
    return RetryLaterError(f"{server.host}: {shortened(flat(str(error)), _SHOWN) or type(error).__name__}")
