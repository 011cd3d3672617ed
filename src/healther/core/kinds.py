"""Kinds are one file: the modules of a package that each hold one model with a `kind`, found by themselves."""

import importlib
import pkgutil
from collections.abc import Iterable

from pydantic import BaseModel


class UnknownKindError(ValueError):
    """Nothing of this kind exists."""


def discover(package: str, path: Iterable[str], verb: str) -> dict[str, type[BaseModel]]:
    """The model with a method `verb` of every module of a package; a leading underscore means a helper."""
    kinds: dict[str, type[BaseModel]] = {}
    for module in pkgutil.iter_modules(path):
        if module.name.startswith("_") or module.name == "base":
            continue
        loaded = importlib.import_module(f"{package}.{module.name}")
        for value in vars(loaded).values():
            if isinstance(value, type) and value.__module__ == loaded.__name__ and hasattr(value, verb):
                assert issubclass(value, BaseModel)
                kinds[str(value.model_fields["kind"].default)] = value
    return kinds


def kind_of(kinds: dict[str, type[BaseModel]], kind: str) -> type[BaseModel]:
    """The model of a kind; raises UnknownKindError."""
    if kind not in kinds:
        raise UnknownKindError(f"there is no kind {kind!r}; choose one of {', '.join(sorted(kinds))}")
    return kinds[kind]
