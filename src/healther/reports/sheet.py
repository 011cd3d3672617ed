"""Sheets of paper with lines and tables on them: what fpdf2 is used for, and all that is known of it."""

from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import Literal

from fpdf import FPDF

from healther.reports.lines import DAY_COLOURS, Cell

INK, MUTED, RULE, GROUND = "#1a1a20", "#55555f", "#c8c8d0", "#f4f4f7"
_FAMILY = "DejaVu"
_MARGIN_MM = 12
_TEXT_PT, _SMALL_PT, _HEAD_PT = 7.5, 6.0, 6.5
_LINE_MM, _SMALL_MM, _PAD_MM = 3.6, 2.8, 1.0
_DAY_MM, _DAY_HIGH_MM = 1.6, 2.0

Align = Literal["L", "R"]


class Sheet(FPDF):
    """A4, landscape; a footer on each page. `missing`: letters were set that the typeface does not have."""

    def __init__(self, footer: str, page_of: str, language: str) -> None:
        super().__init__(orientation="landscape", format="A4")
        self._footer, self._page_of = footer, page_of
        self.missing = False
        for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            with as_file(files("healther.reports").joinpath("fonts", name)) as path:
                self.add_font(_FAMILY, style, path)
        self.set_margin(_MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=_MARGIN_MM + 4)
        self.set_lang(language)
        self.set_creator("healther")

    def footer(self) -> None:
        """Who made it, and which page it is."""
        self.set_y(-_MARGIN_MM)
        self.pen(_SMALL_PT, colour=MUTED)
        self.cell(0, 4, self._footer)
        self.set_x(_MARGIN_MM)
        self.cell(0, 4, self._page_of.format(page=self.page_no()), align="R")

    def pen(self, size_pt: float, *, bold: bool = False, colour: str = INK) -> None:
        """What is written with from now on."""
        self.set_font(_FAMILY, "B" if bold else "", size_pt)
        self.set_text_color(colour)

    def line_of(self, text: str, size_pt: float, *, bold: bool = False, colour: str = INK, gap_mm: float = 0) -> None:
        """A paragraph over the whole width."""
        self.pen(size_pt, bold=bold, colour=colour)
        self.multi_cell(0, size_pt * 0.5, self.known(text), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(gap_mm)

    def heading(self, text: str) -> None:
        """A heading that does not stand alone at the foot of a page."""
        if self.will_page_break(24):
            self.add_page()
        self.ln(4)
        self.line_of(text, 12, bold=True, gap_mm=1)

    def ruled(self, headings: Sequence[str], first_mm: float, shares: Sequence[float], align: Align = "R") -> "Table":
        """A table over the whole width; its first column is `first_mm` wide, the others by their shares."""
        rest = (self.epw - first_mm) / sum(shares)
        return Table(self, headings, [first_mm, *(share * rest for share in shares)], align)

    def known(self, text: str) -> str:
        """The same text; takes note when the typeface lacks a letter of it (fpdf2 draws a box there)."""
        glyphs = self.current_font.cmap  # type: ignore[union-attr]
        self.missing = self.missing or any(ord(letter) not in glyphs for letter in text if letter > "\x7f")
        return text


class Table:
    """Rows below headings that every page repeats."""

    def __init__(self, sheet: Sheet, headings: Sequence[str], widths_mm: Sequence[float], align: Align) -> None:
        self.sheet, self.headings, self.widths_mm, self.align = sheet, headings, widths_mm, align
        self._head()

    def row(self, name: str, cells: Sequence[Cell], *, days: str = "", bold: bool = False) -> None:
        """One row; `days` are drawn below the name, a box a day."""
        texts = [name, *(cell.text for cell in cells)]
        lines = [
            self._lines(text, width, _TEXT_PT, bold=bold or not number)
            for number, (text, width) in enumerate(zip(texts, self.widths_mm, strict=True))
        ]
        below = [
            self._lines(cell.below, width, _SMALL_PT) if cell.below else 0
            for cell, width in zip(cells, self.widths_mm[1:], strict=True)
        ]
        highs = [count * _LINE_MM + small * _SMALL_MM for count, small in zip(lines[1:], below, strict=True)]
        high = 2 * _PAD_MM + max(lines[0] * _LINE_MM + (_DAY_HIGH_MM + 0.8 if days else 0.0), *highs)
        self._make_room(high)
        left, top = self.sheet.l_margin, self.sheet.get_y()
        if bold:
            self.sheet.set_fill_color(GROUND)
            self.sheet.rect(left, top, self.sheet.epw, high, style="F")
        for number, (text, width) in enumerate(zip(texts, self.widths_mm, strict=True)):
            align = self.align if number else "L"
            self.sheet.pen(_TEXT_PT, bold=bold or not number)
            self._put(left, top + _PAD_MM, width, text, _LINE_MM, align)
            if number and cells[number - 1].below:
                self.sheet.pen(_SMALL_PT, colour=MUTED)
                at = top + _PAD_MM + lines[number] * _LINE_MM
                self._put(left, at, width, cells[number - 1].below, _SMALL_MM, align)
            left += width
        self._days(days, top + _PAD_MM + lines[0] * _LINE_MM + 0.4)
        self._rule(top + high)

    def section(self, name: str) -> None:
        """A heading between rows."""
        self._make_room(16)
        self.sheet.ln(2)
        self.sheet.line_of(name, 9, bold=True, gap_mm=0.5)
        self._rule(self.sheet.get_y())

    def _head(self) -> None:
        left, top = self.sheet.l_margin, self.sheet.get_y()
        lines = [self._lines(*each, _HEAD_PT, bold=True) for each in zip(self.headings, self.widths_mm, strict=True)]
        for number, (text, width) in enumerate(zip(self.headings, self.widths_mm, strict=True)):
            self.sheet.pen(_HEAD_PT, bold=True, colour=MUTED)
            self._put(left, top, width, text, _LINE_MM, self.align if number else "L")
            left += width
        self._rule(top + max(lines) * _LINE_MM + 0.8)

    def _make_room(self, high_mm: float) -> None:
        if self.sheet.will_page_break(high_mm):
            self.sheet.add_page()
            self._head()

    def _lines(self, text: str, width: float, size_pt: float, *, bold: bool = False) -> int:
        self.sheet.pen(size_pt, bold=bold)
        lines = self.sheet.multi_cell(width - 1, _LINE_MM, text, align="L", dry_run=True, output="LINES")
        assert isinstance(lines, list)
        return max(1, len(lines))

    def _put(self, left: float, top: float, width: float, text: str, line_mm: float, align: Align) -> None:
        self.sheet.set_xy(left, top)
        self.sheet.multi_cell(width - 1, line_mm, self.sheet.known(text), align=align, padding=0)

    def _days(self, days: str, top: float) -> None:
        for number, letter in enumerate(days):
            self.sheet.set_fill_color(DAY_COLOURS[letter])
            left = self.sheet.l_margin + self.sheet.c_margin + number * (_DAY_MM + 0.1)
            self.sheet.rect(left, top, _DAY_MM - 0.2, _DAY_HIGH_MM, style="F")

    def _rule(self, at: float) -> None:
        self.sheet.set_draw_color(RULE)
        self.sheet.set_line_width(0.2)
        self.sheet.line(self.sheet.l_margin, at, self.sheet.l_margin + self.sheet.epw, at)
        self.sheet.set_y(at)
