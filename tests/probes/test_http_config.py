"""The HTTP probe's configuration: what is refused, in words; what it weighs."""

import json
import tracemalloc

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from healther.probes import PROBE_KINDS, UnknownKindError, compile_probe, parse_probe
from healther.probes._http_expect import describe_status, parse_expected_body, parse_statuses
from healther.probes.http import HttpProbe

URL = "http://example.com/"


def _wrong(**config: object) -> str:
    with pytest.raises(ValidationError) as caught:
        parse_probe("http", {"url": URL, **config})
    return "\n".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in caught.value.errors())


def test_an_unknown_kind_names_the_ones_there_are():
    with pytest.raises(UnknownKindError, match=r"there is no kind 'smoke'; choose one of .*http"):
        parse_probe("smoke", {})
    assert PROBE_KINDS["http"] is HttpProbe


def test_the_defaults_are_what_most_people_want():
    probe = parse_probe("http", {"url": URL})
    assert isinstance(probe, HttpProbe)
    assert (probe.method, probe.expected_status, probe.max_redirects, probe.verify_tls) == ("GET", "200-299", 5, True)
    assert probe.max_body_bytes == 1_048_576


def test_a_wrong_url_says_what_to_do():
    assert "only http:// and https:// can be checked (got file:)" in _wrong(url="file:///etc/passwd")
    assert "basic auth" in _wrong(url="https://u:p@example.com")
    assert "four decimal numbers" in _wrong(url="http://2130706433")
    assert "url" in _wrong(url="http://;id/")
    assert "url" in _wrong(url="http://-oX/")


@pytest.mark.parametrize(
    "text",
    ["", "99", "600", "2x", "xx2", "299-200", "200;404", "200-", "200,,404", "2xxx", "٢٠٠", "1xx", "100-199,101"],
)
def test_a_wrong_status_says_what_to_write(text):
    assert "expected_status" in _wrong(expected_status=text)


@given(st.integers(200, 599), st.integers(200, 599), st.integers(1, 5))
def test_statuses_are_read_as_written(first, second, hundreds):
    low, high = sorted((first, second))
    assert parse_statuses(f"{low}-{high}") == frozenset(range(low, high + 1))
    assert parse_statuses(f"{low}, {hundreds}xx") == {low, *range(hundreds * 100, hundreds * 100 + 100)}


@given(st.text(max_size=40))
def test_any_text_is_either_statuses_or_a_refusal(text):
    try:
        statuses = parse_statuses(text)
    except ValueError:
        return
    assert statuses <= set(range(100, 600))
    assert statuses


def test_statuses_are_described_where_they_have_a_name():
    assert describe_status(404) == "404 Not Found"
    assert describe_status(599) == "599"


@pytest.mark.parametrize("text", ["/(/", "/(?=x)/", r"/(a)\1/", "/[/", "/a{2000}/", "/" + "a" * 1001 + "/"])
def test_a_pattern_that_is_not_linear_or_not_valid_is_refused(text):
    assert "pattern" in _wrong(expected_body=text)


@pytest.mark.parametrize(("text", "flag"), [("/a/z", "z"), ("/up/g", "g"), ("/up/ig", "g"), ("/up/I", "I")])
def test_an_unknown_flag_is_named_and_never_makes_a_pattern_a_text(text, flag):
    assert f"unknown flag {flag} after the pattern: i, m and s are possible" in _wrong(expected_body=text)


def test_a_path_is_a_text_and_any_text_can_be_written_as_a_pattern():
    assert parse_expected_body("/usr/local").failure(b"in /usr/local") is None
    assert parse_expected_body(r"/\/a\/z/").failure(b"in /a/z") is None


def test_a_pattern_too_costly_for_the_body_limit_is_refused_with_the_limit_that_fits():
    words = _wrong(expected_body="/([ab]{1,30}){1,30}c/")
    assert "set max_body_bytes to" in words
    fits = int(words.partition("set max_body_bytes to ")[2].split()[0])
    parse_probe("http", {"url": URL, "expected_body": "/([ab]{1,30}){1,30}c/", "max_body_bytes": fits})


