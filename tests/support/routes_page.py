"""Writes docs/routes.md, from the API's description and the rows of the role table: `make openapi`."""

import json
import sys
from typing import Any

from healther.app.openapi import render
from tests.support.role_row import Row, Who
from tests.support.role_table import ROWS

HEAD = """# Routes

Every route, and the least that lets somebody through. Written by `make openapi` from [openapi.json](openapi.json),
which has fields, examples and errors, and from the rows that `tests/app/test_role_matrix.py` asks of every route.

| who | is |
|---|---|
| anyone | no account wanted; some ask for what is in the address: a link, a password of the page, a metrics token |
| user | whoever is signed in |
| observer, admin, owner | [the role](roles.md) in the workspace, or more; [API keys](api-keys.md) by their scope |
| ... in person | no API key, whatever its scope |
"""
PLAIN = "For people, their calendars, feed readers and scrapers; pages and plain text, in no description."


def routes_page() -> str:
    """The page, a section a tag of the description in its order."""
    description = json.loads(render())
    sections = [_section(each["name"], each["description"], _described(description, each["name"]))
                for each in description["tags"]]  # fmt: skip
    known = {(method.upper(), path) for path, methods in description["paths"].items() for method in methods}
    plain = [_line(method, path, "") for method, path in ROWS if (method, path) not in known]
    return "\n".join([HEAD, *sections, _section("outside the API", PLAIN, plain)])


def _described(description: dict[str, Any], tag: str) -> list[str]:
    return [
        _line(method.upper(), path, f"`{operation['operationId']}`")
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if operation["tags"][0] == tag
    ]


def _section(name: str, said: str, lines: list[str]) -> str:
    heading = name[0].upper() + name[1:]
    return "\n".join(
        [f"## {heading}\n", f"{said}\n", "| method | path | who | operation |", "|---|---|---|---|", *lines, ""]
    )


def _line(method: str, path: str, operation: str) -> str:
    return f"| {method} | `{path}` | {_who(ROWS[method, path])} | {operation} |"


def _who(row: Row) -> str:
    in_person = row.who not in (Who.ANYONE, Who.USER) and row.in_person
    return f"{row.who}{', in person' if in_person else ''}"


if __name__ == "__main__":
    sys.stdout.write(routes_page())
