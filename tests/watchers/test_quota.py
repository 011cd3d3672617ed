"""How many watchers a workspace may have (S20)."""

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
