"""What `healther doctor` printed, finding by finding."""

import re


def said(output: str, about: str) -> list[str]:
    """The findings about a subject, as `level text`."""
    found = [re.match(r"(ok|note|PROBLEM)\s+(.+?)\s{2,}(.+?)\s*$", line) for line in output.splitlines()]
    return [f"{match[1]} {match[3]}" for match in found if match and match[2] == about]
