"""A mail server as one address: `smtp://user:password@host:587?starttls=required`, `smtps://host`."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

_PORTS = {"smtps": 465, "smtp": 587}
_EXAMPLE = "write e.g. smtp://user:password@smtp.example.org:587?starttls=required or smtps://smtp.example.org"


@dataclass(frozen=True, slots=True)
class MailUrl:
    """Where mail is handed over, and how safely.

    `security`: `tls` from the start, `starttls` required, `auto` = STARTTLS where it is offered (a relay on the same
    machine with a certificate nobody can check), `none`.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "auto", "none"]
    user: str | None
    password: str | None


def parse_mail_url(text: str) -> MailUrl:
    """The parts of the address; raises ValueError, never with the password in it."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError as error:
        raise ValueError(f"is no address of a mail server; {_EXAMPLE}") from error
    options = dict(parse_qsl(url.query, keep_blank_values=True))
    if url.scheme not in _PORTS or not url.hostname or url.path not in ("", "/") or options.keys() - {"starttls"}:
        raise ValueError(f"is no address of a mail server; {_EXAMPLE}")
    wanted = options.get("starttls", "required" if url.username else "auto")
    if wanted not in ("required", "auto", "never") or (url.scheme == "smtps" and options):
        raise ValueError("starttls is required, auto or never, and only for smtp://")
    if (url.username is None) != (url.password is None):
        raise ValueError("a user needs a password and the other way round; escape @, : and / as %40, %3A and %2F")
    if url.username and url.scheme == "smtp" and wanted != "required":
        raise ValueError("a password is not sent without encryption: use ?starttls=required or smtps://")
    security: Literal["tls", "starttls", "auto", "none"] = "auto"
    if url.scheme == "smtps":
        security = "tls"
    elif wanted != "auto":
        security = "starttls" if wanted == "required" else "none"
    return MailUrl(
        host=url.hostname,
        port=port or (_PORTS[url.scheme] if security in ("tls", "starttls") else 25),
        security=security,
        user=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
    )
