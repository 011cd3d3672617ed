"""The wall clock of real processes, set by libfaketime; their monotonic clock goes on."""

from pathlib import Path

import pytest

from tests.support.processes import Processes

_LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
needs_faketime = pytest.mark.skipif(_LIBRARY is None, reason="needs libfaketime (Debian: faketime)")


def wall_clock(processes: Processes, folder: Path, offset: str = "+0") -> Path:
    """The file that says by how many seconds the clock of processes started from now on is off; read once a second."""
    clock = folder / "clock"
    clock.write_text(offset)
    processes.env |= {
        "LD_PRELOAD": str(_LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    return clock
