"""Fixtures of these tests."""

from tests.support.api_fixtures import _plain_logs, api, fresh_api, sqlite_api
from tests.support.process_fixtures import processes

__all__ = ["_plain_logs", "api", "fresh_api", "processes", "sqlite_api"]
