"""The link in a message: it asks first, acknowledges once pressed, and nothing else can be made of it."""

import re
from uuid import UUID

import pytest
from httpx import Response
from sqlmodel import select

from healther.accounts.models import AuditEntry
from healther.alerting.messages import Links
from healther.alerting.models import Channel, Delivery
from healther.core.clock import DAY_MS, SECOND_MS, now_ms
from healther.core.ids import new_id
from healther.core.settings import Settings
from healther.incidents.links import LASTS_MS, AcknowledgeLinks
from tests.conftest import SECRET_KEY
from tests.support.api import Api, Json, Person
from tests.support.status_pages import look, text_of

AT = 1_800_000_000_000
LINKS = AcknowledgeLinks(SECRET_KEY, "https://healther.example.org/")


class Paged:
    """Somebody was sent a message about an incident."""

    def __init__(self, owner: Person, workspace: str, incident: Json, delivery_id: UUID) -> None:
        self.owner = owner
        self.base = f"/workspaces/{workspace}/incidents/{incident['id']}"
        self.incident_id = UUID(incident["id"])
        self.path = path_of(LINKS.make(self.incident_id, delivery_id, now_ms()))

    async def incident(self) -> Json:
        found: Json = (await self.owner.get(self.base)).json()
        return found


def path_of(link: str) -> str:
    return link.removeprefix("https://healther.example.org")


async def press(api: Api, path: str, **form: str) -> Response:
    return await api.client(base="").post(path, data=form)


@pytest.fixture
async def paged(api: Api) -> Paged:
    owner = await api.person("ada")
    workspace = await owner.workspace()
    watcher = await owner.watcher(workspace)
    components = [{"watcher_id": watcher["id"], "impact": "down"}]
    body = {"title": "Payments <b>fail</b>", "components": components}
    incident = (await owner.post(f"/workspaces/{workspace}/incidents", body)).json()
    async with api.db.write() as session:
        channel = Channel(workspace_id=UUID(workspace), name="Night shift", kind="email")
        session.add(channel)
        await session.flush()
        delivery = Delivery(
            workspace_id=UUID(workspace), kind="down", channel_id=channel.id, created_at=AT, next_at=AT,
            incident_id=UUID(incident["id"]),
        )  # fmt: skip
        session.add(delivery)
        await session.flush()
    return Paged(owner, workspace, incident, delivery.id)


async def test_opening_the_link_changes_nothing_and_its_button_acknowledges(api: Api, paged: Paged) -> None:
    page = await look(api, paged.path)
    assert page.status_code == 200
    assert "Payments &lt;b&gt;fail" in page.text
    assert "Shop" in text_of(page.text)
    assert re.search(rf'href="[^"]+/w/[\w-]+/incidents/{paged.incident_id}">The incident in healther</a>', page.text)
    assert page.text.count("<button>") == 1
    assert (await paged.incident())["acknowledged_at"] is None
    pressed = await look(api, paged.path, method="POST")
    assert (pressed.status_code, pressed.headers["Location"]) == (303, paged.path)
    incident = await paged.incident()
    assert incident["acknowledged_by"] == "Night shift (link)"
    after = await look(api, paged.path)
    assert "Night shift (link) has taken this on." in text_of(after.text)
    assert "<button>" not in after.text
    async with api.db.read() as session:
        row = (await session.exec(select(AuditEntry).where(AuditEntry.actor == "Night shift (link)"))).one()
    assert (row.action, row.actor_id) == ("incident.acknowledge", None)


@pytest.mark.parametrize(
    ("verbs", "said"),
    [(["unacknowledge"], "from before Ada handed it back"), (["resolve", "reopen"], "from before Ada reopened it")],
)
async def test_a_link_from_before_it_was_handed_back_says_so_and_takes_it_on_only_for_who_read_that(
    api: Api, paged: Paged, verbs: list[str], said: str
) -> None:
    await look(api, paged.path, method="POST")
    for verb in verbs:
        assert (await paged.owner.post(f"{paged.base}/{verb}", {} if verb != "unacknowledge" else None)).is_success
    # A page that was left open, or a press that came twice.
    for again in ({}, {"again": str(new_id())}, {"again": ""}):
        pressed = await press(api, paged.path, **again)
        assert (pressed.status_code, pressed.headers["Location"]) == (303, paged.path)
        assert (await paged.incident())["acknowledged_at"] is None
    page = await look(api, paged.path)
    assert said in text_of(page.text)
    assert page.text.count("<button>") == 1
    (seen,) = re.findall(r'name="again" value="([^"]+)"', page.text)
    assert (await press(api, paged.path, again=seen)).status_code == 303
    assert (await paged.incident())["acknowledged_by"] == "Night shift (link)"


