"""The SECRET_KEY of an embedded installation: made at first start, kept in a 0600 file beside the database."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from sqlalchemy.engine import make_url

from healther.core.settings import Settings, SettingsError

SECRET_FILE = "healther.secret"  # noqa: S105 - a file's name


def with_secret_key(settings: Settings) -> Settings:
    """The settings with a secret key: the one given, or the embedded installation's own.

    Raises SettingsError on PostgreSQL without a key: several processes must share it, so it has to be given.
    """
    if settings.secret_key is not None:
        return settings
    if not settings.is_sqlite:
        settings.require_secret_key()
    path = secret_file(settings.database_url)
    if not path.exists():
        _make(path)
    key = path.read_text().strip()
    try:
        return Settings.model_validate({**settings.model_dump(exclude_unset=True), "secret_key": key})
    except ValueError:
        raise SettingsError(f"{path} does not hold a usable secret key; remove it to have a new one made") from None


def _make(path: Path) -> None:
    """Writes a new key beside `path` and links it there: of two first starts one wins, and neither reads half a key."""
    descriptor, written = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(written, path)
    finally:
        os.unlink(written)


def secret_file(database_url: str) -> Path:
    """Where the key of this SQLite database is kept; raises SettingsError for one that is in no file."""
    database = make_url(database_url).database
    if not database or database == ":memory:":
        raise SettingsError("HEALTHER_DATABASE_URL: needs a file, such as sqlite+aiosqlite:///./healther.db")
    return Path(database).parent / SECRET_FILE
