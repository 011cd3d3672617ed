"""Secrets in a watcher's options: which they are, and when they are opened. How is core/secrets.py."""

from collections.abc import Mapping
from typing import Any

from healther.core import forms
from healther.core.crypto import Sealer
from healther.core.secrets import MASK, Options, join_secrets, merge_options, seal_options, split_secrets
from healther.probes import PROBE_KINDS
from healther.watchers.models import ServiceWatcher

__all__ = [
    "MASK",
    "SEALER_PURPOSE",
    "Options",
    "masked_options",
    "merge",
    "open_options",
    "seal_options",
    "secret_fields",
    "secrets_among",
    "split_options",
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


def merge(kind: str, sent: Mapping[str, Any], stored: Mapping[str, Any]) -> tuple[Options, frozenset[str]]:
    """(the stored options with what was sent put over them, the secrets that stay as they are stored).

    Raises InvalidProblem for a mask with nothing stored behind it.
    """
    return merge_options(secret_fields(kind), sent, stored)


def secrets_among(kind: str, options: Mapping[str, Any]) -> frozenset[str]:
    """The secrets that are set, by value or by mask."""
    return frozenset(name for name in secret_fields(kind) if options.get(name))
