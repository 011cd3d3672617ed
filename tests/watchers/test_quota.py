"""How many watchers a workspace may have (S20)."""

import asyncio
from collections import Counter

from tests.support.api import Api


async def test_a_workspace_has_as_many_watchers_as_the_operator_says(api: Api) -> None:
    api.app.state.settings = api.app.state.settings.model_copy(update={"max_watchers": 2})
    ada = await api.person("ada")
    full, other = await ada.workspace("Acme"), await ada.workspace("Umbrella")
    first = await ada.watcher(full)
    await ada.watcher(full)
    answer = await ada.post(f"/workspaces/{full}/watchers", {"name": "Shop", "url": "http://127.0.0.1:9/"})
    assert answer.status_code == 409
    assert "2 watchers at most" in answer.json()["detail"]
    assert "HEALTHER_MAX_WATCHERS" in answer.json()["detail"]
    await ada.watcher(other)
    await ada.delete(f"/workspaces/{full}/watchers/{first['id']}")
    await ada.watcher(full)


async def test_of_many_at_once_only_as_many_as_there_is_room_for_are_made(api: Api) -> None:
    api.app.state.settings = api.app.state.settings.model_copy(update={"max_watchers": 2})
    ada = await api.person("ada")
    workspace = await ada.workspace("Acme")
    body = {"name": "Shop", "url": "http://127.0.0.1:9/"}
    answers = await asyncio.gather(*(ada.post(f"/workspaces/{workspace}/watchers", body) for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 2, 409: 6}
