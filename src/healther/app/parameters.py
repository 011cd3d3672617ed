"""Query parameters that an operation does not have are refused: a filter spelled wrong must not return everything."""

from collections.abc import Iterator
from difflib import get_close_matches

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from healther.core.errors import FieldError, InvalidProblem

MOST_NAMED = 20
_SHOWN_CHARACTERS = 50


async def only_known_parameters(request: Request) -> None:
    """Raises InvalidProblem for the first parameters of the query that the operation does not have."""
    if not request.scope["query_string"]:
        return
    route: APIRoute = request.scope["route"]
    known = frozenset(_parameters_of(route.dependant))
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        errors = [
            FieldError(where=f"query.{name[:_SHOWN_CHARACTERS]}", message=_advice(name, known))
            for name in unknown[:MOST_NAMED]
        ]
        raise InvalidProblem(f"{errors[0]['where']}: {errors[0]['message']}", errors=errors)


def _advice(name: str, known: frozenset[str]) -> str:
    if not known:
        return "is no parameter of this request, which has none; leave it out"
    near = get_close_matches(name[:_SHOWN_CHARACTERS], sorted(known), 1)
    if near:
        return f"is no parameter of this request; did you mean {near[0]}?"
    return f"is no parameter of this request; there is: {', '.join(sorted(known))}"


def _parameters_of(dependant: Dependant) -> Iterator[str]:
    yield from (parameter.alias for parameter in dependant.query_params)
    for each in dependant.dependencies:
        yield from _parameters_of(each)
