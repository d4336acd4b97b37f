"""OpenID Connect, the side that asks: who somebody is, as the company's identity provider signs it.

The code flow with PKCE; of a provider only what its discovery document says. Signatures are checked by PyJWT, with algorithms of
two keys only, and times by the clock that is given. Every log-in asks for document and keys anew: log-ins are rare, and a
provider may change its keys at any time.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

import jwt
import msgspec

from siyu.kernel.errors import SiyuError
from siyu.platform.crypto import is_same
from siyu.platform.http import OutgoingHttp, OutgoingHttpError, checked_url
from siyu.platform.inner import is_inner

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Never one whose key both sides know, and never none."""
SKEW_SECONDS: Final = 60
SUBJECT_LENGTH_MAX: Final = 255
"""As the specification has it."""
AGE_SECONDS_MAX: Final = 600
"""How old a statement may be: it was made a moment ago, for this log-in."""
DISCOVERY: Final = "/.well-known/openid-configuration"
SCOPES: Final = "openid email profile"


class OidcError(SiyuError):
    """The identity provider did not say who this is."""

    code = "sign_on_refused"

    def __init__(self, reason: str) -> None:
        """`reason` is a stable word: `unreachable`, `document`, `insecure`, `token`, `signature`, `issuer`, `audience`, `nonce`,
        `subject`, `expired`."""
        super().__init__(f"({reason})", reason=reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """A provider as it describes itself."""

    issuer: str
    authorization_url: str
    token_url: str
    keys_url: str
    takes_basic: bool


def discover(http: OutgoingHttp, issuer: str) -> OidcProvider:
    """What a provider says of itself. It has to be who it was asked as, and safe from listeners."""
    told = _answer_of(http, f"{issuer.rstrip('/')}{DISCOVERY}")
    if told.get("issuer") != issuer:
        raise OidcError("issuer")
    methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return OidcProvider(
        issuer,
        _safe(told.get("authorization_endpoint")),
        _safe(told.get("token_endpoint")),
        _safe(told.get("jwks_uri")),
        takes_basic="client_secret_basic" in methods,
    )


def authorization_url(
    provider: OidcProvider, client_id: str, back_url: str, *, state: str, nonce: str, verifier: str
) -> str:
    """Where somebody is sent to say who they are."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": back_url,
        "scope": SCOPES,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    mark = "&" if urlsplit(provider.authorization_url).query else "?"
    return f"{provider.authorization_url}{mark}{urlencode(asked)}"


def statement_for(
    http: OutgoingHttp,
    provider: OidcProvider,
    client_id: str,
    secret: str,
    *,
    code: str,
    back_url: str,
    verifier: str,
) -> str:
    """The signed statement that a code is good for, once."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back_url, "code_verifier": verifier}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if secret and provider.takes_basic:
        told = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(told.encode()).decode()}"
    else:
        form["client_id"] = client_id
        if secret:
            form["client_secret"] = secret
    try:
        answer = http.post(provider.token_url, urlencode(form).encode(), headers)
    except OutgoingHttpError as error:
        raise OidcError("unreachable") from error
    statement = _read(answer.body, "token").get("id_token") if answer.is_success else None
    if not isinstance(statement, str):
        raise OidcError("token")
    return statement


def keys_of(http: OutgoingHttp, provider: OidcProvider) -> Sequence[Mapping[str, Any]]:
    """The keys that a provider signs with."""
    keys = _answer_of(http, provider.keys_url).get("keys")
    if not isinstance(keys, list) or not keys:
        raise OidcError("document")
    return [each for each in keys if isinstance(each, dict)]


def claims_in(
    statement: str,
    keys: Sequence[Mapping[str, Any]],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    now: datetime,
) -> Mapping[str, Any]:
    """What a statement says, if all of it holds: signed by the provider, for us, for this log-in, and just now."""
    try:
        header = jwt.get_unverified_header(statement)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise OidcError("signature")
        claims: Mapping[str, Any] = jwt.decode(
            statement,
            jwt.PyJWK(dict(_key(keys, header.get("kid"))), algorithm),
            algorithms=[algorithm],
            audience=client_id,
            issuer=issuer,
            options={
                "require": ["iss", "sub", "aud", "exp", "iat"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.InvalidIssuerError as error:
        raise OidcError("issuer") from error
    except jwt.InvalidAudienceError as error:
        raise OidcError("audience") from error
    except jwt.PyJWTError as error:
        raise OidcError("signature") from error
    subject = claims["sub"]
    if not isinstance(subject, str) or not 1 <= len(subject) <= SUBJECT_LENGTH_MAX or not subject.isprintable():
        raise OidcError("subject")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client_id:
        raise OidcError("audience")
    if not is_same(str(claims.get("nonce", "")), nonce):
        raise OidcError("nonce")
    _check_times(claims, now.timestamp())
    return claims


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    times = [claims["exp"], claims["iat"], claims.get("nbf", claims["iat"])]
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in times):
        raise OidcError("expired")
    ends, made, begins = times
    is_in_force = begins - SKEW_SECONDS <= now < ends + SKEW_SECONDS
    if not is_in_force or not -SKEW_SECONDS <= now - made <= AGE_SECONDS_MAX:
        raise OidcError("expired")


def _key(keys: Sequence[Mapping[str, Any]], name: object) -> Mapping[str, Any]:
    """The key of that name; where none is named, the only one there is."""
    signing = [each for each in keys if each.get("use", "sig") == "sig"]
    found = [each for each in signing if each.get("kid") == name] if name is not None else signing
    if len(found) != 1:
        raise OidcError("signature")
    return found[0]


def _answer_of(http: OutgoingHttp, url: str) -> dict[str, Any]:
    try:
        answer = http.get(_safe(url), {"Accept": "application/json"})
    except OutgoingHttpError as error:
        raise OidcError("unreachable") from error
    if not answer.is_success or answer.is_cut:
        raise OidcError("unreachable")
    return _read(answer.body, "document")


def _read(body: bytes, reason: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise OidcError(reason) from error


def _safe(url: object) -> str:
    """An address that nobody on the way can change: by https, or within the company's own network."""
    try:
        checked = checked_url(url) if isinstance(url, str) else ""
    except OutgoingHttpError as error:
        raise OidcError("document") from error
    if not checked:
        raise OidcError("document")
    if not checked.startswith("https://") and not is_inner(checked):
        raise OidcError("insecure")
    return checked
