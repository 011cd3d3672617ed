"""healther's own processes in a benchmark, and what they cost."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil

from healther.migrations.run import upgrade
from tests.support.servers import free_port, postgres, wait_until

SECRET_KEY = "only-for-benchmarks-0123456789-abcdefghij"


class LeftOutError(Exception):
    """What a benchmark needs is not installed here; says how to install it."""


def program(name: str, *, package: str) -> str:
    """The path of a program; raises LeftOutError naming the Debian package where it is missing."""
    found = shutil.which(name)
    if found is None:
        raise LeftOutError(f"{name} is not installed here: apt-get install {package}")
    return found


# Benchmarks watch servers on loopback and dial nobody else.
LOOPBACK_ONLY = {"ALLOW_NETWORKS": "127.0.0.0/8", "REFERENCE_TARGETS": ""}


@contextmanager
def embedded_environment() -> Iterator[dict[str, str]]:
    """The environment of a `healther up` on a new, migrated SQLite file of its own."""
    with TemporaryDirectory(prefix="healther-bench-") as home:
        url = f"sqlite+aiosqlite:///{home}/healther.db"
        asyncio.run(upgrade(url))
        yield {**LOOPBACK_ONLY, "DATABASE_URL": url}


@contextmanager
def postgresql_environment() -> Iterator[dict[str, str]]:
    """The same on a PostgreSQL of its own, with the settings a server has by itself."""
    with postgres(durable=True) as server:
        url = server.replace("postgresql://", "postgresql+psycopg://")
        asyncio.run(upgrade(url))
        yield {**LOOPBACK_ONLY, "DATABASE_URL": url}


@contextmanager
def healther(
    arguments: Sequence[str], environment: Mapping[str, str], *, ca_file: Path | None = None
) -> Iterator[psutil.Process]:
    """`healther <arguments>` as a process of its own, its log in a file; ended with SIGTERM."""
    log = Path(tempfile.mkstemp(prefix="healther-bench-", suffix=".log")[1])
    env = {key: value for key, value in os.environ.items() if not key.startswith("HEALTHER_")}
    env |= {"HEALTHER_SECRET_KEY": SECRET_KEY, "HEALTHER_LOG_LEVEL": "WARNING"}
    env |= {f"HEALTHER_{key}": value for key, value in environment.items()}
    if ca_file is not None:
        env["SSL_CERT_FILE"] = str(ca_file)
    command = [sys.executable, "-c", "import sys; from healther.cli import main; sys.exit(main())", *arguments]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=env, stdout=output, stderr=output)
    try:
        yield psutil.Process(process.pid)
        if process.poll() is not None:
            raise SystemExit(f"healther ended during the benchmark:\n{log.read_text()[-2000:]}")
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        text = log.read_text()
        log.unlink()
        if text.strip():
            print("  log of", " ".join(arguments), "(end):", text[-600:], sep="\n  ")


@contextmanager
def healther_up(environment: Mapping[str, str], *, ca_file: Path | None = None) -> Iterator[tuple[psutil.Process, str]]:
    """`healther up` on a free port; yields the process and its URL once it answers."""
    with _answering("up", environment, ca_file) as answering:
        yield answering


@contextmanager
def healther_api(environment: Mapping[str, str]) -> Iterator[tuple[psutil.Process, str]]:
    """`healther api` on a free port; yields the process and its URL once it answers."""
    with _answering("api", environment, None) as answering:
        yield answering


@contextmanager
def _answering(verb: str, environment: Mapping[str, str], ca_file: Path | None) -> Iterator[tuple[psutil.Process, str]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with healther([verb, "--port", str(port)], environment, ca_file=ca_file) as process:
        wait_until(lambda: _alive(url), f"healther {verb} answers", 60)
        yield process, url


def _alive(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def cpu_s(*processes: psutil.Process) -> float:
    """CPU seconds used so far by these processes and their children, user and system."""
    total = 0.0
    for process in processes:
        for each in [process, *process.children(recursive=True)]:
            try:
                times = each.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
    return total
