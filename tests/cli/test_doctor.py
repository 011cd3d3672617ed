"""`healther doctor`: every illness it knows, made for real, is named with its cure."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rq import Queue, Worker
from sqlalchemy import text

from healther.cli.diagnosis import database, place, surroundings
from healther.core.clock import HOUR_MS, now_ms
from healther.core.crypto import Sealer
from healther.core.db import Database
from healther.history.partitions import ensure_partitions
from healther.migrations.state import head_revision
from healther.monitoring.dispatch_rq import connect
from healther.watchers.secrets import SEALER_PURPOSE, seal_options
from tests.support.doctor import said
from tests.support.servers import free_port, redis
from tests.support.sinks import smtp_sink
from tests.support.watchers import add_watcher

KEY = "a-secret-only-for-tests-0123456789-abcdef"
OTHER_KEY = "another-secret-for-tests-9876543210-zyxwv"


def on(url: str, work: Callable[[Database], Awaitable[object]]) -> None:
    """Does something in a database, from a test that is no coroutine: the command runs a loop of its own."""

    async def do() -> None:
        db = Database(url)
        try:
            await work(db)
        finally:
            await db.close()

    asyncio.run(do())


async def execute(db: Database, statement: str) -> None:
    async with db.write_connection() as connection:
        await connection.execute(text(statement))


def test_an_empty_folder_is_fine_and_stays_empty(run):
    result = run("doctor")
    assert result.exit_code == 0, result.output
    assert said(result.output, "database") == ["note healther.db does not exist yet; `healther up` makes it"]
    assert "Nothing is wrong" in result.output
    assert list(Path.cwd().iterdir()) == []


def test_a_migrated_database_is_fine_and_says_how_durable_it_is(run, database_url):
    result = run("doctor", HEALTHER_DATABASE_URL=database_url, HEALTHER_SECRET_KEY=KEY)
    assert result.exit_code == 0, result.output
    assert said(result.output, "schema") == [f"ok at {head_revision()}, the newest this version knows"]
    assert said(result.output, "checks") == ["ok none is overdue"]
    assert said(result.output, "accounts")[0].startswith("note none yet: `healther user create")
    assert len(said(result.output, "durability")) == 1
    assert KEY not in result.output


def test_every_wrong_setting_has_its_line_and_its_value_is_not_repeated(run):
    result = run(
        "doctor", HEALTHER_SECRET_KEY="short-canary", HEALTHER_LOG_LEVEL="LOUD", HEALTHER_ALLOW_NETWORKS="10/8"
    )
    assert result.exit_code == 1
    settings = "\n".join(said(result.output, "settings"))
    for name in ("SECRET_KEY", "LOG_LEVEL", "ALLOW_NETWORKS"):
        assert f"PROBLEM HEALTHER_{name}: " in settings
    assert "a-canary" not in result.output
    assert "3 problems to solve" in result.output


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HEALTHER_TRUSTED_PROXIES", "the-proxy"),
        ("HEALTHER_REFERENCE_TARGETS", "1.1.1.1"),
        ("HEALTHER_REFERENCE_TARGETS", "1.1.1.1:99999"),
        ("HEALTHER_DNS_SERVERS", "dns.example"),
        ("HEALTHER_DNS_SERVERS", "127.0.0.1:dns"),
        ("HEALTHER_PUBLIC_URL", "status.example.org"),
        ("HEALTHER_CORS_ORIGINS", "https://app.example.org/path"),
    ],
)
def test_what_settings_alone_cannot_see_is_seen_here(run, name, value):
    result = run("doctor", **{name: value})
    assert result.exit_code == 1
    assert said(result.output, "settings")[0].startswith(f"PROBLEM {name}: ")


@pytest.mark.parametrize("servers", ["127.0.0.1", "127.0.0.1:5353", "::1", "[::1]:5353"])
def test_name_servers_may_be_written_in_every_usual_way(run, servers):
    assert run("doctor", HEALTHER_DNS_SERVERS=servers).exit_code == 0


def test_a_mistyped_setting_is_named_with_the_one_that_was_meant(run):
    result = run("doctor", HEALTHER_REDIS_URI="redis://127.0.0.1", HEALTHER_ZZZ="1")
    assert result.exit_code == 0
    assert "note HEALTHER_REDIS_URI is no setting and does nothing; did you mean HEALTHER_REDIS_URL?" in said(
        result.output, "settings"
    )
    assert "note HEALTHER_ZZZ is no setting and does nothing" in said(result.output, "settings")


def test_trusting_everybody_as_a_proxy_is_remarked_and_trusting_one_s_own_is_not(run):
    everybody = said(run("doctor", HEALTHER_TRUSTED_PROXIES="10.0.0.5,0.0.0.0/0,::/0").output, "settings")
    assert len(everybody) == 2
    assert everybody[1].startswith("note HEALTHER_TRUSTED_PROXIES has 0.0.0.0/0, ::/0: anybody may then say")
    halves = said(run("doctor", HEALTHER_TRUSTED_PROXIES="0.0.0.0/1,128.0.0.0/1").output, "settings")
    assert halves[1].startswith("note HEALTHER_TRUSTED_PROXIES has 0.0.0.0/1, 128.0.0.0/1: ")
    assert len(said(run("doctor", HEALTHER_TRUSTED_PROXIES="10.0.0.0/8,fd00::/8").output, "settings")) == 1


def test_a_public_url_without_tls_is_remarked(run):
    assert (
        "note HEALTHER_PUBLIC_URL is http"
        in said(run("doctor", HEALTHER_PUBLIC_URL="http://status.example.org").output, "settings")[-1]
    )


def test_postgresql_without_a_secret_key_is_a_problem(run, postgres_url):
    result = run("doctor", HEALTHER_DATABASE_URL=postgres_url)
    assert result.exit_code == 1
    assert "HEALTHER_SECRET_KEY is not set" in said(result.output, "secret key")[0]


def test_a_kept_secret_key_that_others_may_read_is_remarked(run, sqlite_url):
    file = Path(sqlite_url.removeprefix("sqlite+aiosqlite:///")).parent / "healther.secret"
    file.write_text(KEY)
    file.chmod(0o644)
    assert f"chmod 600 {file}" in said(run("doctor", HEALTHER_DATABASE_URL=sqlite_url).output, "secret key")[0]
    file.chmod(0o600)
    assert said(run("doctor").output, "secret key")[0].startswith(f"ok from {file} (mode 0600)")
    file.write_text("damaged")
    result = run("doctor")
    assert result.exit_code == 1
    assert "does not hold a usable secret key" in said(result.output, "secret key")[0]


def test_a_database_that_is_away_is_a_problem_and_its_password_stays_secret(run):
    url = f"postgresql+psycopg://healther:canary@127.0.0.1:{free_port()}/healther"
    result = run("doctor", HEALTHER_DATABASE_URL=url, HEALTHER_SECRET_KEY=KEY)
    assert result.exit_code == 1
    assert "does not answer" in said(result.output, "database")[0]
    assert "canary" not in result.output


def test_a_file_that_is_no_database_is_a_problem(run, tmp_path):
    (tmp_path / "letter.db").write_text("Dear Sir or Madam, " * 100)
    result = run("doctor", HEALTHER_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/letter.db")
    assert result.exit_code == 1
    assert "file is not a database" in said(result.output, "database")[0]


def test_a_folder_that_is_not_there_is_a_problem(run, tmp_path):
    result = run("doctor", HEALTHER_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/none/healther.db")
    assert result.exit_code == 1
    assert "does not exist: make it" in said(result.output, "disk")[0]


def test_a_full_disk_is_a_problem_and_a_filling_one_a_note(run, monkeypatch):
    def with_free(size: int) -> str:
        monkeypatch.setattr(place.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": size}))
        return said(run("doctor").output, "disk")[0]

    assert with_free(50 << 20).startswith("PROBLEM 0.0 GiB free")
    assert with_free(500 << 20).startswith("note 0.5 GiB free")


def test_a_missing_schema_names_the_command_that_makes_it(run, empty_postgres_url):
    result = run("doctor", HEALTHER_DATABASE_URL=empty_postgres_url, HEALTHER_SECRET_KEY=KEY)
    assert result.exit_code == 1
    assert said(result.output, "schema") == ["PROBLEM the database is empty: run `healther migrate`"]


def test_a_schema_of_a_newer_healther_is_told_apart_from_an_old_one(run, sqlite_url):
    on(sqlite_url, lambda db: execute(db, "UPDATE alembic_version SET version_num = '9999'"))
    result = run("doctor", HEALTHER_DATABASE_URL=sqlite_url)
    assert result.exit_code == 1
    assert "a newer healther made it" in said(result.output, "schema")[0]


def test_secrets_sealed_with_another_key_are_a_problem_until_they_are_resealed(run, database_url, monkeypatch):
    async def seal(db: Database) -> None:
        sealed = seal_options({"bearer_token": "t"}, Sealer(KEY, SEALER_PURPOSE))
        await add_watcher(db, now_ms(), sealed_options=sealed)

    on(database_url, seal)
    good = run("doctor", HEALTHER_DATABASE_URL=database_url, HEALTHER_SECRET_KEY=KEY)
    assert said(good.output, "secrets") == ["ok 1 watcher or channel has sealed secrets, and the key opens them"]
    bad = run("doctor", HEALTHER_SECRET_KEY=OTHER_KEY)
    assert bad.exit_code == 1
    assert "1 of 1 watchers" in said(bad.output, "secrets")[0]
    rotated = {"HEALTHER_SECRET_KEY": OTHER_KEY, "HEALTHER_OLD_SECRET_KEYS": KEY}
    assert "run `healther reseal`" in said(run("doctor", **rotated).output, "secrets")[0]
    assert run("reseal").output == "1 sealed anew, 0 were already, 0 cannot be opened.\n"
    monkeypatch.delenv("HEALTHER_OLD_SECRET_KEYS")
    assert run("reseal").output == "0 sealed anew, 1 were already, 0 cannot be opened.\n"
    assert said(run("doctor").output, "secrets")[0].startswith("ok 1 ")
    lost = run("reseal", HEALTHER_SECRET_KEY=KEY)
    assert lost.exit_code == 1
    assert "0 sealed anew, 0 were already, 1 cannot be opened." in lost.output


def test_mail_that_cannot_be_sent_is_told(run, sqlite_url):
    result = run("doctor", HEALTHER_DATABASE_URL=sqlite_url)
    assert said(result.output, "mail")[0].startswith("note HEALTHER_SMTP_URL is not set")
    away = {"HEALTHER_SMTP_URL": "smtp://127.0.0.1:9", "HEALTHER_MAIL_FROM": "alerts@example.org"}
    assert said(run("doctor", **away).output, "mail")[0].startswith("PROBLEM the mail server 127.0.0.1:9")
    with smtp_sink() as sink:
        good = run("doctor", HEALTHER_SMTP_URL=f"smtp://127.0.0.1:{sink.port}")
    assert said(good.output, "mail") == [
        f"ok 127.0.0.1:{sink.port} accepts connections; mail comes from alerts@example.org"
    ]
    wrong = run("doctor", HEALTHER_SMTP_URL="smtp://ada:hush@host?starttls=never")
    assert "a password is not sent without encryption" in wrong.output
    assert "hush" not in wrong.output


def test_overdue_checks_are_a_problem_r6(run, database_url):
    async def forget(db: Database) -> None:
        await add_watcher(db, now_ms() - HOUR_MS)

    on(database_url, forget)
    result = run("doctor", HEALTHER_DATABASE_URL=database_url, HEALTHER_SECRET_KEY=KEY)
    assert result.exit_code == 1
    assert re.match(r"PROBLEM overdue by up to 36\d\d s", said(result.output, "checks")[0])


def test_missing_partitions_are_named_until_a_worker_made_them(run, postgres_url):
    result = run("doctor", HEALTHER_DATABASE_URL=postgres_url, HEALTHER_SECRET_KEY=KEY)
    assert said(result.output, "partitions")[0].startswith("note not there yet: healthevent_2")
    on(postgres_url, lambda db: ensure_partitions(db, now_ms()))
    assert said(run("doctor").output, "partitions")[0].startswith("ok ")


def test_a_database_whose_clock_is_elsewhere_is_remarked(run, postgres_url, monkeypatch):
    monkeypatch.setattr(database, "now_ms", lambda: now_ms() - HOUR_MS)
    result = run("doctor", HEALTHER_DATABASE_URL=postgres_url, HEALTHER_SECRET_KEY=KEY)
    # Not to the tenth of a second: the answer took as long as it took.
    assert re.match(r"note the database's clock is \+3(59|60)\d\.", said(result.output, "clock")[0])


def test_a_stepped_clock_is_remarked_and_an_unset_one_a_problem(monkeypatch):
    watch = surroundings.ClockWatch()
    assert watch.finding().level == "ok"
    monkeypatch.setattr(surroundings, "now_ms", lambda: now_ms() + HOUR_MS)
    assert watch.finding().text.startswith("it was stepped by +3600.")
    monkeypatch.setattr(surroundings, "now_ms", lambda: 1_000)
    assert watch.finding().text.startswith("this machine believes it is 1970-01-01 00:00Z")


def test_redis_its_queue_and_the_workers_on_it_are_counted(run):
    with redis() as server:
        url = f"redis://127.0.0.1:{server.port}/0"
        first = run("doctor", HEALTHER_REDIS_URL=url)
        assert first.exit_code == 0, first.output
        assert said(first.output, "redis")[0].startswith("ok answers (version ")
        assert said(first.output, "queue") == ["ok 0 batches wait on health-checks"]
        assert said(first.output, "workers")[0].startswith("note none is seen on health-checks: start")

        connection = connect(url)
        queue = Queue("health-checks", connection=connection)
        Worker([queue], connection=connection).register_birth()
        for _ in range(20):
            queue.enqueue_call("nobody.runs.this")
        second = run("doctor")
        assert said(second.output, "workers") == ["ok 1 on health-checks"]
        assert said(second.output, "queue")[0].startswith("note 20 batches wait on health-checks: workers")
        connection.close()


@pytest.mark.parametrize("url", ["redis://:canary@127.0.0.1:{port}/0", "not a url"])
def test_a_redis_that_is_away_is_a_problem(run, url):
    result = run("doctor", HEALTHER_REDIS_URL=url.format(port=free_port()))
    assert result.exit_code == 1
    assert said(result.output, "redis")[0].startswith("PROBLEM HEALTHER_REDIS_URL does not answer")
    assert "canary" not in result.output


def test_reference_targets_are_asked_and_what_their_silence_means_is_said(run):
    with redis() as server:
        here = f"127.0.0.1:{server.port}"
        result = run("doctor", HEALTHER_REFERENCE_TARGETS=here)
        assert said(result.output, "references") == [f"ok 1 of 1 can be reached: {here}"]
    result = run("doctor", HEALTHER_REFERENCE_TARGETS=f"127.0.0.1:{free_port()}")
    assert result.exit_code == 0
    assert "cannot tell its own network's failure" in said(result.output, "references")[0]
