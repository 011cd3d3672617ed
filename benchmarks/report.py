"""What `make bench` prints: a table for each suite, and at the end every goal beside what was found."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks import goals
from benchmarks.goals import Outcome, Row


def show(suite: str, rows: Sequence[Row]) -> None:
    """A line a figure, a column a row; a figure with a goal has it beside it."""
    table = Table("", *(goals.name_of(suite, row) for row in rows), title=suite)
    for figure in dict.fromkeys(figure for row in rows for figure in row if figure != "goals"):
        table.add_row(figure, *(_cell(row, figure) for row in rows))
    Console().print(table)


def show_goals(outcomes: Sequence[Outcome], left_out: Mapping[str, str]) -> None:
    """The summary: what was measured against a goal, and what was left out."""
    table = Table("suite", "what", "figure", "found", "goal", "met", title="goals")
    for each in outcomes:
        met = "yes" if each.met else "[bold red]NO[/]"
        table.add_row(each.suite, each.what, each.figure, str(each.found), each.goal, met)
    for suite, why in left_out.items():
        table.add_row(suite, f"left out: {why}", "", "", "", "")
    if table.row_count:
        Console().print(table)


def _cell(row: Row, figure: str) -> str:
    beside = row.get("goals", {})
    assert isinstance(beside, dict)
    return f"{row.get(figure, '')}" + (f" ({beside[figure]})" if figure in beside else "")
