"""The committed description of the API is the API's."""

import json
from pathlib import Path
from typing import Any

import pytest

from healther.app.openapi import render

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render())
    return document


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_committed_description_is_of_this_code() -> None:
    assert (ROOT / "docs" / "openapi.json").read_text() == render(), "write it anew with: make openapi"


def test_operation_ids_are_unique_and_stable_words(description: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(description)]
    assert len(set(ids)) == len(ids)
    assert all(each.isidentifier() and each == each.lower() for each in ids)


def test_every_operation_has_a_tag_that_is_described_and_says_what_it_does(description: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in description["tags"]}
    for method, path, operation in operations(description):
        assert len(operation["tags"]) == 1, (method, path)
        assert set(operation["tags"]) <= tags, (method, path)
        assert len(operation["description"]) > 10, (method, path)


def test_every_error_is_a_problem(description: dict[str, Any]) -> None:
    for method, path, operation in operations(description):
        errors = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert "500" in errors, (method, path)
        for status, answer in errors.items():
            assert list(answer["content"]) == ["application/problem+json"], (method, path, status)
        if operation.get("security"):
            assert "401" in errors, (method, path)
        if "{workspace_id}" in path:
            assert "404" in errors, (method, path)
    assert "HTTPValidationError" not in description["components"]["schemas"]


def test_every_field_a_body_needs_shows_an_example(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    bodies = {
        content["schema"]["$ref"].rsplit("/", 1)[1]
        for _, _, operation in operations(description)
        for content in operation.get("requestBody", {}).get("content", {}).values()
    }
    assert len(bodies) > 30
    for name in sorted(bodies):
        for field in schemas[name].get("required", []):
            told = schemas[name]["properties"][field]
            # A schema of its own is shown by its own fields, a secret by none.
            assert {"examples", "$ref", "const", "enum"} & told.keys() or told.get("writeOnly"), (name, field)
