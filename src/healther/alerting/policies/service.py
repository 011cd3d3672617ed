"""The verbs of alert policies."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Membership
from healther.accounts.service.workspaces import lock_workspace
from healther.alerting.models import AlertPolicy, AlertRun, Channel, Rotation
from healther.alerting.policies.schemas import PolicyCreate, PolicyStep, PolicyUpdate
from healther.alerting.steps import next_at_by_new_rules
from healther.channels.base import MessageKind
from healther.core.clock import SECOND_MS
from healther.core.errors import ConflictProblem, FieldError, InvalidProblem, NotFoundProblem
from healther.watchers.models import ServiceWatcher, WatcherTag
from healther.watchers.tags import fold_tag

MOST_POLICIES = 100


async def list_policies(
    session: AsyncSession, workspace_id: UUID, *, after: tuple[str, UUID] | None, limit: int
) -> Sequence[AlertPolicy]:
    """A workspace's policies by name, after the given (name, id)."""
    query = select(AlertPolicy).where(AlertPolicy.workspace_id == workspace_id)
    if after is not None:
        name, policy_id = after
        beyond = and_(col(AlertPolicy.name) == name, col(AlertPolicy.id) > policy_id)
        query = query.where(or_(col(AlertPolicy.name) > name, beyond))
    return (await session.exec(query.order_by(col(AlertPolicy.name), col(AlertPolicy.id)).limit(limit))).all()


async def load_policy(
    session: AsyncSession, workspace_id: UUID, policy_id: UUID, *, for_update: bool = False
) -> AlertPolicy:
    """The policy, if it is the workspace's; raises NotFoundProblem. `for_update` locks the row (PostgreSQL)."""
    query = select(AlertPolicy).where(AlertPolicy.id == policy_id, AlertPolicy.workspace_id == workspace_id)
    policy = (await session.exec(query.with_for_update() if for_update else query)).first()
    if policy is None:
        raise NotFoundProblem("There is no such alert policy in this workspace.")
    return policy


async def create_policy(session: AsyncSession, workspace_id: UUID, body: PolicyCreate, now_ms: int) -> AlertPolicy:
    """A new policy; raises InvalidProblem for what is not the workspace's, ConflictProblem for one too many."""
    await lock_workspace(session, workspace_id)
    counting = select(func.count()).select_from(AlertPolicy).where(AlertPolicy.workspace_id == workspace_id)
    if (await session.exec(counting)).one() >= MOST_POLICIES:
        raise ConflictProblem(f"A workspace has {MOST_POLICIES} alert policies at most: delete one.")
    await check_policy(session, workspace_id, body)
    policy = AlertPolicy(workspace_id=workspace_id, created_at=now_ms, **body.model_dump(mode="json"))
    session.add(policy)
    await session.flush()
    return policy


async def update_policy(session: AsyncSession, policy: AlertPolicy, body: PolicyUpdate, now_ms: int) -> None:
    """Applies what was sent, also where it is at work; raises InvalidProblem.

    What was deleted meanwhile may stay, but not be added anew. Callers hold the policy's row: nobody plans by it.
    """
    await _check_theirs(session, policy.workspace_id, body.steps or (), body.watcher_ids or (), kept=policy)
    # What was left out of a step is stored as what it means: only what was left out of the body stays as it is.
    for name, value in body.model_dump(mode="json", include=body.model_fields_set).items():
        setattr(policy, name, value)
    _check_reach(policy.all_watchers, policy.tags, policy.watcher_ids)
    policy.version += 1
    session.add(policy)
    if body.model_fields_set & {"steps", "remind_every_s"}:
        await _go_on(session, policy, now_ms)


async def _go_on(session: AsyncSession, policy: AlertPolicy, now_ms: int) -> None:
    """Has planning look at what the policy is at work on when the new rules say, not when those before said."""
    at_work = select(AlertRun).where(
        AlertRun.policy_id == policy.id,
        col(AlertRun.ended_at).is_(None),
        col(AlertRun.end_reason).is_(None),
        AlertRun.kind != MessageKind.FLAPPING,
    )
    after_ms = [step["after_s"] * SECOND_MS for step in policy.steps]
    remind_ms = None if policy.remind_every_s is None else policy.remind_every_s * SECOND_MS
    for run in (await session.exec(at_work)).all():
        run.next_at = next_at_by_new_rules(
            after_ms, remind_ms, started_at=run.started_at, next_step=run.next_step, next_at=run.next_at, now_ms=now_ms
        )
        session.add(run)


