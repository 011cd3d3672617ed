"""Text from outside: addresses of people, and the operator's own."""

import pytest
from pydantic import TypeAdapter, ValidationError

from healther.core.markdown import Markdown
from healther.core.settings import SettingsError, load_settings
from healther.core.text import FullName, Name, flat, leads_nowhere, mailbox_of, normal_email, one_line
from healther.maintenance.schemas import Description as MaintenanceDescription
from healther.status_pages.schemas_manage import Description as PageDescription


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
    "text",
    [
        "Acme status",
        "Käse & Söhne GmbH",
        "Node 2.0 (beta)",
        "A. Smith - status",
        "東京",
        "v1.2.3",
        "Web/API",
        "Acme, Smith & Sons",
        "Shop · Berlin",
        "St. Pauli",
        "Über-uns 2026",
    ],
)
def test_a_name_leads_nowhere(text: str) -> None:
    assert leads_nowhere(text)


@pytest.mark.parametrize(
    "text",
    [
        "evil.example", "see http://x", "www evil", "a@b", "10.0.0.1", "evil\uff0ecom", "evil\u3002com",
        "two\nlines", "evil\u200b.com", "\u043f\u0440.\u0440\u0444", "evil\u202ecom",
        "evil[.]example", "evil (dot) example: win", "\\\\evil", "mailto:ada", "Call 0800 55 44 33", "٠١٢٣٤٥٦",
        "<b>", "{x}", "evil .com", "evil . com", "evil. com", "evil,com/pay", "evil\u00b7com", "evil \u00b7com",
        "evil|com",
    ],
)  # fmt: skip
def test_what_is_or_passes_for_an_address_leads_somewhere(text: str) -> None:
    assert not leads_nowhere(text)


@pytest.mark.parametrize(
    "text",
    ["\u200b", "\ufeff", "\u200b \u200d", "\u2060\u00ad", "\u3164", "\u2800", "\u200e\u200f", "\u0301"],
)
@pytest.mark.parametrize("kind", [Name, FullName])
def test_a_name_of_which_nothing_can_be_seen_is_none(kind: type[str], text: str) -> None:
    with pytest.raises(ValidationError, match="can be seen"):
        TypeAdapter(kind).validate_python(text)


# A flag made of tags, and all the marks a letter of Hebrew has when it is sung.
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
STACKED = "\u05e9\u05bc\u05c1\u05b8\u05bd\u0591"
HIDDEN = [
    "\u202eevil", "a\u2066b", "a\ufff9b\ufffac\ufffb", "a\uffffb", "a\ufdd0b", "a\U0001fffeb",
    "Shop\U000e0065\U000e0076\U000e0069\U000e006c", "\U0001f3f4\U000e0067", "\U0001f3f4" + "\U000e0061" * 60,
]  # fmt: skip


@pytest.mark.parametrize("text", [*HIDDEN, "a\u0007b", "a\u2028b", "a\nb", "a" + "\u0301" * 60])
def test_a_name_that_reorders_or_breaks_a_line_is_none(text: str) -> None:
    with pytest.raises(ValidationError, match="one line of plain text"):
        TypeAdapter(Name).validate_python(text)


@pytest.mark.parametrize("text", HIDDEN)
@pytest.mark.parametrize("kind", [Markdown, PageDescription, MaintenanceDescription])
def test_a_text_of_many_lines_that_tricks_its_reader_is_none(kind: type[str], text: str) -> None:
    with pytest.raises(ValidationError, match="must be plain text"):
        TypeAdapter(kind).validate_python(f"First line\n{text}")


def test_what_tricks_a_reader_becomes_a_space_in_words_of_others() -> None:
    assert flat("a\u202eb\nc\uffffd") == "a b c d"


@pytest.mark.parametrize("kind", [Markdown, PageDescription, MaintenanceDescription])
def test_a_text_of_many_lines_is_in_any_script(kind: type[str]) -> None:
    text = f"Zwei Zeilen\n\tמערכת\u200f {ENGLAND} 東京 {STACKED}"
    assert TypeAdapter(kind).validate_python(text) == text


@pytest.mark.parametrize(
    "text", ["Acme", "#1", "7", "東京", "מערכת\u200f", "🚀", "क्\u200dष", "-", "e\u0301", ENGLAND, STACKED]
)
def test_what_people_call_things_is_a_name(text: str) -> None:
    assert TypeAdapter(Name).validate_python(text) == text
    assert one_line("") == ""


@pytest.mark.parametrize("given", ["\uff41da@example.org", "\U0001d41ada@example.org", "\ufb01n@example.org"])
def test_an_address_that_only_looks_like_another_is_refused_with_the_one_to_write(given: str) -> None:
    with pytest.raises(ValueError, match=r"write (ada|fin)@example\.org"):
        normal_email(given)


def test_an_address_in_letters_of_its_own_is_kept_and_a_domain_has_one_spelling() -> None:
    assert normal_email("jürgen@example.org") == "jürgen@example.org"
    assert normal_email("Ada@\uff25xample.org") == "ada@example.org"


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("ada+shop@example.org", "ada@example.org"),
        ("a.da@example.org", "a.da@example.org"),
        ("+x@example.org", "+x@example.org"),
        ("a.d.a@gmail.com", "ada@gmail.com"),
        ("ad.a+x.y@googlemail.com", "ada@gmail.com"),
        ("a.da@mail.gmail.com", "a.da@mail.gmail.com"),
        ("a.da@notgmail.com", "a.da@notgmail.com"),
    ],
)
def test_tags_and_where_they_are_nothing_dots_lead_to_one_mailbox(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox
