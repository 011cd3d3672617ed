"""Members: who may add, change and remove whom, and the owner that always stays."""

import asyncio

import pytest
from sqlmodel import func, select

from healther.accounts.models import Membership, Role
from tests.support.api import Api, Person, where


@pytest.fixture
async def house(api: Api) -> tuple[str, Person, Person, Person, Person]:
    """(workspace, its owner, its admin, its observer, a stranger)."""
    owner, admin, observer, stranger = [await api.person(name) for name in ("owner", "admin", "observer", "stranger")]
    workspace_id = await owner.workspace()
    assert (await owner.add(workspace_id, admin, "admin")).status_code == 201
    assert (await owner.add(workspace_id, observer, "observer")).status_code == 201
    return workspace_id, owner, admin, observer, stranger


House = tuple[str, Person, Person, Person, Person]


async def test_members_are_listed_to_members_with_their_roles(house: House) -> None:
    workspace_id, _, _, observer, stranger = house
    page = (await observer.get(f"/workspaces/{workspace_id}/members")).json()
    assert [(item["email"], item["role"]) for item in page["items"]] == [
        ("admin@example.org", "admin"),
        ("observer@example.org", "observer"),
        ("owner@example.org", "owner"),
    ]
    assert page["items"][0].keys() == {"user_id", "email", "full_name", "role", "created_at"}
    assert (await stranger.get(f"/workspaces/{workspace_id}/members")).status_code == 404


async def test_a_role_counts_on_the_very_next_request(house: House) -> None:
    workspace_id, owner, _, observer, _ = house
    members = f"/workspaces/{workspace_id}/members"
    assert (await observer.patch(f"/workspaces/{workspace_id}", {"name": "Mine"})).status_code == 403
    assert (await owner.patch(f"{members}/{observer.id}", {"role": "admin"})).status_code == 200
    assert (await observer.patch(f"/workspaces/{workspace_id}", {"name": "Mine"})).status_code == 200
    assert (await owner.patch(f"{members}/{observer.id}", {"role": "observer"})).status_code == 200
    assert (await observer.patch(f"/workspaces/{workspace_id}", {"name": "Mine"})).status_code == 403
    assert (await owner.delete(f"{members}/{observer.id}")).status_code == 204
    assert (await observer.get(f"/workspaces/{workspace_id}")).status_code == 404


async def test_admins_manage_everybody_but_owners(house: House) -> None:
    workspace_id, owner, admin, observer, stranger = house
    members = f"/workspaces/{workspace_id}/members"
    assert (await admin.add(workspace_id, stranger, "owner")).status_code == 403
    assert (await admin.patch(f"{members}/{observer.id}", {"role": "owner"})).status_code == 403
    assert (await admin.patch(f"{members}/{admin.id}", {"role": "owner"})).status_code == 403
    assert (await admin.patch(f"{members}/{owner.id}", {"role": "observer"})).status_code == 403
    assert (await admin.delete(f"{members}/{owner.id}")).status_code == 403
    assert (await admin.add(workspace_id, stranger, "admin")).status_code == 201
    assert (await admin.patch(f"{members}/{stranger.id}", {"role": "observer"})).status_code == 200
    assert (await admin.delete(f"{members}/{stranger.id}")).status_code == 204


async def test_the_last_owner_neither_leaves_nor_is_demoted_nor_removed(house: House) -> None:
    workspace_id, owner, admin, _, _ = house
    members = f"/workspaces/{workspace_id}/members"
    assert (await owner.post(f"/workspaces/{workspace_id}/leave")).status_code == 409
    assert (await owner.patch(f"{members}/{owner.id}", {"role": "admin"})).status_code == 409
    assert (await owner.delete(f"{members}/{owner.id}")).status_code == 409
    assert (await owner.patch(f"{members}/{owner.id}", {"role": "owner"})).status_code == 200
    assert (await owner.patch(f"{members}/{admin.id}", {"role": "owner"})).status_code == 200
    assert (await owner.post(f"/workspaces/{workspace_id}/leave")).status_code == 204
    assert (await owner.get(f"/workspaces/{workspace_id}")).status_code == 404
    assert (await admin.post(f"/workspaces/{workspace_id}/leave")).status_code == 409


async def test_owners_who_all_go_at_once_leave_one_behind(api: Api) -> None:
    owners = [await api.person(f"owner{number}") for number in range(6)]
    workspace_id = await owners[0].workspace()
    for other in owners[1:]:
        assert (await owners[0].add(workspace_id, other, "owner")).status_code == 201
    members = f"/workspaces/{workspace_id}/members"
    goes = [
        owner.post(f"/workspaces/{workspace_id}/leave")
        if number % 2
        else owner.patch(f"{members}/{owner.id}", {"role": "observer"})
        for number, owner in enumerate(owners)
    ]
    statuses = sorted([answer.status_code for answer in await asyncio.gather(*goes)])
    assert statuses.count(409) == 1
    async with api.db.read() as session:
        owners_left = select(func.count()).where(Membership.role == Role.OWNER)
        assert (await session.exec(owners_left)).one() == 1


async def test_observers_leave_by_themselves(house: House) -> None:
    workspace_id, _, _, observer, stranger = house
    assert (await observer.post(f"/workspaces/{workspace_id}/leave")).status_code == 204
    assert (await observer.get(f"/workspaces/{workspace_id}")).status_code == 404
    assert (await stranger.post(f"/workspaces/{workspace_id}/leave")).status_code == 404


async def test_somebody_who_is_no_member_is_not_found(house: House) -> None:
    workspace_id, owner, _, _, stranger = house
    members = f"/workspaces/{workspace_id}/members"
    assert (await owner.patch(f"{members}/{stranger.id}", {"role": "admin"})).status_code == 404
    assert (await owner.delete(f"{members}/{stranger.id}")).status_code == 404
    assert where(await owner.delete(f"{members}/me")) == ["path.user_id"]
