"""What a statement of an identity provider has to be: each thing that is wrong with one is refused for itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from siyu.platform.oidc import OidcError, claims_in

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
KEYS = [
    {**jwt.algorithms.RSAAlgorithm.to_jwk(RSA.public_key(), as_dict=True), "kid": "one", "use": "sig"},
    {**jwt.algorithms.ECAlgorithm.to_jwk(CURVE.public_key(), as_dict=True), "kid": "two", "use": "sig"},
]
CLAIMS: Mapping[str, Any] = {
    "iss": "https://id.example.com",
    "aud": "siyu",
    "sub": "7",
    "nonce": "n",
    "iat": SECONDS,
    "exp": SECONDS + 300,
    "email": "lin@example.com",
}

Change = Mapping[str, Any]


def signed(change: Change = CLAIMS, key: Any = RSA, algorithm: str = "RS256", kid: str | None = "one") -> str:
    claims = {name: value for name, value in {**CLAIMS, **change}.items() if value is not None}
    return jwt.encode(claims, key, algorithm, headers={"kid": kid} if kid else {})


def read(statement: str) -> Mapping[str, Any]:
    return claims_in(statement, KEYS, issuer="https://id.example.com", client_id="siyu", nonce="n", now=NOW)


def by_public_key() -> str:
    """The old trick: the public key, which everybody has, taken for a secret that both sides share."""
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256", "typ": "JWT", "kid": "one"}, CLAIMS)
    )
    public = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    proof = hmac.new(public, head + b"." + body, hashlib.sha256).digest()
    return b".".join((head, body, base64.urlsafe_b64encode(proof).rstrip(b"="))).decode()


@pytest.mark.parametrize(
    "statement",
    [
        signed(),
        signed(key=CURVE, algorithm="ES256", kid="two"),
        signed({"aud": ["siyu", "other"], "azp": "siyu"}),
        signed({"iat": SECONDS + 50, "exp": SECONDS + 300}),
        signed({"iat": SECONDS - 350, "exp": SECONDS - 50}),
    ],
)
def test_a_statement_that_holds_is_read(statement: str) -> None:
    assert read(statement)["email"] == "lin@example.com"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: signed({"nonce": "another"}), "nonce"),
        (lambda: signed({"nonce": None}), "nonce"),
        (lambda: signed({"aud": "another"}), "audience"),
        (lambda: signed({"aud": ["siyu", "other"]}), "audience"),
        (lambda: signed({"aud": ["siyu", "other"], "azp": "other"}), "audience"),
        (lambda: signed({"iss": "https://id.example.com/"}), "issuer"),
        (lambda: signed({"exp": SECONDS - 61}), "expired"),
        (lambda: signed({"iat": SECONDS + 61}), "expired"),
        (lambda: signed({"iat": SECONDS - 601}), "expired"),
        (lambda: signed({"nbf": SECONDS + 61}), "expired"),
        (lambda: signed({"exp": "soon"}), "expired"),
        (lambda: signed({"exp": None}), "signature"),
        (lambda: signed({"sub": None}), "signature"),
        (lambda: signed(kid="three"), "signature"),
        (lambda: signed(kid=None), "signature"),
        (lambda: signed(key=OTHER), "signature"),
        (lambda: signed(key=CURVE, algorithm="ES256", kid="one"), "signature"),
        (lambda: jwt.encode(dict(CLAIMS), "", "none", headers={"kid": "one"}), "signature"),
        (by_public_key, "signature"),
        (lambda: signed()[:-8] + "AAAAAAAA", "signature"),
        (lambda: "no statement", "signature"),
        (lambda: "", "signature"),
    ],
)
def test_what_is_wrong_is_refused(make: Callable[[], str], reason: str) -> None:
    with pytest.raises(OidcError) as refused:
        read(make())
    assert refused.value.reason == reason
