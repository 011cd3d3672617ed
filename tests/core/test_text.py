"""Text from outside: addresses of people, and the operator's own."""

import pytest

from healther.core.settings import SettingsError, load_settings
from healther.core.text import leads_nowhere, normal_email


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("healther@x.test", "healther@x.test"),
        ("Healther@Mail.Local", "healther@mail.local"),
        ("healther@localhost", "healther@localhost"),
        ("healther@nas.home.arpa", "healther@nas.home.arpa"),
        ("healther@bücher.local", "healther@xn--bcher-kva.local"),
        ("healther@bücher.example", "healther@xn--bcher-kva.example"),
    ],
)
def test_mail_may_come_from_a_name_that_only_the_operator_s_network_knows(
    given: str, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEALTHER_MAIL_FROM", given)
    assert load_settings().mail_from == kept


@pytest.mark.parametrize(
    "given",
    ["healther", "healther@", "@localhost", "a b@x.local", "a@b@localhost", "a@-x.test", "a@x.test\nB: c", "a@relay"],
)
def test_what_is_no_address_still_stops_the_start(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTHER_MAIL_FROM", given)
    with pytest.raises(SettingsError, match="HEALTHER_MAIL_FROM"):
        load_settings()


def test_addresses_of_people_are_not_of_such_names() -> None:
    with pytest.raises(ValueError, match="special-use or reserved"):
        normal_email("ada@x.test")


@pytest.mark.parametrize(
    "text", ["Acme status", "Käse & Söhne GmbH", "Node 2.0 (beta)", "A. Smith: status", "東京", "v1.2.3", "Web/API"]
)
def test_a_name_leads_nowhere(text: str) -> None:
    assert leads_nowhere(text)


@pytest.mark.parametrize(
    "text",
    [
        "evil.example", "see http://x", "www evil", "a@b", "10.0.0.1", "evil\uff0ecom", "evil\u3002com",
        "two\nlines", "evil\u200b.com", "\u043f\u0440.\u0440\u0444", "evil\u202ecom",
    ],
)  # fmt: skip
def test_what_is_or_passes_for_an_address_leads_somewhere(text: str) -> None:
    assert not leads_nowhere(text)
