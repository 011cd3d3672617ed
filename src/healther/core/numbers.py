"""Numbers in what people send."""

from typing import Annotated

from pydantic import Field

Whole = Annotated[int, Field(strict=True)]
"""An integer, as JSON has it: "5", 5.0 and true are none, and whoever sends one is told so."""
