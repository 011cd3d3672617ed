"""Settings that come from files, as secrets of Docker, Kubernetes and systemd do."""

import re
from pathlib import Path

import pytest

from healther.core.setting_files import names_of_files
from healther.core.settings import Settings, SettingsError, load_settings

KEY = "a-secret-only-for-tests-0123456789-abcdef"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """`given(SECRET_KEY_FILE="...")`: writes the value into a file and names the file in the environment."""

    def give(**contents: str) -> Path:
        for name, content in contents.items():
            path = tmp_path / name.lower()
            path.write_text(content)
            monkeypatch.setenv(f"HEALTHER_{name}", str(path))
        return tmp_path

    return give


def test_every_setting_that_may_hold_a_secret_may_come_from_a_file(given):
    given(
        SECRET_KEY_FILE=f"{KEY}\n",
        OLD_SECRET_KEYS_FILE="one,two\n",
        DATABASE_URL_FILE="postgresql+psycopg://healther:canary@db/healther",
        REDIS_URL_FILE="redis://:canary@redis/0\n",
        SMTP_URL_FILE="smtp://user:canary@mail.example.org\n",
    )
    settings = load_settings()
    assert settings.secret_key == KEY
    assert settings.old_secret_keys == ("one", "two")
    assert settings.database_url == "postgresql+psycopg://healther:canary@db/healther"
    assert settings.redis_url == "redis://:canary@redis/0"
    assert settings.smtp_url == "smtp://user:canary@mail.example.org"


def test_no_setting_whose_name_or_form_says_secret_is_left_out():
    telling = re.compile("secret|password|token|_url$|^redis")
    without = {name for name in Settings.model_fields if telling.search(name)} - names_of_files(Settings).keys()
    assert without <= {"access_token_minutes", "public_url"}


def test_a_setting_and_its_file_at_once_are_refused(given, monkeypatch):
    given(SECRET_KEY_FILE=KEY)
    monkeypatch.setenv("HEALTHER_SECRET_KEY", KEY)
    with pytest.raises(SettingsError, match="HEALTHER_SECRET_KEY and HEALTHER_SECRET_KEY_FILE are both set: leave one"):
        load_settings()


@pytest.mark.parametrize("content", ["", "\n", "  \n"])
def test_an_empty_file_is_refused(given, content):
    folder = given(SECRET_KEY_FILE=content)
    with pytest.raises(SettingsError, match=f"HEALTHER_SECRET_KEY_FILE: {folder}/secret_key_file is empty: write the"):
        load_settings()


@pytest.mark.parametrize(
    ("path", "why"), [("/nowhere/key", "No such file"), ("/", "Is a directory"), ("", "an empty name cannot be read")]
)
def test_a_file_that_cannot_be_read_is_refused(monkeypatch, path, why):
    monkeypatch.setenv("HEALTHER_SECRET_KEY_FILE", path)
    with pytest.raises(SettingsError, match=f"HEALTHER_SECRET_KEY_FILE: .*{why}"):
        load_settings()


def test_a_file_that_holds_no_text_is_refused_without_showing_it(monkeypatch, tmp_path):
    (tmp_path / "key").write_bytes(b"canary\xff")
    monkeypatch.setenv("HEALTHER_SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(SettingsError, match="cannot be read: it holds no text") as refused:
        load_settings()
    assert "canary" not in str(refused.value)


def test_a_wrong_value_from_a_file_is_refused_without_showing_it(given):
    given(SECRET_KEY_FILE="canary-0123456789")
    with pytest.raises(SettingsError, match="HEALTHER_SECRET_KEY: must be 32 bytes or more") as refused:
        load_settings()
    assert "canary" not in str(refused.value)


def test_the_doctor_knows_names_of_files_and_says_where_the_key_comes_from(given, run):
    given(SECRET_KEY_FILE=KEY)
    result = run("doctor", HEALTHER_LOG_LEVEL_FILE="/x")
    assert "from HEALTHER_SECRET_KEY_FILE" in result.output
    assert "HEALTHER_SECRET_KEY_FILE is no setting" not in result.output
    assert "HEALTHER_LOG_LEVEL_FILE is no setting and does nothing" in result.output
