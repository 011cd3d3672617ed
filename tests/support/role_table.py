"""The role table of the issue, a row a route: who may, who is refused how, and with what body it would work."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from tests.support.role_row import WORKSPACE, Row, Who
from tests.support.role_rows_people import INVITATION_PATHS, PEOPLE_ROWS, RECOVERY_PATHS, REFUSAL
from tests.support.role_rows_record import RECORD_ROWS
from tests.support.role_rows_trail import TRAIL_ROWS

WATCHER = WORKSPACE + "/watchers/{watcher_id}"
STATUS_PAGES = WORKSPACE + "/status-pages"
STATUS_PAGE = STATUS_PAGES + "/{page_id}"
INCIDENTS = WORKSPACE + "/incidents"
INCIDENT = INCIDENTS + "/{incident_id}"
CHANNELS = WORKSPACE + "/channels"
CHANNEL = CHANNELS + "/{channel_id}"
POLICIES = WORKSPACE + "/alert-policies"
POLICY = POLICIES + "/{policy_id}"
# It names a channel of no workspace: that this is looked for is what counts.
NEW_POLICY = {"name": "New", "steps": [{"channel_ids": ["01a209c3-4d4f-77a1-9ccc-47d635fc90f4"]}]}
WEBHOOK = {"kind": "webhook", "options": {"url": "https://hooks.example.org/", "headers": {"X-Key": "canary-hush"}}}
ROTATIONS = WORKSPACE + "/rotations"
ROTATION = ROTATIONS + "/{rotation_id}"
# They name somebody who is no member: that this is looked for is what counts.
STRANGER = "01a209c3-4d4f-77a1-9ccc-47d635fc90f4"
NEW_ROTATION = {"name": "New", "starts_on": "2026-03-02", "members": [STRANGER]}
NEW_OVERRIDE = {"user_id": STRANGER, "starts_at": "2026-03-02T09:00:00Z", "ends_at": "2099-03-03T09:00:00Z"}
TEMPLATES = WORKSPACE + "/update-templates"
TEMPLATE = {"name": "Provider", "stage": "identified", "body": "The provider is down."}
PROBE = {"url": "http://127.0.0.1:9/", "options": {"method": "HEAD"}}
SIGN_UP = {"email": "new@example.org", "full_name": "New", "password": "correct horse battery"}

# A PNG of one pixel.
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SUBSCRIPTION_PATHS = ("/subscription/{token}", "/subscription/{token}/unsubscribe")
PAGE_PATHS = (
    "/status/{slug}",
    "/status/{slug}.json",
    "/status/{slug}/feed.atom",
    "/status/{slug}/embed",
    "/status/{slug}/card.png",
    "/badge/{slug}.svg",
    "/badge/{slug}.json",
    "/badge/{slug}/{key}.svg",
    "/badge/{slug}/{key}.json",
    "/badge/{slug}/{key}/{figure}.svg",
    "/badge/{slug}/{key}/{figure}.json",
)

ROWS: dict[tuple[str, str], Row] = {
    **PEOPLE_ROWS,
    **RECORD_ROWS,
    **TRAIL_ROWS,
    ("GET", "/healthz"): Row(Who.ANYONE),
    ("GET", "/readyz"): Row(Who.ANYONE),
    # Nobody here asks from this machine itself, nor with the token: tests/observability/test_metrics.py does.
    ("GET", "/metrics"): Row(Who.ANYONE, (403,)),
    ("GET", "/api/v1/openapi.json"): Row(Who.ANYONE),
    ("GET", "/api/v1/public/workspaces/{slug}"): Row(Who.ANYONE),
    **{("GET", path): Row(Who.ANYONE) for path in PAGE_PATHS},
    # No password was sent: that the form is reached is what counts.
    ("POST", "/status/{slug}"): Row(Who.ANYONE, (422,)),
    ("GET", "/status/{slug}/logo"): Row(Who.ANYONE, (404,)),
    ("GET", "/status/{slug}/"): Row(Who.ANYONE, (308,)),
    ("GET", "/status/{rest:path}"): Row(Who.ANYONE, (404,)),
    ("GET", "/badge/{rest:path}"): Row(Who.ANYONE, (404,)),
    ("GET", "/api/v1/setup"): Row(Who.ANYONE),
    ("POST", "/api/v1/auth/register"): Row(Who.ANYONE, (201, 409), SIGN_UP),
    # 401 is what these say to whoever has no password or cookie to show: that they are reached is what counts.
    ("POST", "/api/v1/auth/token"): Row(Who.ANYONE, (401,), {"username": "x", "password": "x"}, form=True),
    ("POST", "/api/v1/auth/refresh"): Row(Who.ANYONE, (200, 401)),
    ("POST", "/api/v1/auth/sign-out"): Row(Who.USER, (204,), spent=True),
    ("POST", "/api/v1/auth/sign-out-everywhere"): Row(Who.USER, (204,), spent=True),
    ("GET", "/api/v1/users/me"): Row(Who.USER),
    ("PATCH", "/api/v1/users/me"): Row(Who.USER, body={"full_name": "Renamed"}),
    ("POST", "/api/v1/users/me/password"): Row(
        Who.USER, (422,), {"current_password": "wrong password", "new_password": "another long phrase"}
    ),
    ("GET", "/api/v1/users/me/deletion"): Row(Who.USER),
    ("DELETE", "/api/v1/users/me"): Row(Who.USER, (204,), {"current_password": "correct horse battery"}, spent=True),
    ("GET", "/api/v1/users/me/sessions"): Row(Who.USER),
    # The id of nobody's sign-in: that it is looked for is what counts.
    ("DELETE", "/api/v1/users/me/sessions/{session_id}"): Row(Who.USER, (404,)),
    ("GET", "/api/v1/users/me/email"): Row(Who.USER),
    # Asked when they signed up, and twice more a day: whoever is the third of them is told so.
    ("POST", "/api/v1/users/me/email/ask"): Row(Who.USER, (200, 429)),
    ("GET", "/api/v1/probe-kinds"): Row(Who.USER),
    ("GET", "/api/v1/workspaces"): Row(Who.USER),
    ("POST", "/api/v1/workspaces"): Row(Who.USER, (201,), {"name": "Another"}),
    ("GET", WORKSPACE): Row(Who.OBSERVER),
    ("PATCH", WORKSPACE): Row(Who.ADMIN, body={"name": "Renamed"}),
    ("DELETE", WORKSPACE): Row(Who.OWNER, (204,), spent=True),
    ("GET", WORKSPACE + "/watchers"): Row(Who.OBSERVER),
    ("POST", WORKSPACE + "/watchers"): Row(Who.ADMIN, (201,), {"name": "New", **PROBE}),
    ("GET", WORKSPACE + "/tags"): Row(Who.OBSERVER),
    # Nothing has this tag: that it is looked for is what counts.
    ("PATCH", WORKSPACE + "/tags/{name}"): Row(Who.ADMIN, (404,), {"name": "till"}),
    ("DELETE", WORKSPACE + "/tags/{name}"): Row(Who.ADMIN, (404,)),
    ("POST", WORKSPACE + "/watchers/bulk"): Row(
        Who.ADMIN, body={"ids": ["01a209c3-4d4f-77a1-9ccc-47d635fc90f8"], "action": "pause"}
    ),
    ("GET", WATCHER): Row(Who.OBSERVER),
    ("PATCH", WATCHER): Row(Who.ADMIN, body={"name": "Renamed"}),
    ("DELETE", WATCHER): Row(Who.ADMIN, (204,), spent=True),
    ("POST", WATCHER + "/pause"): Row(Who.ADMIN),
    ("POST", WATCHER + "/resume"): Row(Who.ADMIN, spent=True),
    # The watchers of the matrix are paused: whoever may check is told to resume first.
    ("POST", WATCHER + "/check"): Row(Who.ADMIN, (409,)),
    ("POST", WORKSPACE + "/probe"): Row(Who.ADMIN, (422,), {"url": "file:///etc/passwd"}),
    ("GET", WATCHER + "/events"): Row(Who.OBSERVER),
    ("GET", WATCHER + "/changes"): Row(Who.OBSERVER),
    ("GET", WATCHER + "/uptime"): Row(Who.OBSERVER),
    ("GET", WATCHER + "/uptime/daily"): Row(Who.OBSERVER),
    ("GET", WATCHER + "/latency"): Row(Who.OBSERVER),
    ("GET", WORKSPACE + "/uptime/daily"): Row(Who.OBSERVER),
    ("GET", WORKSPACE + "/overview"): Row(Who.OBSERVER),
    ("GET", WORKSPACE + "/metrics"): Row(Who.OBSERVER),
    ("GET", WORKSPACE + "/live"): Row(Who.OBSERVER),
    ("GET", INCIDENTS): Row(Who.OBSERVER),
    ("POST", INCIDENTS): Row(Who.ADMIN, (201,), {"title": "New"}),
    ("POST", INCIDENTS + "/preview"): Row(Who.ADMIN, body={"body": "Some **words**."}),
    ("GET", INCIDENT): Row(Who.OBSERVER),
    ("PATCH", INCIDENT): Row(Who.ADMIN, body={"title": "Renamed"}),
    ("GET", INCIDENT + "/members"): Row(Who.OBSERVER),
    ("GET", INCIDENT + "/timeline"): Row(Who.OBSERVER),
    ("GET", INCIDENT + "/why"): Row(Who.OBSERVER),
    ("POST", INCIDENT + "/updates"): Row(Who.ADMIN, (201,), {"body": "A note."}),
    # No update has this id: that it is looked for is what counts.
    ("PATCH", INCIDENT + "/updates/{entry_id}"): Row(Who.ADMIN, (404,), {"body": "Other words."}),
    ("POST", INCIDENT + "/acknowledge"): Row(Who.ADMIN),
    ("POST", INCIDENT + "/unacknowledge"): Row(Who.ADMIN),
    # The second one to do it is told that it is done.
    ("POST", INCIDENT + "/resolve"): Row(Who.ADMIN, (200, 409), {}),
    ("POST", INCIDENT + "/reopen"): Row(Who.ADMIN, (200, 409), {}),
    ("GET", TEMPLATES): Row(Who.OBSERVER),
    ("POST", TEMPLATES): Row(Who.ADMIN, (201,), TEMPLATE),
    ("PUT", TEMPLATES + "/{template_id}"): Row(Who.ADMIN, body=TEMPLATE),
    ("DELETE", TEMPLATES + "/{template_id}"): Row(Who.ADMIN, (204,), spent=True),
    ("GET", "/ack/{token}"): Row(Who.ANYONE),
    ("POST", "/ack/{token}"): Row(Who.ANYONE, (303,)),
    # Nobody's link: that it is read is what counts.
    ("GET", "/consent/{token}"): Row(Who.ANYONE, (404,)),
    ("POST", "/consent/{token}"): Row(Who.ANYONE, (404,), {"answer": "no"}, form=True),
    ("GET", "/api/v1/channel-kinds"): Row(Who.USER),
    ("GET", CHANNELS): Row(Who.OBSERVER),
    ("POST", CHANNELS): Row(Who.ADMIN, (201,), {"name": "New", **WEBHOOK}),
    ("POST", CHANNELS + "/test"): Row(Who.ADMIN, body=WEBHOOK),
    ("GET", CHANNEL): Row(Who.OBSERVER),
    ("PATCH", CHANNEL): Row(Who.ADMIN, body={"name": "Renamed"}),
    ("DELETE", CHANNEL): Row(Who.ADMIN, (204,), spent=True),
    ("POST", CHANNEL + "/test"): Row(Who.ADMIN),
    # The channels of the matrix are webhooks: that the address is looked for is what counts.
    ("POST", CHANNEL + "/ask"): Row(Who.ADMIN, (404,), {"address": "x@example.org"}),
    ("GET", POLICIES): Row(Who.OBSERVER),
    ("POST", POLICIES): Row(Who.ADMIN, (422,), NEW_POLICY),
    ("POST", POLICIES + "/preview"): Row(Who.OBSERVER, (422,), {"policy": NEW_POLICY}),
    ("GET", POLICY): Row(Who.OBSERVER),
    ("PATCH", POLICY): Row(Who.ADMIN, body={"name": "Renamed"}),
    # The one every workspace starts with stays.
    ("DELETE", POLICY): Row(Who.ADMIN, (409,)),
    ("GET", ROTATIONS): Row(Who.OBSERVER),
    ("POST", ROTATIONS): Row(Who.ADMIN, (422,), NEW_ROTATION),
    ("GET", ROTATION): Row(Who.OBSERVER),
    ("PATCH", ROTATION): Row(Who.ADMIN, body={"name": "Renamed"}),
    ("DELETE", ROTATION): Row(Who.ADMIN, (204,), spent=True),
    ("GET", ROTATION + "/now"): Row(Who.OBSERVER),
    # No stretch of time was named: that the rotation's schedule is reached is what counts.
    ("GET", ROTATION + "/schedule"): Row(Who.OBSERVER, (422,)),
    ("GET", ROTATION + "/overrides"): Row(Who.OBSERVER),
    ("POST", ROTATION + "/overrides"): Row(Who.ADMIN, (422,), NEW_OVERRIDE),
    ("DELETE", ROTATION + "/overrides/{override_id}"): Row(Who.ADMIN, (404,)),
    ("POST", ROTATION + "/feed"): Row(Who.ADMIN, (201,)),
    ("DELETE", ROTATION + "/feed"): Row(Who.ADMIN, (204,)),
    ("GET", "/oncall/{token}.ics"): Row(Who.ANYONE, (404,)),
    ("GET", WORKSPACE + "/deliveries"): Row(Who.OBSERVER),
    # Nothing was sent: that it is looked for is what counts.
    ("POST", WORKSPACE + "/deliveries/{delivery_id}/retry"): Row(Who.ADMIN, (404,)),
    ("GET", STATUS_PAGES): Row(Who.OBSERVER),
    ("POST", STATUS_PAGES): Row(Who.ADMIN, (201,), {"title": "New"}),
    ("GET", STATUS_PAGE): Row(Who.OBSERVER),
    ("PATCH", STATUS_PAGE): Row(Who.ADMIN, body={"title": "Renamed"}),
    ("DELETE", STATUS_PAGE): Row(Who.ADMIN, (204,), spent=True),
    # It has no domain: that this is looked for is what counts.
    ("POST", STATUS_PAGE + "/domain/check"): Row(Who.ADMIN, (409,)),
    ("GET", STATUS_PAGE + "/subscribers"): Row(Who.ADMIN),
    ("GET", STATUS_PAGE + "/subscriber-counts"): Row(Who.ADMIN),
    # Nobody has this id: that it is looked for is what counts.
    ("DELETE", STATUS_PAGE + "/subscribers/{subscriber_id}"): Row(Who.ADMIN, (404,)),
    # Without a mail server nobody can subscribe; nobody's link is "none".
    ("GET", "/status/{slug}/subscribe"): Row(Who.ANYONE, (404,)),
    ("POST", "/status/{slug}/subscribe"): Row(Who.ANYONE, (404,), {"address": "x@example.org"}, form=True),
    ("GET", "/subscription/{token}"): Row(Who.ANYONE, (404,)),
    ("POST", "/subscription/{token}"): Row(Who.ANYONE, (404,), {"every": "yes"}, form=True),
    ("GET", "/subscription/{token}/unsubscribe"): Row(Who.ANYONE, (404,)),
    ("POST", "/subscription/{token}/unsubscribe"): Row(Who.ANYONE, (404,)),
    ("GET", STATUS_PAGE + "/logo"): Row(Who.OBSERVER, (404,)),
    ("PUT", STATUS_PAGE + "/logo"): Row(Who.ADMIN, (204,), {"image": PICTURE}),
    ("DELETE", STATUS_PAGE + "/logo"): Row(Who.ADMIN, (204,)),
}

# Frozen (S7): what is not in here answers 401 to whoever has no token.
PUBLIC = frozenset(
    {
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
        ("GET", "/api/v1/openapi.json"),
        ("GET", "/api/v1/public/workspaces/{slug}"),
        ("GET", "/api/v1/setup"),
        ("POST", "/api/v1/auth/register"),
        ("POST", "/api/v1/auth/token"),
        ("POST", "/api/v1/auth/refresh"),
        *(("POST", path) for path in (*INVITATION_PATHS, *RECOVERY_PATHS)),
        ("GET", REFUSAL),
        ("POST", REFUSAL),
        *(("GET", path) for path in PAGE_PATHS),
        ("GET", "/oncall/{token}.ics"),
        ("GET", "/status/{slug}/subscribe"),
        ("POST", "/status/{slug}/subscribe"),
        *((method, path) for method in ("GET", "POST") for path in SUBSCRIPTION_PATHS),
        ("GET", "/ack/{token}"),
        ("POST", "/ack/{token}"),
        ("GET", "/consent/{token}"),
        ("POST", "/consent/{token}"),
        ("POST", "/status/{slug}"),
        ("GET", "/status/{slug}/logo"),
        ("GET", "/status/{slug}/"),
        ("GET", "/status/{rest:path}"),
        ("GET", "/badge/{rest:path}"),
    }
)


@dataclass(frozen=True)
class Ids:
    """What the braces of a path stand for."""

    workspace_id: str
    watcher_id: str
    user_id: str
    slug: str = field(default="acme")
    session_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f8"
    name: str = "checkout"
    channel_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f6"
    policy_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f4"
    subscriber_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f1"
    rotation_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f3"
    override_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f2"
    delivery_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f5"
    page_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f7"
    window_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f7"
    amendment_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f7"
    incident_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f6"
    template_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f5"
    key_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f3"
    entry_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f4"
    invitation_id: str = "01a209c3-4d4f-77a1-9ccc-47d635fc90f2"
    token: str = "none"
    key: str = "acme-watcher"
    month: str = "2026-01"
    figure: str = "uptime-30d"
    rest: str = "no/such/thing"

    def path(self, template: str) -> str:
        """The path with these ids in it."""
        return template.replace(":path}", "}").format(**vars(self))


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """Every (method, path) the app answers, those hidden from OpenAPI too."""
    return {
        (method, path) for methods, path in _walk(app.routes) for method in methods if method not in ("HEAD", "OPTIONS")
    }


def _walk(routes: Iterable[Any]) -> Iterator[tuple[set[str], str]]:
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from _walk(route.effective_candidates())
            yield from _walk(route.effective_low_priority_routes())
        else:
            # A mount or a socket has no methods: it would need a row of its own kind, and fails here until then.
            yield route.methods, route.path
