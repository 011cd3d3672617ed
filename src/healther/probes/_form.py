"""How a kind's form is laid out: said in its JSON schema, under `x-ui`, so that the editor needs no code for a kind."""

from typing import Any


def ui(group: str, order: int, *, advanced: bool = True, secret: bool = False) -> dict[str, Any]:
    """For a field's json_schema_extra: its heading, its place, whether it is folded away, whether it is ever shown.

    A `secret` is sealed in the database and masked on the wire.
    """
    hints: dict[str, Any] = {"x-ui": {"group": group, "order": order, "advanced": advanced}}
    return {"writeOnly": True, **hints} if secret else hints
