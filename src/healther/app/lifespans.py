"""What lives as long as the app: the API alone, beside workers, or with the whole pipeline in its process."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from healther.accounts.mailer import Mailer
from healther.alerting.channels.test_sender import TestSender
from healther.alerting.loops import AlertingLoops
from healther.alerting.mail_server import mail_server_of
from healther.alerting.nudge import NoNudge
from healther.alerting.readings import Readings
from healther.alerting.sealed import warn_of_sealed
from healther.core.db import Database
from healther.core.later import Later
from healther.core.settings import Settings
from healther.monitoring.dry_run import DryRunner
from healther.monitoring.live.hub import LiveHub
from healther.monitoring.pipeline import Pipeline
from healther.net import tracing
from healther.net.client import Net
from healther.observability import pools, sql_spans
from healther.status_pages.pages import StatusPages
from healther.watchers.deps import NullWaker

if TYPE_CHECKING:
    from healther.alerting import nudge_rq
    from healther.monitoring import dispatch_rq, waker
else:
    # What needs Redis, for those who have one.
    nudge_rq = Later("healther.alerting.nudge_rq")
    dispatch_rq, waker = Later("healther.monitoring.dispatch_rq"), Later("healther.monitoring.waker")


@asynccontextmanager
async def api_alone(app: FastAPI) -> AsyncIterator[None]:
    """The API; with REDIS_URL it puts checks out of turn on the queue, without it the workers' schedule finds them."""
    settings: Settings = app.state.settings
    db = app.state.db = Database(settings.database_url, answer_timeout_s=settings.database_timeout_s)
    _observe(settings, db)
    await warn_of_sealed(db, settings)
    redis = dispatch_rq.connect(settings.redis_url) if settings.redis_url else None
    app.state.waker = NullWaker() if redis is None else waker.QueueWaker(db, redis)
    app.state.nudge = NoNudge() if redis is None else nudge_rq.QueueNudge(redis)
    app.state.readings = Readings(db, settings, redis)
    net = app.state.net = Net(settings.networks, settings.dns_servers, tells_addresses=settings.tells_blocked_addresses)
    app.state.dry_runner = DryRunner(net)
    app.state.test_sender = TestSender(net, settings)
    app.state.mailer = Mailer(net, mail_server_of(settings))
    pages = app.state.status_pages = StatusPages(
        db, settings.public_url, settings.region, mails=settings.mail_configured
    )
    live = app.state.live = LiveHub(db, settings.region)
    live.start()
    try:
        yield
    finally:
        await live.close()
        await pages.close()
        await net.close()
        await db.close()
        await tracing.stop()


@asynccontextmanager
async def with_pipeline(app: FastAPI) -> AsyncIterator[None]:
    """The API with scheduler and engine beside it: `healther up`."""
    settings: Settings = app.state.settings
    db = app.state.db = Database(settings.database_url, answer_timeout_s=settings.database_timeout_s)
    _observe(settings, db)
    pipeline = app.state.waker = Pipeline(settings, db, app.state.sealer)
    app.state.net = pipeline.net
    app.state.dry_runner = DryRunner(pipeline.net)
    app.state.test_sender = TestSender(pipeline.net, settings)
    app.state.mailer = Mailer(pipeline.net, mail_server_of(settings))
    redis = dispatch_rq.connect(settings.redis_url) if settings.redis_url else None
    app.state.readings = Readings(db, settings, redis)
    alerting = app.state.nudge = AlertingLoops(settings, db, pipeline.net)
    pages = app.state.status_pages = StatusPages(
        db, settings.public_url, settings.region, mails=settings.mail_configured
    )
    live = app.state.live = LiveHub(db, settings.region)
    live.start()
    await pipeline.start()
    alerting.start()
    _tame_garbage_collection()
    try:
        yield
    finally:
        await live.close()
        await pages.close()
        await alerting.stop()
        await pipeline.stop()
        await db.close()
        await tracing.stop()


def _observe(settings: Settings, db: Database) -> None:
    pools.count(db.engines)
    if settings.traces_endpoint is not None:
        tracing.start(settings.traces_endpoint, settings.traces_sample, settings.dns_servers)
        sql_spans.watch(db.engines)


def _tame_garbage_collection() -> None:
    """Full collections over everything loaded at start would stop the loop for tens of milliseconds at a time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