@given(st.text(min_size=1, max_size=50), st.binary(max_size=80))
def test_a_text_between_no_slashes_is_contained_or_not(text, noise):
    if text.startswith("/"):
        text = "x" + text
    expectation = parse_expected_body(text)
    assert expectation.failure(noise + text.encode("utf-8", "surrogatepass") + noise) is None


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"X Y": "1"}, "is not a header name"),
        ({"": "1"}, "is not a header name"),
        ({"X\r\nY": "1"}, "is not a header name"),
        ({"X": "a\r\nY: b"}, "one line"),
        ({"X": "a\x00"}, "one line"),
        ({"X": "a" * 9000}, "at most 8192"),
        ({"Content-Length": "5"}, "set by healther itself"),
        ({"transfer-encoding": "chunked"}, "set by healther itself"),
        ({"Connection": "keep-alive"}, "set by healther itself"),
        ({"X-A": "1", "x-a": "2"}, "twice"),
        ({"Host": "exa mple"}, "is not a host name"),
        ({"Host": "a@b:c"}, "Host header"),
        ({"Host": "example.com:99999"}, "between 1 and 65535"),
        ({f"X-{n}": "1" for n in range(51)}, "50"),
    ],
)
def test_headers_cannot_break_out_of_the_request(headers, words):
    message = _wrong(headers=headers)
    assert words in message


def test_a_wrong_header_value_is_never_quoted_by_our_words():
    assert "s3cret" not in _wrong(headers={"X-Key": "s3cret\r\n"})


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"bearer_token": "a", "basic_username": "b"}, "not both"),
        ({"bearer_token": "a", "headers": {"authorization": "b"}}, "remove one of them"),
        ({"basic_password": "x"}, "needs basic_username"),
        ({"basic_username": "a:b"}, "colon"),
        ({"bearer_token": "a\r\nX: y"}, "line breaks"),
        ({"body": "x"}, "a body is not sent with GET"),
        ({"method": "CONNECT"}, "'GET', 'HEAD'"),
        ({"max_redirects": 11}, "less than or equal to 10"),
        ({"max_redirects": True}, "valid integer"),
        ({"max_body_bytes": -1}, "greater than or equal to 0"),
        ({"client_certificate": "x"}, "needed together"),
        ({"client_certificate": "x", "client_key": "y"}, "cannot be used"),
        ({"no_such_field": 1}, "Extra inputs"),
        ({"kind": "tcp"}, None),
    ],
)
def test_what_does_not_fit_together_is_refused(config, words):
    if words is None:
        assert parse_probe("http", {"url": URL, **config}).kind == "http"  # the kind is the caller's word
    else:
        assert words in _wrong(**config)


def test_a_key_of_another_certificate_is_refused():
    ca = trustme.CA()
    one, other = ca.issue_cert("a.example"), ca.issue_cert("b.example")
    words = _wrong(
        client_certificate=one.cert_chain_pems[0].bytes().decode(), client_key=other.private_key_pem.bytes().decode()
    )
    assert "cannot be used" in words


def test_secrets_are_marked_write_only():
    properties = HttpProbe.model_json_schema()["properties"]
    secret = {name for name, schema in properties.items() if schema.get("writeOnly")}
    assert secret == {"headers", "body", "basic_password", "bearer_token", "client_key"}


def test_a_configuration_survives_json():
    probe = parse_probe("http", {"url": URL, "headers": {"X": "ü"}, "expected_body": "/a/i", "method": "POST"})
    assert parse_probe("http", json.loads(probe.model_dump_json())) == probe


def test_sixty_thousand_probes_weigh_little():
    urls = [f"http://service-{n}.example/health" for n in range(2000)]
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        probes = [compile_probe("http", {"url": url}) for url in urls]
        each = (tracemalloc.get_traced_memory()[0] - before) / len(probes)
    finally:
        tracemalloc.stop()
    assert each < 1000  # bytes
