"""Access tokens: HS256, complete, unexpired, or nothing (A4)."""

import base64
import json
import time
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from healther.accounts.tokens import Claims, TokenSigner
from healther.core.clock import now_ms
from healther.core.crypto import derive_key
from healther.core.db import Database
from healther.core.errors import UnauthenticatedProblem
from tests.support.api import SECRET_KEY, running_api

KEY = derive_key(SECRET_KEY, "access-token")
SIGNER = TokenSigner(SECRET_KEY, 60)
CLAIMS = Claims(uuid4(), 3, uuid4())


def payload(**changes: object) -> dict[str, Any]:
    now = int(time.time())
    full = {
        "exp": now + 600, "iat": now, "sub": str(CLAIMS.user_id), "jti": "x", "ver": 3, "sid": str(CLAIMS.family_id)
    }  # fmt: skip
    return {name: value for name, value in (full | changes).items() if value is not None}


def forged(**changes: object) -> str:
    return jwt.encode(payload(**changes), KEY, algorithm="HS256")


def unsigned(header: dict[str, Any]) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part(header)}.{part(payload())}."


def refused(token: str) -> None:
    with pytest.raises(UnauthenticatedProblem):
        SIGNER.verify(token)


def test_an_issued_token_verifies() -> None:
    assert SIGNER.verify(SIGNER.issue(CLAIMS, now_ms())) == CLAIMS
    assert SIGNER.verify(forged()) == CLAIMS


@pytest.mark.parametrize("claim", ["exp", "iat", "sub", "jti", "ver", "sid"])
def test_a_token_without_one_of_its_claims_is_refused(claim: str) -> None:
    refused(forged(**{claim: None}))


@pytest.mark.parametrize(
    "changes",
    [
        {"ver": "3"}, {"ver": True}, {"ver": 3.0}, {"sub": "me"}, {"sub": 7}, {"sid": "x"}, {"sid": 1}, {"exp": "soon"},
        {"exp": 1}, {"exp": [1]}, {"nbf": time.time() + 3600},
    ],
)  # fmt: skip
def test_a_token_with_a_wrong_claim_is_refused(changes: dict[str, Any]) -> None:
    refused(forged(**changes))


def test_a_token_from_before_the_clock_was_set_back_is_good() -> None:
    """R12: it is ours, and whose it is, is asked of the database at every request."""
    assert SIGNER.verify(forged(iat=time.time() + 3600)) == CLAIMS


async def test_an_access_token_is_good_for_as_long_as_the_operator_says(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with running_api(database, sqlite_url, access_token_minutes=5) as api:
        person = await api.person("ada")
        for given in (await person.sign_in(), await person.post("/auth/refresh")):
            assert given.json()["expires_in"] == 300
            claims = jwt.decode(given.json()["access_token"], options={"verify_signature": False})
            assert claims["exp"] - claims["iat"] == 300
    await database.close()


def test_an_expired_token_says_so() -> None:
    token = SIGNER.issue(CLAIMS, now_ms() - 3_700_000)
    with pytest.raises(UnauthenticatedProblem, match="expired"):
        SIGNER.verify(token)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_alg_none_is_refused(alg: str) -> None:
    refused(unsigned({"alg": alg, "typ": "JWT"}))


def test_other_algorithms_are_refused() -> None:
    refused(jwt.encode(payload(), KEY * 2, algorithm="HS512"))
    refused(jwt.encode(payload(), generate_private_key(65537, 2048), algorithm="RS256"))


@pytest.mark.parametrize(
    "header", [{"kid": "../../dev/null"}, {"jku": "https://evil/"}, {"crit": ["exp"]}, {"cty": "x"}]
)
def test_a_header_that_asks_for_more_is_refused(header: dict[str, Any]) -> None:
    refused(jwt.encode(payload(), KEY, algorithm="HS256", headers=header))


def test_another_installations_token_is_refused() -> None:
    refused(TokenSigner("another-secret-key-0123456789-abcdef", 60).issue(CLAIMS, now_ms()))
    refused(jwt.encode(payload(), SECRET_KEY, algorithm="HS256"))


@given(st.text(max_size=80) | st.sampled_from(["", ".", "..", "a.b.c", "x" * 5_000]))
def test_anything_else_is_refused_and_nothing_worse(token: str) -> None:
    refused(token)


@given(st.data())
def test_a_token_with_one_character_changed_is_refused(data: st.DataObject) -> None:
    token = forged()
    # The last character carries unused bits: another one may spell the same signature.
    at = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.sampled_from("AZaz09-_.").filter(lambda char: char != token[at]))
    refused(token[:at] + other + token[at + 1 :])
