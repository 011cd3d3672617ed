"""Handing a mail to a server: dialled by net, spoken by aiosmtplib, its answers judged."""

import asyncio
import ssl
import time
from collections.abc import Sequence
from email.message import EmailMessage

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
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
from healther.core.text import flat
from healther.net.dial import dial, dial_own
from healther.net.errors import NetError
from healther.net.tls import TlsOptions, explain

_SHOWN = 300
_TLS, _UNVERIFIED = TlsOptions(alpn=False), TlsOptions(verify=False, alpn=False)
# Refused for what the mail or the sender is, not for the address (RFC 3463: 5.7, security or policy).
_POLICY = "5.7."


async def deliver(
    context: SendContext, server: MailServer, mail: EmailMessage, to: Sequence[str], *, guarded: bool
) -> Receipt:
    """Hands the mail over for all addresses; raises RetryLaterError or UndeliverableError.

    A server that takes it for some of them has taken it: sending again would give those a second copy. `guarded` is
    False for the operator's own server, which may be anywhere.
    """
    try:
        async with asyncio.timeout(context.deadline - time.monotonic()):
            return await _deliver(context, server, mail, to, guarded=guarded)
    except TimeoutError as error:
        raise RetryLaterError(f"{server.host} did not take the mail in time") from error
    except NetError as error:
        raise refused(error) from error
    except ssl.SSLError as error:
        raise RetryLaterError(explain(error, server.host, None).message) from error
    except (SMTPException, OSError) as error:
        raise _judged(error, server, guarded=guarded) from error


async def _deliver(
    context: SendContext, server: MailServer, mail: EmailMessage, to: Sequence[str], *, guarded: bool
) -> Receipt:
    lines = None if guarded else context.mail_lines
    client = await lines.take() if lines is not None else None
    if client is None:
        client = await _connected(context, server, mail, guarded=guarded)
    try:
        errors, said = await client.sendmail(server.sender, list(to), mail.as_bytes())
        answer = shortened(flat(said), _SHOWN)
        for address, refusal in errors.items():
            answer += f"; not for {address}: {refusal.code} {shortened(flat(refusal.message), 100)}"
        if lines is not None:
            lines.give_back(client)
            client = None
        else:
            await client.quit()
    finally:
        if client is not None:
            client.close()
    return Receipt(answer)


async def _connected(context: SendContext, server: MailServer, mail: EmailMessage, *, guarded: bool) -> SMTP:
    """A connection that is signed in and takes mail."""
    if guarded:
        sock = await dial(context.net, server.host, server.port, context.deadline)
    else:
        sock = await dial_own(server.host, server.port, context.deadline)
    secure = server.security in ("tls", "starttls")
    client = SMTP(
        hostname=server.host,
        sock=sock,
        timeout=None,
        local_hostname=mail["From"].addresses[0].domain,
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
