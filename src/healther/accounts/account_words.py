"""What mails about an account say. Nothing in them was typed by a stranger but an address, and that is masked."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from healther.accounts.models import User
from healther.channels.base import Message, MessageKind
from healther.core.ids import new_id
from healther.core.text import masked_email


@dataclass(frozen=True, slots=True)
class Said:
    """One mail: its subject and body, in which `{...}` is filled in below."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class AccountWords:
    """One language."""

    language: str
    reset: Said
    changed: Said
    taken_over: Said
    new_address: Said
    taken: Said
    moved: Said


ENGLISH = AccountWords(
    language="en",
    reset=Said(
        "Set a new password",
        "Somebody, probably you, asked for a new password for the account that has this address at healther on {host}. "
        "Follow the link to set one: it works once, for {minutes} minutes. Every sign-in of the account ends with it, "
        "and so do its API keys, calendar links and open invitations.\n\n"
        "If it was not you, do nothing: the password stays as it is.",
    ),
    changed=Said(
        "Your password was changed",
        "The password of your account at healther on {host} was changed. If it was you, there is nothing to do.\n\n"
        "If it was not, set another one behind the link: that ends every sign-in, whoever has one.",
    ),
    taken_over=Said(
        "Your account is yours, and others are in it",
        "The password of your account at healther on {host} was set, and its address is confirmed by that. Nobody had "
        "confirmed it before: if somebody else had signed up with it, all is ended by which they got in. But whoever "
        "they made a member still is one, an owner perhaps. Other members in the workspaces of the account: {others}. "
        "Sign in, look under Workspace → Members who they are, and remove whom you do not know; or delete the "
        "workspace.\n\n"
        "If it was not you, set another password behind the link.",
    ),
    new_address=Said(
        "Confirm your new address",
        "Somebody, probably you, wants this address for their account at healther on {host}. Follow the link to say "
        "yes: it works once, for {minutes} minutes. From then on you sign in with this address.\n\n"
        "If it was not you, do nothing: nothing is changed.",
    ),
    taken=Said(
        "This address has an account",
        "Somebody, probably you, wants this address for their account at healther on {host}. But it is the address of "
        "another one, so nothing was changed. If you have forgotten its password, set a new one behind the link.\n\n"
        "If it was not you, there is nothing to do.",
    ),
    moved=Said(
        "Your account has another address",
        "The account at healther on {host} that had this address now has {address}, which is signed in with from now "
        "on. If it was you, there is nothing to do.\n\n"
        "If it was not, ask whoever runs {host} for your account.",
    ),
)

GERMAN = AccountWords(
    language="de",
    reset=Said(
        "Neues Passwort setzen",
        "Jemand, vermutlich du, hat für das Konto mit dieser Adresse bei healther auf {host} ein neues Passwort "
        "verlangt. Setze es hinter dem Link: Er gilt einmal, {minutes} Minuten lang. Damit endet jede Anmeldung des "
        "Kontos, und auch seine API-Schlüssel, Kalenderlinks und offenen Einladungen.\n\n"
        "Warst du es nicht, tu nichts: Das Passwort bleibt, wie es ist.",
    ),
    changed=Said(
        "Dein Passwort wurde geändert",
        "Das Passwort deines Kontos bei healther auf {host} wurde geändert. Warst du es, ist nichts zu tun.\n\n"
        "Warst du es nicht, setze hinter dem Link ein anderes: Damit endet jede Anmeldung, wer auch immer eine hat.",
    ),
    taken_over=Said(
        "Dein Konto ist deines, und andere sind darin",
        "Das Passwort deines Kontos bei healther auf {host} wurde gesetzt, und seine Adresse ist damit bestätigt. Bis "
        "dahin hatte sie niemand bestätigt: Hat sich jemand anderes mit ihr angemeldet, ist alles beendet, womit er "
        "hineinkam. Wen er als Mitglied aufnahm, der ist es aber noch, vielleicht als Eigentümer. Andere Mitglieder in "
        "den Arbeitsbereichen des Kontos: {others}. Melde dich an, sieh unter Arbeitsbereich → Mitglieder nach, wer es "
        "ist, und entferne, wen du nicht kennst; oder lösche den Arbeitsbereich.\n\n"
        "Warst du es nicht, setze hinter dem Link ein anderes Passwort.",
    ),
    new_address=Said(
        "Bitte bestätige deine neue Adresse",
        "Jemand, vermutlich du, will diese Adresse für sein Konto bei healther auf {host}. Bestätige sie hinter dem "
        "Link: Er gilt einmal, {minutes} Minuten lang. Ab dann meldest du dich mit dieser Adresse an.\n\n"
        "Warst du es nicht, tu nichts: Es ändert sich nichts.",
    ),
    taken=Said(
        "Diese Adresse hat ein Konto",
        "Jemand, vermutlich du, will diese Adresse für sein Konto bei healther auf {host}. Sie gehört aber zu einem "
        "anderen, also wurde nichts geändert. Hast du dessen Passwort vergessen, setze hinter dem Link ein neues.\n\n"
        "Warst du es nicht, ist nichts zu tun.",
    ),
    moved=Said(
        "Dein Konto hat eine andere Adresse",
        "Das Konto bei healther auf {host}, das diese Adresse hatte, hat jetzt {address}; damit meldet man sich ab "
        "jetzt an. Warst du es, ist nichts zu tun.\n\n"
        "Warst du es nicht, frag bei dem, der {host} betreibt, nach deinem Konto.",
    ),
)


def account_words(language: str | None) -> AccountWords:
    """The words of a language; English for one that is not there."""
    return GERMAN if language == "de" else ENGLISH


def account_message(
    kind: MessageKind,
    said: Said,
    user: User,
    language: str,
    *,
    link: str,
    public_url: str,
    refuse_link: str | None = None,
    minutes: int = 0,
    address: str = "",
    others: int = 0,
    now_ms: int,
) -> Message:
    """The mail about an account; `address` is another one that it is about, masked in it."""
    host = urlsplit(public_url).netloc
    body = said.body.format(host=host, minutes=minutes, address=masked_email(address) if address else "", others=others)
    message_id = new_id()
    return Message(
        id=message_id,
        kind=kind,
        thread=f"account-{user.id}-{message_id}",
        first=True,
        workspace=host,
        title=said.subject,
        body=body,
        at=now_ms,
        link=link,
        refuse_link=refuse_link,
        unsubscribe_link=refuse_link,
        language=language,
    )
