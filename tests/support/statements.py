"""Statements are compiled once in a process of tests, not once for each test's database.

SQLAlchemy keeps what it compiled with an engine, and by its dialect. A process of healther has one engine; here every
second statement was compiled anew, a sixth of the tests' CPU. Databases of a kind are one server of one version.
"""

from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

_MOST = 4_000


def share_compiled() -> None:
    """Has all engines of this process from now on share what they compile; those of a kind are the same to mappers."""
    compiled: LRUCache = LRUCache(_MOST)
    DefaultDialect.__hash__ = lambda self: hash(_kind(self))
    DefaultDialect.__eq__ = lambda self, other: isinstance(other, DefaultDialect) and _kind(self) == _kind(other)
    Engine._compiled_cache = property(lambda _engine: compiled, lambda _engine, _own: None)


def _kind(dialect: DefaultDialect) -> tuple[type, str]:
    return type(dialect), dialect.paramstyle
