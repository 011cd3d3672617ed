"""What is claimed, made ready to leave: places opened, those without a yes withheld, the hour's mails counted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from healther.alerting.deliver.address import Address, WithheldError, addresses_of, mails_of
from healther.alerting.deliver.budget import admit
from healther.alerting.deliver.claim import first_attempts
from healther.alerting.deliver.withhold import withhold
from healther.alerting.messages import Links
from healther.alerting.models import Delivery
from healther.alerting.subscribers.post import SubscriberPost
from healther.core.crypto import Sealer
from healther.core.db import Database
from healther.core.isolation import Isolation
from healther.observability.metrics import PARTS_FAILED


class Leaving(NamedTuple):
    """A delivery that may leave now: where to, as how many mails by the operator's server, since when it is tried."""

    delivery: Delivery
    address: Address
    mails: int
    first_at: int


class Departures:
    """Makes ready what one process has claimed."""

    def __init__(
        self,
        db: Database,
        sealer: Sealer,
        post: SubscriberPost | None,
        links: Links,
        *,
        most_mails: int,
        asks_first: bool,
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._post = post
        self._links = links
        self._most_mails = most_mails
        self._asks_first = asks_first
        self._alone = Isolation[UUID]("make ready to send", PARTS_FAILED.labels("make ready to send").inc)

    async def ready(self, claimed: Sequence[Delivery], now_ms: int) -> list[Leaving]:
        """Those that leave. What fails by a fault is claimed again when its lease ends, and holds up nobody else's."""
        by_workspace: defaultdict[UUID, list[Delivery]] = defaultdict(list)
        for each in claimed:
            by_workspace[each.workspace_id].append(each)
        leaving: dict[UUID, Leaving] = {}

        async def make_ready(deliveries: Sequence[Delivery]) -> None:
            leaving.update({each.delivery.id: each for each in await self._ready(deliveries, now_ms)})

        await self._alone.together(by_workspace, make_ready, now_ms)
        return [leaving[each.id] for each in claimed if each.id in leaving]

    async def _ready(self, claimed: Sequence[Delivery], now_ms: int) -> list[Leaving]:
        async with self._db.read() as session:
            addresses = await addresses_of(session, claimed, self._sealer, self._post, asks_first=self._asks_first)
            first = await first_attempts(session, claimed)
        claimed = await self._wanted(claimed, addresses, now_ms)
        mails = {each.id: mails_of(addresses[each.id], each.reached or ()) for each in claimed}
        return [
            Leaving(each, addresses[each.id], mails[each.id], first.get(each.id, now_ms))
            for each in await self._admitted(claimed, mails, now_ms)
        ]

    async def _wanted(
        self, claimed: Sequence[Delivery], addresses: Mapping[UUID, Address], now_ms: int
    ) -> list[Delivery]:
        """Those whose place has said yes to mail, where that is asked first: the others end, and say so."""
        withheld = {each.id: where for each in claimed if isinstance(where := addresses[each.id], WithheldError)}
        if not withheld:
            return list(claimed)
        async with self._db.write() as session:
            await withhold(session, [each for each in claimed if each.id in withheld], withheld, now_ms)
        return [each for each in claimed if each.id not in withheld]

    async def _admitted(self, claimed: Sequence[Delivery], mails: Mapping[UUID, int], now_ms: int) -> list[Delivery]:
        """Those that may leave: what is over this hour's mails of its workspace was put back, and waits."""
        counted = [each for each in claimed if mails[each.id]]
        if not counted:
            return list(claimed)
        async with self._db.write() as session:
            leaving = await admit(session, mails, counted, self._most_mails, self._links, now_ms)
        return [each for each in claimed if not mails[each.id] or each.id in leaving]
