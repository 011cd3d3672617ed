"""Step 2, dispatch: a batch of claims goes to this process's engine (embedded) or, in jobs, to the queue."""

from collections.abc import Sequence
from typing import Protocol

from healther.monitoring.model import Claim
from healther.monitoring.plans import PlanCache
from healther.monitoring.run import Engine


class Dispatcher(Protocol):
    """Where claimed checks go."""

    async def room(self) -> int:
        """How many claims it takes now; 0 = leave them in the database."""
        ...

    async def dispatch(self, claims: Sequence[Claim]) -> bool:
        """Hands a batch over; False = it could not, the claims should be released."""
        ...


class EmbeddedDispatcher:
    """Straight into the engine beside it."""

    def __init__(self, engine: Engine, plans: PlanCache) -> None:
        self._engine = engine
        self._plans = plans

    async def room(self) -> int:
        return self._engine.room

    async def dispatch(self, claims: Sequence[Claim]) -> bool:
        plans = await self._plans.get_many(claims)
        await self._engine.accept([(claim, plan) for claim in claims if (plan := plans.get(claim.watcher_id))])
        return True
