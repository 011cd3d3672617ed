"""What a report says: headings, and the rules it was counted by."""

from collections.abc import Mapping
from dataclasses import dataclass

from healther.incidents.models import Severity
from healther.status_pages.words import Language


@dataclass(frozen=True, slots=True, eq=False)
class ReportWords:
    """One language. `{...}` in a text is filled in by whoever uses it."""

    language: Language
    months: tuple[str, ...]
    title: str
    so_far: str
    span: str
    made: str
    all_services: str
    service: str
    uptime: str
    recorded: str
    healthy: str
    degraded: str
    down: str
    unknown: str
    maintenance: str
    outages: str
    longest: str
    incident: str
    incidents: str
    checks: str
    response: str
    none: str
    no_services: str
    no_incidents: str
    more_incidents: str
    began: str
    ended: str
    open: str
    concerns: str
    and_more: str
    severity: str
    severities: Mapping[Severity, str]
    rules_title: str
    rules: tuple[str, ...]
    rules_page: tuple[str, ...]
    rules_workspace: tuple[str, ...]
    days: str
    days_key: str
    page_of: str
    missing_glyphs: str
    corrected: str

    def month(self, text: str) -> str:
        """`2026-03` in words."""
        year, number = text.split("-")
        return f"{self.months[int(number) - 1]} {year}"

    def rules_of(self, zone: str, seconds: int, *, of_page: bool) -> list[str]:
        """How a month was counted."""
        rules = (*self.rules, *(self.rules_page if of_page else self.rules_workspace))
        return [rule.format(zone=zone, seconds=f"{seconds:,}".replace(",", "\u202f")) for rule in rules]


ENGLISH = ReportWords(
    language="en",
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    title="Availability in {month}",
    so_far="The month is not over: this is how far it has got.",
    span="{begin} to {end}",
    made="Made by healther, {moment}",
    all_services="All services together",
    service="Service",
    uptime="Uptime",
    recorded="recorded: {figure}",
    healthy="Healthy",
    degraded="Degraded",
    down="Down",
    unknown="Unknown",
    maintenance="Maintenance",
    outages="Outages",
    longest="Longest",
    incident="Incident",
    incidents="Incidents",
    checks="Checks",
    response="Response p50 / p95",
    none="none",
    no_services="There is no service in this report.",
    no_incidents="No incident touched this month.",
    more_incidents="and {count} more",
    began="Began",
    ended="Resolved",
    open="still open",
    concerns="Concerns",
    and_more="{names} and {count} more",
    severity="Severity",
    severities={Severity.MINOR: "minor", Severity.MAJOR: "major", Severity.CRITICAL: "critical"},
    rules_title="How this was counted",
    rules=(
        "This is {seconds} seconds of the month as the time zone {zone} has it; clocks that change make it an hour "
        "shorter or longer.",
        "Uptime is time, not a share of checks: the time healthy or degraded over the time healthy, degraded or down, "
        "cut after three decimals, never rounded up. 100 % means not one millisecond down.",
        "Healthy, degraded, down, unknown and maintenance add up to the whole time of each service, exactly.",
        "Unknown is time in which nobody watched: before a service was watched, while it was paused, and while "
        "healther itself was off or without a network. Maintenance was announced. Neither counts for uptime or "
        "against it.",
        "Down begins with the first of the failed checks that confirmed it, and ends with the first good one.",
        "What people have corrected counts as corrected, with what was recorded beside it. Every correction has a "
        "reason and a name in the audit trail.",
        "An outage is a stretch of down without a break; of one that began before the month or goes on after it, only "
        "what lies in the month counts.",
        "Checks and response times are of the days of the month in UTC; response times of checks that found the "
        "service working, and within 1 %.",
    ),
    rules_page=(
        "The services are those the status page shows now. Incidents are those told on it that touched the month.",
    ),
    rules_workspace=(
        "The services are those the workspace has now: what was deleted took its history along. Incidents are all "
        "that touched the month.",
    ),
    days="Days",
    days_key="A box a day, in the colour of its worst state.",
    page_of="Page {page} of {{nb}}",
    missing_glyphs="Some letters of names are not in this file's typeface and are drawn as boxes; the HTML report has "
    "them.",
    corrected="corrected",
)  # fmt: skip
