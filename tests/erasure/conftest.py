"""Fixtures of these tests."""

from tests.support.api_fixtures import _plain_logs, api, sqlite_api
from tests.support.inviting import base, owner, sink

__all__ = ["_plain_logs", "api", "base", "owner", "sink", "sqlite_api"]
