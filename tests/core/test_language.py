"""Which of healther's languages a reader asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.core import language
from healther.core.language import spoken_language


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB, de;q=0.9", "en"),
        ("fr-FR, fr;q=0.9, de;q=0.5", "de"),
        ("en;q=0.2, de;q=0.8", "de"),
        ("de, en", "de"),
        ("DE", "de"),
        ("de;q=0, en;q=0.1", "en"),
        ("de;q=nonsense, en;q=0.1", "en"),
        ("de;q=0", None),
        ("den, enm", None),
        ("fr, *", None),
        ("", None),
    ],
)
def test_the_language_with_the_most_weight_is_spoken_and_of_several_the_first(
    header: str, expected: str | None
) -> None:
    assert spoken_language(header) == expected


@given(st.text())
def test_no_header_is_an_error(header: str) -> None:
    assert spoken_language(header) in ("en", "de", None)


def test_what_is_remembered_of_hostile_headers_is_bounded() -> None:
    for number in range(2000):
        spoken_language(f"x{number}," + "y" * 50_000)
    remembered = language._preferred.cache_info()
    assert remembered.currsize <= 512
    assert spoken_language(" " * 300 + "de") is None, "and of each no more than a browser would send"
