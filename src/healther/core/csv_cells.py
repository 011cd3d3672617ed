"""Cells of CSV files that people open in spreadsheets."""

import re

# What Excel, LibreOffice and Google Sheets take for the beginning of a formula, in full-width forms too (OWASP, CSV
# Injection); a tab or a line break before it is skipped by some.
_FORMULA = re.compile(r"^[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")


def text_cell(text: str) -> str:
    """Text as a cell that no spreadsheet computes: one that would be a formula begins with an apostrophe (A12)."""
    return f"'{text}" if _FORMULA.match(text) else text
