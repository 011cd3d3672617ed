"""What the documentation must say, taken from the code, and what it refers to."""

import ast
import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from healther.cli.lazy import VERBS, load_verb
from healther.core.setting_files import names_of_files
from healther.core.settings import Settings

ROOT = Path(__file__).parents[2]
_SKIPPED = frozenset({".venv", ".uv", ".git", "node_modules", "dist", "build"})


def files(*patterns: str) -> list[Path]:
    """Files of the project that match one of the patterns, without what is not ours."""
    ends = tuple(f"*/{pattern.replace('**/', '*')}" for pattern in patterns)
    return [path for path in _ours() if any(fnmatch(f"/{path.relative_to(ROOT)}", end) for end in ends)]


@cache
def _ours() -> tuple[Path, ...]:
    """Every file, without looking into what is not ours: there is a hundred times as much of it."""
    found: list[Path] = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = set(inner) - _SKIPPED
        found += (Path(folder, name) for name in names)
    return tuple(sorted(found))


def page(path: str) -> str:
    """The text of a file of the project."""
    return (ROOT / path).read_text()


def settings_table() -> str:
    """The rows of docs/settings.md."""
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    files = names_of_files(Settings)
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = ",".join(default) if isinstance(default, tuple) else default
        either = " (or `_FILE`)" if name in files else ""
        rows.append(
            f"| `HEALTHER_{name.upper()}`{either} | {f'`{shown}`' if shown not in (None, '') else 'not set'} "
            f"| {field.description} |"
        )
    return "\n".join(rows)


def command_sections() -> dict[str, str]:
    """For each verb its section of docs/cli.md: heading, what it does, table of its arguments and options."""
    return dict(section for verb in VERBS for section in _sections(load_verb(verb), f"healther {verb}"))


def _sections(command: TyperCommand | TyperGroup, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(command, TyperGroup):
        for verb, child in command.commands.items():
            yield from _sections(child, f"{name} {verb}")
        return
    said = [" ".join(paragraph.split()) for paragraph in (command.help or "").split("\n\n")]
    rows = [
        f"| {_spelling(each)} | {_default(each)} | {_help(each)} |"
        for each in command.params
        if not getattr(each, "hidden", False)
    ]
    table = ["\n".join(["| option | default | meaning |", "|---|---|---|", *rows])] if rows else []
    yield name, "\n\n".join([f"## `{name}`", *said, *table])


def _spelling(parameter: TyperArgument | TyperOption) -> str:
    if isinstance(parameter, TyperArgument):
        return f"`{(parameter.name or '').upper()}`"
    return ", ".join(f"`{option}`" for option in parameter.opts)


def _default(parameter: TyperArgument | TyperOption) -> str:
    if parameter.required:
        return "required"
    return "" if parameter.default in (None, False, [], ()) else f"`{parameter.default}`"


def _help(parameter: TyperArgument | TyperOption) -> str:
    also = f" (or `{parameter.envvar}`)" if parameter.envvar else ""
    return (parameter.help or "").replace("|", "\\|") + also


def links(path: Path) -> Iterator[str]:
    """The targets of the links of a Markdown file, code left out."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(), flags=re.DOTALL)
    for match in re.finditer(r"\[[^\]]*\]\(([^)\s]+)[^)]*\)", text):
        yield match[1]


def anchors(path: Path) -> set[str]:
    """The anchors GitHub makes of a Markdown file's headings."""
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
    headings = (match[1] for match in re.finditer(r"^#+ (.+)$", text, flags=re.MULTILINE))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def named_tests() -> set[str]:
    """Every test of the project as `tests/folder/test_file.py::test_name`."""
    return {
        f"{path.relative_to(ROOT)}::{node.name}"
        for path in files("tests/**/test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }
