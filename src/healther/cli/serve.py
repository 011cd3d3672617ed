"""`healther up` and `healther api`: what serves the API, with the pipeline beside it or without."""

import asyncio
import contextlib
import signal
import socket  # noqa: TID251 - a type: it is listening.py that listens
import sys
from typing import TYPE_CHECKING, Annotated

import structlog
import typer
import uvicorn
from fastapi import FastAPI
from rich.console import Console
from sqlmodel import select

from healther.accounts.models import User
from healther.alerting.sealed import examine_sealed
from healther.app import create_app
from healther.app.addresses import parse_proxies
from healther.app.connections import ConnectionLimits, bounded
from healther.app.lifespans import with_pipeline
from healther.app.server import Server
from healther.app.webapp import built_files, is_built
from healther.cli.advice import plainly
from healther.cli.listening import bind, connection_limit, listen, raise_descriptor_limit
from healther.cli.secret_key import with_secret_key
from healther.core.db import Database
from healther.core.later import Later
from healther.core.settings import Settings, load_settings
from healther.migrations.state import current_revision, head_revision
from healther.observability.logs import configure_logs

if TYPE_CHECKING:
    from healther.migrations import run
else:
    run = Later("healther.migrations.run")

log = structlog.get_logger()

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 = any free one.")]

_SHUTDOWN_S = 5
_BACKLOG = 2048


def up(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run everything in one process: migrations, API, scheduler and engine. The embedded default."""
    settings = load_settings()
    with plainly(settings):
        settings = with_secret_key(settings)
        sockets = bind(host, port)
    if settings.redis_url is not None:
        typer.echo("HEALTHER_REDIS_URL is set: checks go through the queue, beside `healther worker`.", err=True)
    with plainly(settings):
        has_accounts, warning = asyncio.run(_prepare(settings))
    # One log set-up after Alembic's: its import must not decide how lines look.
    configure_logs(settings.log_level, settings.log_format)
    settings = _reached_at(settings, host, sockets)
    _welcome(settings, host, sockets, has_accounts=has_accounts)
    if warning is not None:
        typer.secho(f"WARNING: {warning}\n", fg=typer.colors.RED, bold=True, err=True)
        log.error("secrets cannot be opened", advice=warning)
    app = create_app(settings, lifespan=with_pipeline)
    _serve(app, settings, sockets)
    if app.state.waker.failed:
        raise typer.Exit(1)


def api(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run the API alone; workers do the checks (`healther worker`). Start any number behind a load balancer."""
    settings = load_settings()
    settings.require_secret_key()
    with plainly(settings):
        sockets = bind(host, port)
    configure_logs(settings.log_level, settings.log_format)
    settings = _reached_at(settings, host, sockets)
    _serve(create_app(settings), settings, sockets)


def _reached_at(settings: Settings, host: str, sockets: list[socket.socket]) -> Settings:
    """With the address listened on as the public one, unless the operator names another."""
    if "public_url" in settings.model_fields_set:
        return settings
    # Of all addresses, this one is right for whoever sits at the machine.
    near = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - compared, not listened on
    return settings.model_copy(update={"public_url": _address(near, sockets)})


def _address(host: str, sockets: list[socket.socket]) -> str:
    port = sockets[0].getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _serve(app: FastAPI, settings: Settings, sockets: list[socket.socket]) -> None:
    descriptors = raise_descriptor_limit()
    connections = connection_limit(descriptors, settings.max_in_flight)
    backlog = min(_BACKLOG, connections)
    limits = ConnectionLimits(
        connections,
        per_address=settings.max_connections_per_address,
        proxies=parse_proxies(settings.trusted_proxies),
    )
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=bounded(limits),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=backlog,
        timeout_graceful_shutdown=_SHUTDOWN_S,
    )
    # From here on clients may queue up; before, they are refused at once instead of waiting for a migration.
    with plainly(settings):
        listen(sockets, backlog)
    for each in sockets:
        log.info("listening", address=each.getsockname()[0], port=each.getsockname()[1], connections=connections)
    # Once everything is stopped uvicorn raises the signal again; stopping when asked is no failure.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = Server(config, lambda: app.state.live.stop())
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets)
    if not server.started:
        raise typer.Exit(1)


async def _prepare(settings: Settings) -> tuple[bool, str | None]:
    """Brings the schema up; returns whether anybody has an account yet, and what is to be said of secrets."""
    db = Database(settings.database_url)
    try:
        if await current_revision(db) != head_revision():
            await run.upgrade(settings.database_url)
        async with db.read() as session:
            has_accounts = (await session.exec(select(User.id).limit(1))).first() is not None
            return has_accounts, (await examine_sealed(session, settings)).warning
    finally:
        await db.close()


def _welcome(settings: Settings, host: str, sockets: list[socket.socket], *, has_accounts: bool) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    where = _address(host, sockets)
    console.print(f"\n[bold]healther[/bold] is starting at [bold]{where}[/bold]  (Ctrl-C stops it)")
    console.print(f"  database   {settings.database_url.rsplit('@', 1)[-1]}")
    console.print(f"  API        {where}/api/v1/openapi.json")
    has_web_app = is_built(built_files())
    if not has_web_app:
        console.print("  web app    not in this installation: `make web && pip install .` in a checkout brings it;")
        console.print("             the API and the command do all the same without it")
    if not has_accounts:
        in_browser = f"open {where} and make the first one; or " if has_web_app else "make the first one "
        console.print(f"  no account yet: {in_browser}in another terminal:")
        console.print(f"    {sys.argv[0]} user create --email you@example.com --name 'Your Name'")
    console.print()
