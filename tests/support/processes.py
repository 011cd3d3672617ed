"""healther's own processes, started from the environment alone, their logs kept, always ended by their pid."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import httpx
import psutil

from tests.support.people import Client, Workspace
from tests.support.servers import free_port, wait_until

SECRET_KEY = "only-for-the-fleet-of-tests-0123456789-abcdef"
# Generous: on a busy machine a start takes seconds of a core that others want too.
START_TIMEOUT_S = 120.0


class Process:
    """One process of healther."""

    def __init__(self, name: str, command: list[str], env: Mapping[str, str], log: Path, cwd: Path) -> None:
        self.name = name
        self.log_path = log
        with log.open("wb") as output:
            self.popen = subprocess.Popen(command, env=dict(env), stdout=output, stderr=output, cwd=cwd)
        self.pid = self.popen.pid

    @property
    def log(self) -> str:
        """Everything it has written so far."""
        return self.log_path.read_text(errors="replace")

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.popen.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Sends this process, and only this one, a signal."""
        self.popen.send_signal(number)

    def wait(self, timeout_s: float = 30.0) -> int:
        """Its exit code, once it has ended."""
        return self.popen.wait(timeout_s)

    def owns_port(self, port: int) -> bool:
        """Whether one of its TCP connections goes out from this local port."""
        with contextlib.suppress(psutil.NoSuchProcess):
            connections = psutil.Process(self.pid).net_connections("tcp4")
            return any(each.laddr and each.laddr.port == port for each in connections)
        return False

    def children(self) -> list[psutil.Process]:
        """The processes it has started."""
        return psutil.Process(self.pid).children()

    def end(self) -> None:
        """Kills it and its children, whatever state it is in."""
        if not self.alive:
            return
        family = [psutil.Process(self.pid)]
        family += family[0].children(recursive=True)
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.popen.wait(10)


class Server(Process):
    """A process that answers HTTP at `url`."""

    url: str


P = TypeVar("P", bound=Process)


class Processes:
    """The processes of one test: a working directory, an environment, and everyone started in it."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.started: list[Process] = []
        self._clients: list[Client] = []
        # Where the machine keeps compiled modules, a start costs a third of the time.
        hidden = ("HEALTHER_", "PYTHONDONTWRITEBYTECODE")
        self.env = {key: value for key, value in os.environ.items() if not key.startswith(hidden)}
        self.settings(
            SECRET_KEY=SECRET_KEY,
            ALLOW_NETWORKS="127.0.0.0/8",
            REFERENCE_TARGETS="",
            REGISTRATION="open",
            LOG_FORMAT="json",
            **settings,
        )

    def client(self, server: Server, email: str = "ada@example.org") -> Client:
        """Somebody's client of this API; closed with the processes."""
        client = Client(server.url, email)
        self._clients.append(client)
        return client

    def workspace(self, server: Server, name: str = "Acme") -> Workspace:
        """A workspace on this API; its owner has just made an account and signed in."""
        client = self.client(server)
        client.register()
        client.sign_in()
        return client.workspace(name)

    def settings(self, **settings: str) -> None:
        """Sets HEALTHER_... for what is started from now on."""
        self.env |= {f"HEALTHER_{key}": value for key, value in settings.items()}

    def up(self) -> Server:
        """`healther up`, answering."""
        return self.serving(self.start_server("up"))

    def start_server(self, verb: str) -> Server:
        """`healther up` or `healther api` on a free port, not waited for."""
        port = free_port()
        server = self._started(Server, verb, [_healther(), verb, "--port", str(port)])
        server.url = f"http://127.0.0.1:{port}"
        return server

    def serving(self, server: Server) -> Server:
        """Waits until it answers."""
        wait_until(lambda: _answers(server), f"{server.name} answers\n{server.log[-3000:]}", START_TIMEOUT_S)
        return server

    def start_worker(self, *options: str) -> Process:
        """`python -m healther.workers`, not waited for."""
        return self._started(Process, "worker", [sys.executable, "-m", "healther.workers", *options])

    def working(self, worker: Process, workers: int = 1) -> Process:
        """Waits until so many workers have said in its log that they started."""
        wait_until(
            lambda: worker.log.count('"worker started"') >= workers or not worker.alive,
            "the worker has started",
            START_TIMEOUT_S,
        )
        assert worker.alive, worker.log[-3000:]
        return worker

    def run(self, *arguments: str, stdin: str = "") -> str:
        """`healther <arguments>` to its end; its output. Fails unless it exits with 0."""
        done = subprocess.run(
            [_healther(), *arguments], env=self.env, cwd=self.home, input=stdin, text=True, capture_output=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def end(self) -> None:
        """Ends everyone; prints their logs, which pytest shows when the test has failed."""
        for client in self._clients:
            client.http.close()
        for process in self.started:
            process.end()
            sys.stdout.write(f"\n--- {process.log_path.name} (pid {process.pid}) ---\n{process.log[-6000:]}")

    def _started(self, kind: type[P], verb: str, command: list[str]) -> P:
        name = f"{verb}-{len(self.started) + 1}"
        process = kind(name, command, self.env, self.home / f"{name}.log", self.home)
        self.started.append(process)
        return process


def _healther() -> str:
    return str(Path(sys.executable).with_name("healther"))


def _answers(server: Server) -> bool:
    assert server.alive, server.log[-3000:]
    try:
        return httpx.get(f"{server.url}/healthz", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
