"""Values of a row as JSON and back, the same for both databases: numbers, text, base64 for bytes, hex for ids."""

import base64
import json
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer, LargeBinary, Numeric, SmallInteger, String
from sqlalchemy.types import TypeDecorator

from healther.core.columns import Id, UtcMillis

Encode = Callable[[Any], Any]


class Kind(StrEnum):
    """What a column holds, whichever database it is in."""

    ID = "id"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    TEXT = "text"
    BYTES = "bytes"
    JSON = "json"


_KINDS: tuple[tuple[type[Any], Kind], ...] = (
    (Id, Kind.ID),
    (UtcMillis, Kind.INTEGER),
    (Boolean, Kind.BOOLEAN),
    (LargeBinary, Kind.BYTES),
    (JSON, Kind.JSON),
    (String, Kind.TEXT),
    (Float, Kind.FLOAT),
    (Numeric, Kind.FLOAT),
    (BigInteger, Kind.INTEGER),
    (SmallInteger, Kind.INTEGER),
    (Integer, Kind.INTEGER),
)


def kind_of(column: Column[Any]) -> Kind:
    """The kind of a column of the models; raises TypeError for a type nobody has said how to carry."""
    carried = column.type
    for known, kind in _KINDS:
        if isinstance(carried, known):
            return kind
    if isinstance(carried, TypeDecorator):
        for known, kind in _KINDS:
            if isinstance(carried.impl_instance, known):
                return kind
    raise TypeError(f"{column}: no kind for {carried!r}")


def encoder(kind: Kind) -> Encode:
    """What a database's driver gives for this kind -> what orjson writes."""
    return _ENCODE[kind]


def decoder(kind: Kind, *, sqlite: bool) -> Encode:
    """What orjson reads -> what the driver takes; raises ValueError or TypeError for what is not of this kind."""
    return (_TO_SQLITE if sqlite else _TO_POSTGRES)[kind]


def line_of(encoders: Sequence[Encode], row: Sequence[Any]) -> bytes:
    """A row as a line: a JSON array in the order of the columns."""
    values = [None if value is None else encode(value) for encode, value in zip(encoders, row, strict=True)]
    return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)


def row_of(decoders: Sequence[Encode], line: bytes) -> tuple[Any, ...]:
    """The row of a line; raises ValueError or TypeError when it is none."""
    values = orjson.loads(line)
    if not isinstance(values, list):
        raise TypeError("a row is an array")
    return tuple(None if value is None else decode(value) for decode, value in zip(decoders, values, strict=True))


def _same(value: Any) -> Any:  # noqa: ANN401
    return value


def _typed(wanted: type[Any], *also: type[Any]) -> Encode:
    def check(value: Any) -> Any:  # noqa: ANN401
        if type(value) not in (wanted, *also):
            raise TypeError(f"expected {wanted.__name__}, got {type(value).__name__}")
        return value

    return check


def _id_text(value: UUID | bytes) -> str:
    return str(UUID(bytes=value) if isinstance(value, bytes) else value)


def _json(value: str) -> orjson.Fragment:
    """JSON text goes along as it is: nothing is parsed."""
    return orjson.Fragment(value)


_ENCODE: dict[Kind, Encode] = {
    Kind.ID: _id_text,
    Kind.INTEGER: int,
    Kind.FLOAT: float,
    Kind.BOOLEAN: bool,
    Kind.TEXT: _same,
    Kind.BYTES: lambda value: base64.b64encode(value).decode(),
    Kind.JSON: _json,
}
_CHECKED: dict[Kind, Encode] = {
    Kind.INTEGER: _typed(int),
    Kind.FLOAT: _typed(float, int),
    Kind.BOOLEAN: _typed(bool),
    Kind.TEXT: _typed(str),
    Kind.BYTES: lambda value: base64.b64decode(value, validate=True),
    Kind.JSON: json.dumps,
}
_TO_POSTGRES = {**_CHECKED, Kind.ID: UUID}
_TO_SQLITE = {
    **_CHECKED,
    Kind.ID: lambda value: UUID(value).bytes,
    Kind.BOOLEAN: lambda value: int(_typed(bool)(value)),
}
