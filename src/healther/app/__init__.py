"""The ASGI application: everything the routers of the rooms need, put together once."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from healther.accounts.links import AccountLinks, RefusalLinks
from healther.accounts.passwords import PasswordHasher
from healther.accounts.tokens import TokenSigner
from healther.alerting.consent.links import ConsentLinks
from healther.alerting.deliver.address import SEALER_PURPOSE as CHANNEL_SEALER_PURPOSE
from healther.alerting.policies.standard import welcome_watcher
from healther.app.addresses import client_address_of
from healther.app.description import describe
from healther.app.edge import STRICT_TRANSPORT, add_edge
from healther.app.lifespans import api_alone
from healther.app.one_host import OneHost
from healther.app.problems import add_problem_handlers
from healther.app.routers import API_PREFIX, ROUTERS, checks_of
from healther.app.webapp import WebApp, built_files
from healther.core.settings import Settings
from healther.history.overview.past import Pasts
from healther.incidents.links import AcknowledgeLinks
from healther.status_pages.access import Doorkeeper
from healther.status_pages.layer import StatusPageLayer
from healther.status_pages.subscribers.links import SubscriptionLinks
from healther.status_pages.subscribers.places import Places
from healther.watchers.secrets import SEALER_PURPOSE

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class App(FastAPI):
    """The app behind the layer that answers public pages from memory: a hit passes nothing of FastAPI."""

    front: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.front(scope, receive, send)

    async def inner(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What the layer does not answer."""
        await super().__call__(scope, receive, send)


def create_app(
    settings: Settings, *, lifespan: Lifespan | None = None, passwords: PasswordHasher | None = None
) -> FastAPI:
    """The API on `settings`; raises SettingsError for a SECRET_KEY or TRUSTED_PROXIES it cannot use.

    A `lifespan` (app/lifespans.py) opens what routes need on `app.state`: `db`, `status_pages`, `waker`,
    `dry_runner`.
    """
    secret_key = settings.require_secret_key()
    app = App(
        title="healther",
        telemetry={
            "tracing": settings.traces_endpoint is not None,
            "operation_spans": False,
            "metrics": False,
            "logs": False,
            "auto_configure": False,
        },
        lifespan=lifespan or api_alone,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API_PREFIX}/openapi.json",
        generate_unique_id_function=lambda route: route.name,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.sealer = settings.sealer(SEALER_PURPOSE)
    app.state.channel_sealer = settings.sealer(CHANNEL_SEALER_PURPOSE)
    app.state.signer = TokenSigner(secret_key, settings.access_token_minutes)
    app.state.doorkeeper = Doorkeeper(settings)
    app.state.subscription_links = SubscriptionLinks(settings)
    app.state.subscriber_places = Places(settings)
    app.state.acknowledge_links = AcknowledgeLinks(secret_key, settings.public_url, settings.old_secret_keys)
    app.state.consent_links = ConsentLinks(settings)
    app.state.reset_links = AccountLinks(settings, "reset-password", "reset")
    app.state.email_links = AccountLinks(settings, "change-email", "email")
    app.state.refusal_links = RefusalLinks(settings)
    app.state.passwords = passwords or PasswordHasher()
    app.state.pasts = Pasts()
    app.state.welcome = welcome_watcher
    app.state.client_address = client_address_of(settings.trusted_proxies)
    for prefix, router in ROUTERS:
        app.include_router(router, prefix=prefix, dependencies=checks_of(router))
    app.router.default = WebApp(built_files(), app.router.default)
    add_problem_handlers(app)
    add_edge(app, settings)
    strict_transport = STRICT_TRANSPORT if settings.public_url.startswith("https://") else None
    app.front = OneHost(StatusPageLayer(app.inner, app.state, settings, strict_transport=strict_transport))
    describe(app)
    return app
