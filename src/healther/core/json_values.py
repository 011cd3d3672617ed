"""Values in what people send that are what JSON says they are, and nothing that could be meant by another."""

from typing import Annotated

from pydantic import Field

Whole = Annotated[int, Field(strict=True)]
"""An integer: "5", 5.0 and true are none, and whoever sends one is told so."""
YesNo = Annotated[bool, Field(strict=True)]
"""true or false: "yes", "on", 1 and 0 are neither."""
