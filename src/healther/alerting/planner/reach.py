"""Which policies are about which watchers, and whether anybody would hear of one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlmodel import col, select

from healther.alerting.holds import Parent
from healther.alerting.models import AlertPolicy
from healther.alerting.planner.desk import Desk
from healther.alerting.planner.load import windows_over
from healther.watchers.models import WatcherTag
from healther.watchers.states import State
from healther.watchers.tags import fold_tag

Tags = dict[UUID, set[str]]
_DOWN, _DEGRADED, _FLAPPING = "down", "degraded", "flapping"


def covers(policy: AlertPolicy, watcher_ids: Iterable[UUID], tags: Tags) -> bool:
    """Whether a policy is about any of these watchers."""
    if policy.all_watchers:
        return True
    wanted, chosen = {fold_tag(tag) for tag in policy.tags}, set(policy.watcher_ids)
    return any(str(each) in chosen or tags.get(each, set()) & wanted for each in watcher_ids)


async def tags_of(desk: Desk, watcher_ids: Collection[UUID]) -> Tags:
    """The folded tags of these watchers, where a policy goes by tags."""
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    if any(policy.enabled and policy.tags and not policy.all_watchers for policy in desk.policies):
        query = select(WatcherTag.watcher_id, WatcherTag.folded).where(col(WatcherTag.watcher_id).in_(watcher_ids))
        for watcher_id, folded in (await desk.session.exec(query)).all():
            found[watcher_id].add(folded)
    return found


async def heard_of(desk: Desk, parents: Mapping[UUID, Parent]) -> set[UUID]:
    """Those of these watchers of whose failure somebody hears, or that are meant to fail: they are in maintenance."""
    if not parents:
        return set()
    tags = await tags_of(desk, parents)
    reaching = [
        policy
        for policy in desk.policies
        if policy.enabled and any(desk.why_not(target) is None for target in desk.targets(policy.steps))
    ]
    found = set((await windows_over(desk.session, parents.keys())).keys())
    for watcher_id, parent in parents.items():
        told = {_DEGRADED if parent.state is State.DEGRADED else _DOWN} | ({_FLAPPING} if parent.flapping else set())
        if any(told & set(policy.changes) and covers(policy, [watcher_id], tags) for policy in reaching):
            found.add(watcher_id)
    return found
