"""What the mail of an invitation says.

It goes to people who may have asked for nothing, in the operator's name: names that others chose are shortened, and are
in it only where they lead nowhere.
"""

from dataclasses import dataclass
from uuid import UUID

from healther.accounts.models import Role, User, Workspace
from healther.channels.base import Message, MessageKind
from healther.channels.words import shortened
from healther.core.ids import new_id
from healther.core.text import leads_nowhere

_MOST_CHARS = 40


@dataclass(frozen=True, slots=True)
class _Words:
    """One language; `{...}` is filled in below."""

    subject: str
    body: str
    roles: dict[Role, str]
    somebody: str
    some_workspace: str
    calls_themselves: str
    called: str


_ENGLISH = _Words(
    subject="{inviter} invites you to {workspace}",
    body="{inviter} invites you to {workspace} at {place}, which watches services. {role}\n\n"
    "Follow the link to join: with your account there, or with a new one for this address. It works once, for {days} "
    "days. If you do not know what this is about, do nothing, or say below that you want no more of these.",
    roles={
        Role.OBSERVER: "You will be an observer: you see everything and change nothing.",
        Role.ADMIN: "You will be an admin: you change what is watched, who is told, and who is a member.",
        Role.OWNER: "You will be an owner: the workspace is yours, too.",
    },
    somebody="Somebody",
    some_workspace="a workspace",
    calls_themselves="Somebody who goes by “{name}”",
    called="a workspace called “{name}”",
)

_GERMAN = _Words(
    subject="{inviter} lädt dich ein: {workspace}",
    body="{inviter} lädt dich ein: {workspace} auf {place}, wo Dienste überwacht werden. {role}\n\n"
    "Folge dem Link, um mitzumachen: mit deinem Konto dort oder mit einem neuen für diese Adresse. Er gilt einmal, "
    "{days} Tage lang. Sagt dir das nichts, tu nichts, oder sag unten, dass keine mehr kommen sollen.",
    roles={
        Role.OBSERVER: "Du wirst Beobachter: Du siehst alles und änderst nichts.",
        Role.ADMIN: "Du wirst Admin: Du änderst, was überwacht wird, wer davon hört und wer Mitglied ist.",
        Role.OWNER: "Du wirst Eigentümer: Der Arbeitsbereich gehört auch dir.",
    },
    somebody="Jemand",
    some_workspace="ein Arbeitsbereich",
    calls_themselves="Jemand mit dem Namen „{name}“",
    called="ein Arbeitsbereich namens „{name}“",
)


def invitation_message(
    invitation_id: UUID,
    workspace: Workspace,
    inviter: User,
    role: Role,
    *,
    link: str,
    refuse_link: str,
    place: str,
    days: int,
    now_ms: int,
) -> Message:
    """The mail, in the language of whoever invites."""
    words = _GERMAN if inviter.language == "de" else _ENGLISH
    facts = {
        "inviter": _named(inviter.full_name, words.calls_themselves, words.somebody),
        "workspace": _named(workspace.name, words.called, words.some_workspace),
        "place": place,
        "role": words.roles[role],
        "days": days,
    }
    return Message(
        id=new_id(),
        kind=MessageKind.INVITATION,
        thread=f"invitation-{invitation_id}",
        first=True,
        workspace=place,
        title=words.subject.format(**facts),
        body=words.body.format(**facts),
        at=now_ms,
        link=link,
        refuse_link=refuse_link,
        unsubscribe_link=refuse_link,
        language="de" if words is _GERMAN else "en",
    )


def _named(name: str, form: str, nameless: str) -> str:
    """A name that somebody chose, in quotes and said to be one: it passes for no word of ours, nor for the operator."""
    return form.replace("{name}", shortened(name, _MOST_CHARS)) if leads_nowhere(name) else nameless
