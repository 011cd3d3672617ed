"""How fast this machine is right now: blocking sockets in a bare loop: connect, ask, read, close. The floor."""

import socket
import time

from benchmarks.targets import cheap_server

_REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


def run(checks: int = 20_000) -> dict[str, object]:
    """CPU milliseconds of this process per bare exchange with the server that all benchmarks use."""
    with cheap_server() as target:
        before = time.process_time()
        for _ in range(checks):
            with socket.create_connection(("127.0.0.1", target.plain_port)) as connection:
                connection.sendall(_REQUEST)
                while connection.recv(65536):
                    pass
        return {"exchanges": checks, "cpu_ms_each": round((time.process_time() - before) / checks * 1000, 4)}
