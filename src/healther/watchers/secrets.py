"""Secrets in a watcher's options: which they are, and when they are opened. How is core/secrets.py."""

from collections.abc import Mapping
from typing import Any

from healther.core import forms
from healther.core.crypto import Sealer
from healther.core.secrets import MASK, Options, join_secrets, seal_options, split_secrets, unmask_secrets
from healther.probes import PROBE_KINDS
from healther.watchers.models import ServiceWatcher

__all__ = [
    "MASK",
    "SEALER_PURPOSE",
    "Options",
    "kept_secrets",
    "masked_options",
    "open_options",
    "seal_options",
    "secret_fields",
    "split_options",
    "unmask",
]

SEALER_PURPOSE = "watcher-options"


def secret_fields(kind: str) -> frozenset[str]:
    """The secret options of a kind; none for an unknown kind."""
    return forms.secret_fields(PROBE_KINDS[kind]) if kind in PROBE_KINDS else frozenset()


def split_options(kind: str, options: Mapping[str, Any]) -> tuple[Options, Options]:
    """(what may be shown: masks in the place of secrets, what must be sealed)."""
    return split_secrets(secret_fields(kind), options)


def open_options(watcher: ServiceWatcher, sealer: Sealer) -> Options:
    """The full options, secrets included, for the probe; raises SealedWithAnotherKeyError."""
    return join_secrets(watcher.options, watcher.sealed_options, sealer)


def masked_options(watcher: ServiceWatcher) -> Options:
    """The options as everybody may see them: names of headers, masks for values. Needs no key."""
    return dict(watcher.options)


def unmask(kind: str, sent: Mapping[str, Any], stored: Mapping[str, Any]) -> tuple[Options, frozenset[str]]:
    """(the options with masks replaced by what is stored, the secrets kept that way).

    Raises InvalidProblem for a mask with nothing stored behind it.
    """
    return unmask_secrets(secret_fields(kind), sent, stored)


def kept_secrets(kind: str, stored: Mapping[str, Any]) -> frozenset[str]:
    """The secrets an edit keeps that does not send options at all."""
    return frozenset(name for name in secret_fields(kind) if stored.get(name))
