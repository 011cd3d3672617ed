"""Client certificates a person may have presented: only those that can be."""

import ssl

from healther.net.errors import NetError
from healther.net.tls import load_client_certificate


def check_client_certificate(certificate: str | None, key: str | None) -> None:
    """Raises ValueError when the PEM texts are not both there, cannot be read or do not belong together."""
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise ValueError("client_certificate and client_key are needed together")
    try:
        load_client_certificate(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), certificate, key)
    except NetError as error:
        raise ValueError(error.message) from error
