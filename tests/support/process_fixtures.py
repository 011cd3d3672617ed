"""Fixtures of healther's own processes; test folders that want them import them in their conftest."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import Processes
from tests.support.target import Target, target


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Starts processes; they are ended after the test and their logs shown if it failed."""
    started = Processes(tmp_path)
    try:
        yield started
    finally:
        started.end()


@pytest.fixture(name="target")
def running_target() -> Iterator[Target]:
    """A server to watch, on 127.0.0.1 to 127.0.0.4 and 127.0.0.9."""
    with target(["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.9"]) as running:
        yield running