async def test_one_service_that_the_title_names_is_not_named_again(api: Api, paged: Paged) -> None:
    assert text_of((await look(api, paged.path)).text).count("Shop") == 1, "of it the title says nothing"
    assert (await paged.owner.patch(paged.base, {"title": "Shop is down"})).status_code == 200
    assert "<li>Shop</li>" not in (await look(api, paged.path)).text


async def test_a_link_of_a_message_from_after_it_was_handed_back_is_as_any_other(api: Api, paged: Paged) -> None:
    await look(api, paged.path, method="POST")
    assert (await paged.owner.post(f"{paged.base}/unacknowledge")).is_success
    later = path_of(LINKS.make(paged.incident_id, new_id(), now_ms() + SECOND_MS))
    assert "Nobody has taken this on yet." in text_of((await look(api, later)).text)
    await look(api, later, method="POST")
    assert (await paged.incident())["acknowledged_by"] == "somebody with the link"


async def test_the_link_of_somebody_who_has_left_the_workspace_shows_and_does_nothing(api: Api, paged: Paged) -> None:
    bob = await api.person("bob")
    workspace = paged.base.split("/")[2]
    assert (await paged.owner.add(workspace, bob, "admin")).is_success
    async with api.db.write() as session:
        delivery = Delivery(
            workspace_id=UUID(workspace), kind="down", user_id=UUID(bob.id), created_at=AT, next_at=AT,
            incident_id=paged.incident_id,
        )  # fmt: skip
        session.add(delivery)
    path = path_of(LINKS.make(paged.incident_id, delivery.id, now_ms()))
    assert (await look(api, path)).status_code == 200
    assert (await paged.owner.delete(f"/workspaces/{workspace}/members/{bob.id}")).status_code == 204
    for answer in (await look(api, path), await press(api, path)):
        assert (answer.status_code, "Payments" in answer.text) == (404, False)
    assert (await paged.incident())["acknowledged_at"] is None


@pytest.mark.parametrize("ends", ["removed", "leaves", "moved"])
async def test_the_link_of_an_email_channel_ends_for_whom_it_mailed_when_they_leave_and_for_nobody_else(
    api: Api, paged: Paged, ends: str
) -> None:
    bob = await api.person("bob")
    workspace = paged.base.split("/")[2]
    assert (await paged.owner.add(workspace, bob, "admin")).is_success
    links, at = {}, now_ms()
    async with api.db.write() as session:
        for name, to in (("bobs", ["eve@example.org", "bob+ops@example.org"]), ("others", ["eve@example.org"])):
            channel = Channel(workspace_id=UUID(workspace), name=name, kind="email", options={"to": to})
            session.add(channel)
            await session.flush()
            delivery = Delivery(
                workspace_id=UUID(workspace), kind="down", channel_id=channel.id, created_at=at, next_at=at,
                incident_id=paged.incident_id, reached=to,
            )  # fmt: skip
            session.add(delivery)
            links[name] = path_of(LINKS.make(paged.incident_id, delivery.id, now_ms()))
            if ends == "moved":
                channel.options = {"to": ["eve@example.org"]}
    assert [(await look(api, path)).status_code for path in links.values()] == [200, 200]
    members = f"/workspaces/{workspace}/members/{bob.id}"
    ending = bob.post(f"/workspaces/{workspace}/leave") if ends == "leaves" else paged.owner.delete(members)
    assert (await ending).status_code == 204
    for answer in (await look(api, links["bobs"]), await press(api, links["bobs"])):
        assert (answer.status_code, "Payments" in answer.text) == (404, False)
    assert (await paged.incident())["acknowledged_at"] is None
    assert (await look(api, links["others"])).status_code == 200, "Eve has never been a member"
    async with api.db.write() as session:
        at = now_ms() + 1
        channel = (await session.exec(select(Channel).where(Channel.name == "bobs"))).one()
        later = Delivery(
            workspace_id=UUID(workspace), kind="down", channel_id=channel.id, created_at=at, next_at=at,
            incident_id=paged.incident_id, reached=["bob+ops@example.org"],
        )  # fmt: skip
        session.add(later)
        afterwards = path_of(LINKS.make(paged.incident_id, later.id, at))
    assert (await look(api, afterwards)).status_code == 200, "people kept the address in the channel"
    assert (await paged.owner.add(workspace, bob, "admin")).is_success
    assert (await look(api, links["bobs"])).status_code == 200, "and now he is one again"
    assert (await press(api, links["others"])).status_code == 303
    assert (await paged.incident())["acknowledged_by"] == "others (link)"


