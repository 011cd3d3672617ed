"""An integer or a boolean of the API is that alone: "5", 5.0 or "yes" are told to be none, in every body."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from healther.channels import CHANNEL_KINDS
from healther.probes import PROBE_KINDS
from tests.app.test_inputs import operations
from tests.support.api import Api, Json, description
from tests.support.role_row import Row
from tests.support.role_table import ROWS, Ids

WRONG: Mapping[str, list[object]] = {
    "integer": ["600", 600.0, True, "x"],
    "boolean": ["yes", "true", "1", 1, 0, 1.0],
}
KINDS: Mapping[str, type[BaseModel]] = {**PROBE_KINDS, **CHANNEL_KINDS}
Path = tuple[str | int, ...]


def of_type(wanted: str, schema: Json, schemas: Json, path: Path = ()) -> Iterator[Path]:
    """The way to each integer or boolean in a body; of lists to the first item."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    if schema.get("type") == wanted:
        yield path
    for name, each in schema.get("properties", {}).items():
        yield from of_type(wanted, each, schemas, (*path, name))
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from of_type(wanted, each, schemas, path)
    if "items" in schema:
        yield from of_type(wanted, schema["items"], schemas, (*path, 0))


def fields(wanted: str) -> Iterator[tuple[str, str, Path]]:
    """(method, route, way) of every such value in a JSON body of the API."""
    schemas = description()["components"]["schemas"]
    for method in ("post", "patch", "put", "delete"):
        for route, operation in operations(method):
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            for path in () if content is None else of_type(wanted, content["schema"], schemas):
                yield method, route, path


def with_value(body: object, path: Path, value: object) -> Any:  # noqa: ANN401 - JSON
    """The body with another value there; what is missing on the way is made."""
    if not path:
        return value
    step, *rest = path
    if isinstance(step, int):
        first = body[0] if isinstance(body, list) and body else {}
        return [with_value(first, tuple(rest), value)]
    known = body if isinstance(body, dict) else {}
    return {**known, step: with_value(known.get(step), tuple(rest), value)}


@pytest.mark.parametrize("wanted", WRONG)
async def test_no_body_takes_for_it_what_is_none(sqlite_api: Api, wanted: str) -> None:
    ada = await sqlite_api.person("ada")
    workspace_id = await ada.workspace()
    watcher = await ada.watcher(workspace_id)
    ids = Ids(workspace_id, watcher["id"], ada.id)
    wrong, found = [], list(fields(wanted))
    for method, route, path in found:
        row: Row = ROWS[method.upper(), route]
        for value in WRONG[wanted]:
            body = with_value(row.body or {}, path, value)
            answer = await ada.http.request(method, ids.path(route).removeprefix("/api/v1"), json=body)
            where = ".".join(["body", *map(str, path)])
            if answer.status_code != 422 or where not in [each["where"] for each in answer.json().get("errors", ())]:
                wrong.append((method, route, path, value, answer.status_code, answer.text[:300]))
    assert wrong == []
    assert len(found) > 20, "the walk sees them"


@pytest.mark.parametrize("wanted", WRONG)
@pytest.mark.parametrize("kind", KINDS)
def test_no_option_of_a_kind_takes_for_it_what_is_none(kind: str, wanted: str) -> None:
    schema = KINDS[kind].model_json_schema()
    for path in of_type(wanted, schema, schema.get("$defs", {})):
        for value in WRONG[wanted]:
            with pytest.raises(ValidationError) as refused:
                KINDS[kind].model_validate(with_value({}, path, value))
            assert path in [each["loc"] for each in refused.value.errors()], (kind, path, value)
