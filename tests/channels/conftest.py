"""Fixtures of channels."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import trustme

from tests.support.pki import Pki
from tests.support.sinks import HttpSink, SmtpSink, http_sink, smtp_sink


@pytest.fixture
async def sink() -> AsyncIterator[HttpSink]:
    """An HTTP server that keeps what it is sent."""
    async with http_sink() as running:
        yield running


@pytest.fixture
def mail() -> Iterator[SmtpSink]:
    """A mail server that keeps what it is given, without encryption."""
    with smtp_sink() as running:
        yield running


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """One authority for all tests."""
    return trustme.CA()


@pytest.fixture
def pki(authority: trustme.CA, tmp_path: Path) -> Pki:
    """Servers' certificates, and the file that trusts them."""
    return Pki(authority, tmp_path)
