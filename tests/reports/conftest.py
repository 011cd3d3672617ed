"""Fixtures of these tests."""

from tests.support.api_fixtures import _plain_logs, api, sqlite_api

__all__ = ["_plain_logs", "api", "sqlite_api"]
