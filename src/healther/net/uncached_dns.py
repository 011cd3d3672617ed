"""A c-ares channel that keeps no answers: every check looks its name up, and a dead name server is seen at once.

c-ares 1.31 and later keep answers for their TTL and pycares 5 has no switch for it, so this sets the option of the C
library itself; a test counts the questions a server gets.
"""

from collections.abc import Sequence

import pycares
from pycares import _cares

# ares.h: ARES_OPT_QUERY_CACHE, which pycares does not name.
_OPT_QUERY_CACHE = 1 << 21


class UncachedChannel(pycares.Channel):
    """Name servers are `ip` or `ip:port`; none = those of the machine, followed when resolv.conf changes."""

    def __init__(self, servers: Sequence[str], *, try_timeout_s: float, tries: int) -> None:
        super().__init__(timeout=try_timeout_s, tries=tries)
        ffi, lib = _cares.ffi, _cares.lib
        options = ffi.new("struct ares_options *")
        options.timeout = int(try_timeout_s * 1000)
        options.tries = tries
        options.qcache_max_ttl = 0
        mask = lib.ARES_OPT_TIMEOUTMS | lib.ARES_OPT_TRIES | lib.ARES_OPT_EVENT_THREAD | _OPT_QUERY_CACHE
        channel = ffi.new("ares_channel *")
        status = lib.ares_init_options(channel, options, mask)
        if status != lib.ARES_SUCCESS:
            raise OSError(f"the name resolver could not be started: {pycares.errno.strerror(status)!r}")
        self._destroy_channel()
        self._channel = channel
        if servers:
            self.servers = servers
