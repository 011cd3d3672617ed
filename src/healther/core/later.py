"""Importing, where it counts: what most processes never need is imported when it is first asked for something."""

import gc
from importlib import import_module
from types import ModuleType
from typing import Any


class Later(ModuleType):
    """Stands for the module of its name, which is imported when one of its names is first asked for.

    For what costs megabytes and a tenth of a second of every start, and few processes ever use:
    `if TYPE_CHECKING: from healther.status_pages import card`, `else: card = Later("healther.status_pages.card")`.
    """

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        return getattr(import_module(self.__name__), name)


def load(name: str) -> ModuleType:
    """Imports a whole program. Nothing of it is garbage: looking for some took a sixth of a start."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return import_module(name)
    finally:
        if was_enabled:
            gc.enable()
