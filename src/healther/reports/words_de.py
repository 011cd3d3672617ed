"""What a report says in German, and which language's words are whose."""

from healther.incidents.models import Severity
from healther.reports.words import ENGLISH, ReportWords

GERMAN = ReportWords(
    language="de",
    months=(
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    title="Verfügbarkeit im {month}",
    so_far="Der Monat ist noch nicht zu Ende: dies ist sein bisheriger Stand.",
    span="{begin} bis {end}",
    made="Erstellt von healther, {moment}",
    all_services="Alle Dienste zusammen",
    service="Dienst",
    uptime="Verfügbarkeit",
    recorded="aufgezeichnet: {figure}",
    healthy="In Betrieb",
    degraded="Beeinträchtigt",
    down="Ausgefallen",
    unknown="Unbekannt",
    maintenance="Wartung",
    outages="Ausfälle",
    longest="Längster",
    incident="Vorfall",
    incidents="Vorfälle",
    checks="Prüfungen",
    response="Antwortzeit p50 / p95",
    none="keine",
    no_services="In diesem Bericht ist kein Dienst.",
    no_incidents="Kein Vorfall hat diesen Monat berührt.",
    more_incidents="und {count} weitere",
    began="Beginn",
    ended="Behoben",
    open="noch offen",
    concerns="Betrifft",
    and_more="{names} und {count} weitere",
    severity="Schwere",
    severities={Severity.MINOR: "gering", Severity.MAJOR: "schwer", Severity.CRITICAL: "kritisch"},
    rules_title="Wie gezählt wurde",
    rules=(
        "Dies sind {seconds} Sekunden des Monats, wie ihn die Zeitzone {zone} hat; eine Zeitumstellung macht ihn eine "
        "Stunde kürzer oder länger.",
        "Verfügbarkeit ist Zeit, kein Anteil an Prüfungen: die Zeit in Betrieb oder beeinträchtigt, geteilt durch die "
        "Zeit in Betrieb, beeinträchtigt oder ausgefallen; nach drei Stellen abgeschnitten, nie aufgerundet. 100 % "
        "heißt: keine Millisekunde ausgefallen.",
        "In Betrieb, beeinträchtigt, ausgefallen, unbekannt und Wartung ergeben zusammen genau die ganze Zeit jedes "
        "Dienstes.",
        "Unbekannt ist Zeit, in der niemand hinsah: bevor ein Dienst überwacht wurde, während er pausiert war und "
        "während healther selbst aus oder ohne Netz war. Wartung war angekündigt. Beides zählt weder für noch gegen "
        "die Verfügbarkeit.",
        "Ein Ausfall beginnt mit der ersten der fehlgeschlagenen Prüfungen, die ihn bestätigt haben, und endet mit "
        "der ersten guten.",
        "Was berichtigt wurde, zählt wie berichtigt; daneben steht, was aufgezeichnet wurde. Zu jeder Berichtigung "
        "stehen Grund und Name im Protokoll.",
        "Ein Ausfall ist eine ununterbrochene Zeit; begann er vor dem Monat oder dauerte er länger, zählt nur, was im "
        "Monat liegt.",
        "Prüfungen und Antwortzeiten sind die der Tage des Monats in UTC; Antwortzeiten von Prüfungen, die den Dienst "
        "in Betrieb fanden, auf 1 % genau.",
    ),
    rules_page=(
        "Die Dienste sind die, die die Statusseite heute zeigt. Vorfälle sind die auf ihr gemeldeten, die den Monat "
        "berührten.",
    ),
    rules_workspace=(
        "Die Dienste sind die, die der Arbeitsbereich heute hat: was gelöscht wurde, nahm seine Geschichte mit. "
        "Vorfälle sind alle, die den Monat berührten.",
    ),
    days="Tage",
    days_key="Ein Kästchen je Tag, in der Farbe seines schlechtesten Zustands.",
    page_of="Seite {page} von {{nb}}",
    missing_glyphs="Einige Zeichen in Namen fehlen der Schrift dieser Datei und sind als Kästchen gezeichnet; der "
    "HTML-Bericht hat sie.",
    corrected="berichtigt",
)  # fmt: skip

_BY_LANGUAGE = {"en": ENGLISH, "de": GERMAN}


def report_words(language: str) -> ReportWords:
    """The words of a language; English for one that is not spoken."""
    return _BY_LANGUAGE.get(language, ENGLISH)
