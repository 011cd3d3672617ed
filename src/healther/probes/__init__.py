"""Probes: one file a kind. They observe; they never judge and know no database."""

from typing import cast

from healther.core.kinds import UnknownKindError, discover, kind_of
from healther.probes.base import Compilable, Probe

__all__ = ["PROBE_KINDS", "UnknownKindError", "compile_probe", "parse_probe"]

PROBE_KINDS = discover(__name__, __path__, "run")


def parse_probe(kind: str, config: dict[str, object]) -> Probe:
    """The probe of a stored or submitted configuration (`kind` in it is optional).

    Raises UnknownKindError, or pydantic.ValidationError with a line per wrong field.
    """
    # `discover` saw its `run`.
    return cast(Probe, kind_of(PROBE_KINDS, kind).model_validate({**config, "kind": kind}))


def compile_probe(kind: str, config: dict[str, object]) -> Probe:
    """A probe to keep for its checks alone, as small as its kind can make it; raises like `parse_probe`."""
    probe = parse_probe(kind, config)
    return probe.compiled() if isinstance(probe, Compilable) else probe
