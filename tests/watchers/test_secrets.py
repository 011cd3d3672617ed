"""Secrets of options: sealed, masked, kept by their mask."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.core.crypto import SealedWithAnotherKeyError, Sealer
from healther.core.errors import InvalidProblem
from healther.watchers.models import ServiceWatcher
from healther.watchers.secrets import (
    MASK,
    SEALER_PURPOSE,
    masked_options,
    merge,
    open_options,
    seal_options,
    secret_fields,
    split_options,
)
from tests.support.api import SECRET_KEY

SEALER = Sealer(SECRET_KEY, SEALER_PURPOSE)
WORDS = st.text(min_size=1, max_size=20).filter(lambda text: text != MASK)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "method": st.sampled_from(["GET", "POST"]),
        "headers": st.dictionaries(st.text("abcdefgh-", min_size=1, max_size=9), WORDS, max_size=4),
        "body": st.none() | WORDS,
        "bearer_token": st.none() | WORDS,
        "basic_username": WORDS,
        "basic_password": WORDS,
        "verify_tls": st.booleans(),
    },
)


def stored(options: dict[str, Any], sealer: Sealer = SEALER) -> ServiceWatcher:
    shown, secret = split_options("http", options)
    return ServiceWatcher(kind="http", url="http://a/", options=shown, sealed_options=seal_options(secret, sealer))


def test_the_secret_fields_of_http_are_known() -> None:
    assert secret_fields("http") == {"headers", "body", "basic_password", "bearer_token", "client_key"}


@given(OPTIONS)
def test_what_is_stored_opens_to_what_was_sent(options: dict[str, Any]) -> None:
    assert open_options(stored(options), SEALER) == options


@given(OPTIONS)
def test_what_is_shown_has_the_same_keys_and_no_secret_value(options: dict[str, Any]) -> None:
    shown = masked_options(stored(options))
    assert shown.keys() == options.keys()
    for name, value in options.items():
        if name not in secret_fields("http") or not value:
            assert shown[name] == value
        elif isinstance(value, dict):
            assert shown[name] == dict.fromkeys(value, MASK)
        else:
            assert shown[name] == MASK


@given(OPTIONS)
def test_sending_back_what_was_shown_keeps_everything(options: dict[str, Any]) -> None:
    watcher = stored(options)
    restored, kept = merge("http", masked_options(watcher), open_options(watcher, SEALER))
    assert restored == {name: value for name, value in options.items() if value is not None}
    assert kept == {name for name in secret_fields("http") if options.get(name)}


def test_new_values_go_beside_kept_ones() -> None:
    before = {"headers": {"X-Key": "old", "X-Other": "gone"}, "bearer_token": "t"}
    sent = {"headers": {"x-key": MASK, "X-New": "new"}, "bearer_token": "t2"}
    options, kept = merge("http", sent, before)
    assert options == {"headers": {"x-key": "old", "X-New": "new"}, "bearer_token": "t2"}
    assert kept == {"headers"}


@given(OPTIONS, OPTIONS)
def test_what_is_not_sent_stays_and_null_takes_away(before: dict[str, Any], sent: dict[str, Any]) -> None:
    options, kept = merge("http", sent, before)
    assert options == {name: value for name, value in (before | sent).items() if value is not None}
    assert kept == {name for name in secret_fields("http") - sent.keys() if before.get(name)}


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        ({"bearer_token": MASK}, "body.options.bearer_token"),
        ({"headers": {"X-A": MASK}}, "body.options.headers.X-A"),
        ({"headers": MASK}, "body.options.headers"),
    ],
)
def test_a_mask_with_nothing_behind_it_is_refused(sent: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        merge("http", sent, {"headers": {"X-B": "b"}})
    assert [error["where"] for error in refusal.value.errors] == [where]


def test_another_key_does_not_open_and_the_masks_need_none() -> None:
    watcher = stored({"bearer_token": "t"}, Sealer("another-secret-key-0123456789-abcdef", SEALER_PURPOSE))
    with pytest.raises(SealedWithAnotherKeyError):
        open_options(watcher, SEALER)
    assert masked_options(watcher) == {"bearer_token": MASK}


def test_a_key_for_another_purpose_does_not_open() -> None:
    watcher = stored({"bearer_token": "t"}, Sealer(SECRET_KEY, "something else"))
    with pytest.raises(SealedWithAnotherKeyError):
        open_options(watcher, SEALER)
