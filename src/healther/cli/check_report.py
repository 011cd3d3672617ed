"""How one check is shown: a waterfall of phases for people, the same facts as JSON for scripts."""

import re
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from healther.core.clock import to_utc
from healther.net.response import Phases
from healther.probes.base import Hop, Observation, Reason, Trace
from healther.watchers.states import State

BAR_WIDTH = 44

_PHASES = (
    ("DNS", "dns_ms", "cyan"),
    ("connect", "connect_ms", "blue"),
    ("TLS", "tls_ms", "magenta"),
    ("first byte", "first_byte_ms", "green"),
    ("transfer", "transfer_ms", "yellow"),
)
# Shape and word beside the colour, so that none of them is needed alone.
_VERDICTS = {
    State.HEALTHY: ("✔", "green"),
    State.DEGRADED: ("▲", "yellow"),
    State.DOWN: ("✘", "red"),
    State.UNKNOWN: ("?", "magenta"),
}
_ENTRY = re.compile(r"HEALTHER_ALLOW_NETWORKS=(\S+)")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What one check saw and what it means."""

    url: str
    observation: Observation
    trace: Trace
    state: State
    reason: Reason | None
    message: str | None

    def as_json(self) -> dict[str, object]:
        """Everything, in plain types; times in milliseconds, the certificate's end in ISO 8601."""
        seen = self.observation
        return {
            "url": self.url,
            "status": self.state.label,
            "reason": self.reason,
            "message": self.message,
            "response_status": seen.response_status,
            "response_time_ms": seen.response_time_ms,
            "phases": asdict(seen.phases),
            "http_version": seen.http_version,
            "tls_version": seen.tls_version,
            "tls_cipher": seen.tls_cipher,
            "certificate_not_after": self._certificate_end(),
            **asdict(self.trace),
        }

    def print(self, console: Console) -> None:
        """The waterfall, the facts and the verdict."""
        total_ms = self.observation.phases.total_ms()
        start_ms = 0.0
        for hop in self.trace.hops:
            console.print(_title(hop))
            table = Table.grid(padding=(0, 1))
            start_ms = _rows(table, hop.phases, start_ms, total_ms)
            if table.row_count:
                console.print(table)
        facts = Table.grid(padding=(0, 2))
        for name, value in self._facts():
            facts.add_row(Text(name, style="dim"), Text(value))
        if facts.row_count:
            console.print(facts)
        sign, style = _VERDICTS[self.state]
        console.print(Text(f"{sign} {self.state.label}", style=f"bold {style}"), Text(self._why()))

    def _facts(self) -> list[tuple[str, str]]:
        seen, trace = self.observation, self.trace
        facts = []
        if seen.response_time_ms is not None:
            facts.append(("response time", f"{seen.response_time_ms:.1f} ms"))
            facts.append(("body", f"{trace.body_bytes} bytes"))
        if seen.tls_version:
            facts.append(("TLS", f"{seen.tls_version}, {seen.tls_cipher}"))
        end = self._certificate_end()
        if end:
            facts.append(("certificate", f"{trace.certificate_subject or 'not accepted'}, until {end}"))
        return facts

    def _certificate_end(self) -> str | None:
        end_ms = self.observation.certificate_not_after_ms
        return None if end_ms is None else f"{to_utc(end_ms):%Y-%m-%dT%H:%M:%SZ}"

    def _why(self) -> str:
        if self.message is None:
            return ""
        entry = _ENTRY.search(self.message)
        hint = f"\n  here: --allow {entry[1]}" if self.reason is Reason.BLOCKED and entry else ""
        return f"{self.reason}: {self.message}{hint}"


def _title(hop: Hop) -> Text:
    text = Text(hop.url, style="bold")
    if hop.address:
        text.append(f"  {hop.address}", style="dim")
    if hop.status:
        text.append(f"  {hop.status} (HTTP/{hop.http_version})" if hop.http_version else f"  {hop.status}")
    return text


def _rows(table: Table, phases: Phases, start_ms: float, total_ms: float) -> float:
    """A row per phase that happened, each bar beginning where the one before ended; where the last one ends."""
    for name, field, style in _PHASES:
        part: float | None = getattr(phases, field)
        if part is None:
            continue
        scale = BAR_WIDTH / total_ms if total_ms else 0.0
        offset = min(BAR_WIDTH - 1, int(start_ms * scale))
        width = max(1, min(BAR_WIDTH - offset, round(part * scale)))
        bar = Text(" " * offset + "█" * width, style=style)
        table.add_row(f"  {name:<10}", Text(f"{part:9.2f} ms", justify="right"), bar)
        start_ms += part
    return start_ms
