"""An API of any version since 0010 keeps working on the newest schema: migrations only expand, never contract."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock
from uuid import UUID

import pytest
import sqlalchemy as sa

import healther.migrations
from healther.core.db import Database
from healther.migrations.run import downgrade, upgrade
from healther.migrations.state import head_revision

LAST_FREE = "0010"
"""Up to here healther was in nobody's hands."""

# What a healther that knows nothing of it does not notice.
EXPANDS = {
    "get_bind",
    "f",
    "create_table",
    "add_column",
    "create_index",
    "execute",
    "drop_index",
    "batch_alter_table",
    "inline_literal",
}
# Free SQL can do anything, and an index may be a promise: each is looked at, and named here with why it only expands.
LOOKED_AT = {
    "0011": "triggers that refuse what no healther ever did: changing the trail",
    "0019": "where a row lies in its table: no healther asks",
    "0024": "an index that another one begins with",
    "0026": "the trail refuses less: that a deleted account is no longer named",
}


def migrations() -> Iterator[tuple[str, ModuleType]]:
    for path in sorted((Path(healther.migrations.__file__ or "").parent / "versions").glob("[0-9]*.py")):
        if path.stem[:4] > LAST_FREE:
            yield path.stem[:4], import_module(f"healther.migrations.versions.{path.stem}")


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize(("revision", "module"), list(migrations()))
def test_a_migration_only_expands(
    revision: str, module: ModuleType, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    op = MagicMock()
    op.get_bind.return_value.dialect.name = dialect
    monkeypatch.setattr(module, "op", op)
    module.upgrade()
    batch = op.batch_alter_table.return_value.__enter__.return_value
    calls = [tuple(call) for call in (*op.method_calls, *batch.method_calls)]
    assert {name.split(".")[0] for name, _, _ in calls} <= EXPANDS
    assert revision in LOOKED_AT or not [name for name, _, _ in calls if name in ("execute", "drop_index")]
    made = {args[0] for name, args, _ in calls if name == "create_table"}
    for name, args, options in calls:
        if name == "add_column":
            column: sa.Column[Any] = next(each for each in args if isinstance(each, sa.Column))
            assert column.nullable or column.server_default is not None, f"{column.name} has no value in an older one"
        if name == "create_index" and args[1] not in made:
            assert not options.get("unique"), "an older healther may write what it refuses"


async def test_every_migration_leaves_the_rows_of_the_one_before_as_they_were(empty_url: str) -> None:
    """Up to the newest, back to 0010, up again: what both know keeps its rows, on both databases."""
    await upgrade(empty_url)
    db = Database(empty_url)
    async with db.write_connection() as connection:
        insert = sa.text("INSERT INTO workspace (id, name, slug, is_public, created_at) VALUES (:id, 'A', 'a', :no, 1)")
        id_type = sa.LargeBinary if db.is_sqlite else sa.Uuid
        bound = insert.bindparams(sa.bindparam("id", type_=id_type()), sa.bindparam("no", type_=sa.Boolean()))
        raw = bytes(16) if db.is_sqlite else UUID(int=0)
        await connection.execute(bound, {"id": raw, "no": False})
    await db.close()
    await downgrade(empty_url, LAST_FREE)
    await upgrade(empty_url)
    db = Database(empty_url)
    async with db.read_connection() as connection:
        assert (await connection.execute(sa.text("SELECT slug FROM workspace"))).scalar_one() == "a"
    await db.close()
    assert head_revision() > LAST_FREE
