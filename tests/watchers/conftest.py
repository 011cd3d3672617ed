"""Fixtures of these tests."""

import pytest

from tests.support.api import Api, Person
from tests.support.api_fixtures import _plain_logs, api, sqlite_api

__all__ = ["_plain_logs", "ada", "api", "home", "sqlite_api", "watchers"]


@pytest.fixture
async def ada(api: Api) -> Person:
    return await api.person("ada")


@pytest.fixture
async def home(ada: Person) -> str:
    """The path of a workspace of hers."""
    return f"/workspaces/{await ada.workspace()}"


@pytest.fixture
async def watchers(home: str) -> str:
    """The path of that workspace's watchers."""
    return f"{home}/watchers"
