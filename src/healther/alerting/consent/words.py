"""What the question and its page say. Whoever reads them may have asked for nothing."""

from dataclasses import dataclass

from healther.channels.words import shortened
from healther.core.text import leads_nowhere


@dataclass(frozen=True, slots=True, eq=False)
class ConsentWords:
    """One language. `{...}` in a text is filled in by whoever uses it."""

    language: str
    some_workspace: str
    called: str
    account_subject: str
    account_body: str
    account_text: str
    workspace_subject: str
    workspace_body: str
    workspace_text: str
    invitation_subject: str
    invitation_text: str
    account_no_subject: str
    account_no_text: str
    refuse: str
    said_yes: str
    said_no: str
    yes: str
    no: str
    over_title: str
    over_text: str


ENGLISH = ConsentWords(
    language="en",
    some_workspace="a workspace",
    called="a workspace called “{name}”",
    account_subject="Confirm your address",
    account_body="Somebody, probably you, gave this address for an account of healther at {host}. Follow the link to "
    "confirm that it is yours: until then nothing else is mailed to it. If it was not you, say so behind the same "
    "link, and you are not asked again; or do nothing, and you get nothing more but, if they insist, this question.",
    account_text="With a yes {address} gets the mail of an account of healther at {host}: alerts, and what its "
    "workspaces tell their owners.",
    workspace_subject="May alerts be mailed to you?",
    workspace_body="Somebody of {workspace}, which is watched by healther at {host}, wants its alerts mailed to this "
    "address. Follow the link to say yes: until then nothing else is mailed to it. If you do not want that, say so "
    "behind the same link, and they cannot ask you again; or do nothing.",
    workspace_text="With a yes {address} gets the alerts of {workspace}, which is watched by healther at {host}.",
    invitation_subject="Stop these invitations",
    invitation_text="{address} was invited to {workspace}, which is watched by healther at {host}. Press the button, "
    "and it gets no more mail of it: no invitations, and no alerts.",
    account_no_subject="No more of these questions",
    account_no_text="Somebody wants {address} for their account of healther at {host}. Press the button, and it gets "
    "no more questions of theirs, and none of anybody else there.",
    refuse="No more of these",
    said_yes="You have said yes.",
    said_no="You have said no: you get nothing more, and are not asked again.",
    yes="Yes, mail me",
    no="No, and do not ask again",
    over_title="This link does not work any more",
    over_text="It is too old, or not complete. Whoever wants to mail you can ask again.",
)

GERMAN = ConsentWords(
    language="de",
    some_workspace="einem Arbeitsbereich",
    called="einem Arbeitsbereich namens „{name}“",
    account_subject="Bitte bestätige deine Adresse",
    account_body="Jemand, vermutlich du, hat diese Adresse für ein Konto bei healther auf {host} angegeben. Bitte den "
    "Link öffnen und bestätigen, dass sie dir gehört: Bis dahin kommt sonst nichts an sie. Warst du es nicht, sag es "
    "hinter demselben Link, dann wirst du nicht wieder gefragt; oder tu nichts, dann kommt nichts weiter, höchstens "
    "noch einmal diese Frage.",
    account_text="Mit einem Ja bekommt {address} die Mails eines Kontos bei healther auf {host}: Alarme, und was seine "
    "Arbeitsbereiche ihren Eigentümern sagen.",
    workspace_subject="Dürfen dir Alarme gemailt werden?",
    workspace_body="Jemand von {workspace}, überwacht von healther auf {host}, möchte Alarme an diese Adresse mailen. "
    "Bitte den Link öffnen, um zuzustimmen: Bis dahin kommt sonst nichts an sie. Willst du das nicht, sag es hinter "
    "demselben Link, dann können sie dich nicht wieder fragen; oder tu nichts.",
    workspace_text="Mit einem Ja bekommt {address} die Alarme von {workspace}, überwacht von healther auf {host}.",
    invitation_subject="Keine Einladungen mehr",
    invitation_text="{address} wurde eingeladen, zu {workspace}, überwacht von healther auf {host}. Drück den Knopf, "
    "dann kommt von dort keine Mail mehr an diese Adresse: keine Einladung und kein Alarm.",
    account_no_subject="Keine solchen Fragen mehr",
    account_no_text="Jemand will {address} für sein Konto bei healther auf {host}. Drück den Knopf, dann wird diese "
    "Adresse dort nichts mehr gefragt, auch von niemand anderem.",
    refuse="Nichts mehr davon",
    said_yes="Du hast zugestimmt.",
    said_no="Du hast abgelehnt: Es kommt nichts weiter, und du wirst nicht wieder gefragt.",
    yes="Ja, mailt mir",
    no="Nein, und nicht wieder fragen",
    over_title="Dieser Link gilt nicht mehr",
    over_text="Er ist zu alt oder unvollständig. Wer dir mailen möchte, kann noch einmal fragen.",
)

MOST_NAME_CHARS = 40


def consent_words(language: str | None) -> ConsentWords:
    """The words of a language; English for one that is not there."""
    return GERMAN if language == "de" else ENGLISH


def harmless(name: str | None, words: ConsentWords) -> str:
    """A workspace by its name, shortened and in quotes, where nothing in it leads anywhere; else that it is one."""
    if name is None or not leads_nowhere(name):
        return words.some_workspace
    return words.called.replace("{name}", shortened(name, MOST_NAME_CHARS))
