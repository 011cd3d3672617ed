"""What belongs to a workspace and may leave it: history and what was watched, without people, secrets and channels."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, select
from sqlmodel import SQLModel

_LEFT_BEHIND = frozenset({"sealed_options"})
"""Columns that hold secrets."""
_PEOPLE = frozenset({"created_by", "actor_id"})
"""Columns that name an account of this healther."""


class Part(NamedTuple):
    """A table of an export: its columns that go along, and which rows."""

    table: Table
    columns: tuple[Column[Any], ...]
    where: ColumnElement[bool]


def parts_of(workspace_id: UUID) -> list[Part]:
    """The tables of an export of a workspace, those referred to before those that refer."""
    tables = SQLModel.metadata.tables
    watcher, incident, window = (tables[name] for name in ("servicewatcher", "incident", "maintenancewindow"))
    watchers = select(watcher.c.id).where(watcher.c.workspace_id == workspace_id)
    incidents = select(incident.c.id).where(incident.c.workspace_id == workspace_id)
    windows = select(window.c.id).where(window.c.workspace_id == workspace_id)
    by_workspace = ("servicewatcher", "watchertag", "incident", "maintenancewindow", "retention")
    by_watcher = (
        "watcherstate", "watcherparent", "healthevent", "span", "rolluphourly", "rollupdaily", "statechange",
        "amendment",
    )  # fmt: skip
    found = {"workspace": tables["workspace"].c.id == workspace_id}
    found |= {name: tables[name].c.workspace_id == workspace_id for name in by_workspace}
    found |= {name: tables[name].c.watcher_id.in_(watchers) for name in by_watcher}
    found |= {name: tables[name].c.incident_id.in_(incidents) for name in ("incidentmember", "incidententry")}
    found["maintenancewatcher"] = tables["maintenancewatcher"].c.window_id.in_(windows)
    return [
        Part(table, _columns(table), found[table.name])
        for table in SQLModel.metadata.sorted_tables
        if table.name in found
    ]


def _columns(table: Table) -> tuple[Column[Any], ...]:
    left_behind = _LEFT_BEHIND | _PEOPLE | ({"id"} if table.name == "healthevent" else set())
    return tuple(column for column in table.columns if column.name not in left_behind)
