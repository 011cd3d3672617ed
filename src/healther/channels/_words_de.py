"""The words of messages in German."""

from healther.channels._words import Words
from healther.channels.base import MessageKind

GERMAN = Words(
    heads={
        MessageKind.DOWN: "Ausfall: {title}",
        MessageKind.DEGRADED: "Beeinträchtigt: {title}",
        MessageKind.CERTIFICATE: "Zertifikat: {title}",
        MessageKind.RECOVERED: "Wieder in Ordnung: {title}",
        MessageKind.PARTLY_RECOVERED: "Teilweise wieder in Ordnung: {title}",
        MessageKind.FLAPPING: "Unstet: {title}",
        MessageKind.SETTLED: "Hat sich beruhigt: {title}",
        MessageKind.REMINDER: "Noch immer: {title}",
        MessageKind.ESCALATION: "Noch unbestätigt: {title}",
        MessageKind.UPDATE: "{title}",
        MessageKind.MAINTENANCE: "Wartung: {title}",
        MessageKind.NOTICE: "{title}",
        MessageKind.CONFIRM: "{title}",
        MessageKind.TEST: "Probe: {title}",
    },
    states={
        "healthy": "in Ordnung",
        "degraded": "beeinträchtigt",
        "down": "ausgefallen",
        "unknown": "unbekannt",
        "maintenance": "in Wartung",
        "paused": "angehalten",
        "pending": "noch nicht geprüft",
    },
    after="nach {time}",
    since="Seit {at}",
    lasted="Dauerte {time}: {start} bis {end}",
    lasted_seen="Dauerte {time}, weitere {unwatched} unbeobachtet: {start} bis {end}",
    planned="Geplant: {start} bis {end} ({time})",
    planned_open="Geplant: ab {start}, Ende offen",
    for_now="Dauert bisher {time}",
    severity="Schwere: {severity}",
    severities={"minor": "gering", "major": "schwer", "critical": "kritisch"},
    more="und {count} weitere",
    open_it="Ansehen",
    acknowledge="Bestätigen",
    confirm="Bestätigen",
    subscription="Dieses Abonnement ändern oder beenden",
    why="Warum du das bekommst: {note}",
    months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."),
    date_time="{day}. {month} {year}, {time} {zone}",
)
