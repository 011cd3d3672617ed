"""A workspace with everything in it and somebody in each role: what is asked of every route is asked of it."""

from dataclasses import replace
from uuid import UUID

import httpx

from healther.core.clock import now_ms, to_utc
from healther.core.ids import new_id
from healther.incidents.links import AcknowledgeLinks
from tests.support.api import Api, Person
from tests.support.role_rows_record import AMENDMENT, WINDOW
from tests.support.role_table import ROWS, TEMPLATE, WEBHOOK, Ids

KEYS = ("read key", "write key")
"""The columns of the table that are API keys."""


class House:
    """A workspace with one member of each role, and a stranger with a workspace of their own."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.people: dict[str, Person] = {}
        self.spares = 0
        self.keys: dict[tuple[str, str], str] = {}
        """The Authorization of each API key, by workspace and column."""

    async def build(self) -> None:
        for name in ("owner", "admin", "observer", "stranger", "member"):
            self.people[name] = await self.api.person(name)
        self.ids = await self.furnish(self.people["owner"], "Acme", "acme")
        self.foreign = await self.furnish(self.people["stranger"], "Foreign canary", "foreign")

    async def furnish(self, owner: Person, name: str, slug: str | None = None) -> Ids:
        """A workspace with a paused watcher and, for the owner, the others as members."""
        workspace_id = await owner.workspace(name, slug=slug, is_public=True) if slug else await owner.workspace(name)
        watcher = await owner.watcher(workspace_id, name=f"{name} watcher", options={"bearer_token": "canary-hush"})
        assert (await owner.post(f"/workspaces/{workspace_id}/watchers/{watcher['id']}/pause")).status_code == 200
        if owner is self.people["owner"]:
            for role, person in (("admin", "admin"), ("observer", "observer"), ("observer", "member")):
                assert (await owner.add(workspace_id, self.people[person], role)).status_code == 201
        page = await owner.post(f"/workspaces/{workspace_id}/status-pages", {"title": f"{name} page"})
        assert page.status_code == 201, page.text
        incident = await owner.post(f"/workspaces/{workspace_id}/incidents", {"title": f"{name} trouble"})
        assert incident.status_code == 201, incident.text
        template = await owner.post(f"/workspaces/{workspace_id}/update-templates", {**TEMPLATE, "name": name})
        assert template.status_code == 201, template.text
        channel = await owner.post(f"/workspaces/{workspace_id}/channels", {"name": f"{name} channel", **WEBHOOK})
        assert channel.status_code == 201, channel.text
        rotation = await owner.post(
            f"/workspaces/{workspace_id}/rotations",
            {"name": f"{name} rotation", "starts_on": "2026-03-02", "members": [owner.id]},
        )
        assert rotation.status_code == 201, rotation.text
        for column in KEYS:
            body = {"name": column, "scope": column.split()[0]}
            key = await owner.post(f"/workspaces/{workspace_id}/api-keys", body)
            assert key.status_code == 201, key.text
            self.keys[workspace_id, column] = f"Bearer {key.json()['key']}"
        guest = {"email": f"guest@{workspace_id}.example.org"}
        invitation = await owner.post(f"/workspaces/{workspace_id}/invitations", guest)
        assert invitation.status_code == 201, invitation.text
        (policy,) = (await owner.get(f"/workspaces/{workspace_id}/alert-policies")).json()["items"]
        window = await owner.post(f"/workspaces/{workspace_id}/maintenance", WINDOW)
        assert window.status_code == 201, window.text
        made = {**AMENDMENT, "to": to_utc(now_ms()).isoformat()}
        amendment = await owner.post(f"/workspaces/{workspace_id}/amendments", made)
        assert amendment.status_code == 201, amendment.text
        ids = Ids(workspace_id, watcher["id"], self.people["member"].id, slug or "")
        links: AcknowledgeLinks = self.api.app.state.acknowledge_links
        return replace(
            ids,
            key_id=key.json()["id"],
            invitation_id=invitation.json()["id"],
            page_id=page.json()["id"],
            channel_id=channel.json()["id"],
            policy_id=policy["id"],
            rotation_id=rotation.json()["id"],
            incident_id=incident.json()["id"],
            window_id=window.json()["id"],
            amendment_id=amendment.json()["id"],
            template_id=template.json()["id"],
            token=links.make(UUID(incident.json()["id"]), new_id(), now_ms()).rpartition("/")[2],
        )

    async def ask(
        self,
        column: str,
        key: tuple[str, str],
        ids: Ids,
        *,
        body: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
    ) -> httpx.Response:
        """One request of a row, as somebody of that column."""
        method, template = key
        row = ROWS[key]
        http = self.api.client(base="")
        token = self.keys.get((ids.workspace_id, column))
        if column in self.people:
            token = self.people[column].http.headers["Authorization"]
        if row.spent and column in self.people and "{" not in template:
            self.spares += 1
            token = (await self.api.person(f"spare{self.spares}")).http.headers["Authorization"]
        sent = dict(headers or {}) | ({"Authorization": token} if token else {})
        content = {"data" if row.form else "json": row.body if body is None else body}
        return await http.request(method, ids.path(template), headers=sent, params=params, **content)
