"""Every router of the app, and where it hangs: one list."""

from collections.abc import Sequence

from fastapi import APIRouter, Depends
from fastapi.params import Depends as Dependency

from healther.accounts.routes import (
    api_keys,
    audit,
    auth,
    invitations,
    invited,
    members,
    recovery,
    users,
    workspaces,
)
from healther.alerting import acknowledge_routes, delivery_routes, why_routes
from healther.alerting.backtest import routes as backtest_routes
from healther.alerting.channels import routes as channel_routes
from healther.alerting.consent import refusal_routes
from healther.alerting.consent import routes as consent_routes
from healther.alerting.oncall import feed as oncall_feed
from healther.alerting.oncall import routes as rotation_routes
from healther.alerting.policies import routes as policy_routes
from healther.app import health, metrics_routes
from healther.app.parameters import only_known_parameters
from healther.erasure import routes as erasure_routes
from healther.history import routes as history_routes
from healther.history.overview import routes as overview_routes
from healther.history.retention import routes as retention_routes
from healther.incidents import amendment_routes, template_routes
from healther.incidents import routes as incident_routes
from healther.monitoring import bulk_routes, check_routes, watcher_routes, workspace_routes
from healther.monitoring.live import routes as live_routes
from healther.reports import routes as report_routes
from healther.status_pages import incident_routes as told_routes
from healther.status_pages import maintenance_routes, routes_manage, routes_page
from healther.status_pages import routes as public_routes
from healther.status_pages.subscribers import routes_manage as subscriber_routes
from healther.status_pages.subscribers import routes_public as subscribe_routes
from healther.watchers import tag_routes

API_PREFIX = _API = "/api/v1"

ROUTERS: tuple[tuple[str, APIRouter], ...] = (
    ("", health.router),
    ("", check_routes.ready_router),
    ("", metrics_routes.router),
    (_API, auth.setup_router),
    (_API, auth.router),
    (_API, recovery.router),
    (_API, users.router),
    (_API, erasure_routes.router),
    (_API, workspaces.router),
    (_API, workspace_routes.router),
    (_API, members.router),
    (_API, invitations.router),
    (_API, invited.router),
    (_API, audit.router),
    (_API, api_keys.router),
    (_API, watcher_routes.kinds_router),
    (_API, bulk_routes.router),
    (_API, watcher_routes.router),
    (_API, check_routes.router),
    (_API, tag_routes.router),
    (_API, history_routes.router),
    (_API, overview_routes.router),
    (_API, retention_routes.router),
    (_API, live_routes.router),
    (_API, report_routes.router),
    (_API, incident_routes.router),
    (_API, told_routes.router),
    (_API, maintenance_routes.router),
    (_API, amendment_routes.router),
    (_API, why_routes.router),
    (_API, channel_routes.kinds_router),
    (_API, channel_routes.router),
    (_API, policy_routes.router),
    (_API, backtest_routes.router),
    (_API, rotation_routes.router),
    (_API, delivery_routes.router),
    (_API, template_routes.router),
    (_API, public_routes.router),
    (_API, routes_manage.router),
    (_API, subscriber_routes.router),
    ("", acknowledge_routes.router),
    ("", consent_routes.router),
    ("", refusal_routes.router),
    ("", oncall_feed.router),
    ("", subscribe_routes.router),
    ("", routes_page.router),
)

# What people share and machines poll gets parameters of mail programs and cache busters: there they change nothing.
_FORGIVING = (
    health.router,
    metrics_routes.router,
    check_routes.ready_router,
    public_routes.router,
    routes_page.router,
    acknowledge_routes.router,
    consent_routes.router,
    refusal_routes.router,
    oncall_feed.router,
    subscribe_routes.router,
)


def checks_of(router: APIRouter) -> Sequence[Dependency]:
    """What every request of the router passes before anything else."""
    return [] if router in _FORGIVING else [Depends(only_known_parameters)]
