"""Sheets of paper with lines and tables on them: what fpdf2 is used for, and all that is known of it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.resources import as_file, files
from itertools import accumulate, repeat
from typing import Literal, NamedTuple

from fpdf import FPDF
from fpdf.fonts import TTFFont

from healther.reports.lines import DAY_COLOURS, Cell

INK, MUTED, RULE, GROUND = "#1a1a20", "#55555f", "#c8c8d0", "#f4f4f7"
_FAMILY = "DejaVu"
_MARGIN_MM = 12
_TEXT_PT, _SMALL_PT, _HEAD_PT = 7.5, 6.0, 6.5
_LINE_MM, _SMALL_MM, _PAD_MM = 3.6, 2.8, 1.0
_DAY_MM, _DAY_HIGH_MM = 1.6, 2.0
_SOFT_HYPHEN = "\xad"

Align = Literal["L", "R"]


class Line(NamedTuple):
    """One line of a text, and how wide it is."""

    text: str
    width_mm: float


Lines = tuple[Line, ...]


class Sheet(FPDF):
    """A4, landscape; a footer on each page. `missing`: letters were set that the typeface does not have."""

    def __init__(self, footer: str, page_of: str, language: str) -> None:
        super().__init__(orientation="landscape", format="A4")
        self._footer, self._page_of = footer, page_of
        self.missing = False
        self._broken: dict[tuple[str, float, float, bool], Lines] = {}
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

    def known(self, text: str, *, bold: bool = False) -> str:
        """The same text; takes note when the typeface lacks a letter of it (fpdf2 draws a box there)."""
        glyphs = self._face(bold=bold).cmap
        self.missing = self.missing or any(ord(letter) not in glyphs for letter in text if letter > "\x7f")
        return text

    def broken(self, text: str, width_mm: float, size_pt: float, *, bold: bool = False) -> Lines:
        """The text in lines of that width at most: broken at spaces, and within a word where it is wider than a line.

        By fpdf2's own cells 4,800 services held the interpreter for half a minute; so it is three seconds.
        """
        key = text, width_mm, size_pt, bold
        found = self._broken.get(key)
        if found is None:
            found = self._broken[key] = tuple(self._lines_of(self.known(text, bold=bold), width_mm, size_pt, bold=bold))
        return found

    def put(self, left: float, top: float, width: float, lines: Lines, line_mm: float, align: Align) -> None:
        """Lines in a column, one below the other, by the pen there is."""
        baseline = top + 0.5 * line_mm + 0.3 * self.font_size
        for line in lines:
            room = width - 2 * self.c_margin - line.width_mm if align == "R" else 0.0
            self.text(left + self.c_margin + room, baseline, line.text)
            baseline += line_mm

    def _lines_of(self, text: str, width_mm: float, size_pt: float, *, bold: bool) -> Iterator[Line]:
        face, scale, most = self._face(bold=bold), size_pt * 0.001 / self.k, width_mm - 2 * self.c_margin

        def wide(part: str) -> float:
            return sum(face.cw[ord(letter)] for letter in part) * scale

        line, line_mm, space_mm = "", 0.0, wide(" ")
        for word in text.replace(_SOFT_HYPHEN, "").split(" "):
            word_mm = wide(word)
            if line and line_mm + space_mm + word_mm <= most:
                line, line_mm = f"{line} {word}", line_mm + space_mm + word_mm
                continue
            if line:
                yield Line(line, line_mm)
            line, line_mm = word, word_mm
            while line_mm > most and len(line) > 1:
                count, part_mm = 1, wide(line[0])
                while part_mm + (letter_mm := wide(line[count])) <= most:
                    count, part_mm = count + 1, part_mm + letter_mm
                yield Line(line[:count], part_mm)
                line, line_mm = line[count:], line_mm - part_mm
        yield Line(line, line_mm)

    def _face(self, *, bold: bool) -> TTFFont:
        face = self.fonts[f"{_FAMILY.lower()}{'B' if bold else ''}"]
        assert isinstance(face, TTFFont)
        return face


class Table:
    """Rows below headings that every page repeats."""

    def __init__(self, sheet: Sheet, headings: Sequence[str], widths_mm: Sequence[float], align: Align) -> None:
        self.sheet, self.widths_mm, self.align = sheet, [width - 1 for width in widths_mm], align
        self.lefts_mm = list(accumulate(widths_mm, initial=sheet.l_margin))[:-1]
        self.headings = [
            sheet.broken(*each, _HEAD_PT, bold=True) for each in zip(headings, self.widths_mm, strict=True)
        ]
        self._head()

    def row(self, name: str, cells: Sequence[Cell], *, days: str = "", bold: bool = False) -> None:
        """One row; `days` are drawn below the name, a box a day."""
        sheet, widths = self.sheet, self.widths_mm[1:]
        first = sheet.broken(name, self.widths_mm[0], _TEXT_PT, bold=True)
        texts = [sheet.broken(cell.text, *each, bold=bold) for cell, *each in zip(cells, widths, repeat(_TEXT_PT))]
        below = [
            sheet.broken(cell.below, *each) if cell.below else ()
            for cell, *each in zip(cells, widths, repeat(_SMALL_PT))
        ]
        highs = [len(lines) * _LINE_MM + len(small) * _SMALL_MM for lines, small in zip(texts, below, strict=True)]
        high = 2 * _PAD_MM + max(len(first) * _LINE_MM + (_DAY_HIGH_MM + 0.8 if days else 0.0), *highs)
        self._make_room(high)
        top = sheet.get_y()
        if bold:
            sheet.set_fill_color(GROUND)
            sheet.rect(sheet.l_margin, top, sheet.epw, high, style="F")
        # A pen's change costs as much as a text: one a kind of text, not one a cell.
        sheet.pen(_TEXT_PT, bold=True)
        sheet.put(self.lefts_mm[0], top + _PAD_MM, self.widths_mm[0], first, _LINE_MM, "L")
        columns = list(zip(self.lefts_mm[1:], widths, texts, below, strict=True))
        sheet.pen(_TEXT_PT, bold=bold)
        for left, width, lines, _ in columns:
            sheet.put(left, top + _PAD_MM, width, lines, _LINE_MM, self.align)
        sheet.pen(_SMALL_PT, colour=MUTED)
        for left, width, lines, small in columns:
            sheet.put(left, top + _PAD_MM + len(lines) * _LINE_MM, width, small, _SMALL_MM, self.align)
        self._days(days, top + _PAD_MM + len(first) * _LINE_MM + 0.4)
        self._rule(top + high)

    def section(self, name: str) -> None:
        """A heading between rows."""
        self._make_room(16)
        self.sheet.ln(2)
        self.sheet.line_of(name, 9, bold=True, gap_mm=0.5)
        self._rule(self.sheet.get_y())

    def _head(self) -> None:
        top = self.sheet.get_y()
        self.sheet.pen(_HEAD_PT, bold=True, colour=MUTED)
        for number, column in enumerate(zip(self.lefts_mm, self.widths_mm, self.headings, strict=True)):
            left, width, lines = column
            self.sheet.put(left, top, width, lines, _LINE_MM, self.align if number else "L")
        self._rule(top + max(map(len, self.headings)) * _LINE_MM + 0.8)

    def _make_room(self, high_mm: float) -> None:
        if self.sheet.will_page_break(high_mm):
            self.sheet.add_page()
            self._head()

    def _days(self, days: str, top: float) -> None:
        lefts: defaultdict[str, list[float]] = defaultdict(list)
        for number, letter in enumerate(days):
            lefts[letter].append(self.sheet.l_margin + self.sheet.c_margin + number * (_DAY_MM + 0.1))
        for letter, places in lefts.items():
            self.sheet.set_fill_color(DAY_COLOURS[letter])
            for left in places:
                self.sheet.rect(left, top, _DAY_MM - 0.2, _DAY_HIGH_MM, style="F")

    def _rule(self, at: float) -> None:
        self.sheet.set_draw_color(RULE)
        self.sheet.set_line_width(0.2)
        self.sheet.line(self.sheet.l_margin, at, self.sheet.l_margin + self.sheet.epw, at)
        self.sheet.set_y(at)
