"""Rows through one JSON parameter and back, exactly."""

import sqlite3
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from healther.monitoring.bulk_sqlite import ID_ROWS, Packed, id_parameters, rows_of

COLUMNS = ("one", "other", "number", "measured", "words", "counts")

_ROWS = st.lists(
    st.tuples(
        st.uuids(),
        st.uuids(),
        st.none() | st.integers(-(2**53), 2**53),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
        st.binary(max_size=300),
    ),
    max_size=20,
)


@given(_ROWS)
def test_what_is_packed_arrives_unchanged_and_in_order(rows: list[tuple[object, ...]]) -> None:
    select = rows_of(COLUMNS, 2, blobs=("counts",))
    with sqlite3.connect(":memory:") as connection:
        found = connection.execute(select, Packed(rows, 2).parameters).fetchall()
    connection.close()

    unpacked = [(UUID(bytes=one), UUID(bytes=other), *rest) for one, other, *rest in found]
    assert unpacked == rows


@given(_ROWS)
def test_numbers_keep_their_type(rows: list[tuple[object, ...]]) -> None:
    select = f"SELECT typeof(number), typeof(measured), typeof(words) FROM ({rows_of(COLUMNS, 2, blobs=('counts',))})"
    with sqlite3.connect(":memory:") as connection:
        found = connection.execute(select, Packed(rows, 2).parameters).fetchall()
    connection.close()

    names = {int: "integer", float: "real", str: "text", type(None): "null"}
    assert found == [tuple(names[type(value)] for value in row[2:5]) for row in rows]


@given(st.lists(st.uuids(), max_size=50))
def test_ids_come_with_their_positions(ids: list[UUID]) -> None:
    with sqlite3.connect(":memory:") as connection:
        found = connection.execute(ID_ROWS, id_parameters(ids)).fetchall()
    connection.close()

    assert [(position, UUID(bytes=one)) for position, one in found] == list(enumerate(ids))
