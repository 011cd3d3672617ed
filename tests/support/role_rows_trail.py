"""The rows of the audit trail and of reports."""

from tests.support.role_row import WORKSPACE, Row, Who

TRAIL_ROWS: dict[tuple[str, str], Row] = {
    ("GET", WORKSPACE + "/audit"): Row(Who.ADMIN),
}
