"""What a workspace may have so many of, it has no more of: also when two make the last one at the same moment."""

from datetime import UTC, datetime
from types import ModuleType

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.oncall import service as rotations
from healther.alerting.oncall.schemas import RotationCreate
from healther.alerting.policies import service as policies
from healther.alerting.policies.schemas import PolicyCreate
from healther.core.clock import HOUR_MS, now_ms
from healther.core.db import Database
from healther.core.ids import new_id
from healther.incidents.models import Stage
from healther.incidents.schemas import UpdateTemplateBody
from healther.incidents.service import templates
from healther.maintenance import service as maintenance
from healther.maintenance.schemas import MaintenanceCreate
from healther.status_pages import manage
from tests.support.alerting import World
from tests.support.at_once import second_refused


class Maker:
    """Makes one more of each."""

    def __init__(self, world: World) -> None:
        self._workspace_id, self._owner_id = world.workspace_id, world.owner.id

    async def page(self, session: AsyncSession) -> None:
        fields = {"title": "Page", "slug": f"page-{new_id()}"}
        await manage.create_page(
            session, self._workspace_id, fields=fields, sections=[], password_hash=None, now_ms=now_ms()
        )

    async def policy(self, session: AsyncSession) -> None:
        body = PolicyCreate.model_validate(
            {"name": "Policy", "all_watchers": True, "steps": [{"user_ids": [str(self._owner_id)]}]}
        )
        await policies.create_policy(session, self._workspace_id, body, now_ms())

    async def rotation(self, session: AsyncSession) -> None:
        body = RotationCreate.model_validate(
            {"name": "Nights", "time_zone": "UTC", "starts_on": "2026-01-01", "members": [str(self._owner_id)]}
        )
        await rotations.create_rotation(session, self._workspace_id, body, now_ms())

    async def window(self, session: AsyncSession) -> None:
        starts_at = datetime.fromtimestamp((now_ms() + HOUR_MS) // 1000, UTC)
        body = MaintenanceCreate.model_validate(
            {"title": "Work", "starts_at": starts_at, "duration_s": 3600, "time_zone": "UTC", "all_watchers": True}
        )
        await maintenance.create_window(session, self._workspace_id, self._owner_id, body, now_ms())

    async def template(self, session: AsyncSession) -> None:
        body = UpdateTemplateBody(name="Looking", body="We look.", stage=Stage.INVESTIGATING)
        await templates.add_template(session, self._workspace_id, body, now_ms())


@pytest.mark.parametrize(
    ("what", "where", "limit"),
    [
        ("page", manage, "MOST_PAGES"),
        ("policy", policies, "MOST_POLICIES"),
        ("rotation", rotations, "MOST_ROTATIONS"),
        ("window", maintenance, "MOST_WINDOWS"),
        ("template", templates, "MOST_TEMPLATES"),
    ],
)
async def test_of_two_who_make_the_last_one_at_once_one_does(
    db: Database, monkeypatch: pytest.MonkeyPatch, what: str, where: ModuleType, limit: str
) -> None:
    monkeypatch.setattr(where, limit, 1)
    make = getattr(Maker(await World.build(db)), what)
    assert await second_refused(db, make, make)
