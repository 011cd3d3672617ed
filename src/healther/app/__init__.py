"""The ASGI application: everything the routers of the rooms need, put together once."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from healther.accounts.passwords import PasswordHasher
from healther.accounts.tokens import TokenSigner
from healther.app.addresses import client_address_of
from healther.app.description import describe
from healther.app.edge import add_edge
from healther.app.lifespans import api_alone
from healther.app.problems import add_problem_handlers
from healther.app.routers import ROUTERS
from healther.app.webapp import WebApp, built_files
from healther.core.crypto import Sealer
from healther.core.settings import Settings
from healther.status_pages.access import Doorkeeper
from healther.watchers.secrets import SEALER_PURPOSE

API_PREFIX = "/api/v1"

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    settings: Settings, *, lifespan: Lifespan | None = None, passwords: PasswordHasher | None = None
) -> FastAPI:
    """The API on `settings`; raises SettingsError for a SECRET_KEY or TRUSTED_PROXIES it cannot use.

    A `lifespan` (app/lifespans.py) opens what routes need on `app.state`: `db`, `status_pages`, `waker`,
    `dry_runner`.
    """
    secret_key = settings.require_secret_key()
    app = FastAPI(
        title="healther",
        lifespan=lifespan or api_alone,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API_PREFIX}/openapi.json",
        generate_unique_id_function=lambda route: route.name,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.sealer = Sealer(secret_key, SEALER_PURPOSE)
    app.state.signer = TokenSigner(secret_key, settings.access_token_minutes)
    app.state.doorkeeper = Doorkeeper(settings)
    app.state.passwords = passwords or PasswordHasher()
    app.state.client_address = client_address_of(settings.trusted_proxies)
    for prefix, router in ROUTERS:
        app.include_router(router, prefix=prefix)
    app.router.default = WebApp(built_files(), app.router.default)
    add_problem_handlers(app)
    add_edge(app, settings)
    describe(app)
    return app
