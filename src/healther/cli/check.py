"""`healther check URL`: one probe from the command line, with its phases and its verdict; no database."""

import asyncio
import json
import ssl
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from typer.core import TyperCommand

from healther.cli.check_report import CheckReport
from healther.core.clock import SECOND_MS, now_ms
from healther.core.setting_values import AllowedNetwork, check_name_servers
from healther.core.settings import load_settings
from healther.core.wording import first_wrong, message_of
from healther.monitoring.judge import status_of
from healther.net.client import Net
from healther.probes import parse_probe
from healther.probes.base import Observation, Probe, ProbeContext, Trace
from healther.watchers.states import State

# What a script reads: 0 healthy, 1 degraded, 2 down, 3 healther could not look (blocked, or configured wrongly).
EXIT_CODES = {State.HEALTHY: 0, State.DEGRADED: 1, State.DOWN: 2, State.UNKNOWN: 3}

_Text = str | None


class _CheckCommand(TyperCommand):
    """A wrong option is "could not look", not click's 2: that says "down" here."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passed on as they are
        try:
            return super().make_context(*args, **kwargs)
        except typer.TyperException as error:
            error.exit_code = EXIT_CODES[State.UNKNOWN]
            if isinstance(error.__cause__, ValidationError):
                error.message = first_wrong(error.__cause__)[1]
            raise


check_app = typer.Typer(add_completion=False)


@check_app.command(cls=_CheckCommand)
def check(
    url: Annotated[str, typer.Argument(help="What to check, e.g. https://example.com/health")],
    method: Annotated[str, typer.Option("--method", "-X", help="Request method.")] = "GET",
    header: Annotated[list[str] | None, typer.Option("--header", "-H", help="'Name: value', repeatable.")] = None,
    body: Annotated[_Text, typer.Option("--body", "-d", help="Request body.")] = None,
    expect_status: Annotated[str, typer.Option(help="e.g. 200, 2xx, 200-299,404")] = "200-299",
    expect_body: Annotated[_Text, typer.Option(help="Text the body must contain, or /pattern/.")] = None,
    degraded_after_ms: Annotated[int | None, typer.Option(min=1, help="Slower than this is degraded.")] = None,
    certificate_days: Annotated[int, typer.Option(min=0, help="A certificate ending sooner is degraded.")] = 14,
    timeout_ms: Annotated[int, typer.Option(min=100, max=60_000, help="Total time for the check.")] = 10_000,
    max_redirects: Annotated[int, typer.Option(min=0, max=10, help="Redirects to follow.")] = 5,
    user: Annotated[_Text, typer.Option("--user", "-u", help="Basic auth as name:password.")] = None,
    bearer: Annotated[_Text, typer.Option(help="Bearer token.", envvar="HEALTHER_CHECK_BEARER")] = None,
    client_certificate: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Client certificate, PEM file.")
    ] = None,
    client_key: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Its key, PEM file.")] = None,
    http2: Annotated[bool, typer.Option("--http2", help="Offer HTTP/2.")] = False,
    insecure: Annotated[bool, typer.Option("--insecure", "-k", help="Do not verify the certificate.")] = False,
    allow: Annotated[
        list[str] | None, typer.Option(help="Private network to allow besides HEALTHER_ALLOW_NETWORKS, repeatable.")
    ] = None,
    dns_server: Annotated[list[str] | None, typer.Option(help="Name server, ip or ip:port, repeatable.")] = None,
    ca_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Trusted authorities, PEM file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check a URL once and show every phase and the verdict.

    Exit code: 0 healthy, 1 degraded, 2 down, 3 could not look (blocked by the guard, or a wrong option).
    """
    if user is not None and ":" not in user:
        raise _wrong("--user has no colon: write name:password")
    username, _, password = user.partition(":") if user else (None, "", None)
    config: dict[str, object] = {
        "url": url,
        "method": method.upper(),
        "headers": _headers(header or []),
        "body": body,
        "expected_status": expect_status,
        "expected_body": expect_body,
        "max_redirects": max_redirects,
        "basic_username": username,
        "basic_password": password,
        "bearer_token": bearer,
        "client_certificate": _pem("--client-certificate", client_certificate),
        "client_key": _pem("--client-key", client_key),
        "http2": http2,
        "verify_tls": not insecure,
    }
    try:
        probe = parse_probe("http", config)
        networks = tuple(AllowedNetwork(text) for text in allow or [])
        name_servers = check_name_servers(tuple(dns_server or ()))
        settings = load_settings()
    except ValidationError as error:
        raise _wrong(*(_sentence(each["loc"], message_of(each)) for each in error.errors(include_url=False))) from None
    except ValueError as error:
        raise _wrong(str(error)) from None
    observation, trace = asyncio.run(
        _look(
            probe,
            (*settings.networks, *networks),
            name_servers or settings.dns_servers,
            _authorities(ca_file),
            timeout_ms,
        )
    )
    state, reason, message = status_of(observation, degraded_after_ms, certificate_days, now_ms())
    report = CheckReport(url, observation, trace, state, reason, message)
    if as_json:
        typer.echo(json.dumps(report.as_json(), indent=2))
    else:
        report.print(Console(highlight=False))
    raise typer.Exit(EXIT_CODES[state])


async def _look(
    probe: Probe,
    networks: tuple[AllowedNetwork, ...],
    dns_servers: tuple[str, ...],
    ca_file: str | None,
    timeout_ms: int,
) -> tuple[Observation, Trace]:
    net = Net(networks, dns_servers, ca_file=ca_file)
    trace = Trace()
    try:
        deadline = time.monotonic() + timeout_ms / SECOND_MS
        return await probe.run(ProbeContext(net=net, deadline=deadline, trace=trace)), trace
    finally:
        await net.close()


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise _wrong(f"--header {name!r} has no colon: write 'Name: value'")
        headers[name.strip()] = value.strip()
    return headers


def _pem(option: str, file: Path | None) -> str | None:
    try:
        return file.read_text() if file else None
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(f"{option} {file} cannot be read: {error}") from None


def _authorities(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        ssl.create_default_context(cafile=file)
    except OSError as error:  # ssl's errors among them
        raise _wrong(f"--ca-file {file} holds no certificates in PEM that can be read: {error}") from None
    return str(file)


def _sentence(where: tuple[int | str, ...], message: str) -> str:
    name = ".".join(str(part) for part in where)
    return f"{name}: {message}" if name else message


def _wrong(*sentences: str) -> typer.Exit:
    for sentence in sentences:
        typer.echo(sentence, err=True)
    return typer.Exit(EXIT_CODES[State.UNKNOWN])
