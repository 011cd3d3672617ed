"""Fixtures of these tests."""

import pytest

from healther.status_pages import pages
from tests.support.api_fixtures import _plain_logs, api, sqlite_api

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
