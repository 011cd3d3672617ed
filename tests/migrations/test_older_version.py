"""An upgrade on its way: the schema is one revision newer than the API and the worker that still run on it."""

import signal
from importlib.resources import files
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from healther.core.db import Database
from healther.migrations.run import upgrade
from healther.migrations.state import head_revision, is_known
from tests.support.processes import Process, Processes
from tests.support.servers import wait_until
from tests.support.target import Answer, Target

# What a next version may bring: columns, a table, an index; and values that only it knows.
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("servicewatcher", sa.Column("owner_team", sa.String(50), nullable=True))
    op.add_column("apikey", sa.Column("ceiling", sa.Integer(), nullable=False, server_default="0"))
    op.create_table("somethingnew", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_index("ix_incident_something", "incident", ["workspace_id", "started_at"])
"""


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """Where the next version's migration is."""
    folder = tmp_path / "next"
    folder.mkdir()
    (folder / "next.py").write_text(NEXT.format(head=head_revision()))
    return folder


async def upgrade_to_next(url: str, folder: Path) -> None:
    """As the migration of the next version would, which comes with that version's files."""
    own = files("healther.migrations")
    config = Config()
    config.set_main_option("script_location", str(own))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{own / 'versions'}\n{folder}")

    def migrate(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    db = Database(url)
    async with db.write_connection() as connection:
        await connection.run_sync(migrate)
    async with db.read_connection() as connection:
        there = (await connection.execute(sa.text("SELECT version_num FROM alembic_version"))).scalar_one()
    assert there == "next"
    assert not is_known(there)
    await db.close()


def status_of(url: str, key: str) -> int:
    """How whoever shows this API key is answered."""
    return httpx.get(url, headers={"Authorization": f"Bearer {key}"}).status_code


async def test_api_and_worker_go_on_working_on_the_schema_of_the_next_version(
    processes: Processes, target: Target, empty_url: str, redis_url: str, next_version: Path
) -> None:
    """On SQLite it is `healther up` that goes on, and an API beside it on the same file."""
    url = empty_url
    await upgrade(url)
    processes.settings(DATABASE_URL=url)
    if url.startswith("sqlite"):
        api = processes.start_server("up")
        running: list[Process] = [api]
    else:
        processes.settings(REDIS_URL=redis_url)
        api = processes.start_server("api")
        running = [api, processes.start_worker()]
    acme = processes.workspace(processes.serving(api))
    client = acme.client
    before = acme.watch(target.url("/before"))
    keys = f"{acme.path}/api-keys"
    known, strange = (
        client.call("POST", keys, 201, json={"name": name, "scope": "read"}) for name in ("known", "strange")
    )
    wait_until(lambda: acme.state(before) == "healthy", "it is checked", 60)

    await upgrade_to_next(url, next_version)
    db = Database(url)
    async with db.write_connection() as connection:
        await connection.execute(sa.text("UPDATE apikey SET scope = 'deploy' WHERE name = 'strange'"))
    await db.close()

    # Those that run go on, and those that are started now (a machine that restarts in between) do as well.
    another = processes.serving(processes.start_server("api"))
    client.api = another.url
    after = acme.watch(target.url("/after"), failure_threshold=1)
    wait_until(lambda: acme.state(after) == "healthy", "what is made now is checked", 60)
    target.set("/after", Answer(status=500))
    acme.checked(after, "down")
    opened = client.call("GET", f"{acme.path}/incidents")["items"]
    assert [each["resolved_at"] for each in opened] == [None]
    path = f"{api.url}/api/v1{acme.path}/watchers"
    assert [status_of(path, key["key"]) for key in (known, strange)] == [200, 403]
    assert {each["name"]: each["scope"] for each in client.call("GET", keys)["items"]} == {
        "known": "read",
        "strange": None,
    }
    for process in (*running, another):
        assert '"level": "error"' not in process.log
        process.send(signal.SIGTERM)
        assert process.wait(40) == 0
