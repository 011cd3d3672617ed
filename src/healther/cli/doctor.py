"""`healther doctor`: looks at everything healther stands on and says in words what is wrong and what to do."""

import asyncio

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from healther.cli.diagnosis.database import examine_database
from healther.cli.diagnosis.environment import examine_secret_key, examine_settings
from healther.cli.diagnosis.finding import Finding, Level, counted
from healther.cli.diagnosis.observing import examine_heartbeat, examine_metrics, examine_traces
from healther.cli.diagnosis.surroundings import ClockWatch, examine_mail, examine_redis, examine_references

_STYLES = {Level.OK: "green", Level.NOTE: "yellow", Level.PROBLEM: "bold red"}


def doctor() -> None:
    """Look at settings, database, Redis, clock and network and say what is wrong (exit 0 fine, 1 problems)."""
    findings = asyncio.run(_examine())
    _print(findings)
    if any(finding.level is Level.PROBLEM for finding in findings):
        raise typer.Exit(1)


async def _examine() -> list[Finding]:
    clock = ClockWatch()
    settings, findings = examine_settings()
    if settings is None:
        return [*findings, clock.finding()]
    secret_key, finding = examine_secret_key(settings)
    in_database = await examine_database(settings, secret_key)
    # Only the database knows that a key, which looks as if it were still to be made, has been lost.
    if finding.level is not Level.OK or all(each.about != finding.about for each in in_database):
        findings.append(finding)
    findings += in_database
    findings += await asyncio.to_thread(examine_redis, settings)
    findings.append(await examine_references(settings))
    findings.append(await examine_mail(settings))
    findings += [examine_metrics(settings), await examine_heartbeat(settings), await examine_traces(settings)]
    return [*findings, clock.finding()]


def _print(findings: list[Finding]) -> None:
    console = Console(highlight=False)
    table = Table.grid(padding=(0, 2))
    for finding in findings:
        table.add_row(Text(finding.level, style=_STYLES[finding.level]), finding.about, Text(finding.text))
    console.print(table)
    console.print(f"\n{_conclusion(findings)}")


def _conclusion(findings: list[Finding]) -> str:
    problems = sum(finding.level is Level.PROBLEM for finding in findings)
    notes = sum(finding.level is Level.NOTE for finding in findings)
    remarks = f", {counted(notes, 'note')} to read" if notes else ""
    if not problems:
        return f"Nothing is wrong{remarks}."
    return f"{counted(problems, 'problem')} to solve{remarks}: healther will not work as it should until then."
