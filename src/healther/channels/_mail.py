"""A message as a mail (RFC 5322): text and HTML, and the headers that make one conversation of an incident."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from hashlib import sha256

from healther.channels.base import Message, MessageKind
from healther.channels.words import html, plain, subject
from healther.core.clock import to_utc
from healther.core.text import ascii_email, flat

_SENDER_NAME = "healther"
# To people who may have asked for nothing: what a tenant calls itself would stand where the operator's name does.
_UNASKED = frozenset({MessageKind.CONFIRM, MessageKind.INVITATION, MessageKind.RESET})
# Nobody's auto-responder should answer, and a mail client may offer to unsubscribe (RFC 3834, 2369, 8058).
_AUTOMATIC = "auto-generated"
# A client reads these by their letters: a line may be long (998 characters, RFC 5322), an encoded word is no link.
_LITERAL = frozenset({"message-id", "references", "in-reply-to", "list-unsubscribe", "list-unsubscribe-post"})


class _MailPolicy(EmailPolicy):
    """As mail servers want it, with links and ids neither folded nor encoded, however long they are."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _LITERAL and value.isascii():
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _MailPolicy(linesep="\r\n", utf8=False)


def compose(message: Message, *, sender: str, to: str) -> EmailMessage:
    """The mail to one address; its Message-ID comes from the message's id and the address, and stays at every attempt.

    No header can be broken out of (S16): every text is one line before it gets there.
    """
    domain, address = sender.rpartition("@")[2], ascii_email(to)
    mail = EmailMessage(policy=_POLICY)
    mail["Message-ID"] = f"<{message.id}.{sha256(address.encode()).hexdigest()[:16]}@{domain}>"
    mail["Date"] = format_datetime(to_utc(message.at))
    named = "" if message.kind in _UNASKED else f"{flat(message.workspace)[:60]} ({_SENDER_NAME})"
    mail["From"] = Address(named or _SENDER_NAME, addr_spec=ascii_email(sender))
    mail["To"] = address
    mail["Subject"] = subject(message)
    mail["Auto-Submitted"] = _AUTOMATIC
    if message.thread:
        thread = f"<thread-{sha256(message.thread.encode()).hexdigest()[:32]}@{domain}>"
        # Nothing has the thread's own id: that everything refers to it is what makes the conversation.
        mail["References"] = thread
        if not message.first:
            mail["In-Reply-To"] = thread
    if message.unsubscribe_link:
        mail["List-Unsubscribe"] = f"<{flat(message.unsubscribe_link)}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if message.kind in (MessageKind.DOWN, MessageKind.ESCALATION):
        mail["Importance"] = "high"
    mail.set_content(plain(message))
    mail.add_alternative(html(message), subtype="html")
    return mail
