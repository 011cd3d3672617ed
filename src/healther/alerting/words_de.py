"""What alerts and notices say in German."""

from healther.alerting.words import ENGLISH, AlertWords
from healther.incidents.titles import How

GERMAN = AlertWords(
    language="de",
    and_more="{who} und {count} weitere",
    degraded_too="{who}, {count} beeinträchtigt",
    of_all="{back} von {who}",
    of_count="{back} von {count}: {title}",
    first_step="Stufe 1 der Regel „{policy}“.",
    later_step="Stufe {step} der Regel „{policy}“: seit {time} unbestätigt.",
    reminder="Erinnerung der Regel „{policy}“: noch nicht bestätigt.",
    one_joined={
        How.DOWN: "1 weiterer Dienst ist ausgefallen: {names}.",
        How.DEGRADED: "1 weiterer Dienst ist beeinträchtigt: {names}.",
    },
    some_joined={
        How.DOWN: "{count} weitere Dienste sind ausgefallen: {names}.",
        How.DEGRADED: "{count} weitere Dienste sind beeinträchtigt: {names}.",
        How.IMPAIRED: "{count} weitere Dienste haben Störungen: {names}.",
    },
    one_meanwhile={
        How.DOWN: "1 weiterer Dienst war zwischendurch ausgefallen und ist zurück: {names}.",
        How.IMPAIRED: "1 weiterer Dienst war zwischendurch gestört und ist zurück: {names}.",
    },
    some_meanwhile={
        How.DOWN: "{count} weitere Dienste waren zwischendurch ausgefallen und sind zurück: {names}.",
        How.IMPAIRED: "{count} weitere Dienste waren zwischendurch gestört und sind zurück: {names}.",
    },
    back_and_gone={
        How.DOWN: "{name} war {time} lang zurück und ist wieder ausgefallen.",
        How.DEGRADED: "{name} war {time} lang zurück und ist wieder beeinträchtigt.",
    },
    over_untold="Es war vorbei, bevor es jemand erfahren konnte.",
    over_untold_here="Es war vorbei, bevor es hier jemand erfahren konnte.",
    seen="Gesehen wurde: {seen}",
    said_before="Vorbei, bevor es hier gesagt werden konnte: {subject}.",
    not_watched="Es wird nicht mehr überwacht: Jemand hat die Überwachung angehalten oder gelöscht.",
    no_longer_watched="Nicht mehr überwacht: {names}.",
    instead="{name} war nicht zu erreichen: {answer}",
    test_title="eine Nachricht von healther",
    test_body="Dieser Kanal funktioniert. Es ist nichts passiert: Jemand hat eine Probe gesendet.",
    network_title="healther erreicht das Netz nicht",
    network_body="Seit {began} hat healther selbst kein Netz: Keines seiner Vergleichsziele hat geantwortet. Wie es "
    "{count} Diensten von {workspace} geht, ist unbekannt, bis es zurück ist; das ist nicht ihr Ausfall, und niemand "
    "wird ihretwegen alarmiert.",
    budget_title="Mail dieses Arbeitsbereichs wartet bis {until}",
    budget_body="Er hat die {most} Mails gesendet, die er in einer Stunde über den Mailserver dieses healther senden "
    "darf. Was noch zu senden ist, steht unter den Zustellungen und geht dann hinaus; andere Arten von Kanälen gehen "
    "weiter. Wer dieses healther betreibt, kann mehr erlauben: HEALTHER_MAX_MAILS_PER_HOUR.",
    channel_off="Der Kanal {name} wurde abgeschaltet",
    channel_missed="Der Kanal {name} hat eine Nachricht nicht bekommen",
)


def words_of(language: str) -> AlertWords:
    """The words of a language; English for one that is not spoken here."""
    return GERMAN if language == "de" else ENGLISH
