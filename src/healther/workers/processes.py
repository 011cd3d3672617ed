"""N worker processes under one parent: started together, stopped together, a dead one started again.

A parent that is killed cannot stop its children: they hold the other end of a pipe that only it keeps open, and drain
when it closes.
"""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time

import structlog
import uvloop

from healther.core.settings import Settings
from healther.observability.logs import configure_logs
from healther.workers.host import WorkerHost, make_current

log = structlog.get_logger()

_RESTART_AFTER_S = 1.0
_POLL_S = 0.2


def work(settings: Settings, processes: int, *, supervised: bool = False, number: int = 0) -> None:
    """Runs `processes` workers until SIGTERM or SIGINT; a `supervised` one also until its standard input ends.

    `number` is which of its parent's this is, from 0.
    """
    if supervised:
        threading.Thread(target=_stop_without_parent, name="parent", daemon=True).start()
    if processes == 1:
        _work_here(settings, number)
    else:
        configure_logs(settings.log_level, settings.log_format)
        _supervise(processes)


def _work_here(settings: Settings, number: int) -> None:
    configure_logs(settings.log_level, settings.log_format)
    # The RQ thread must not hold the interpreter for 5 ms while the engine's loop is timing other people's services.
    sys.setswitchinterval(0.001)
    host = WorkerHost(settings, number)
    make_current(host)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if not runner.run(host.run()):
            sys.exit(1)


def _stop_without_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        continue  # nobody writes: all there is to read is the end
    log.error("the parent of the worker processes is gone, stopping")
    os.kill(os.getpid(), signal.SIGTERM)


def _supervise(count: int) -> None:
    stopping = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    command = [sys.executable, "-m", "healther.workers", "--supervised"]
    for_children, _kept_open = os.pipe()

    def start(number: int) -> subprocess.Popen[bytes]:
        # A process group of its own: Ctrl-C reaches the parent alone, which passes it on once.
        return subprocess.Popen(  # noqa: S603
            [*command, "--number", str(number)], process_group=0, env=dict(os.environ), stdin=for_children
        )

    children = [start(number) for number in range(count)]
    while not stopping:
        for index, child in enumerate(children):
            if child.poll() is not None and not stopping:
                log.error("a worker process ended, starting another", pid=child.pid, exit_code=child.returncode)
                time.sleep(_RESTART_AFTER_S)
                children[index] = start(index)
        time.sleep(_POLL_S)
    for child in children:
        child.terminate()
    for child in children:
        child.wait()
