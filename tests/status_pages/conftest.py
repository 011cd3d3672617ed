"""Fixtures of these tests."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme

from healther.core.db import Database
from healther.status_pages import pages
from tests.support.api import Api, running_api
from tests.support.api_fixtures import _plain_logs, api, sqlite_api
from tests.support.pki import Pki
from tests.support.subscribers import MAILS

__all__ = ["_plain_logs", "api", "sqlite_api"]


@pytest.fixture
def compared_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer waits until it was compared with the database: tests need not wait for a second to pass."""
    monkeypatch.setattr(pages, "CHECK_EVERY_S", -1.0)
    monkeypatch.setattr(pages, "WAIT_AFTER_S", -1.0)
    # On a busy machine two seconds pass before a database had its turn: the old copy would be right, the test wrong.
    monkeypatch.setattr(pages, "PATIENCE_S", 60.0)
    monkeypatch.setattr(pages, "MISSING_S", 0.0)
    monkeypatch.setattr(pages, "MISSING_DOMAIN_S", 0.0)


@pytest.fixture
def pki(tmp_path: Path) -> Pki:
    """An authority that the senders of a test trust."""
    return Pki(trustme.CA(), tmp_path)


class Clock:
    """The time that pages go by."""

    moved_s = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.moved_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Moves time for pages alone."""
    made = Clock()
    monkeypatch.setattr(pages, "time", made)
    return made


@pytest.fixture
async def mailing(db: Database, database_url: str) -> AsyncIterator[Api]:
    async with running_api(db, database_url, **MAILS) as api:
        yield api
