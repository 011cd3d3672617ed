"""The settings as they are in the environment: wrong ones, unknown ones, and the secret key."""

import os
import stat
from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from healther.cli.diagnosis.finding import Finding, note, ok, problem
from healther.cli.secret_key import secret_file, with_secret_key
from healther.core.setting_files import names_of_files
from healther.core.settings import Settings, SettingsError, load_settings

PREFIX = "HEALTHER_"
_HALF_OF_ALL = 1
# Read by others: the tests, and `healther check --bearer`.
_ELSEWHERE = ("HEALTHER_TEST_", "HEALTHER_CHECK_")


def examine_settings() -> tuple[Settings | None, list[Finding]]:
    """The settings, None when they cannot be used, and what is to be said of them."""
    unknown = list(_unknown())
    try:
        settings = load_settings()
    except SettingsError as error:
        return None, [problem("settings", line) for line in str(error).splitlines()] + unknown
    given = ", ".join(PREFIX + name.upper() for name in sorted(settings.model_fields_set)) or "none"
    usable = ok("settings", f"can be used; set in the environment: {given}")
    return settings, [usable, *unknown, *_public_url(settings), *_proxies(settings)]


def examine_secret_key(settings: Settings) -> tuple[str | None, Finding]:
    """The key that healther will use, None when there is none yet, and where it comes from."""
    if settings.secret_key is not None:
        size = len(settings.secret_key.encode())
        source = "HEALTHER_SECRET_KEY_FILE" if "HEALTHER_SECRET_KEY_FILE" in os.environ else "HEALTHER_SECRET_KEY"
        return settings.secret_key, ok("secret key", f"{size} bytes, from {source}")
    try:
        if not settings.is_sqlite:
            settings.require_secret_key()
        file = secret_file(settings.database_url)
        if not file.exists():
            return None, ok(
                "secret key", f"none yet; `healther up` makes one at its first start and keeps it in {file}"
            )
        key = with_secret_key(settings).secret_key
    except SettingsError as error:
        return None, problem("secret key", str(error))
    except OSError as error:
        return None, problem("secret key", f"{error}; `healther up` must be able to read it")
    return key, _kept_key(file)


def _kept_key(file: Path) -> Finding:
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return note("secret key", f"from {file}, which others may read (mode {mode:04o}): chmod 600 {file}")
    return ok("secret key", f"from {file} (mode {mode:04o}); keep a copy of it with every backup of the database")


def _unknown() -> Iterator[Finding]:
    known = [name.upper() for name in Settings.model_fields]
    known += [variable.removeprefix(PREFIX) for variable in names_of_files(Settings).values()]
    for name in sorted(os.environ):
        setting = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and setting not in known and not name.startswith(_ELSEWHERE):
            meant = get_close_matches(setting, known, 1)
            guess = f"; did you mean {PREFIX}{meant[0]}?" if meant else ""
            yield note("settings", f"{name} is no setting and does nothing{guess}")


def _public_url(settings: Settings) -> Iterator[Finding]:
    url = urlsplit(settings.public_url)
    if url.scheme == "http" and url.hostname not in ("127.0.0.1", "::1", "localhost"):
        yield note(
            "settings",
            "HEALTHER_PUBLIC_URL is http: sign-in cookies are sent unencrypted; serve healther over https",
        )


def _proxies(settings: Settings) -> Iterator[Finding]:
    """Networks no proxy of somebody's own fills: half of all addresses there are, or more."""
    wide = [text for text in settings.trusted_proxies if ip_network(text).prefixlen <= _HALF_OF_ALL]
    if wide:
        yield note(
            "settings",
            f"HEALTHER_TRUSTED_PROXIES has {', '.join(wide)}: anybody may then say which address they have, and no "
            "limit by address holds; name the proxies alone",
        )