async def test_the_page_lets_nothing_in_and_nothing_out(api: Api, paged: Paged) -> None:
    headers = (await look(api, paged.path)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert (headers["Cache-Control"], headers["X-Robots-Tag"], headers["Referrer-Policy"]) == (
        "no-store",
        "noindex",
        "no-referrer",
    )
    assert headers["X-Frame-Options"] == "DENY"


async def test_a_link_speaks_the_reader_s_language_and_says_when_it_is_over(api: Api, paged: Paged) -> None:
    german = await look(api, paged.path, Accept_Language="de-AT,de;q=0.9,en;q=0.5")
    assert "Ich kümmere mich" in german.text
    assert (await paged.owner.post(f"{paged.base}/resolve", {})).status_code == 200
    page = await look(api, paged.path)
    assert "This is over: it is resolved." in text_of(page.text)
    assert "<button>" not in page.text
    assert (await look(api, paged.path, method="POST")).status_code == 303
    assert (await paged.incident())["acknowledged_by"] is None


async def test_what_is_no_link_of_ours_is_refused_alike(sqlite_api: Api) -> None:
    gone = path_of(LINKS.make(new_id(), new_id(), now_ms()))
    old = path_of(LINKS.make(new_id(), new_id(), now_ms() - 8 * DAY_MS))
    other = path_of(AcknowledgeLinks("another-secret-key-0123456789-abcdef", "https://healther.example.org").make(
        new_id(), new_id(), now_ms()
    ))  # fmt: skip
    pages = [await look(sqlite_api, path) for path in (gone, old, other, "/ack/x", "/ack/" + "A" * 92, "/ack/ä")]
    assert {(page.status_code, page.text) for page in pages} == {(404, pages[0].text)}
    assert (await look(sqlite_api, gone, method="POST")).status_code == 404


def test_a_token_changed_anywhere_or_too_late_is_none() -> None:
    incident_id, delivery_id = new_id(), new_id()
    token = LINKS.make(incident_id, delivery_id, AT).rpartition("/")[2]
    assert LINKS.read(token, AT) == (incident_id, delivery_id, AT)
    assert LINKS.read(token, AT + LASTS_MS - 1) == (incident_id, delivery_id, AT)
    assert LINKS.read(token, AT + LASTS_MS) is None
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert LINKS.read(changed, AT) is None
    assert LINKS.read(token + "A", AT) is None
    assert LINKS.read(token[:-1], AT) is None


def test_a_link_that_was_sent_before_the_key_was_changed_counts_as_long_as_the_old_key_is_kept() -> None:
    incident_id, delivery_id = new_id(), new_id()
    sent = LINKS.make(incident_id, delivery_id, AT).rpartition("/")[2]
    changed = {"secret_key": "another-secret-key-0123456789-abcdef", "public_url": "https://healther.example.org"}
    assert AcknowledgeLinks(**changed).read(sent, AT) is None
    assert AcknowledgeLinks(**changed, old_secret_keys=[SECRET_KEY]).read(sent, AT) == (incident_id, delivery_id, AT)
    settings = Settings(**changed, old_secret_keys=(SECRET_KEY,), database_url="sqlite+aiosqlite:///x.db")
    assert Links.of(settings).acknowledge.read(sent, AT) == (incident_id, delivery_id, AT)
    new = Links.of(settings).acknowledge.make(incident_id, delivery_id, AT).rpartition("/")[2]
    assert AcknowledgeLinks(**changed).read(new, AT) == (incident_id, delivery_id, AT), (
        "what is sent now needs no old key"
    )
