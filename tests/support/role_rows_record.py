"""The rows of maintenance, amendments, backtests and retention."""

from tests.support.role_row import WORKSPACE, Row, Who

MAINTENANCE = WORKSPACE + "/maintenance"
AMENDMENTS = WORKSPACE + "/amendments"
WINDOW = {"title": "Upgrade", "starts_at": "2030-01-01T02:00:00Z", "all_watchers": True}
AMENDMENT = {"all_watchers": True, "from": "2020-01-01T00:00:00Z", "state": "unknown", "reason": "Egress."}

RECORD_ROWS: dict[tuple[str, str], Row] = {
    ("GET", MAINTENANCE): Row(Who.OBSERVER),
    ("POST", MAINTENANCE): Row(Who.ADMIN, (201,), WINDOW),
    ("POST", MAINTENANCE + "/preview"): Row(Who.OBSERVER, body={"starts_at": "2030-01-01T02:00:00Z"}),
    ("GET", MAINTENANCE + "/{window_id}"): Row(Who.OBSERVER),
    ("PATCH", MAINTENANCE + "/{window_id}"): Row(Who.ADMIN, body={"title": "Renamed"}),
    ("POST", MAINTENANCE + "/{window_id}/end"): Row(Who.ADMIN, (409,)),
    ("DELETE", MAINTENANCE + "/{window_id}"): Row(Who.ADMIN, (204,), spent=True),
    ("GET", AMENDMENTS): Row(Who.OBSERVER),
    # The watchers of the matrix were made later: that the time is looked at is what counts.
    ("POST", AMENDMENTS): Row(Who.OWNER, (422,), {**AMENDMENT, "to": "2020-01-02T00:00:00Z"}),
    ("GET", AMENDMENTS + "/{amendment_id}"): Row(Who.OBSERVER),
    ("POST", AMENDMENTS + "/{amendment_id}/withdraw"): Row(Who.OWNER, spent=True),
    ("POST", WORKSPACE + "/backtest"): Row(Who.OBSERVER, body={"rules": {"failure_threshold": 3}}),
    ("GET", WORKSPACE + "/retention"): Row(Who.OBSERVER),
    ("PATCH", WORKSPACE + "/retention"): Row(Who.OWNER, body={"keep_events_days": 14}),
}
