"""Column types that mean the same on SQLite and PostgreSQL, and numbers in the place of a column."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ColumnElement, Integer, LargeBinary, Uuid, literal_column
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from healther.core.clock import to_ms, to_utc


class UtcMillis(TypeDecorator[datetime]):
    """An aware UTC datetime stored as BIGINT milliseconds since the epoch.

    One integer on both databases: no zone is lost on SQLite, slot arithmetic is plain SQL, COPY is 8 bytes
    (docs/adr/0003-times-are-integers.md).
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else to_utc(value)


class Id(TypeDecorator[UUID]):
    """A UUID: native on PostgreSQL, 16 bytes (not 32 characters) on SQLite."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(LargeBinary(16) if dialect.name == "sqlite" else Uuid())

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> UUID | bytes | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.bytes

    def process_result_value(self, value: UUID | bytes | None, dialect: Dialect) -> UUID | None:
        return UUID(bytes=value) if isinstance(value, bytes) else value


class _ReadableJson(TypeDecorator[Any]):
    """JSON of which a row that cannot be read, whoever wrote it, keeps none that is read with it from being read."""

    impl = JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        parse = super().result_processor(dialect, coltype)

        def process(value: object) -> object:
            try:
                return self.checked(value if parse is None else parse(value))
            except (ValueError, TypeError, RecursionError):
                return self.checked(None)

        return process

    def checked(self, value: object) -> object:
        """What a parsed value is read as; None stands for one that could not be parsed."""
        raise NotImplementedError


class JsonObject(_ReadableJson):
    """A JSON object; what is stored and is none is read as an empty one."""

    cache_ok = True

    def checked(self, value: object) -> object:
        return value if isinstance(value, dict) else {}


class JsonNames(_ReadableJson):
    """A JSON array of names or NULL; what is stored and is none is read as NULL."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def checked(self, value: object) -> object:
        return value if isinstance(value, list) and all(isinstance(each, str) for each in value) else None


def constant(number: int) -> ColumnElement[int]:
    """A number in the place of a column: which part of a UNION a row is from, say."""
    return literal_column(str(int(number)), Integer)
