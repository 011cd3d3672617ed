"""How a kind's form is laid out: said in its JSON schema, under `x-ui`, so that the editor needs no code for a kind."""

from functools import cache
from typing import Any

from pydantic import BaseModel


def ui(group: str, order: int, *, advanced: bool = True, secret: bool = False) -> dict[str, Any]:
    """For a field's json_schema_extra: its heading, its place, whether it is folded away, whether it is ever shown.

    A `secret` is sealed in the database and masked on the wire.
    """
    hints: dict[str, Any] = {"x-ui": {"group": group, "order": order, "advanced": advanced}}
    return {"writeOnly": True, **hints} if secret else hints


@cache
def secret_fields(model: type[BaseModel]) -> frozenset[str]:
    """The fields of a kind that are marked writeOnly in its JSON schema."""
    properties = model.model_json_schema()["properties"]
    return frozenset(name for name, schema in properties.items() if schema.get("writeOnly"))
