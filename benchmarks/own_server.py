"""The cheap server of machines without Nginx: one process that answers `ok`, plain and over TLS, and closes.

python -m benchmarks.own_server PLAIN_PORT TLS_PORT CHAIN_FILE KEY_FILE
"""

import asyncio
import signal
import ssl
import sys
from typing import cast

import uvloop

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
_MOST_BYTES = 65_536


class _Ok(asyncio.Protocol):
    def __init__(self) -> None:
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one, but does not say so

    def data_received(self, data: bytes) -> None:
        self._asked += data
        if self._asked.endswith(b"\r\n\r\n"):
            self._transport.write(_ANSWER)
            self._transport.close()
        elif len(self._asked) > _MOST_BYTES:
            self._transport.abort()


async def _serve(plain_port: int, tls_port: int, chain_file: str, key_file: str) -> None:
    # As the configuration of Nginx says: every check is a handshake of its own.
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain_file, key_file)
    tls.options |= ssl.OP_NO_TICKET
    tls.num_tickets = 0
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await loop.create_server(_Ok, "127.0.0.1", plain_port, backlog=4096)
    await loop.create_server(_Ok, "127.0.0.1", tls_port, ssl=tls, backlog=4096)
    await ended.wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]))
