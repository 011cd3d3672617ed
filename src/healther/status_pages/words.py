"""What a status page says, in the languages it can say it in. No words of a page stand anywhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from healther.core.clock import lasting
from healther.incidents.models import Stage
from healther.watchers.states import State

Language = Literal["en", "de"]
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "de": "Deutsch"}


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """One language. `{...}` in a text is filled in by whoever uses it."""

    language: Language
    states: dict[State, str]
    overall: dict[State, str]
    empty: str
    paused: str
    down_only: str
    down_one: str
    down_some: str
    down_all: str
    months: tuple[str, ...]
    decimal: str
    date_time: str
    day: str
    day_of: str
    day_good: str
    day_unwatched: str
    day_parts: dict[State, str]
    bars_label: str
    bars_label_unknown: str
    days_ago: str
    today: str
    uptime: str
    uptime_unknown: str
    watched: str
    trouble_days: str
    latency: str
    latency_label: str
    as_of: str
    stale: str
    checks_late: str
    lost: str
    history: str
    no_history: str
    event: dict[State, str]
    going_on: str
    lasted: str
    since: str
    feed: str
    watched_by: str
    skip: str
    components: str
    changed: str
    locked_title: str
    locked_text: str
    password: str
    enter: str
    wrong_password: str
    throttled: str
    missing_title: str
    missing_text: str
    away_title: str
    away_text: str
    badge_uptime: str
    badge_latency: str
    see_page: str
    ack_text: str
    ack_button: str
    ack_incident: str
    ack_done: str
    ack_resolved: str
    ack_handed_back: str
    ack_reopened: str
    ack_more: str
    ack_over_title: str
    ack_over_text: str
    incidents: str
    no_incidents: str
    stages: dict[Stage, str]
    impacts: dict[State, str]
    flapping: str
    affects: str
    back: str
    edited: str
    post_mortem: str
    maintenance: str
    no_maintenance: str
    planned: str
    under_way: str
    until: str
    open_end: str
    corrected: str
    told_down: str
    told_degraded: str
    told_flapping: str
    told_some: str
    told_updates: str
    updates_left_out: str
    post_mortem_left_out: str

    def figure(self, percent: float | None) -> str:
        """An uptime to three decimals, cut, not rounded: what comes in is floored already."""
        if percent is None:
            return self.uptime_unknown
        text = "100" if percent == 100 else f"{percent:.3f}"
        return f"{text.replace('.', self.decimal)}\u202f%"

    def milliseconds(self, value: float | None) -> str:
        """A response time, without its unit: whole milliseconds, one decimal below ten."""
        if value is None:
            return "-"
        return f"{value:.1f}".replace(".", self.decimal) if value < 10 else f"{value:.0f}"

    def date(self, day: date) -> str:
        """A day without its year: what a page shows is at most 90 days old."""
        return self.day.format(day=day.day, month=self.months[day.month - 1])

    def moment(self, at: datetime) -> str:
        """A moment for readers without JavaScript, with its zone."""
        zone = at.strftime("%Z") or "UTC"
        return self.date_time.format(
            day=at.day, month=self.months[at.month - 1], year=at.year, time=f"{at:%H:%M}", zone=zone
        )

    def lasting(self, ms: int) -> str:
        """A length of time in its two largest units."""
        return lasting(ms, "\u00a0")

    def concerning(self, names: Sequence[str], back: Sequence[tuple[str, str, int]], *, over: bool) -> list[str]:
        """Whom an incident concerns, and who is back after how long (key, name, ms); once it is over, all of them."""
        took = [f"{name} ({self.lasting(ms)})" for _, name, ms in back]
        alike = len({ms for _, _, ms in back}) < 2
        concerned = took if over and not alike else names
        found = [self.affects.format(names=", ".join(concerned))] if concerned else []
        return found if over or not took else [*found, self.back.format(names=", ".join(took))]

    def summary(self, state: State, states: list[State]) -> str:
        """Everything together, in a sentence."""
        if not states:
            return self.empty
        if all(each is State.PAUSED for each in states):
            return self.paused
        down = states.count(State.DOWN)
        if state is State.DOWN:
            if down == len(states):
                return self.down_only if down == 1 else self.down_all
            text = self.down_one if down == 1 else self.down_some
            return text.format(down=down, all=len(states))
        return self.overall[state]


ENGLISH = Words(
    language="en",
    states={
        State.HEALTHY: "Operational",
        State.DEGRADED: "Degraded",
        State.DOWN: "Down",
        State.UNKNOWN: "Unknown",
        State.MAINTENANCE: "Maintenance",
        State.PENDING: "First check pending",
        State.PAUSED: "Paused",
    },
    overall={
        State.HEALTHY: "All services are up",
        State.DEGRADED: "Some services are degraded",
        State.UNKNOWN: "The state of some services is not known",
        State.MAINTENANCE: "Maintenance is under way",
        State.PENDING: "Waiting for the first checks",
    },
    empty="Nothing is shown here yet",
    paused="Watching is paused",
    down_only="The service is down",
    down_one="1 of {all} services is down",
    down_some="{down} of {all} services are down",
    down_all="All services are down",
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    decimal=".",
    date_time="{day} {month} {year}, {time} {zone}",
    day="{day} {month}",
    day_of="{day}: {parts}",
    day_good="no downtime",
    day_unwatched="not watched",
    day_parts={
        State.DOWN: "{time} down",
        State.DEGRADED: "{time} degraded",
        State.MAINTENANCE: "{time} maintenance",
        State.UNKNOWN: "{time} unknown",
    },
    bars_label="Last 90 days: {figure} up, downtime on {down} days",
    bars_label_unknown="Last 90 days: nothing known yet",
    days_ago="{days} days ago",
    today="Today",
    uptime="{figure} uptime in 90 days",
    uptime_unknown="no data",
    watched="{text}, {time} watched",
    trouble_days="Days with trouble ({count})",
    latency="median {median} ms in 24 h",
    latency_label="Response time over the last 24 hours: median {median} ms, between {low} and {high} ms",
    as_of="Data as of",
    stale="healther cannot reach its records right now. This is how things were at the time given below.",
    checks_late="healther is late with its checks right now. What you see here may have changed since.",
    lost="This page has lost its connection. It shows how things were at the time given below.",
    history="Last 14 days",
    no_history="No trouble in the last 14 days.",
    event={State.DOWN: "Down", State.DEGRADED: "Degraded", State.MAINTENANCE: "Maintenance"},
    going_on="still going on",
    lasted="for {time}",
    since="since",
    feed="Feed",
    watched_by="Watched by healther",
    skip="Skip to the services",
    components="Services",
    changed="{name}: {state}",
    locked_title="This page asks for a password",
    locked_text="Whoever sent you here can tell you.",
    password="Password",  # noqa: S106 - a label
    enter="Show the page",
    wrong_password="That is not the password.",  # noqa: S106 - a message
    throttled="Too many attempts. Try again in {minutes} minutes.",
    missing_title="There is no status page here",
    missing_text="Check the address, or ask whoever gave it to you.",
    away_title="This page cannot be shown right now",
    away_text="healther does not reach its records. Please try again in a moment.",
    badge_uptime="uptime {days}",
    badge_latency="response",
    see_page="Status page",
    ack_text="Nobody has taken this on yet. Whoever does ends reminders and escalation; checks go on.",
    ack_button="I take it on",
    ack_incident="The incident in healther",
    ack_done="{name} has taken this on.",
    ack_resolved="This is over: it is resolved.",
    ack_handed_back="This message is from before {name} handed it back: nobody is at it now. Whoever takes it on again "
    "ends reminders and escalation.",
    ack_reopened="This message is from before {name} reopened it: nobody is at it now. Whoever takes it on ends "
    "reminders and escalation.",
    ack_more="and {count} more",
    ack_over_title="This link does not work any more",
    ack_over_text="It is more than a week old, or not complete. Open healther to see how things are.",
    incidents="Incidents",
    no_incidents="none",
    stages={
        Stage.INVESTIGATING: "Investigating",
        Stage.IDENTIFIED: "Identified",
        Stage.MONITORING: "Monitoring",
        Stage.RESOLVED: "Resolved",
    },
    impacts={State.HEALTHY: "No impact", State.DEGRADED: "Degraded", State.DOWN: "Down"},
    flapping="Unstable",
    affects="Concerns {names}",
    back="Back: {names}",
    edited="edited",
    post_mortem="What happened",
    maintenance="Maintenance",
    no_maintenance="none",
    planned="Planned",
    under_way="Under way",
    until="until",
    open_end="until further notice",
    corrected="corrected; recorded: {figure}",
    told_down="{name} is down",
    told_degraded="{name} is degraded",
    told_flapping="{name} keeps failing and coming back",
    told_some="Trouble with {count} services",
    told_updates="What was said ({count})",
    updates_left_out="Older updates that are not shown here: {count}",
    post_mortem_left_out="What was written about it afterwards is too long to be shown here.",
)
