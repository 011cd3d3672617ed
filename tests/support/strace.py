"""Faults of the system's calls, one process at a time, by strace."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

PROGRAM = shutil.which("strace")
"""None = not installed (Debian: strace)."""


@contextmanager
def injected(pid: int, calls: str, fault: str) -> Iterator[subprocess.Popen[bytes]]:
    """These calls of the process meet the fault, in strace's words, inside the block; yields strace, which must run."""
    inject = ("-e", f"trace={calls}", "-e", f"inject={calls}:{fault}")
    strace = subprocess.Popen([str(PROGRAM), "-f", "-qq", "-o", "/dev/null", *inject, "-p", str(pid)])
    try:
        yield strace
    finally:
        strace.terminate()
        strace.wait(10)
