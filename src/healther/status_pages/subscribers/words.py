"""What the pages and messages of a subscription say, in the languages status pages can say it in."""

from dataclasses import dataclass

from healther.status_pages.subscribers.places import Kind


@dataclass(frozen=True, slots=True, eq=False)
class SubscriberWords:
    """One language. `{...}` in a text is filled in by whoever uses it."""

    link: str
    title: str
    text: str
    how: str
    kinds: dict[Kind, str]
    address: str
    address_hint: str
    which: str
    every: str
    chosen: str
    subscribe: str
    bad: dict[Kind, str]
    none_chosen: str
    throttled: str
    nobody_confirmed: str
    foreign: str
    asked_title: str
    asked_text: str
    back: str
    confirm_title: str
    confirm_text: str
    confirm: str
    manage_title: str
    manage_text: str
    save: str
    saved: str
    leave: str
    leave_title: str
    leave_text: str
    left_title: str
    left_text: str
    over_title: str
    over_text: str
    closed_subject: str
    some_page: str
    quoted: str
    ask_subject: str
    ask_body: str
    manage_note: str


ENGLISH = SubscriberWords(
    link="Subscribe",
    title="Hear of {page}",
    text="You get a message when there is news of an incident, and when maintenance is announced.",
    how="By",
    kinds={Kind.EMAIL: "Email", Kind.WEBHOOK: "Webhook", Kind.SLACK: "Slack"},
    address="Address",
    address_hint="An email address, the https address of your webhook, or that of an incoming webhook of Slack.",
    which="Of which services",
    every="Of every service",
    chosen="Only of these:",
    subscribe="Subscribe",
    bad={
        Kind.EMAIL: "That is no email address such as ada@example.org.",
        Kind.WEBHOOK: "That is no https address such as https://example.org/hook.",
        Kind.SLACK: "That is no address such as https://hooks.slack.com/services/...",
    },
    none_chosen="Choose a service, or every service.",
    throttled="Too many attempts. Try again in {time}.",
    nobody_confirmed="Nobody can subscribe yet: those who keep this page have not confirmed their own address.",
    foreign="This form was sent from another site. Open it here and send it again.",
    asked_title="One more step",
    asked_text="A message is on its way to the address you gave. Open the link in it and confirm; until then you "
    "get nothing else.",
    back="Back to the status page",
    confirm_title="Confirm: hear of {page}",
    confirm_text="{address} gets a message when there is news of {page}. If you did not ask for this, do nothing.",
    confirm="Confirm",
    manage_title="Your subscription to {page}",
    manage_text="{address} gets a message when there is news.",
    save="Save",
    saved="Saved.",
    leave="Unsubscribe",
    leave_title="Unsubscribe from {page}",
    leave_text="{address} gets nothing more. healther forgets the address.",
    left_title="You are unsubscribed",
    left_text="You get nothing more, and the address is forgotten.",
    over_title="There is no such subscription",
    over_text="It was ended, or the link is not complete.",
    closed_subject="There is news on {page}",
    some_page="Status page",
    quoted="“{name}”",
    ask_subject="Confirm that you want to hear of {page}",
    ask_body="Somebody, probably you, asked for news of the status page {page} at this address. Follow the link to "
    "confirm or to change it. If it was not you, do nothing: you get nothing more.",
    manage_note="Change or end this subscription: {link}",
)

GERMAN = SubscriberWords(
    link="Abonnieren",
    title="Neues von {page} erfahren",
    text="Du bekommst eine Nachricht, wenn es Neues zu einem Vorfall gibt und wenn eine Wartung angekündigt wird.",
    how="Über",
    kinds={Kind.EMAIL: "E-Mail", Kind.WEBHOOK: "Webhook", Kind.SLACK: "Slack"},
    address="Adresse",
    address_hint="Eine E-Mail-Adresse, die https-Adresse deines Webhooks oder die eines Slack-Webhooks.",
    which="Von welchen Diensten",
    every="Von allen Diensten",
    chosen="Nur von diesen:",
    subscribe="Abonnieren",
    bad={
        Kind.EMAIL: "Das ist keine E-Mail-Adresse wie ada@example.org.",
        Kind.WEBHOOK: "Das ist keine https-Adresse wie https://example.org/hook.",
        Kind.SLACK: "Das ist keine Adresse wie https://hooks.slack.com/services/...",
    },
    none_chosen="Bitte einen Dienst wählen, oder alle.",
    throttled="Zu viele Versuche. Bitte in {time} noch einmal.",
    nobody_confirmed="Noch kann sich niemand eintragen: Wer diese Seite führt, hat die eigene Adresse nicht bestätigt.",
    foreign="Dieses Formular kam von einer anderen Seite. Bitte hier öffnen und noch einmal senden.",
    asked_title="Noch ein Schritt",
    asked_text="Eine Nachricht ist unterwegs an die Adresse. Bitte den Link darin öffnen und bestätigen; bis dahin "
    "bekommst du nichts weiter.",
    back="Zurück zur Statusseite",
    confirm_title="Bestätigen: Neues von {page}",
    confirm_text="{address} bekommt eine Nachricht, wenn es Neues von {page} gibt. Warst du das nicht, tu "
    "einfach nichts.",
    confirm="Bestätigen",
    manage_title="Dein Abonnement von {page}",
    manage_text="{address} bekommt eine Nachricht, wenn es Neues gibt.",
    save="Speichern",
    saved="Gespeichert.",
    leave="Abbestellen",
    leave_title="{page} abbestellen",
    leave_text="{address} bekommt nichts mehr. healther vergisst die Adresse.",
    left_title="Abbestellt",
    left_text="Du bekommst nichts mehr, und die Adresse ist vergessen.",
    over_title="Dieses Abonnement gibt es nicht",
    over_text="Es wurde beendet, oder der Link ist unvollständig.",
    closed_subject="Es gibt Neues auf {page}",
    some_page="Statusseite",
    quoted="„{name}“",
    ask_subject="Bitte bestätigen: Neues von {page}",
    ask_body="Jemand, vermutlich du, möchte an dieser Adresse Neues von der Statusseite {page} erfahren. Bitte den "
    "Link öffnen, um es zu bestätigen oder zu ändern. Warst du es nicht, tu nichts: Es kommt nichts weiter.",
    manage_note="Abonnement ändern oder beenden: {link}",
)


def subscriber_words(language: str) -> SubscriberWords:
    """The words of a language; English for one that is not there."""
    return GERMAN if language == "de" else ENGLISH
