"""Writes docs/performance.md from benchmarks/results.json, so that no figure in it is anybody's memory.

python -m benchmarks.page
"""

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import goals

_HERE = Path(__file__).parent
RESULTS, PAGE = _HERE / "results.json", _HERE.parent / "docs" / "performance.md"
_HEAD = """\
# Performance

What `make bench` found, beside what healther promises. It writes this page from `benchmarks/results.json`; a test
holds that the two agree. **Everything is on the same cores**: healther, the targets that are checked, their TLS,
PostgreSQL, Redis and whoever asks. Compare figures with the floor of their own minute (`floor_cpu_ms`: a bare connect,
send, read and close): the same machine may be half as fast in another. How to run it:
[contributing](../CONTRIBUTING.md#setting-up); what follows from it: [scale-out](scale-out.md); where the time of a
check goes: [ADR 10](adr/0010-where-the-time-goes.md).
"""
# Said once in the table of goals.
_NOT_FIGURES = frozenset({"goals", "met"})


def write() -> None:
    """The page as of the results that are there."""
    PAGE.write_text(text(json.loads(RESULTS.read_text())))


def text(results: Mapping[str, Any]) -> str:
    """The page for these results, by suite `{at, machine, rows}`."""
    return "\n".join([_HEAD, *_goals(results), *(line for suite in results for line in _suite(suite, results[suite]))])


def _goals(results: Mapping[str, Any]) -> Iterator[str]:
    yield "## Goals\n"
    yield from _table(
        ["benchmark", "of", "figure", "found", "goal", "met"],
        (
            [each.suite, each.what, f"`{each.figure}`", _cell(each.found), each.goal, "yes" if each.met else "**no**"]
            for suite, found in results.items()
            for each in goals.outcomes(suite, found["rows"])
        ),
    )


def _suite(suite: str, found: Mapping[str, Any]) -> Iterator[str]:
    at, machine, rows = datetime.fromisoformat(found["at"]), found["machine"], found["rows"]
    answered = f"; checks answered by {machine['answers_checks']}" if "answers_checks" in machine else ""
    yield f"## {suite.replace('_', ' ').capitalize()}\n"
    yield f"{_about(suite)}\n"
    yield (
        f"{at.day} {at:%B %Y}: {machine['cores']} cores, {machine['memory_gb']} GB, Python {machine['python']}; "
        f"load before {machine['load_before']}{answered}.\n"
    )
    figures = [
        figure for figure in dict.fromkeys(figure for row in rows for figure in row) if figure not in _NOT_FIGURES
    ]
    yield from _table(
        ["", *(goals.name_of(suite, row) for row in rows)],
        ([f"`{figure}`", *(_cell(row.get(figure)) for row in rows)] for figure in figures),
    )


def _about(suite: str) -> str:
    """What the suite's module says of itself, in its first paragraph."""
    said = ast.get_docstring(ast.parse((_HERE / f"{suite}.py").read_text())) or ""
    return said.partition("\n\n")[0]


def _table(head: Sequence[str], rows: Iterator[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return f"{value:,}" if isinstance(value, int | float) else str(value)


if __name__ == "__main__":
    write()
