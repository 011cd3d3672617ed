"""The notice that healther's own line was gone: one an outage to each owner, whatever it is that could not be seen."""

from collections.abc import Iterable

from sqlmodel import col, select

from healther.alerting import outbox
from healther.alerting.messages import Reader, notice_message
from healther.alerting.models import Delivery
from healther.alerting.planner.desk import Desk
from healther.alerting.words import put
from healther.channels.base import MessageKind
from healther.core.clock import CLOCK_STEP_MS, HOUR_MS, to_utc
from healther.history.models import StateChange
from healther.probes.base import Reason

# A line that comes and goes is one outage.
ONE_OUTAGE_MS = HOUR_MS
THREAD = "own-network"


async def notice(desk: Desk, changes: Iterable[StateChange]) -> None:
    """Queues the notice when watchers have just become unknown because no reference target could be reached."""
    blind = [change for change in changes if change.reason == Reason.NO_NETWORK]
    if not blind:
        return
    since = min(change.at for change in blind)
    latest = select(Delivery.body).where(
        Delivery.workspace_id == desk.workspace.id,
        Delivery.kind == MessageKind.NOTICE,
        col(Delivery.created_at).between(desk.now_ms - ONE_OUTAGE_MS + 1, desk.now_ms + CLOCK_STEP_MS),
        col(Delivery.incident_id).is_(None),
    )
    if any(body.get("thread") == THREAD for body in (await desk.session.exec(latest)).all()):
        return
    watchers = len({change.watcher_id for change in blind})
    began = to_utc(since).strftime("%Y-%m-%d %H:%M:%S UTC")
    for owner in desk.owners:
        reader = Reader.of(owner)
        words = reader.words
        body = put(words.network_body, began=began, count=watchers, workspace=desk.workspace.name)
        message = notice_message(words.network_title, body, THREAD, desk.workspace, desk.links, reader, desk.now_ms)
        await outbox.queue(
            desk.session,
            workspace_id=desk.workspace.id,
            kind=MessageKind.NOTICE,
            message=message,
            user_id=owner.id,
            now_ms=desk.now_ms,
        )
