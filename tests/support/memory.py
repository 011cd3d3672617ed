"""Where tests write: to memory where the machine has room for it. What they ask of databases is no disk's to answer."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
# A run takes a tenth of this; Docker gives 64 MB unless told otherwise.
ROOM_BYTES = 4 << 30


def use_memory() -> None:
    """Temporary files of this process and those it starts go to memory, unless TMPDIR says otherwise."""
    if "TMPDIR" not in os.environ and _has_room():
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _has_room() -> bool:
    if not os.access(MEMORY, os.W_OK) or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(MEMORY).free >= ROOM_BYTES
