"""The rows of the audit trail and of reports."""

from tests.support.role_row import WORKSPACE, Row, Who

REPORT = WORKSPACE + "/reports/{month}"

TRAIL_ROWS: dict[tuple[str, str], Row] = {
    ("GET", WORKSPACE + "/audit"): Row(Who.ADMIN),
    ("GET", REPORT): Row(Who.OBSERVER),
    ("GET", REPORT + ".html"): Row(Who.OBSERVER),
    ("GET", REPORT + ".csv"): Row(Who.OBSERVER),
    ("GET", REPORT + ".pdf"): Row(Who.OBSERVER),
}
