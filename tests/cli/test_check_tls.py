"""`healther check` of services that speak TLS: what its options are for."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import trustme

from tests.support.pki import Pki
from tests.support.wire import answering, response, serving_beside
from tests.support.wire_h2 import h2_reply, h2_server


@pytest.fixture
def site(pki: Pki) -> Iterator[str]:
    """A service whose certificate is good for some days yet."""
    certificate = pki.server("127.0.0.1", ends=timedelta(days=20, hours=1))
    with serving_beside(answering(response()), tls=certificate) as port:
        yield f"https://127.0.0.1:{port}/"


@pytest.fixture
def check(run, pki: Pki):
    """`check(url, *options)` with loopback allowed and the authority known; (exit code, what it says as JSON)."""

    def checked(url: str, *options: str):
        result = run("check", url, "--allow", "127.0.0.0/8", "--ca-file", pki.ca_file, "--json", *options)
        return result.exit_code, json.loads(result.output)

    return checked


def test_how_soon_a_certificate_ends_too_soon_is_the_caller_s_to_say(check, site):
    assert check(site)[0] == 0
    assert check(site, "--certificate-days", "20")[0] == 0
    code, seen = check(site, "--certificate-days", "21")
    assert (code, seen["status"], seen["reason"]) == (1, "degraded", "certificate_expiring")
    assert seen["message"] == "the certificate ends in 20 days, sooner than 21; renew it"


def test_a_certificate_of_an_unknown_authority_is_down_unless_it_need_not_be_verified(check, pki):
    unknown = pki.server("127.0.0.1", ca=trustme.CA())
    with serving_beside(answering(response()), tls=unknown) as port:
        code, seen = check(f"https://127.0.0.1:{port}/")
        assert (code, seen["reason"]) == (2, "tls_untrusted")
        for option in ("--insecure", "-k"):
            assert check(f"https://127.0.0.1:{port}/", option)[0] == 0


def test_http2_is_offered_where_it_is_asked_for_and_not_else(check, pki):
    http2, http1 = h2_server(lambda connection, _headers, _body: h2_reply(connection)), answering(response())

    async def either(reader, writer):
        spoken = writer.get_extra_info("ssl_object").selected_alpn_protocol()
        await (http2 if spoken == "h2" else http1)(reader, writer)

    with serving_beside(either, tls=pki.server("127.0.0.1", alpn=["h2", "http/1.1"])) as port:
        assert check(f"https://127.0.0.1:{port}/")[1]["http_version"] == "1.1"
        code, seen = check(f"https://127.0.0.1:{port}/", "--http2")
    assert (code, seen["http_version"]) == (0, "2")
