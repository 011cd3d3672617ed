"""Many rows in one step of one statement, for SQLite.

`executemany` takes a step a row, and Python's sqlite3 gives up and takes back the interpreter's lock around every step:
beside a busy event loop 1,000 rows took 130 to 490 ms that way and take 25 without (docs/adr/0011). So a batch travels
as one JSON array, with the bytes that JSON cannot carry in one blob beside it.
"""

from collections.abc import Sequence
from uuid import UUID

import orjson

ID_BYTES = 16
_LENGTH_BITS = 16


class Packed:
    """Rows for a statement made with `rows_of`: bind `parameters`."""

    def __init__(self, rows: Sequence[tuple[object, ...]], ids: int) -> None:
        """The first `ids` values of a row are UUIDs; bytes anywhere behind them are shorter than 64 KiB."""
        blobs = [one.bytes for row in rows for one in row[:ids]]  # type: ignore[attr-defined]
        end = ID_BYTES * len(blobs)
        lists: list[list[object]] = []
        for row in rows:
            values = list(row[ids:])
            for position, value in enumerate(values):
                if type(value) is bytes:
                    values[position] = end << _LENGTH_BITS | len(value)
                    blobs.append(value)
                    end += len(value)
            lists.append(values)
        self.parameters = (orjson.dumps(lists).decode(), b"".join(blobs))


def rows_of(columns: Sequence[str], ids: int, blobs: Sequence[str] = ()) -> str:
    """A SELECT that unpacks Packed rows under these column names; parameters 1 and 2 are its own."""
    parts = [
        f"substr(?2, {ID_BYTES} * ({ids} * key + {number}) + 1, {ID_BYTES}) AS {name}"
        for number, name in enumerate(columns[:ids])
    ]
    for number, name in enumerate(columns[ids:]):
        value = f"(value ->> {number})"
        if name in blobs:
            value = f"substr(?2, ({value} >> {_LENGTH_BITS}) + 1, {value} & {(1 << _LENGTH_BITS) - 1})"
        parts.append(f"{value} AS {name}")
    return f"SELECT {', '.join(parts)} FROM json_each(?1)"  # noqa: S608 - names from our own constants


ID_ROWS = f"SELECT key AS position, substr(?2, {ID_BYTES} * key + 1, {ID_BYTES}) AS id FROM json_each(?1)"  # noqa: S608 - constants


def id_parameters(ids: Sequence[UUID]) -> tuple[str, bytes]:
    """What `ID_ROWS` reads: the positions, and the ids one after the other."""
    return orjson.dumps(list(range(len(ids)))).decode(), b"".join(one.bytes for one in ids)
