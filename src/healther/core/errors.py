"""Errors a person sees: typed, with a status, rendered as problem+json (RFC 9457) at the edge."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypedDict


class FieldError(TypedDict):
    """One wrong field: where (`body.name`), and what to do about it."""

    where: str
    message: str


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """An expected refusal: what is wrong and what to do, never a traceback.

    `slug` becomes the problem's `type` (`/problems/{slug}`), `status` its HTTP status.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong"

    def __init__(
        self, detail: str, *, errors: Sequence[FieldError] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})


class InvalidProblem(Problem):
    """422: the request is understood and wrong."""

    status = 422
    slug = "invalid"
    title = "The request has invalid values"

    @classmethod
    def field(cls, where: str, message: str) -> "InvalidProblem":
        """A single wrong field."""
        return cls(f"{where}: {message}", errors=[FieldError(where=where, message=message)])


class UnauthenticatedProblem(Problem):
    """401: no valid sign of who is asking."""

    status = 401
    slug = "unauthenticated"
    title = "Not signed in"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class ForbiddenProblem(Problem):
    """403: known, and not allowed."""

    status = 403
    slug = "forbidden"
    title = "Your role does not allow this"


class ForeignOriginProblem(Problem):
    """403: a script of another site asks."""

    status = 403
    slug = "foreign-origin"
    title = "Not from this site"


class NotFoundProblem(Problem):
    """404: not there, or not yours to know about."""

    status = 404
    slug = "not-found"
    title = "Not found"


class ConflictProblem(Problem):
    """409: the present state of things does not allow it."""

    status = 409
    slug = "conflict"
    title = "Conflict"


class TooLargeProblem(Problem):
    """413: more bytes than this endpoint reads."""

    status = 413
    slug = "too-large"
    title = "The request body is too large"


class UnreadableKindProblem(Problem):
    """415: a body of a kind that nothing here reads."""

    status = 415
    slug = "unsupported-media-type"
    title = "Bodies of this kind are not read"


class ThrottledProblem(Problem):
    """429: too many tries; says when to come back."""

    status = 429
    slug = "throttled"
    title = "Too many attempts"

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_s)})


class UnavailableProblem(Problem):
    """503: something healther needs is not there right now."""

    status = 503
    slug = "unavailable"
    title = "Temporarily unavailable"

    def __init__(self, detail: str, *, retry_after_s: int = 5) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_s)})
