"""The command as people run it, in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from healther.cli import app
from tests.support.pki import pki

__all__ = ["pki", "run"]

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """`run("doctor", HEALTHER_LOG_LEVEL="INFO")`: a verb in a folder of its own; nothing outside loopback is asked."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HEALTHER_REFERENCE_TARGETS", "")
    monkeypatch.setenv("COLUMNS", "300")

    def invoke(*arguments: str, **environment: str) -> Result:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(app, arguments)

    return invoke
