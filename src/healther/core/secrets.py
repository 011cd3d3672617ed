"""Secrets among a kind's options: sealed at rest, masked on the wire, write-only."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from healther.core.crypto import Sealer
from healther.core.errors import FieldError, InvalidProblem

MASK = "********"

Options = dict[str, Any]


def split_secrets(secrets: Collection[str], options: Mapping[str, Any]) -> tuple[Options, Options]:
    """(what may be shown: masks in the place of secrets, what must be sealed)."""
    secret = {name: value for name, value in options.items() if name in secrets and value}
    return {**options, **{name: _masked(value) for name, value in secret.items()}}, secret


def seal_options(secret: Mapping[str, Any], sealer: Sealer) -> bytes | None:
    """The secret part as it is stored; None when there is none."""
    return sealer.seal(json.dumps(secret).encode()) if secret else None


def join_secrets(options: Mapping[str, Any], sealed: bytes | None, sealer: Sealer) -> Options:
    """The full options, secrets included; raises SealedWithAnotherKeyError."""
    return dict(options) if sealed is None else {**options, **json.loads(sealer.open(sealed))}


def merge_options(
    secrets: Collection[str], sent: Mapping[str, Any], stored: Mapping[str, Any]
) -> tuple[Options, frozenset[str]]:
    """(the stored options with what was sent put over them, the secrets that stay as they are stored).

    What is not sent stays, null takes away, a mask keeps; raises InvalidProblem for one with nothing stored behind it.
    """
    changed, kept = _unmasked(secrets, sent, stored)
    stay = {name for name in set(secrets) - sent.keys() if stored.get(name)}
    merged = {**stored, **changed}
    return {name: value for name, value in merged.items() if value is not None}, kept | stay


def to_enter_again(names: Collection[str], why: str) -> InvalidProblem:
    """For secrets that would go to somebody they were not entered for; names each of them."""
    message = f"must be entered again, or removed (null): {why}"
    errors = [FieldError(where=f"body.options.{name}", message=message) for name in sorted(names)]
    return InvalidProblem(f"{errors[0]['where']}: {message}", errors=errors)


def _unmasked(
    secrets: Collection[str], sent: Mapping[str, Any], stored: Mapping[str, Any]
) -> tuple[Options, frozenset[str]]:
    options, kept, errors = dict(sent), set(), []
    for name in sorted(set(secrets) & sent.keys()):
        value, behind = sent[name], stored.get(name)
        if value == MASK:
            if not isinstance(behind, str):
                errors.append(_nothing_stored(name))
                continue
            options[name] = behind
            kept.add(name)
        elif isinstance(value, dict) and MASK in value.values():
            by_name = {key.lower(): each for key, each in behind.items()} if isinstance(behind, dict) else {}
            errors += [_nothing_stored(f"{name}.{key}") for key in value if _is_hollow(value[key], key, by_name)]
            options[name] = {key: by_name.get(key.lower()) if each == MASK else each for key, each in value.items()}
            kept.add(name)
    if errors:
        raise InvalidProblem(f"{errors[0]['where']}: {errors[0]['message']}", errors=errors)
    return options, frozenset(kept)


def _is_hollow(value: object, key: str, stored: Mapping[str, Any]) -> bool:
    return value == MASK and key.lower() not in stored


def _nothing_stored(name: str) -> FieldError:
    return FieldError(
        where=f"body.options.{name}", message="is masked and nothing is stored behind it; enter the value"
    )


def _masked(value: object) -> object:
    return dict.fromkeys(value, MASK) if isinstance(value, dict) else MASK
