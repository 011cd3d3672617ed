"""Handshakes on real sockets with minted certificates: every way they fail has its own reason."""

import asyncio
import socket
import ssl
import struct
import time
from datetime import timedelta
from hashlib import sha256

import pytest
import trustme

from healther.core.clock import DAY_MS, now_ms
from healther.net.errors import NetError
from healther.net.tls import TlsContexts, TlsOptions, find_ca_file, read_certificate
from healther.probes.base import Reason, Trace
from tests.support.wire import answering, guarded_net, look, response, serving

VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


async def _check(pki, context, *, host="127.0.0.1", timeout_s=10.0, trace=None, **config):
    async with (
        serving(answering(response("200 OK", b"fine")), tls=context) as port,
        guarded_net(ca_file=pki.ca_file) as net,
    ):
        return await look(net, f"https://{host}:{port}/", timeout_s=timeout_s, trace=trace, **config)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_good_certificate_is_verified_and_its_end_is_known(pki, version):
    trace = Trace()
    observation = await _check(
        pki, pki.server("127.0.0.1", ends=timedelta(days=20), maximum=version), trace=trace, expected_body="fine"
    )
    assert observation.reason is None
    assert observation.phases.tls_ms > 0
    assert observation.certificate_not_after_ms == pytest.approx(now_ms() + 20 * DAY_MS, abs=60_000)
    assert observation.http_version == "1.1"
    assert "AES" in observation.tls_cipher or "CHACHA20" in observation.tls_cipher
    assert observation.tls_version == version.name.replace("TLSv1_", "TLSv1.")
    assert "Testing cert" in trace.certificate_subject
    assert "Testing CA" in trace.certificate_issuer


@pytest.mark.parametrize("names", [("127.0.0.1",), ("other.example",)])
async def test_what_failures_may_share_is_known_whether_it_was_accepted_or_not(pki, names):
    async with (
        serving(answering(response("200 OK", b"fine")), tls=pki.server(*names)) as port,
        guarded_net(ca_file=pki.ca_file) as net,
    ):
        observation = await look(net, f"https://127.0.0.1:{port}/")
        pem = await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", port))
    assert observation.reason is (None if names == ("127.0.0.1",) else Reason.TLS_WRONG_HOST)
    assert observation.address == "127.0.0.1"
    assert observation.certificate_sha256 == sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


async def test_the_name_in_the_url_is_what_the_certificate_must_be_for(pki):
    assert (await _check(pki, pki.server("localhost"), host="localhost")).reason is None


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_expired_certificate_says_since_when(pki, version):
    context = pki.server("127.0.0.1", begins=timedelta(days=-30), ends=timedelta(days=-2), maximum=version)
    observation = await _check(pki, context)
    assert observation.reason is Reason.TLS_EXPIRED
    assert "expired on 20" in observation.message
    assert observation.certificate_not_after_ms == pytest.approx(now_ms() - 2 * DAY_MS, abs=60_000)
    assert observation.response_status is None


async def test_a_certificate_from_the_future_says_from_when(pki):
    observation = await _check(pki, pki.server("127.0.0.1", begins=timedelta(days=5)))
    assert observation.reason is Reason.TLS_EXPIRED
    assert "is not valid before 20" in observation.message


@pytest.mark.parametrize(("names", "host"), [(("other.example",), "127.0.0.1"), (("127.0.0.1",), "localhost")])
async def test_a_certificate_for_another_host_is_a_wrong_host(pki, names, host):
    observation = await _check(pki, pki.server(*names), host=host)
    assert observation.reason is Reason.TLS_WRONG_HOST
    assert f"is not for {host}" in observation.message


async def test_a_certificate_of_an_unknown_authority_is_untrusted_and_names_it(pki):
    observation = await _check(pki, pki.server("127.0.0.1", ca=trustme.CA(organization_name="Nobody")))
    assert observation.reason is Reason.TLS_UNTRUSTED
    assert "O=Nobody" in observation.message


