"""The pure parts: words, bars, colours, keys, and what a client accepts."""

import re
from dataclasses import asdict, fields
from datetime import date
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.channels._words import Words as MessageWords
from healther.channels._words_de import GERMAN as MESSAGES
from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from healther.core.encodings import preferred
from healther.history.ledger import StateTimes
from healther.status_pages import charts
from healther.status_pages.badges import COLOURS, Badge
from healther.status_pages.bars import days_of, title_of
from healther.status_pages.colours import DARK_GROUND, LIGHT_GROUND, MIN_CONTRAST, accent_of, contrast
from healther.status_pages.domains import check_domain, host_of, is_domain
from healther.status_pages.keys import distinct_keys
from healther.status_pages.snapshot import Component, Latency
from healther.status_pages.subscribers.words import SubscriberWords, subscriber_words
from healther.status_pages.words import ENGLISH, Words
from healther.status_pages.words_de import GERMAN
from healther.watchers.states import State

GOOD = StateTimes(healthy_ms=DAY_MS)
FIRST = date(2026, 8, 26)


def component(bars: list[StateTimes]) -> Component:
    return Component("shop", "its-id", "Shop", State.HEALTHY, 0, bars, GOOD, None)


def texts(words: Words) -> dict[str, str]:
    found = {}
    for each in fields(words):
        value = getattr(words, each.name)
        if isinstance(value, dict):
            found |= {f"{each.name}.{key}": text for key, text in value.items()}
        elif isinstance(value, str):
            found[each.name] = value
    return found


def test_both_languages_say_the_same_things_with_the_same_blanks() -> None:
    def blanks(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    english, german = texts(ENGLISH), texts(GERMAN)
    assert english.keys() == german.keys()
    assert {name: blanks(text) for name, text in english.items()} == {n: blanks(t) for n, t in german.items()}
    assert len(GERMAN.months) == len(ENGLISH.months) == 12


def test_response_times_are_written_as_the_uptime_beside_them() -> None:
    assert [ENGLISH.milliseconds(value) for value in (1.23, 9.96, 120.4, None)] == ["1.2", "10.0", "120", "-"]
    assert [GERMAN.milliseconds(value) for value in (1.23, 9.96, 120.4, None)] == ["1,2", "10,0", "120", "-"]


@pytest.mark.parametrize(
    "words", [GERMAN, subscriber_words("de"), MESSAGES], ids=["pages", "subscriptions", "messages"]
)
def test_readers_are_addressed_in_german_as_in_the_app(words: Words | SubscriberWords | MessageWords) -> None:
    assert re.findall(r"\b(?:Sie|Ihnen|Ihre?[mnrs]?)\b[^']*", repr(asdict(words))) == []


@given(st.sampled_from((ENGLISH, GERMAN)), st.sampled_from(State), st.lists(st.sampled_from(State)))
def test_every_state_has_a_sentence_and_what_is_down_is_in_it(words: Words, state: State, states: list[State]) -> None:
    worst = State.DOWN if State.DOWN in states else state
    if worst in (State.PAUSED, State.DOWN) and worst not in states:
        return
    text = words.summary(worst, states) if worst is not State.PAUSED else words.summary(State.UNKNOWN, states)
    assert text
    assert "{" not in text


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "< 1 s"), (999, "< 1 s"), (1_000, "1 s"), (59_999, "59 s"), (MINUTE_MS, "1 min"), (61_000, "1 min 1 s"),
        (HOUR_MS, "1 h"), (HOUR_MS + 5_000, "1 h"), (2 * HOUR_MS + 5 * MINUTE_MS, "2 h 5 min"),
        (DAY_MS + HOUR_MS + MINUTE_MS, "1 d 1 h"), (DAY_MS, "1 d"),
    ],
)  # fmt: skip
def test_lengths_are_told_in_two_units_at_most(ms: int, text: str) -> None:
    assert ENGLISH.lasting(ms).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("percent", "english", "german"),
    [(100.0, "100", "100"), (99.999, "99.999", "99,999"), (0.0, "0.000", "0,000")],
)
def test_an_uptime_is_shown_as_it_was_floored(percent: float, english: str, german: str) -> None:
    assert ENGLISH.figure(percent) == f"{english}\u202f%"
    assert GERMAN.figure(percent) == f"{german}\u202f%"


def test_where_nothing_is_known_there_is_no_figure_and_no_uptime() -> None:
    days = days_of(component([StateTimes(unknown_ms=DAY_MS)]), FIRST, ENGLISH)
    assert (days.uptime(ENGLISH), days.uptime(GERMAN)) == ("no data", "keine Daten")


@pytest.mark.parametrize(
    ("times", "watched"),
    [
        (StateTimes(3 * MINUTE_MS, down_ms=MINUTE_MS, unknown_ms=DAY_MS), "4 min"),
        (StateTimes(98 * MINUTE_MS, unknown_ms=2 * MINUTE_MS), "1 h 38 min"),
        (StateTimes(47 * HOUR_MS, unknown_ms=DAY_MS), "1 d 23 h"),
        (StateTimes(71 * HOUR_MS, unknown_ms=DAY_MS), "2 d"),
        (StateTimes(99 * MINUTE_MS, unknown_ms=MINUTE_MS), None),
        (StateTimes(HOUR_MS, maintenance_ms=DAY_MS), None),
        (StateTimes(unknown_ms=DAY_MS), None),
    ],
)
def test_an_uptime_says_how_long_it_is_about_where_that_is_not_all_of_the_time(
    times: StateTimes, watched: str | None
) -> None:
    days = days_of(component([times]), FIRST, ENGLISH)
    for words, ends in ((ENGLISH, f", {watched} watched"), (GERMAN, f", {watched} überwacht")):
        for text in (days.uptime(words), days.label(words)):
            assert text.replace("\u00a0", " ").endswith(ends) == (watched is not None)
            assert ("watched" in text or "überwacht" in text) == (watched is not None)


