"""Certificates and TLS contexts for servers in tests."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme


@dataclass
class Pki:
    """An authority, its file, and servers' contexts signed by it (or by another one)."""

    ca: trustme.CA
    folder: Path

    @property
    def ca_file(self) -> str:
        """The authority as a PEM file."""
        path = self.folder / "ca.pem"
        if not path.exists():
            self.ca.cert_pem.write_to_path(str(path))
        return str(path)

    def server(
        self,
        *names: str,
        ends: timedelta = timedelta(days=60),
        begins: timedelta = timedelta(days=-1),
        ca: trustme.CA | None = None,
        alpn: list[str] | None = None,
        ask_client: bool = False,
        maximum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    ) -> ssl.SSLContext:
        """A server's context for `names`; `begins` and `ends` are relative to now."""
        now = datetime.now(UTC).replace(microsecond=0)
        leaf = (ca or self.ca).issue_cert(*names, not_before=now + begins, not_after=now + ends)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = maximum
        leaf.configure_cert(context)
        if alpn:
            context.set_alpn_protocols(alpn)
        if ask_client:
            context.verify_mode = ssl.CERT_REQUIRED
            self.ca.configure_trust(context)
        return context


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    """An authority that the network under test trusts; test folders that want it import it in their conftest."""
    return Pki(trustme.CA(), tmp_path_factory.mktemp("pki"))
