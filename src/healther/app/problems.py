"""Every refusal and failure as problem+json (RFC 9457), with the id that finds it in the logs."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, IntegrityError, NoResultFound
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from healther.core.away import why_away
from healther.core.db import AWAY_ERRORS
from healther.core.errors import (
    ConflictProblem,
    FieldError,
    InvalidProblem,
    NotFoundProblem,
    Problem,
    TooLargeProblem,
    UnavailableProblem,
)
from healther.core.wording import message_of

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 20
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class ProblemField(BaseModel):
    """One wrong field."""

    where: str = Field(examples=["body.every_value"])
    message: str = Field(examples=["every_value must be between 1 and 10080 minutes (got 0)"])


class ProblemPublic(BaseModel):
    """What is wrong and what to do about it (RFC 9457)."""

    type: str = Field(examples=["/problems/invalid"])
    title: str = Field(examples=["The request has invalid values"])
    status: int = Field(examples=[422])
    detail: str | None = None
    request_id: str | None = Field(default=None, description="The same as in the header X-Request-Id and the logs.")
    errors: list[ProblemField] | None = Field(default=None, description="Which values are wrong.")


def problem_response(
    scope: Scope,
    *,
    status: int,
    slug: str,
    title: str,
    detail: str | None = None,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem as an answer."""
    body: dict[str, Any] = {"type": f"/problems/{slug}", "title": title, "status": status}
    if len(errors) > MAX_ERRORS:
        detail = f"{detail or title} (and {len(errors) - 1:,} more; the first {MAX_ERRORS} are named)"
    if detail:
        body["detail"] = detail
    if request_id := scope.get("state", {}).get("request_id"):
        body["request_id"] = request_id
    if errors:
        body["errors"] = list(errors[:MAX_ERRORS])
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)


def answer_problem(scope: Scope, problem: Problem) -> JSONResponse:
    """A raised problem as an answer."""
    return problem_response(
        scope,
        status=problem.status,
        slug=problem.slug,
        title=problem.title,
        detail=problem.detail,
        errors=problem.errors,
        headers=problem.headers,
    )


def answer_failure(scope: Scope, error: Exception) -> JSONResponse:
    """The answer for an exception nobody expected: logged in full, told in general."""
    log.error("request_failed", method=scope["method"], operation=operation_of(scope), exc_info=error)
    return problem_response(
        scope,
        status=500,
        slug=Problem.slug,
        title=Problem.title,
        detail="This is a fault of healther, not of your request. Its log has the details under the request id.",
    )


def operation_of(scope: Scope) -> str:
    """The operation id of the matched route: unlike the path it holds nothing a client wrote."""
    return getattr(scope.get("route"), "name", "unmatched")


def add_problem_handlers(app: FastAPI) -> None:
    """Sends every expected error of the app through here."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(DataError, _on_unstorable)
    app.add_exception_handler(IntegrityError, _on_conflict)
    app.add_exception_handler(NoResultFound, _on_gone)
    for kind in AWAY_ERRORS:
        app.add_exception_handler(kind, _on_database_gone)


async def _on_problem(request: Request, error: Exception) -> JSONResponse:
    return answer_problem(request.scope, cast("Problem", error))


_HTTP_SLUGS: dict[int, type[Problem]] = {404: NotFoundProblem, 413: TooLargeProblem}
_UNREADABLE = (
    "cannot be read: it is nested too deeply, has a number of thousands of digits, or is not what it says it is"
)


async def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    http_error = cast("HTTPException", error)
    status = HTTPStatus(http_error.status_code)
    if status == HTTPStatus.BAD_REQUEST:
        return answer_problem(request.scope, InvalidProblem.field("body", _UNREADABLE))
    known = _HTTP_SLUGS.get(status)
    allowed = _allowed(request) if status == HTTPStatus.METHOD_NOT_ALLOWED else ""
    headers = {**(http_error.headers or {}), "Allow": allowed} if allowed else http_error.headers
    return problem_response(
        request.scope,
        status=status,
        slug=known.slug if known else status.phrase.lower().replace(" ", "-"),
        title=known.title if known else status.phrase,
        detail=_detail(status, http_error, request.method, allowed),
        headers=headers,
    )


def _allowed(request: Request) -> str:
    """What there is under a path: several routes may share it, and the router tells of the first alone."""
    routes = cast("FastAPI", request.app).router.routes
    scopes = [{**request.scope, "method": method} for method in _METHODS]
    return ", ".join(
        scope["method"] for scope in scopes if any(route.matches(scope)[0] is Match.FULL for route in routes)
    )


def _detail(status: HTTPStatus, error: HTTPException, method: str, allowed: str) -> str:
    if error.detail != status.phrase:
        return error.detail
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"There is no {method} here; there is: {allowed or 'nothing'}."
    if status == HTTPStatus.NOT_FOUND:
        return "There is nothing under this path. The API is described in /api/v1/openapi.json."
    return f"{status.description or status.phrase}."


async def _on_invalid_request(request: Request, error: Exception) -> JSONResponse:
    errors = [field_error(item) for item in cast("RequestValidationError", error).errors()]
    first = errors[0]
    return problem_response(
        request.scope,
        status=422,
        slug=InvalidProblem.slug,
        title=InvalidProblem.title,
        detail=f"{first['where']}: {first['message']}",
        errors=errors,
    )


def field_error(item: Mapping[str, Any]) -> FieldError:
    """One error of pydantic as ours: where and what, never the value that was sent."""
    location = item["loc"]
    if item["type"] == "json_invalid":
        return FieldError(where="body", message=f"is not valid JSON: {item['ctx']['error']} at {location[-1]}")
    return FieldError(where=".".join(str(part) for part in location), message=message_of(item))


async def _on_unstorable(request: Request, error: Exception) -> JSONResponse:
    log.warning("value_refused_by_database", operation=operation_of(request.scope), error=_reason(error))
    return problem_response(
        request.scope,
        status=422,
        slug=InvalidProblem.slug,
        title=InvalidProblem.title,
        detail="A value is out of the range that can be stored.",
    )


async def _on_conflict(request: Request, error: Exception) -> JSONResponse:
    log.warning("change_refused_by_database", operation=operation_of(request.scope), error=_reason(error))
    return answer_problem(request.scope, ConflictProblem("What this refers to was changed meanwhile; look again."))


async def _on_gone(request: Request, error: Exception) -> JSONResponse:
    log.warning("deleted_meanwhile", operation=operation_of(request.scope), error=_reason(error))
    return answer_problem(request.scope, NotFoundProblem("It was deleted meanwhile."))


async def _on_database_gone(request: Request, error: Exception) -> JSONResponse:
    log.error("database_unavailable", operation=operation_of(request.scope), error=_reason(error))
    return answer_problem(request.scope, UnavailableProblem(why_away(error)))


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).partition("\n")[0]