@pytest.mark.parametrize(
    ("times", "kind", "title"),
    [
        (GOOD, "<i>", "no downtime"),
        (StateTimes(DAY_MS - HOUR_MS, 0, HOUR_MS), "<i class=d title=", "1 h down"),
        (StateTimes(DAY_MS - HOUR_MS, HOUR_MS), "<i class=g title=", "1 h degraded"),
        (StateTimes(DAY_MS - HOUR_MS, maintenance_ms=HOUR_MS), "<i title=", "1 h maintenance"),
        (StateTimes(maintenance_ms=DAY_MS), "<i class=m title=", "1 d maintenance"),
        (StateTimes(unknown_ms=DAY_MS), "<i class=u>", "not watched"),
        (StateTimes(DAY_MS // 2, unknown_ms=DAY_MS // 2), "<i class=v title=", "12 h unknown"),
        (StateTimes(HOUR_MS, 0, HOUR_MS, 22 * HOUR_MS), '<i class="d v" title=', "1 h down, 22 h unknown"),
    ],
)
def test_a_day_is_drawn_as_the_worst_it_had_and_unknown_time_as_unknown(
    times: StateTimes, kind: str, title: str
) -> None:
    days = days_of(component([GOOD, times]), FIRST, ENGLISH)
    last = days.bars.rpartition("<i")[2]
    assert ("<i" + last).startswith(kind)
    assert title_of(ENGLISH, date(2026, 8, 27), times).replace("\u00a0", " ") == f"27 Aug: {title}"
    assert days.times.total_ms == 2 * DAY_MS
    assert (days.down_days, len(days.troubles)) == (
        int(times.down_ms > 0),
        int(bool(times.down_ms + times.degraded_ms)),
    )


@given(st.from_regex("#[0-9a-f]{6}", fullmatch=True))
def test_any_accent_is_readable_on_light_and_on_dark(colour: str) -> None:
    accent = accent_of(colour)
    assert contrast(accent.light, LIGHT_GROUND) >= MIN_CONTRAST
    assert contrast(accent.dark, DARK_GROUND) >= MIN_CONTRAST


def test_every_badge_is_readable() -> None:
    assert all(contrast("#ffffff", colour) >= MIN_CONTRAST for colour in COLOURS.values())
    assert contrast("#000000", "#ffffff") == 21


@given(st.text(max_size=100), st.text(max_size=100))
def test_no_text_breaks_out_of_a_badge(label: str, message: str) -> None:
    svg = Badge(label, message, State.DOWN).svg().decode(errors="surrogatepass")
    assert svg.count("<text") == 2
    assert svg.count("<") == svg.count(">") == 17


@given(st.lists(st.text(max_size=120), max_size=12))
def test_keys_are_distinct_and_fit_an_address(names: list[str]) -> None:
    keys = distinct_keys(names)
    assert len(set(keys)) == len(names)
    assert all(0 < len(key) <= 63 and key.isascii() and key == key.lower() and "/" not in key for key in keys)


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        (b"gzip, deflate, br", "br"), (b"gzip", "gzip"), (b"br;q=0, gzip;q=0.5", "gzip"), (b"br;q=0", "identity"),
        (b"*", "br"), (b"identity", "identity"), (b"", "identity"), (b"gzip;q=1, br;q=0.1", "gzip"),
        (b"GZIP", "gzip"), (b"br;q=x", "identity"), (b"\xff;;;,,", "identity"), (b"br;q=nan", "identity"),
    ],
)  # fmt: skip
def test_a_client_gets_the_best_encoding_it_takes(header: bytes, encoding: str) -> None:
    assert preferred(header) == encoding


@pytest.mark.parametrize(
    ("header", "host"),
    [
        (b"Status.Example.org:8443", "status.example.org"), (b"status.example.org.", "status.example.org"),
        (b"[::1]:8000", "::1"), (b"", ""), (b"\xff", "ÿ"),
    ],
)  # fmt: skip
def test_hosts_are_compared_without_case_and_port(header: bytes, host: str) -> None:
    assert host_of(header) == host


def test_domains_are_one_spelling() -> None:
    assert check_domain("Stätus.Example.ORG.") == "xn--sttus-hra.example.org"
    assert not [text for text in ("localhost", "10.0.0.1", "a..b", "-a.b", "a.b/", "a b.c", "x" * 250 + ".org")
                if is_domain(text)]  # fmt: skip


def test_a_chart_has_a_line_for_each_stretch_and_a_dot_for_an_hour_alone() -> None:
    drawn = charts.draw(Latency((10.0, None, 20.0, 40.0), 20.0))
    assert '<path d="M0 29h0M20 20h0l10 -18"/>' in drawn
    assert charts.draw(Latency((None, None), None)) == ""
