"""Probes: one file a kind. They observe; they never judge and know no database."""

import importlib
import pkgutil
from typing import cast

from pydantic import BaseModel

from healther.probes.base import Probe


class UnknownKindError(ValueError):
    """No probe of this kind exists."""


def _discover() -> dict[str, type[BaseModel]]:
    """The model of every module of this package that has a `kind`; a leading underscore means a helper."""
    kinds: dict[str, type[BaseModel]] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_") or module.name == "base":
            continue
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        for value in vars(loaded).values():
            if isinstance(value, type) and value.__module__ == loaded.__name__ and hasattr(value, "run"):
                assert issubclass(value, BaseModel)
                kinds[str(value.model_fields["kind"].default)] = value
    return kinds


PROBE_KINDS = _discover()


def parse_probe(kind: str, config: dict[str, object]) -> Probe:
    """The probe of a stored or submitted configuration (`kind` in it is optional).

    Raises UnknownKindError, or pydantic.ValidationError with a line per wrong field.
    """
    model = PROBE_KINDS.get(kind)
    if model is None:
        raise UnknownKindError(f"there is no kind {kind!r}; choose one of {', '.join(sorted(PROBE_KINDS))}")
    return cast(Probe, model.model_validate({**config, "kind": kind}))  # `_discover` saw its `run`
