"""`healther backup` and `healther restore`: what they say."""

from tests.conftest import SECRET_KEY

ANOTHER_KEY = "another-secret-only-for-tests-0123456789-abc"


def test_what_cannot_be_done_is_a_sentence_and_exit_1(run, tmp_path):
    """Where there is no database none is made."""
    done = run("backup", "one.zip", HEALTHER_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/none.db")
    assert (done.exit_code, done.stderr) == (1, f"No backup was made: there is no database at {tmp_path}/none.db\n")
    done = run("restore", "none.zip")
    assert done.exit_code == 1
    assert done.stderr == "Nothing was restored: none.zip cannot be read: No such file or directory\n"
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_restore_under_another_key_says_which_key_is_missing(run, sqlite_url, tmp_path):
    made = run("backup", "one.zip", HEALTHER_DATABASE_URL=sqlite_url, HEALTHER_SECRET_KEY=SECRET_KEY)
    assert made.exit_code == 0
    assert "keep the secret key (HEALTHER_SECRET_KEY) with it" in made.stdout

    def restored(name, **environment):
        done = run("restore", "one.zip", HEALTHER_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/{name}", **environment)
        assert done.exit_code == 0
        return done.stderr

    assert restored("1.db") == ""
    assert "HEALTHER_OLD_SECRET_KEYS" in restored("2.db", HEALTHER_SECRET_KEY=ANOTHER_KEY)
    assert restored("3.db", HEALTHER_OLD_SECRET_KEYS=SECRET_KEY) == ""


def test_a_restore_where_there_is_no_key_says_that_up_would_make_one_that_opens_nothing(
    run, sqlite_url, tmp_path, monkeypatch
):
    made = run("backup", "one.zip", HEALTHER_DATABASE_URL=sqlite_url, HEALTHER_SECRET_KEY=SECRET_KEY)
    assert made.exit_code == 0
    monkeypatch.delenv("HEALTHER_SECRET_KEY")
    done = run("restore", "one.zip", HEALTHER_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/here/new.db")
    assert done.exit_code == 0
    assert "there is no secret key here: put the one that sealed them (healther.secret) beside the" in done.stderr
    assert "than this one" not in done.stderr
