"""`healther doctor` says how durable SQLite's file is, by the connection that writes it (D8)."""

import pytest
from sqlalchemy import event

from healther.cli.diagnosis import database
from healther.core.db import Database
from tests.support.doctor import said


class Careless(Database):
    """A database that was made to lose what it had said it had written."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        event.listen(
            self._write_engine.sync_engine,
            "connect",
            lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"),
        )


def test_the_durability_of_sqlite_is_chosen_and_printed_d8(run, sqlite_url):
    result = run("doctor", HEALTHER_DATABASE_URL=sqlite_url)
    assert said(result.output, "durability") == [
        "ok journal_mode=wal, synchronous=FULL: what was answered or recorded survives a crash and a power loss"
    ]


def test_a_writer_that_is_not_durable_is_a_problem_however_its_readers_are(
    run, sqlite_url, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database, "Database", Careless)
    result = run("doctor", HEALTHER_DATABASE_URL=sqlite_url)
    assert result.exit_code == 1
    assert said(result.output, "durability")[0].startswith("PROBLEM journal_mode=wal, synchronous=OFF: ")
