"""What a process of healther connects to and starts, as Python's audit hooks tell it.

A `sitecustomize` in front of the others on PYTHONPATH hears of every connect and every program started by Python code.
What libraries do in C (libpq, the resolver) makes no such event: those only ever get the addresses of their settings.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import Processes

_HOOK = """
import os
import sys

_STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.spawn")
_log = os.open({log!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _hear(event, arguments):
    if event == "socket.connect":
        told = arguments[1]
    elif event in _STARTS:
        told = (event, arguments[0] if arguments else None, list(arguments[1] or ()) if len(arguments) > 1 else [])
    else:
        return
    os.write(_log, f"{{os.getpid()}}\\t{{event}}\\t{{told!r}}\\n".encode())


sys.addaudithook(_hear)
"""


@dataclass(frozen=True)
class Heard:
    """One event of one process; `what` is the repr of an address, or of a program and its arguments."""

    pid: int
    event: str
    what: str


class Audit:
    """Everything that the processes of a test, started from now on, connect to and start."""

    def __init__(self, processes: Processes, folder: Path) -> None:
        self._log = folder / "audit.log"
        hooks = folder / "hooks"
        hooks.mkdir()
        (hooks / "sitecustomize.py").write_text(_HOOK.format(log=str(self._log)))
        before = processes.env.get("PYTHONPATH")
        processes.env["PYTHONPATH"] = f"{hooks}:{before}" if before else str(hooks)

    def heard(self) -> list[Heard]:
        """All of it so far."""
        lines = (line.split("\t", 2) for line in self._log.read_text().splitlines())
        return [Heard(int(pid), event, what) for pid, event, what in lines]

    def connects(self) -> set[str]:
        """Where any of them has connected to, as `127.0.0.1:80`, or a path."""
        return {place(each.what) for each in self.heard() if each.event == "socket.connect"}

    def starts(self) -> list[Heard]:
        """The programs they have started."""
        return [each for each in self.heard() if each.event != "socket.connect"]


def place(told: str) -> str:
    """`('127.0.0.1', 80)` as `127.0.0.1:80`."""
    host, _, port = told.strip("()").partition(", ")
    return f"{host.strip(chr(39))}:{port.split(',')[0]}"
