"""Rows of the role table for who is in a workspace: members, invitations, API keys."""

from tests.support.role_row import WORKSPACE, Row, Who

MEMBER = WORKSPACE + "/members/{user_id}"
INVITATIONS = WORKSPACE + "/invitations"
INVITATION = INVITATIONS + "/{invitation_id}"
INVITATION_PATHS = ("/api/v1/invitations/look", "/api/v1/invitations/register")
# Nobody's token: that it is looked for is what counts.
TOKEN = {"token": "none"}
NEWCOMER = {"full_name": "New", "password": "correct horse battery"}

RECOVERY_PATHS = ("/api/v1/auth/forgotten", "/api/v1/auth/reset", "/api/v1/auth/email")
REFUSAL = "/refusal/{token}"

PEOPLE_ROWS: dict[tuple[str, str], Row] = {
    ("GET", WORKSPACE + "/members"): Row(Who.OBSERVER),
    ("PATCH", MEMBER): Row(Who.ADMIN, body={"role": "observer"}, in_person=True),
    ("DELETE", MEMBER): Row(Who.ADMIN, (204,), spent=True, in_person=True),
    ("POST", WORKSPACE + "/leave"): Row(Who.OBSERVER, (204, 409), spent=True, in_person=True),
    ("GET", WORKSPACE + "/api-keys"): Row(Who.ADMIN, in_person=True),
    ("POST", WORKSPACE + "/api-keys"): Row(Who.ADMIN, (201,), {"name": "New"}, in_person=True),
    ("DELETE", WORKSPACE + "/api-keys/{key_id}"): Row(Who.ADMIN, (204,), in_person=True, spent=True),
    ("GET", INVITATIONS): Row(Who.ADMIN, in_person=True),
    # They are a member: that this is looked for is what counts.
    ("POST", INVITATIONS): Row(Who.ADMIN, (409,), {"email": "observer@example.org"}, in_person=True),
    ("POST", INVITATION + "/resend"): Row(Who.ADMIN, body={"by": "link"}, in_person=True),
    ("DELETE", INVITATION): Row(Who.ADMIN, (204,), in_person=True, spent=True),
    ("POST", "/api/v1/invitations/look"): Row(Who.ANYONE, (404,), TOKEN),
    ("POST", "/api/v1/invitations/accept"): Row(Who.USER, (404,), TOKEN),
    ("POST", "/api/v1/invitations/register"): Row(Who.ANYONE, (404,), {**TOKEN, **NEWCOMER}),
    # There is no mail server: that this is said is what counts.
    ("POST", "/api/v1/auth/forgotten"): Row(Who.ANYONE, (409,), {"email": "observer@example.org"}),
    ("POST", "/api/v1/auth/reset"): Row(Who.ANYONE, (404,), {**TOKEN, "password": "correct horse battery"}),
    ("POST", "/api/v1/auth/email"): Row(Who.ANYONE, (404,), TOKEN),
    ("GET", REFUSAL): Row(Who.ANYONE, (404,)),
    ("POST", REFUSAL): Row(Who.ANYONE, (404,)),
}
