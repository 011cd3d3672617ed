"""What makes a watcher's configuration valid, and how its errors find their field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from healther.core.errors import FieldError, InvalidProblem
from healther.core.secrets import to_enter_again
from healther.core.urls import host_of, parts_of_url, port_of
from healther.core.wording import message_of
from healther.probes import UnknownKindError, parse_probe
from healther.probes.base import Probe
from healther.watchers.cadence import CadenceUnit, interval_ms
from healther.watchers.secrets import Options

TOP_LEVEL = frozenset({"kind", "url", "expected_status", "expected_body"})


@dataclass(frozen=True, slots=True)
class CheckedProbe:
    """A valid probe, and its configuration as it is stored."""

    probe: Probe
    url: str
    expected_status: str
    expected_body: str | None
    options: Options
    """Without the top-level fields; secrets included."""


def check_probe(
    kind: str, *, url: str, expected_status: str, expected_body: str | None, options: Mapping[str, Any]
) -> CheckedProbe:
    """The probe of a submitted configuration; raises InvalidProblem with a line per wrong field."""
    misplaced = [
        FieldError(where=f"body.options.{name}", message=f"belongs beside options, as body.{name}")
        for name in sorted(TOP_LEVEL & options.keys())
    ]
    if misplaced:
        raise _invalid(misplaced)
    top = {"url": url, "expected_status": expected_status, "expected_body": expected_body}
    try:
        probe = parse_probe(kind, {**options, **top})
    except UnknownKindError as error:
        raise InvalidProblem.field("body.kind", str(error)) from error
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        # Not chained: the cause would carry what was sent, secrets too, into a log.
        raise _invalid([_located(detail["loc"], message_of(detail)) for detail in details]) from None
    assert isinstance(probe, BaseModel)
    stored = probe.model_dump(mode="json", exclude_unset=True)
    return CheckedProbe(
        probe=probe,
        url=stored["url"],
        expected_status=stored["expected_status"],
        expected_body=stored["expected_body"],
        options={name: value for name, value in stored.items() if name not in TOP_LEVEL},
    )


def check_timing(every_value: int, every_unit: str, timeout_ms: int) -> int:
    """The interval in milliseconds; raises InvalidProblem when it is out of bounds or shorter than the timeout."""
    try:
        interval = interval_ms(every_value, CadenceUnit(every_unit))
    except ValueError as error:
        raise InvalidProblem.field("body.every_value", str(error)) from error
    if timeout_ms > interval:
        raise InvalidProblem.field(
            "body.timeout_ms", f"must not be longer than the interval of {interval} ms (got {timeout_ms})"
        )
    return interval


def check_degraded_after(degraded_after_ms: int | None, timeout_ms: int) -> None:
    """Raises InvalidProblem for a limit of slowness that no check could reach."""
    if degraded_after_ms is not None and degraded_after_ms > timeout_ms:
        raise InvalidProblem.field(
            "body.degraded_after_ms",
            f"must not be longer than timeout_ms ({timeout_ms}): a check that takes longer is down, not degraded",
        )


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: who is sent the secrets of a check."""
    scheme = parts_of_url(url).scheme
    return scheme, host_of(url), port_of(url) or {"http": 80, "https": 443}.get(scheme)


def check_secrets_stay(old: tuple[str, Options], new: tuple[str, Options], kept: frozenset[str]) -> None:
    """Refuses to send stored secrets to another server than they were entered for; raises InvalidProblem.

    Takes URL and options before and after. Without this, whoever may edit a watcher but not read its secrets could have
    them sent to a server of their own: by another URL or, behind a front end that many share, by another Host header.
    """
    if not kept or _recipient(*old) == _recipient(*new):
        return
    server = "URL" if origin_of(old[0]) != origin_of(new[0]) else "Host header"
    raise to_enter_again(kept, f"the {server} is another server's")


def _recipient(url: str, options: Options) -> tuple[str, str, int | None, str]:
    scheme, host, port = origin_of(url)
    named = next((value.lower() for name, value in options.get("headers", {}).items() if name.lower() == "host"), host)
    return scheme, host, port, host if named == f"{host}:{port}" else named


def _located(location: tuple[int | str, ...], message: str) -> FieldError:
    parts = [str(part) for part in location]
    where = ["body", *parts] if parts and parts[0] in TOP_LEVEL else ["body", "options", *parts]
    return FieldError(where=".".join(where), message=message)


def _invalid(errors: list[FieldError]) -> InvalidProblem:
    return InvalidProblem(f"{errors[0]['where']}: {errors[0]['message']}", errors=errors)
