"""The operator's own mail server, from the settings."""

from healther.channels.base import MailServer
from healther.core.mail_url import parse_mail_url
from healther.core.settings import Settings


def mail_server_of(settings: Settings) -> MailServer | None:
    """The server, or None while HEALTHER_SMTP_URL or HEALTHER_MAIL_FROM is missing."""
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    url = parse_mail_url(settings.smtp_url)
    return MailServer(
        host=url.host,
        port=url.port,
        security=url.security,
        user=url.user,
        password=url.password,
        sender=settings.mail_from,
    )
