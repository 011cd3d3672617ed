"""What messages say, in one language, as texts with `{...}` for facts that the code puts in by plain substitution."""

from dataclasses import dataclass

from healther.channels.base import MessageKind


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    heads: dict[MessageKind, str]
    states: dict[str, str]
    flapping: str
    flapping_short: str
    after: str
    since: str
    lasted: str
    lasted_seen: str
    planned: str
    planned_open: str
    for_now: str
    severity: str
    severities: dict[str, str]
    more: str
    open_it: str
    acknowledge: str
    confirm: str
    invitation: str
    reset: str
    refuse: str
    refuse_all: str
    subscription: str
    why: str
    months: tuple[str, ...]
    date_time: str


ENGLISH = Words(
    heads={
        MessageKind.DOWN: "Down: {title}",
        MessageKind.DEGRADED: "Degraded: {title}",
        MessageKind.CERTIFICATE: "Certificate: {title}",
        MessageKind.RECOVERED: "Recovered: {title}",
        MessageKind.PARTLY_RECOVERED: "Partly recovered: {title}",
        MessageKind.UNWATCHED: "No longer watched: {title}",
        MessageKind.FLAPPING: "Flapping: {title}",
        MessageKind.SETTLED: "Settled: {title}",
        MessageKind.REMINDER: "Still: {title}",
        MessageKind.ESCALATION: "Not acknowledged: {title}",
        MessageKind.UPDATE: "{title}",
        MessageKind.MAINTENANCE: "Maintenance: {title}",
        MessageKind.NOTICE: "{title}",
        MessageKind.CONFIRM: "{title}",
        MessageKind.INVITATION: "{title}",
        MessageKind.RESET: "{title}",
        MessageKind.TEST: "Test: {title}",
    },
    states={
        "healthy": "healthy",
        "degraded": "degraded",
        "down": "down",
        "unknown": "unknown",
        "maintenance": "in maintenance",
        "paused": "paused",
        "pending": "not checked yet",
    },
    flapping="It comes and goes: its state has changed too often to be believed. Nothing more is sent of it until it "
    "has settled, that is kept one state for some time, ten minutes at least.",
    flapping_short="comes and goes, silence until it settles",
    after="after {time}",
    since="Since {at}",
    lasted="Lasted {time}: {start} to {end}",
    lasted_seen="Lasted {time}, and was not watched for {unwatched}: {start} to {end}",
    planned="Planned: {start} to {end} ({time})",
    planned_open="Planned: from {start}, open end",
    for_now="Has lasted {time} so far",
    severity="Severity: {severity}",
    severities={"minor": "minor", "major": "major", "critical": "critical"},
    more="and {count} more",
    open_it="Open",
    acknowledge="Acknowledge",
    confirm="Confirm",
    invitation="See the invitation",
    reset="Set a new password",
    refuse="No more invitations to this address",
    refuse_all="It was not me: no such mail to this address any more",
    subscription="Change or end this subscription",
    why="Why you get this: {note}",
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    date_time="{day} {month} {year}, {time} {zone}",
)
