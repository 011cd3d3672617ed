"""What is watched in a benchmark: a cheap server on loopback, plain and TLS, and a server of known latency."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.support.servers import can_connect, free_port, wait_until

_NGINX = """
daemon off; worker_processes 1; pid {home}/nginx.pid; error_log {home}/error.log crit;
events {{ worker_connections 8192; multi_accept on; }}
http {{
    access_log off; keepalive_timeout 0;
    client_body_temp_path {home}/b; proxy_temp_path {home}/p; fastcgi_temp_path {home}/f;
    uwsgi_temp_path {home}/u; scgi_temp_path {home}/s;
    server {{ listen 127.0.0.1:{plain} backlog=4096; location / {{ return 200 "ok"; }} }}
    server {{
        listen 127.0.0.1:{tls} ssl backlog=4096; ssl_certificate {home}/chain.pem; ssl_certificate_key {home}/key.pem;
        ssl_session_cache off; ssl_session_tickets off; location / {{ return 200 "ok"; }}
    }}
}}
"""


@dataclass
class Targets:
    """Where the servers listen, whose process it is, and the authority that signed the TLS one."""

    pid: int
    plain_port: int
    tls_port: int
    ca_file: Path


def cheap_server_name() -> str:
    """What answers the checks here: nginx, or where it is not installed a server of our own."""
    return "own server" if _nginx() is None else "nginx"


@contextmanager
def cheap_server() -> Iterator[Targets]:
    """One process that answers `ok`, on a plain and on a TLS port (ECDSA P-256, for localhost)."""
    home = Path(tempfile.mkdtemp(prefix="healther-target-"))
    ca = trustme.CA(key_type=trustme.KeyType.ECDSA)
    certificate = ca.issue_cert("localhost", "127.0.0.1", key_type=trustme.KeyType.ECDSA)
    ca.cert_pem.write_to_path(home / "ca.pem")
    certificate.private_key_pem.write_to_path(home / "key.pem")
    for pem in certificate.cert_chain_pems:
        pem.write_to_path(home / "chain.pem", append=True)
    plain, tls = free_port(), free_port()
    process = subprocess.Popen(_command(home, plain, tls), stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: can_connect(plain) and can_connect(tls), "the cheap server answers")
        yield Targets(process.pid, plain, tls, home / "ca.pem")
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(home, ignore_errors=True)


def _nginx() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _command(home: Path, plain: int, tls: int) -> list[str]:
    binary = _nginx()
    if binary is None:
        ports = (str(plain), str(tls))
        return [sys.executable, "-m", "benchmarks.own_server", *ports, f"{home}/chain.pem", f"{home}/key.pem"]
    (home / "nginx.conf").write_text(_NGINX.format(home=home, plain=plain, tls=tls))
    return [binary, "-c", f"{home}/nginx.conf", "-p", str(home), "-e", f"{home}/error.log"]


async def serve_with_latency(port: int, latency_s: float) -> asyncio.Server:
    """An HTTP server that answers `ok` after exactly `latency_s`."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            if latency_s:
                await asyncio.sleep(latency_s)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", port, backlog=1024)