async def test_a_self_signed_certificate_is_untrusted(pki, tmp_path):
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "self.pem"))
    ca.private_key_pem.write_to_path(str(tmp_path / "self.key"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "self.pem", tmp_path / "self.key")
    observation = await _check(pki, context)
    assert observation.reason is Reason.TLS_UNTRUSTED
    assert "self-signed" in observation.message


async def test_without_verification_any_certificate_will_do_and_its_end_is_still_known(pki):
    context = pki.server("other.example", begins=timedelta(days=-30), ends=timedelta(days=-2), ca=trustme.CA())
    observation = await _check(pki, context, verify_tls=False)
    assert observation.reason is None
    assert observation.certificate_not_after_ms < now_ms()


async def test_a_port_that_does_not_speak_tls_says_so(pki):
    async def shout(reader, writer):
        await reader.read(10)
        writer.write(b"HTTP/1.0 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with serving(shout) as port, guarded_net(ca_file=pki.ca_file) as net:
        observation = await look(net, f"https://127.0.0.1:{port}/")
    assert observation.reason is Reason.TLS_FAILED
    assert "does the port speak TLS?" in observation.message


async def test_a_server_that_hangs_up_during_the_handshake_says_so(pki):
    async def hang_up(reader, writer):
        head = await reader.readexactly(5)
        await reader.readexactly(int.from_bytes(head[3:]))

    async with serving(hang_up) as port, guarded_net(ca_file=pki.ca_file) as net:
        observation = await look(net, f"https://127.0.0.1:{port}/")
    assert observation.reason is Reason.TLS_FAILED
    assert observation.message == "127.0.0.1 closed the connection during the TLS handshake"


async def test_a_connection_reset_during_the_handshake_is_lost(pki):
    async def reset(reader, writer):
        await reader.readexactly(5)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with serving(reset) as port, guarded_net(ca_file=pki.ca_file) as net:
        observation = await look(net, f"https://127.0.0.1:{port}/")
    assert observation.reason is Reason.CONNECTION_LOST
    assert observation.phases.tls_ms is None


async def test_a_handshake_that_never_ends_is_a_timeout_in_the_tls_phase(pki):
    async def stall(reader, writer):
        await reader.read()

    async with serving(stall) as port, guarded_net(ca_file=pki.ca_file) as net:
        observation = await look(net, f"https://127.0.0.1:{port}/", timeout_s=0.3)
    assert observation.reason is Reason.TIMEOUT
    assert "TLS handshake" in observation.message
    assert observation.phases.connect_ms is not None
    assert observation.phases.tls_ms is None


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_client_certificate_is_shown_where_one_is_configured(pki, version):
    mine = pki.ca.issue_cert("healther")
    config = {
        "client_certificate": b"".join(pem.bytes() for pem in mine.cert_chain_pems).decode(),
        "client_key": mine.private_key_pem.bytes().decode(),
    }
    context = pki.server("127.0.0.1", ask_client=True, maximum=version)
    assert (await _check(pki, context, **config)).reason is None


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (ssl.TLSVersion.TLSv1_2, "handshake failure"),
        (ssl.TLSVersion.TLSv1_3, "certificate required; the server wants a client certificate"),
    ],
)
async def test_a_server_that_is_shown_no_client_certificate_and_wants_one_says_so(pki, version, said):
    context = pki.server("127.0.0.1", ask_client=True, maximum=version)

    async def demanding(reader, writer):
        # By hand: asyncio drops the connection without the alert, which every server sends.
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = context.wrap_bio(incoming, outgoing, server_side=True)
        refused = None
        while refused is None:
            try:
                session.do_handshake()
            except ssl.SSLWantReadError:
                writer.write(outgoing.read())
                incoming.write(await reader.read(65_536))
            except ssl.SSLError as error:
                refused = error.reason
        assert refused == "PEER_DID_NOT_RETURN_A_CERTIFICATE"
        writer.write(outgoing.read())
        writer.write_eof()
        await reader.read()

    async with serving(demanding) as port, guarded_net(ca_file=pki.ca_file) as net:
        observation = await look(net, f"https://127.0.0.1:{port}/")
    assert observation.reason is Reason.TLS_FAILED
    assert observation.message.startswith("TLS handshake with 127.0.0.1 failed: ")
    assert observation.message.endswith(said)


async def test_a_body_larger_than_a_record_comes_through_tls_whole(pki):
    body = bytes(range(256)) * 2000
    trace = Trace()
    async with (
        serving(answering(response("200 OK", body)), tls=pki.server("127.0.0.1")) as port,
        guarded_net(ca_file=pki.ca_file) as net,
    ):
        observation = await look(net, f"https://127.0.0.1:{port}/", trace=trace)
    assert observation.reason is None
    assert trace.body_bytes == len(body)


async def test_many_handshakes_at_once_do_not_mix_their_bytes(pki):
    async def echo_path(reader, writer):
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1]
        await asyncio.sleep(0)
        writer.write(response("200 OK", path * 3000))
        await writer.drain()

    async with (
        serving(echo_path, tls=pki.server("127.0.0.1")) as port,
        guarded_net(ca_file=pki.ca_file) as net,
    ):
        observations = await asyncio.gather(
            *(look(net, f"https://127.0.0.1:{port}/{n}", expected_body=f"/{n}/{n}/{n}") for n in range(40))
        )
    assert [each.message for each in observations if each.reason] == []


def test_contexts_are_shared_and_verify_by_default(pki):
    contexts = TlsContexts(pki.ca_file)
    verified = contexts.get(TlsOptions())
    assert verified is contexts.get(TlsOptions())
    assert verified.check_hostname
    assert verified.verify_mode is ssl.CERT_REQUIRED
    assert contexts.get(TlsOptions(verify=False)) is not verified


def test_the_machines_authorities_are_found_through_the_environment(pki, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", pki.ca_file)
    assert find_ca_file() == pki.ca_file


def test_without_authorities_a_check_is_misconfigured_not_down(monkeypatch):
    monkeypatch.setattr("healther.net.tls.find_ca_file", lambda: None)
    with pytest.raises(NetError, match="install ca-certificates") as caught:
        TlsContexts().get(TlsOptions())
    assert caught.value.reason == "misconfigured"


def test_a_certificate_that_cannot_be_parsed_is_none():
    assert read_certificate(b"\x30\x03nonsense" + str(time.time_ns()).encode()) is None
