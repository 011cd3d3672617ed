"""What a status page says in German."""

from healther.status_pages.words import ENGLISH, Language, Words
from healther.watchers.states import State

GERMAN = Words(
    language="de",
    states={
        State.HEALTHY: "In Betrieb",
        State.DEGRADED: "Beeinträchtigt",
        State.DOWN: "Ausgefallen",
        State.UNKNOWN: "Unbekannt",
        State.MAINTENANCE: "Wartung",
        State.PENDING: "Erste Prüfung steht aus",
        State.PAUSED: "Pausiert",
    },
    overall={
        State.HEALTHY: "Alle Dienste sind in Betrieb",
        State.DEGRADED: "Einige Dienste sind beeinträchtigt",
        State.UNKNOWN: "Der Zustand einiger Dienste ist nicht bekannt",
        State.MAINTENANCE: "Es wird gewartet",
        State.PENDING: "Die ersten Prüfungen stehen noch aus",
    },
    empty="Hier wird noch nichts gezeigt",
    paused="Die Überwachung ist pausiert",
    down_one="1 von {all} Diensten ist ausgefallen",
    down_some="{down} von {all} Diensten sind ausgefallen",
    down_all="Alle Dienste sind ausgefallen",
    months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
    decimal=",",
    date_time="{day}. {month} {year}, {time} {zone}",
    day="{day}. {month}",
    day_of="{day}: {parts}",
    day_good="kein Ausfall",
    day_unwatched="nicht überwacht",
    day_parts={
        State.DOWN: "{time} ausgefallen",
        State.DEGRADED: "{time} beeinträchtigt",
        State.MAINTENANCE: "{time} Wartung",
        State.UNKNOWN: "{time} unbekannt",
    },
    bars_label="Letzte 90 Tage: {figure} in Betrieb, Ausfälle an {down} Tagen",
    bars_label_unknown="Letzte 90 Tage: noch nichts bekannt",
    days_ago="vor {days} Tagen",
    today="Heute",
    uptime="{figure} verfügbar",
    uptime_unknown="keine Daten",
    trouble_days="Tage mit Störungen ({count})",
    latency="im Median {median} ms in 24 h",
    latency_label="Antwortzeit der letzten 24 Stunden: im Median {median} ms, zwischen {low} und {high} ms",
    as_of="Stand:",
    stale="healther erreicht seine Aufzeichnungen gerade nicht. So war es zu der Zeit, die unten steht.",
    lost="Diese Seite hat ihre Verbindung verloren. So war es zu der Zeit, die unten steht.",
    history="Letzte 14 Tage",
    no_history="Keine Störungen in den letzten 14 Tagen.",
    event={State.DOWN: "Ausfall", State.DEGRADED: "Beeinträchtigung", State.MAINTENANCE: "Wartung"},
    going_on="dauert an",
    lasted="{time} lang",
    since="seit",
    feed="Feed",
    watched_by="Überwacht von healther",
    skip="Zu den Diensten",
    components="Dienste",
    changed="{name}: {state}",
    locked_title="Diese Seite fragt nach einem Passwort",
    locked_text="Wer Ihnen die Adresse gegeben hat, kennt es.",
    password="Passwort",  # noqa: S106 - a label
    enter="Seite zeigen",
    wrong_password="Das ist nicht das Passwort.",  # noqa: S106 - a message
    throttled="Zu viele Versuche. Bitte in {minutes} Minuten noch einmal.",
    missing_title="Hier gibt es keine Statusseite",
    missing_text="Bitte prüfen Sie die Adresse.",
    away_title="Diese Seite kann gerade nicht gezeigt werden",
    away_text="healther erreicht seine Aufzeichnungen nicht. Bitte gleich noch einmal versuchen.",
    badge_uptime="verfügbar {days}",
    badge_latency="Antwort",
    see_page="Statusseite",
)


def words_of(language: str) -> Words:
    """The words of a language; English for one that is not there."""
    known: dict[Language, Words] = {"de": GERMAN, "en": ENGLISH}
    return known["de"] if language == "de" else known["en"]
