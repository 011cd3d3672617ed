"""The secret key that `healther up` makes for itself."""

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from healther.cli.secret_key import secret_file, with_secret_key
from healther.core.setting_values import MIN_SECRET_BYTES
from healther.core.settings import Settings, SettingsError


def settings_in(folder: Path) -> Settings:
    return Settings(database_url=f"sqlite+aiosqlite:///{folder}/healther.db")


def test_the_first_start_makes_a_key_that_only_its_user_may_read(tmp_path):
    key = with_secret_key(settings_in(tmp_path)).require_secret_key()
    assert len(key.encode()) >= MIN_SECRET_BYTES
    file = tmp_path / "healther.secret"
    assert file.read_text() == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_later_starts_use_the_same_key(tmp_path):
    first = with_secret_key(settings_in(tmp_path)).secret_key
    assert with_secret_key(settings_in(tmp_path)).secret_key == first


def test_two_installations_have_different_keys(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    a, b = (with_secret_key(settings_in(tmp_path / name)).secret_key for name in ("a", "b"))
    assert a != b


def test_a_given_key_is_used_and_no_file_is_made(tmp_path):
    given = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/healther.db", secret_key="0123456789" * 4)
    assert with_secret_key(given) is given
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_key_file_is_refused_without_showing_it(tmp_path):
    (tmp_path / "healther.secret").write_text("canary")
    with pytest.raises(SettingsError, match="does not hold a usable secret key") as refused:
        with_secret_key(settings_in(tmp_path))
    assert "canary" not in str(refused.value)


def test_postgresql_needs_a_key_that_is_given():
    with pytest.raises(SettingsError, match="HEALTHER_SECRET_KEY is not set"):
        with_secret_key(Settings(database_url="postgresql+psycopg://127.0.0.1/healther"))


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"])
def test_a_database_in_memory_has_no_place_for_a_key(url):
    with pytest.raises(SettingsError, match="needs a file"):
        secret_file(url)


@pytest.mark.parametrize("key", ["", "changeme", "x" * 32, "a" * 64, "short-but-mixed-1234567890"])
def test_a_missing_short_or_known_key_is_refused(key, monkeypatch, run):
    """A13."""
    result = run("api", HEALTHER_SECRET_KEY=key)
    assert result.exit_code != 0
    assert isinstance(result.exception, SettingsError)
    assert "HEALTHER_SECRET_KEY" in str(result.exception)


def test_first_starts_at_the_same_moment_agree_on_one_key(tmp_path):
    together = threading.Barrier(8)

    def start(_number: int) -> str:
        together.wait()
        return with_secret_key(settings_in(tmp_path)).require_secret_key()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(8)))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["healther.secret"]
