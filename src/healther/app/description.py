"""The API's description for machines: FastAPI's, with every error a problem."""

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from healther.app.problems import MEDIA_TYPE, ProblemPublic

TAGS = [
    {"name": "auth", "description": "Signing up, in and out."},
    {"name": "users", "description": "One's own account."},
    {"name": "workspaces", "description": "Tenants: everything watched belongs to exactly one."},
    {"name": "members", "description": "Who is in a workspace, and as what."},
    {
        "name": "invitations",
        "description": "How people become members: they are asked, and join.",
    },
    {"name": "audit", "description": "Who did what in a workspace, when."},
    {"name": "API keys", "description": "How programs get in: a key, a workspace, a scope."},
    {"name": "watchers", "description": "What is watched, how often, and when it counts as down."},
    {"name": "tags", "description": "What watchers are grouped by."},
    {"name": "checks", "description": "Checks out of turn: a dry run, and a watcher's check now."},
    {"name": "history", "description": "Events, uptime and latency of a watcher."},
    {"name": "reports", "description": "A month of a workspace or of a status page, and how it was counted."},
    {"name": "live", "description": "What happens in a workspace, as it happens."},
    {"name": "incidents", "description": "What is or was wrong, what people do about it, and what they say."},
    {"name": "maintenance", "description": "When watchers are expected to fail, so that nobody is woken."},
    {"name": "amendments", "description": "Corrections of the record; what was recorded stays beside them."},
    {"name": "channels", "description": "Where messages go, and what became of them."},
    {"name": "alert policies", "description": "Who hears of which failures, after how long, and who next."},
    {"name": "backtest", "description": "What other rules would have made of the checks there are."},
    {"name": "on call", "description": "Who is on call when, in turn, and the calendar of it."},
    {"name": "status pages", "description": "What a workspace shows the public, and how it looks."},
    {"name": "public", "description": "What everybody may see of a public workspace."},
    {"name": "health", "description": "For whoever runs healther."},
]
_REFERENCE = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def describe(app: FastAPI) -> None:
    """Replaces the app's OpenAPI by one whose every error is a problem."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(
                get_openapi(
                    title="healther",
                    version=version("healther"),
                    description="Watches services on a cadence. Errors are problem+json (RFC 9457); "
                    "lists go on with `cursor` = the `next_cursor` of the page before; times are UTC.",
                    routes=app.routes,
                    tags=TAGS,
                )
            )
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    components = schema["components"]["schemas"]
    components.pop("HTTPValidationError", None)
    components.pop("ValidationError", None)
    problem = ProblemPublic.model_json_schema(ref_template="#/components/schemas/{model}")
    components |= problem.pop("$defs")
    components["Problem"] = problem
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if method in _METHODS:
                _add_problems(path, method, operation)
    return schema


def _add_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    responses: dict[str, Any] = operation["responses"]
    expected: dict[str, str] = {"500": "A fault of healther."}
    if path.startswith("/api/"):
        expected["503"] = "The database is not there right now."
    if operation.get("security"):
        expected["401"] = "No valid token."
    if "{workspace_id}" in path:
        expected["404"] = "Not there, or not yours."
        if method != "get":
            expected["403"] = "Your role does not allow it."
    if "requestBody" in operation or "parameters" in operation:
        expected["422"] = "Invalid values."
    if "requestBody" in operation:
        expected["413"] = "The body is over 1 MiB."
    for status, description in expected.items():
        if status == "422":
            responses[status] = {"description": description}
        responses.setdefault(status, {"description": description})
    for status, response in responses.items():
        if status >= "400" and "content" not in response:
            response |= _REFERENCE
    operation["responses"] = dict(sorted(responses.items()))
