"""What a PDF's tables are written with: texts broken into lines of our own, which stay in their columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.reports.lines import Cell
from healther.reports.sheet import Sheet

SHEET = Sheet("made by a test", "Page {page}", "en")
LETTERS = "abW.\u00e4\u03a9\u2013 "


@given(text=st.text(LETTERS, max_size=200), width_mm=st.floats(6, 60), bold=st.booleans())
def test_a_broken_text_loses_no_letter_and_no_line_of_it_leaves_its_column(
    text: str, width_mm: float, *, bold: bool
) -> None:
    lines = SHEET.broken(text, width_mm, 7.5, bold=bold)
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    SHEET.pen(7.5, bold=bold)
    for line in lines:
        assert line.width_mm == pytest.approx(SHEET.get_string_width(line.text), abs=1e-6)
        assert line.width_mm <= width_mm - 2 * SHEET.c_margin + 1e-6


def test_words_stay_whole_where_they_fit_and_are_cut_where_they_do_not() -> None:
    lines = SHEET.broken("the shop in Frankfurt am Main " + "x" * 40, 30, 7.5)
    assert [line.text for line in lines[:2]] == ["the shop in Frankfurt", "am Main"]
    assert "".join(line.text for line in lines[2:]) == "x" * 40
    assert len(lines) == 5


def test_a_row_that_does_not_fit_goes_to_a_new_page_below_the_headings() -> None:
    sheet = Sheet("made by a test", "Page {page}", "en")
    sheet.add_page()
    table = sheet.ruled(("Service", "Uptime"), 54, (1,))
    for number in range(60):
        table.row(f"Service {number}", (Cell("99.9 %", "recorded: 98 %"),), days="hxu")
    assert sheet.page_no() > 1
    assert sheet.get_y() < sheet.h - sheet.b_margin
