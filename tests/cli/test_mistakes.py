"""The commonest mistakes of an operator: a sentence on stderr and exit 2, never a traceback."""

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from healther.cli import app, lazy
from healther.cli.diagnosis import place
from healther.cli.lazy import VERBS, load_verb
from healther.cli.listening import ListenError, bind, listen
from tests.support.servers import free_port

HEALTHER = Path(sys.executable).with_name("healther")
KEY = "a-secret-only-for-tests-0123456789-abcdef"
NEW_USER = ("user", "create", "--email", "ada@example.org", "--name", "Ada", "--password-stdin")


def told(folder: Path, *arguments: str, **environment: str) -> str:
    """What the command wrote to stderr; it must have ended with 2, at once and without a word on stdout."""
    done = subprocess.run(
        [HEALTHER, *arguments],
        env={**os.environ, "HEALTHER_REFERENCE_TARGETS": "", "HEALTHER_SECRET_KEY": KEY, **environment},
        cwd=folder,
        input="the quick brown fox 42\n",
        text=True,
        capture_output=True,
    )
    assert (done.returncode, done.stdout) == (2, ""), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize("verb", [("migrate",), ("up", "--port", "0"), NEW_USER])
def test_a_postgresql_that_is_away_is_a_sentence_without_its_password(tmp_path, verb):
    url = f"postgresql+psycopg://healther:canary@127.0.0.1:{free_port()}/healther"
    said = told(tmp_path, *verb, HEALTHER_DATABASE_URL=url)
    assert "does not answer" in said
    assert "is it running, is the URL right?" in said
    assert "canary" not in said


@pytest.mark.parametrize("verb", [("migrate",), NEW_USER])
def test_a_port_that_is_none_is_a_sentence_without_the_password(tmp_path, verb):
    said = told(tmp_path, *verb, HEALTHER_DATABASE_URL="postgresql+psycopg://healther:canary@127.0.0.1:abc/healther")
    assert said == "HEALTHER_DATABASE_URL: the port must be between 1 and 65535\n"


@pytest.mark.parametrize("verb", [("migrate",), ("up", "--port", "0")])
def test_a_schema_of_a_newer_healther_is_left_alone(tmp_path, verb):
    with closing(sqlite3.connect(tmp_path / "healther.db")) as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
        database.commit()
    said = told(tmp_path, *verb)
    assert said == "the schema is at 9999, which this version does not know: a newer healther made it, use that one\n"


@pytest.mark.parametrize("verb", [("migrate",), ("up", "--port", "0")])
def test_a_folder_that_does_not_exist_is_a_sentence(tmp_path, verb):
    said = told(tmp_path, *verb, HEALTHER_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/nowhere/healther.db")
    assert said == f"the folder {tmp_path}/nowhere does not exist: make it, or change HEALTHER_DATABASE_URL\n"


@pytest.mark.parametrize("verb", [("migrate",), ("up", "--port", "0"), NEW_USER])
def test_a_file_that_is_no_database_is_a_sentence(tmp_path, verb):
    (tmp_path / "healther.db").write_bytes(b"no database at all, and long enough to have a header" * 100)
    said = told(tmp_path, *verb)
    assert "healther.db cannot be used: file is not a database" in said


def test_a_folder_that_may_not_be_written_is_a_sentence(run, tmp_path, monkeypatch):
    """The system calls are told to refuse: tests run as root, which may write everywhere."""
    monkeypatch.setattr(place, "access", lambda _path, _mode: False)
    monkeypatch.setattr(os, "link", refuse)
    result = run("up", "--port", "0")
    assert result.exit_code == 2
    assert "may not be written by this user; SQLite needs the file and its folder" in result.output


def refuse(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


@pytest.mark.usefixtures("run")
def test_an_account_without_a_schema_leaves_no_file_behind():
    result = CliRunner().invoke(app, NEW_USER, input="the quick brown fox 42\n")
    assert result.exit_code == 1
    assert "run `healther migrate` first" in result.output
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize("verb", ["up", "api"])
def test_a_taken_port_is_a_sentence_before_anything_was_started(tmp_path, verb):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        said = told(tmp_path, verb, "--port", str(port))
    assert said.startswith(f"127.0.0.1:{port} is taken: ")
    assert "--port" in said
    assert list(tmp_path.iterdir()) == []


def test_a_host_that_is_none_is_named(tmp_path):
    assert told(tmp_path, "up", "--host", "nope.invalid.", "--port", "0").startswith("--host nope.invalid.: ")


def test_an_address_of_another_machine_is_named(tmp_path):
    said = told(tmp_path, "up", "--host", "192.0.2.1", "--port", "0")
    assert said.startswith("192.0.2.1:0 is no address of this machine: ")


def test_of_two_who_bind_at_once_the_slower_one_is_told():
    sockets = bind("127.0.0.1", 0)
    port = sockets[0].getsockname()[1]
    late = bind("127.0.0.1", port)
    try:
        listen(sockets, 8)
        with pytest.raises(ListenError, match=f"127.0.0.1:{port} is taken"):
            listen(late, 8)
    finally:
        for each in (*sockets, *late):
            each.close()


def test_every_address_of_a_host_gets_the_same_free_port():
    sockets = bind("localhost", 0)
    assert len({each.getsockname()[1] for each in sockets}) == 1
    for each in sockets:
        each.close()


@pytest.mark.parametrize(
    "arguments",
    [("--timeout-ms", "5"), ("--client-certificate", "/nope"), ("--no-such-option",), ("--max-redirects", "x")],
)
def test_a_wrong_option_of_a_check_is_not_the_exit_code_of_down(run, arguments):
    result = run("check", "http://127.0.0.1:9/", *arguments)
    assert result.exit_code == 3
    assert arguments[0] in result.output


def test_a_check_of_nothing_is_not_down(run):
    assert run("check").exit_code == 3


@pytest.mark.parametrize("verb", VERBS)
def test_the_line_of_every_verb_is_the_beginning_of_its_docstring(verb):
    docstring = " ".join((load_verb(verb).help or "").split("\n\n")[0].split())
    assert docstring.startswith(VERBS[verb][1])


def test_help_imports_no_verb():
    code = (
        "import sys; from healther.cli import app\ntry: app(['--help'])\nexcept SystemExit: print(sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()[-1]
    assert f"'{lazy.__name__}'" in loaded
    for heavy in ("sqlalchemy", "fastapi", "alembic", "healther.probes", "uvicorn"):
        assert f"'{heavy}'" not in loaded


def test_the_version_can_be_asked_for(run):
    result = run("--version")
    assert (result.exit_code, result.output) == (0, f"healther {version('healther')}\n")