async def delete_policy(session: AsyncSession, policy: AlertPolicy) -> None:
    """Deletes it; what it is at work on, it leaves. Raises ConflictProblem for the default policy."""
    if policy.is_default:
        raise ConflictProblem("The default policy stays; switch it off instead (enabled: false).")
    await session.delete(policy)


async def check_policy(session: AsyncSession, workspace_id: UUID, body: PolicyCreate, where: str = "body") -> None:
    """Raises InvalidProblem, with a line per field, for what is not the workspace's (S6) or can never match."""
    _check_reach(body.all_watchers, body.tags, body.watcher_ids, where)
    await _check_theirs(session, workspace_id, body.steps, body.watcher_ids, where=where)


async def watchers_of(session: AsyncSession, workspace_id: UUID, body: PolicyCreate) -> list[str]:
    """The names of the watchers it covers, in the order of the alphabet."""
    query = select(ServiceWatcher.name).where(ServiceWatcher.workspace_id == workspace_id)
    if not body.all_watchers:
        folded = [fold_tag(tag) for tag in body.tags]
        tagged = select(WatcherTag.watcher_id).where(
            WatcherTag.workspace_id == workspace_id, col(WatcherTag.folded).in_(folded)
        )
        query = query.where(or_(col(ServiceWatcher.id).in_(tagged), col(ServiceWatcher.id).in_(body.watcher_ids)))
    return list((await session.exec(query.order_by(ServiceWatcher.name))).all())


def _check_reach(all_watchers: bool, tags: Sequence[str], watcher_ids: Sequence[object], where: str = "body") -> None:
    if all_watchers and (tags or watcher_ids):
        raise InvalidProblem.field(f"{where}.all_watchers", "must be false where tags or watchers are chosen")
    if not all_watchers and not tags and not watcher_ids:
        raise InvalidProblem.field(f"{where}.all_watchers", "is false: choose tags or watchers, or all")


async def _check_theirs(
    session: AsyncSession,
    workspace_id: UUID,
    steps: Iterable[PolicyStep],
    watcher_ids: Iterable[UUID],
    *,
    kept: AlertPolicy | None = None,
    where: str = "body",
) -> None:
    named: dict[str, dict[UUID, str]] = {"channel_ids": {}, "rotation_ids": {}, "user_ids": {}}
    for place, step in enumerate(steps):
        for field, ids in named.items():
            for position, each in enumerate(getattr(step, field)):
                ids.setdefault(each, f"{where}.steps.{place}.{field}.{position}")
    chosen = {each: f"{where}.watcher_ids.{position}" for position, each in enumerate(watcher_ids)}
    had = set() if kept is None else _named_in(kept)
    errors: list[FieldError] = []
    for wanted, column, theirs, what in (
        (named["channel_ids"], col(Channel.id), col(Channel.workspace_id), "channel"),
        (named["rotation_ids"], col(Rotation.id), col(Rotation.workspace_id), "rotation"),
        (named["user_ids"], col(Membership.user_id), col(Membership.workspace_id), "member"),
        (chosen, col(ServiceWatcher.id), col(ServiceWatcher.workspace_id), "watcher"),
    ):
        new = wanted.keys() - had
        query = select(column).where(theirs == workspace_id, column.in_(new))
        missing = new - set((await session.exec(query)).all() if new else ())
        message = f"is no {what} of this workspace"
        errors += [FieldError(where=wanted[each], message=message) for each in wanted if each in missing]
    if errors:
        raise InvalidProblem(f"{errors[0]['where']}: {errors[0]['message']}", errors=errors)


def _named_in(policy: AlertPolicy) -> set[UUID]:
    ids = {UUID(each) for each in policy.watcher_ids}
    for step in policy.steps:
        for field in ("channel_ids", "rotation_ids", "user_ids"):
            ids |= {UUID(each) for each in step.get(field, ())}
    return ids
