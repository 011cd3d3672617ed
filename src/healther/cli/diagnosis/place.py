"""Where the database is, and what is to be said when it cannot be used. Imports little: every verb may need it."""

import shutil
from os import W_OK, access
from pathlib import Path

from sqlalchemy.engine import make_url

from healther.cli.diagnosis.finding import Finding, note, ok, problem
from healther.core.settings import Settings

PATIENCE_S = 15.0
_LITTLE_SPACE_BYTES = 1 << 30
_NO_SPACE_BYTES = 100 << 20


def shown_url(settings: Settings) -> str:
    """The database's address without its password."""
    return make_url(settings.database_url).render_as_string(hide_password=True)


def explain(settings: Settings, error: BaseException) -> Finding:
    """What is wrong and what to do, where the database or its file failed with `error`."""
    why = (str(getattr(error, "orig", None) or error).splitlines() or [f"no answer in {PATIENCE_S:.0f} s"])[0]
    if not settings.is_sqlite:
        return problem("database", f"{shown_url(settings)} does not answer: {why}; is it running, is the URL right?")
    path = sqlite_file(settings)
    return unusable(path) or problem(
        "database", f"{path} cannot be used: {why}; bring a copy of it back, or name another file"
    )


def sqlite_file(settings: Settings) -> Path:
    """Where the SQLite database is, or will be."""
    return Path(make_url(settings.database_url).database or "")


def place(path: Path) -> tuple[list[Finding], bool]:
    """What is to be said of an SQLite file's place, and whether there is a file."""
    there = path.is_file()
    missing = [] if there else [note("database", f"{path} does not exist yet; `healther up` makes it")]
    return [unusable(path) or _space(path), *missing], there


def unusable(path: Path) -> Finding | None:
    """Why there can be no SQLite database here."""
    folder = path.parent.resolve()
    if not folder.is_dir():
        return problem("disk", f"the folder {folder} does not exist: make it, or change HEALTHER_DATABASE_URL")
    for each in (folder, path):
        if each.exists() and not access(each, W_OK):
            return problem("disk", f"{each} may not be written by this user; SQLite needs the file and its folder")
    return None


def _space(path: Path) -> Finding:
    folder = path.parent.resolve()
    free = shutil.disk_usage(folder).free
    text = f"{free / (1 << 30):.1f} GiB free in {folder}"
    if free < _NO_SPACE_BYTES:
        return problem("disk", f"{text}: results soon cannot be written; make room")
    return note("disk", f"{text}: make room before it is full") if free < _LITTLE_SPACE_BYTES else ok("disk", text)
