"""The verbs of a watcher's configuration. What they mean for its schedule and ledger is history/lifecycle.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Workspace
from healther.core.clock import to_utc
from healther.core.crypto import SealedWithAnotherKeyError, Sealer
from healther.core.errors import ConflictProblem
from healther.watchers.configuration import (
    CheckedProbe,
    check_degraded_after,
    check_probe,
    check_secrets_stay,
    check_timing,
)
from healther.watchers.models import ServiceWatcher
from healther.watchers.schemas import WatcherCreate, WatcherUpdate
from healther.watchers.secrets import Options, merge, open_options, seal_options, secrets_among, split_options

_PROBE_FIELDS = frozenset({"url", "expected_status", "expected_body", "options"})


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit touched: the probe itself, or anything else that checking depends on."""

    probe: bool
    checking: bool


def new_watcher(workspace_id: UUID, body: WatcherCreate, sealer: Sealer, *, region: str, now_ms: int) -> ServiceWatcher:
    """A watcher as submitted; raises InvalidProblem. `region` is for those that name none."""
    check_timing(body.every_value, body.every_unit, body.timeout_ms)
    check_degraded_after(body.degraded_after_ms, body.timeout_ms)
    options, _ = merge(body.kind, body.options, {})
    checked = check_probe(
        body.kind,
        url=body.url,
        expected_status=body.expected_status,
        expected_body=body.expected_body,
        options=options,
    )
    watcher = ServiceWatcher(
        workspace_id=workspace_id,
        kind=body.kind,
        region=body.region or region,
        created_at=to_utc(now_ms),
        updated_at=to_utc(now_ms),
        **body.model_dump(exclude={"kind", "region", "tags", "depends_on", *_PROBE_FIELDS}),
    )
    _store_probe(watcher, checked, sealer)
    return watcher


async def check_room(session: AsyncSession, workspace_id: UUID, limit: int) -> None:
    """Raises ConflictProblem when the workspace has as many watchers as one may have (S20).

    Others who make watchers there wait for this transaction: counted side by side, all of them would find room.
    """
    await session.exec(select(Workspace.id).where(Workspace.id == workspace_id).with_for_update(key_share=True))
    query = select(func.count()).select_from(ServiceWatcher).where(ServiceWatcher.workspace_id == workspace_id)
    if (await session.exec(query)).one() >= limit:
        raise ConflictProblem(
            f"A workspace has {limit:,} watchers at most here: delete one, or have HEALTHER_MAX_WATCHERS raised."
        )


def edit_watcher(watcher: ServiceWatcher, body: WatcherUpdate, sealer: Sealer, *, now_ms: int) -> Edit:
    """Applies what was sent; raises InvalidProblem, or ConflictProblem when the stored secrets cannot be opened."""
    changes = body.model_dump(exclude_unset=True, exclude={"tags", "depends_on"})
    probe_changes = {name: changes.pop(name) for name in _PROBE_FIELDS & changes.keys()}
    before = _comparable(watcher)
    if probe_changes:
        _store_probe(watcher, edited_probe(watcher, probe_changes, sealer), sealer)
    for name, value in changes.items():
        setattr(watcher, name, value)
    check_timing(watcher.every_value, watcher.every_unit, watcher.timeout_ms)
    if {"degraded_after_ms", "timeout_ms"} & changes.keys():
        check_degraded_after(watcher.degraded_after_ms, watcher.timeout_ms)
    watcher.version += 1
    watcher.updated_at = to_utc(now_ms)
    probe = bool(probe_changes)
    return Edit(probe=probe, checking=probe or _comparable(watcher) != before)


def edited_probe(watcher: ServiceWatcher, changes: dict[str, Any], sealer: Sealer) -> CheckedProbe:
    """The probe after these changes, of options those that are sent; raises InvalidProblem, ConflictProblem."""
    sent = changes.get("options", {})
    stored = _stored_options(watcher, sealer, sent)
    options, kept = merge(watcher.kind, sent, stored)
    merged = {
        "url": watcher.url,
        "expected_status": watcher.expected_status,
        "expected_body": watcher.expected_body,
        **changes,
        "options": options,
    }
    checked = check_probe(watcher.kind, **merged)
    check_secrets_stay((watcher.url, stored), (checked.url, checked.options), kept)
    return checked


def _stored_options(watcher: ServiceWatcher, sealer: Sealer, sent: Mapping[str, Any]) -> Options:
    """What the watcher has; secrets that cannot be opened must all be among those sent."""
    try:
        return open_options(watcher, sealer)
    except SealedWithAnotherKeyError as error:
        lost = secrets_among(watcher.kind, watcher.options)
        if missing := sorted(lost - sent.keys()):
            raise ConflictProblem(
                "The secrets of this watcher were sealed with another HEALTHER_SECRET_KEY; "
                f"send in options again, or as null: {', '.join(missing)}."
            ) from error
        return {name: value for name, value in watcher.options.items() if name not in lost}


def _store_probe(watcher: ServiceWatcher, checked: CheckedProbe, sealer: Sealer) -> None:
    watcher.url = checked.url
    watcher.expected_status = checked.expected_status
    watcher.expected_body = checked.expected_body
    watcher.options, secret = split_options(watcher.kind, checked.options)
    watcher.sealed_options = seal_options(secret, sealer)


def _comparable(watcher: ServiceWatcher) -> dict[str, Any]:
    return watcher.model_dump(exclude={"name", "version", "updated_at"})
