"""Channels and rows that were sealed with a key that is not here: each says so, and what to do."""

from uuid import UUID

import pytest

from healther.alerting.deliver.address import SEALED_ELSEWHERE, SEALER_PURPOSE, open_channel
from healther.alerting.models import Channel
from healther.alerting.sealed import examine_sealed, warn_of_sealed
from healther.channels.base import UndeliverableError
from healther.core.crypto import Sealer
from healther.core.secrets import seal_options
from tests.conftest import SECRET_KEY
from tests.support.api import Api

ANOTHER_KEY = "another-secret-only-for-tests-0123456789-abc"
HOOK = {"name": "Hook", "kind": "webhook", "options": {"url": "https://hooks.example.org/hush"}}


async def test_a_channel_that_this_key_does_not_open_is_not_usable_and_says_why_everywhere(api: Api) -> None:
    ada = await api.person("ada")
    path = f"/workspaces/{await ada.workspace('Acme')}/channels"
    made = (await ada.post(path, HOOK)).json()
    assert (made["usable"], made["unusable_because"]) == (True, None)
    settings = api.app.state.settings
    assert await warn_of_sealed(api.db, settings) is None
    async with api.db.write() as session:
        row = await session.get_one(Channel, UUID(made["id"]))
        row.sealed_options = seal_options({"url": "https://h/"}, Sealer(ANOTHER_KEY, SEALER_PURPOSE))
        session.add(row)

    shown = (await ada.get(f"{path}/{made['id']}")).json()
    assert (shown["usable"], shown["unusable_because"]) == (False, "secret_key")
    tested = await ada.post(f"{path}/{made['id']}/test")
    assert (tested.status_code, SEALED_ELSEWHERE in tested.json()["detail"]) == (409, True)
    with pytest.raises(UndeliverableError, match="its secrets were " + SEALED_ELSEWHERE):
        open_channel(row, Sealer(SECRET_KEY, SEALER_PURPOSE))
    warning = await warn_of_sealed(api.db, settings)
    assert warning is not None
    assert "(channels: 1)" in warning
    old = settings.model_copy(update={"old_secret_keys": [ANOTHER_KEY]})
    async with api.db.read() as session:
        found = await examine_sealed(session, old)
    assert (found.total, found.old, found.warning) == (1, 1, None)
