"""The settings as they are in the environment: wrong ones, unknown ones, and the secret key."""

import os
import stat
from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from healther.app.addresses import client_address_of
from healther.cli.diagnosis.finding import Finding, note, ok, problem
from healther.cli.secret_key import secret_file, with_secret_key
from healther.core.settings import Settings, SettingsError, load_settings
from healther.net.target import parse_port

PREFIX = "HEALTHER_"
_TESTS = "HEALTHER_TEST_"


def examine_settings() -> tuple[Settings | None, list[Finding]]:
    """The settings, None when they cannot be used, and what is to be said of them."""
    unknown = list(_unknown())
    try:
        settings = load_settings()
    except SettingsError as error:
        return None, [problem("settings", line) for line in str(error).splitlines()] + unknown
    findings = [*_wrong(settings), *unknown, *_public_url(settings)]
    if not any(finding.level == "PROBLEM" for finding in findings):
        given = ", ".join(PREFIX + name.upper() for name in sorted(settings.model_fields_set)) or "none"
        findings.insert(0, ok("settings", f"can be used; set in the environment: {given}"))
    return settings, findings


def examine_secret_key(settings: Settings) -> tuple[str | None, Finding]:
    """The key that healther will use, None when there is none yet, and where it comes from."""
    if settings.secret_key is not None:
        size = len(settings.secret_key.encode())
        return settings.secret_key, ok("secret key", f"{size} bytes, from HEALTHER_SECRET_KEY")
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


def _wrong(settings: Settings) -> Iterator[Finding]:
    """What the settings' own validation leaves to whoever uses them."""
    try:
        client_address_of(settings.trusted_proxies)
    except SettingsError as error:
        yield problem("settings", str(error))
    for target in settings.reference_targets:
        host, _, port = target.rpartition(":")
        if not host or not _is_port(port):
            yield problem("settings", f"HEALTHER_REFERENCE_TARGETS: {target!r} is not host:port, e.g. 1.1.1.1:443")
    for server in settings.dns_servers:
        with_port = server.startswith("[") or server.count(":") == 1
        host, _, port = server.rpartition(":") if with_port else (server, "", "53")
        if not _is_address(host) or not _is_port(port):
            yield problem("settings", f"HEALTHER_DNS_SERVERS: {server!r} is not ip or ip:port, e.g. 9.9.9.9")


def _unknown() -> Iterator[Finding]:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known and not name.startswith(_TESTS):
            meant = get_close_matches(name, known, 1)
            guess = f"; did you mean {meant[0]}?" if meant else ""
            yield note("settings", f"{name} is no setting and does nothing{guess}")


def _public_url(settings: Settings) -> Iterator[Finding]:
    url = urlsplit(settings.public_url)
    if url.scheme not in ("http", "https") or not url.hostname:
        yield problem("settings", f"HEALTHER_PUBLIC_URL: {settings.public_url!r} is not an http or https address")
    elif url.scheme == "http" and url.hostname not in ("127.0.0.1", "::1", "localhost"):
        yield note(
            "settings",
            "HEALTHER_PUBLIC_URL is http: sign-in cookies are sent unencrypted; serve healther over https",
        )


def _is_port(text: str) -> bool:
    try:
        parse_port(text)
    except ValueError:
        return False
    return True


def _is_address(text: str) -> bool:
    try:
        ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True
