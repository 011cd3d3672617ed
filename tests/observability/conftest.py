"""Fixtures of these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.api_fixtures import _plain_logs, api, fresh_api, sqlite_api
from tests.support.processes import Processes

__all__ = ["_plain_logs", "api", "fresh_api", "sqlite_api"]


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Starts processes; they are ended after the test and their logs shown if it failed."""
    started = Processes(tmp_path)
    try:
        yield started
    finally:
        started.end()
