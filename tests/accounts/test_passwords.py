"""Passwords: any length, any script, every byte (A1); the same work for everybody (A3); never the whole machine."""

import asyncio
import threading

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healther.accounts import passwords
from healther.accounts.passwords import PasswordHasher, check_password, common_passwords, hash_password, verify_password
from healther.core.errors import InvalidProblem, UnavailableProblem

# Surrogates too: a command line hands over undecodable bytes as such.
ANY_TEXT = st.text(st.characters(), max_size=300) | st.binary(max_size=300).map(
    lambda raw: raw.decode("utf-8", "surrogateescape")
)


@settings(max_examples=60, deadline=None)
@given(ANY_TEXT)
def test_any_password_verifies_and_only_itself_does(password: str) -> None:
    stored = hash_password(password, rounds=4)
    assert len(stored) <= 100
    assert verify_password(password, stored)
    assert not verify_password(password + "x", stored)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5_000), st.sampled_from("aЖ語🔑"), st.sampled_from("bЯ文🔒"))
def test_the_last_character_matters_at_any_length(length: int, char: str, other: str) -> None:
    stored = hash_password(char * length, rounds=4)
    assert not verify_password(char * (length - 1) + other, stored)
    assert not verify_password(char * (length - 1), stored)


def test_bytes_behind_a_nul_matter() -> None:
    assert not verify_password("open\x00sesame", hash_password("open\x00simsim", rounds=4))


def test_a_plain_digest_leaked_elsewhere_does_not_fit() -> None:
    stored = hash_password("correct horse", rounds=4).removeprefix("v1").encode()
    assert not bcrypt.checkpw(b"correct horse", stored)


async def test_nobody_costs_as_many_rounds_as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(rounds=5)
    real = await hasher.hash("correct horse")
    checked: list[bytes] = []
    original = bcrypt.checkpw

    def note(password: bytes, stored: bytes) -> bool:
        checked.append(stored)
        return original(password, stored)

    monkeypatch.setattr(passwords.bcrypt, "checkpw", note)
    assert await hasher.verify("correct horse", real)
    assert not await hasher.verify("correct horse", None)
    somebody, nobody = checked
    assert somebody[:7] == nobody[:7] == b"$2b$05$"
    assert len(somebody) == len(nobody)


async def test_hashing_never_takes_more_threads_than_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    working, most, lock = 0, 0, threading.Lock()
    original = bcrypt.hashpw

    def note(password: bytes, salt: bytes) -> bytes:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        try:
            return original(password, salt)
        finally:
            with lock:
                working -= 1

    monkeypatch.setattr(passwords.bcrypt, "hashpw", note)
    hasher = PasswordHasher(rounds=4, threads=2)
    await asyncio.gather(*(hasher.hash(str(number)) for number in range(20)))
    assert most <= 2


async def test_too_many_waiting_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MAX_WAITING", 3)
    hasher = PasswordHasher(rounds=4, threads=1)
    answers = await asyncio.gather(*(hasher.hash(str(number)) for number in range(8)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, UnavailableProblem)]
    assert len(refused) == 5
    assert refused[0].headers["Retry-After"]
    assert await hasher.hash("and again when they are done")


@pytest.mark.parametrize(
    "password",
    ["short", "1234567", "PassWord", "12345678", "qwertyuiop", "ada@example.org", "aaaaaaaaaaaaaaaa", "abababababab"],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        check_password(password, "body.password", email="ada@example.org")
    assert refusal.value.errors[0]["where"] == "body.password"
    assert password not in str(refusal.value)


@pytest.mark.parametrize("password", ["correct horse battery", "пароль-из-фразы", "x7$" * 5_000, " spaced out "])
def test_long_or_foreign_passwords_are_welcome(password: str) -> None:
    check_password(password, "body.password", email="ada@example.org")


def test_the_common_passwords_are_three_thousand_long_enough_ones() -> None:
    words = common_passwords()
    assert 2_900 <= len(words) <= 3_000
    assert min(map(len, words)) >= passwords.MIN_LENGTH
