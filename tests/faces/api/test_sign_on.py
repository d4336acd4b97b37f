"""Logging in by an identity provider that signs with real keys: the way there and back, and who is turned away."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient

from siyu.kernel.clock import Clock
from siyu.platform.postgres.database import Database
from tests.faces.api.conftest import EMAIL, LogIn

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
JWK = {**jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "one", "use": "sig"}
SECRET = "a secret between the two"
PATH = "/api/session/sign-on"


class Provider:
    """An identity provider on loopback: whoever comes is who `person` says."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.person: dict[str, Any] = {"email": EMAIL, "email_verified": True, "name": "林若溪"}
        self.codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/authorize"):  # a browser, whose person says yes
                    told = provider.authorize(self.path)
                    self.send_response(302)
                    self.send_header("Location", f"{provider.codes[told['code']]['redirect_uri']}?{urlencode(told)}")
                    return self.end_headers()
                is_keys = self.path == "/keys"
                assert is_keys or self.path == "/.well-known/openid-configuration"
                return self.answer({"keys": [JWK]} if is_keys else provider.document())

            def do_POST(self) -> None:
                form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                basic = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
                assert basic == f"siyu:{SECRET.replace(' ', '%20')}"
                self.answer(provider.statement(form))

            def answer(self, told: dict[str, Any]) -> None:
                body = json.dumps(told).encode()
                self.send_response(200 if told else 400)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?realm=tea",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def authorize(self, url: str) -> dict[str, str]:
        """Somebody is sent here, and back: with what."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["realm"] == "tea"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def statement(self, form: dict[str, str]) -> dict[str, Any]:
        asked = self.codes.get(form["code"], {})
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if asked.get("code_challenge") != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            return {}
        now = int(self.clock.now().timestamp())
        claims = {"iss": self.issuer, "aud": "siyu", "sub": "7", "nonce": asked["nonce"], "iat": now, "exp": now + 60}
        return {"id_token": jwt.encode({**claims, **self.person}, KEY, "RS256", headers={"kid": "one"})}


@pytest.fixture
def provider(database: Database) -> Iterator[Provider]:
    made = Provider(database.clock)
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def there(client: TestClient, provider: Provider, to: str = "/customers?tab=1") -> dict[str, str]:
    sent = client.get(PATH, params={"to": to}, follow_redirects=False)
    assert sent.headers["location"].startswith(f"{provider.issuer}/authorize"), sent.headers["location"]
    assert all(word in sent.headers["set-cookie"] for word in ("HttpOnly", "SameSite=lax", f"Path={PATH}"))
    return provider.authorize(sent.headers["location"])


def back(client: TestClient, told: dict[str, str]) -> str:
    return client.get(f"{PATH}/back", params=told, follow_redirects=False).headers["location"]


def logged_in(client: TestClient) -> str | None:
    answer = client.get("/api/session")
    return answer.json()["staff"]["email"] if answer.status_code == 200 else None


def test_the_way_there_and_back(client: TestClient, log_in: LogIn, provider: Provider, database: Database) -> None:
    assert client.get(f"{PATH}/available").json() == {"is_there": False, "name": ""}
    assert client.get(PATH, follow_redirects=False).headers["location"] == "/login?sign-on=not_found"
    headers = log_in()
    setup = {"name": "统一身份", "issuer": provider.issuer, "client_id": "siyu", "client_secret": SECRET}
    saved = client.put("/api/sign-on", json=setup, headers=headers)
    assert saved.status_code == 200, saved.text
    assert SECRET not in saved.text
    assert saved.json()["has_secret"] is True
    assert client.post("/api/sign-on/check", headers=headers).json()["fault"] == ""
    moved = client.put("/api/sign-on", json={**setup, "issuer": "https://x.cn", "client_secret": ""}, headers=headers)
    assert moved.json()["error"]["fields"] == {"field": "client_secret"}
    open_to_all = client.put("/api/sign-on", json={**setup, "new_role": "operator", "new_unit_id": 1}, headers=headers)
    assert open_to_all.json()["error"]["fields"] == {"field": "domains"}
    client.delete("/api/session", headers=headers)
    assert client.get(f"{PATH}/available").json() == {"is_there": True, "name": "统一身份"}
    assert client.get("/api/sign-on").status_code == 401

    told = there(client, provider)
    assert back(client, told) == "/customers?tab=1"
    assert logged_in(client) == EMAIL
    with database.read() as reading:
        kept = reading.driver.execute("SELECT sealed FROM company.sign_on").fetchall()
        audit = reading.driver.execute(
            "SELECT fields->>'by' FROM company.audit WHERE verb = 'company.log_in'"
        ).fetchall()
    assert SECRET.encode() not in bytes(kept[0][0])
    assert audit[-1] == ("oidc",)


def test_who_is_turned_away(client: TestClient, log_in: LogIn, provider: Provider) -> None:
    headers = log_in()
    setup = {"name": "统一身份", "issuer": provider.issuer, "client_id": "siyu", "client_secret": SECRET}
    client.put("/api/sign-on", json=setup, headers=headers)
    client.delete("/api/session", headers=headers)

    told = there(client, provider, to="//evil.example")
    cookie = client.cookies["siyu_sign_on"]
    assert back(client, {**told, "state": f"{told['state']}x"}) == "/login?sign-on=sign_on_state"
    client.cookies.clear()
    assert back(client, told) == "/login?sign-on=sign_on_state"  # in a browser that was not sent
    client.cookies.set("siyu_sign_on", cookie)
    assert back(client, {**told, "iss": "https://another.example"}) == "/login?sign-on=sign_on_refused"
    client.cookies.set("siyu_sign_on", cookie)
    assert back(client, told) == "/"
    assert logged_in(client) == EMAIL
    client.cookies.clear()
    client.cookies.set("siyu_sign_on", cookie)
    assert back(client, told) == "/login?sign-on=sign_on_state"  # a second time
    assert logged_in(client) is None

    for change, code in (
        ({"sub": "8", "email_verified": False}, "sign_on_email"),
        ({"sub": "8", "email": None}, "sign_on_email"),
        ({"sub": "8", "email": "nobody@example.com"}, "sign_on_unknown"),
        ({"sub": "8"}, "sign_on_taken"),  # with an e-mail that was somebody else's
        ({"sub": ""}, "sign_on_refused"),
        ({"sub": "7\0"}, "sign_on_refused"),
        ({"nonce": "of another log-in"}, "sign_on_refused"),
        ({"aud": "of another house"}, "sign_on_refused"),
    ):
        client.cookies.clear()
        was, provider.person = provider.person, {**provider.person, **change}
        assert back(client, there(client, provider)) == f"/login?sign-on={code}"
        provider.person = was
        assert logged_in(client) is None


def test_new_staff_are_made_by_the_rule_alone(client: TestClient, log_in: LogIn, provider: Provider) -> None:
    headers = log_in()
    setup = {"name": "统一身份", "issuer": provider.issuer, "client_id": "siyu", "client_secret": SECRET}
    rule = {"new_role": "frontline", "new_unit_id": 1, "domains": ["@Example.com"]}
    assert client.put("/api/sign-on", json={**setup, **rule}, headers=headers).json()["setup"]["domains"] == [
        "example.com"
    ]
    client.delete("/api/session", headers=headers)
    provider.person = {"email": "new@elsewhere.com", "email_verified": True}
    assert back(client, there(client, provider)) == "/login?sign-on=sign_on_unknown"
    provider.person = {"email": "New@example.com", "email_verified": True, "name": "新\n同事"}
    assert back(client, there(client, provider)) == "/customers?tab=1"
    staff = client.get("/api/session").json()["staff"]
    assert (staff["name"], staff["email"], staff["role"]) == ("新同事", "new@example.com", "frontline")
    assert client.post("/api/session", json={"email": "new@example.com", "password": "-"}).status_code == 401


def test_an_account_is_the_provider_s_person_and_not_an_e_mail(
    client: TestClient, log_in: LogIn, provider: Provider, database: Database
) -> None:
    headers = log_in()
    setup = {"name": "统一身份", "issuer": provider.issuer, "client_id": "siyu", "client_secret": SECRET}
    rule = {"new_role": "admin", "new_unit_id": 1, "domains": ["example.com"]}
    client.put("/api/sign-on", json={**setup, **rule}, headers=headers)
    new = {"name": "周", "email": "zhou@example.com", "password": "correct horse 2", "role": "operator", "unit_id": 1}
    zhou = client.post("/api/staff", json=new, headers=headers).json()["staff_id"]

    def comes(**person: object) -> str | None:
        client.cookies.clear()
        provider.person = {"email_verified": True, **person}
        told = back(client, there(client, provider))
        return logged_in(client) or told.partition("=")[2]

    assert comes(sub="z", email="zhou@example.com") == "zhou@example.com"
    for email in (EMAIL, "new@example.com", None):  # neither another's account, nor a new one, nor none
        assert comes(sub="z", email=email, email_verified=False) == "zhou@example.com"
    assert comes(sub="other", email="zhou@example.com") == "sign_on_taken"

    headers = log_in()
    ended = f"/api/staff/{zhou}/sign-on"
    assert client.delete(ended, headers=headers).status_code == 204
    assert client.delete(ended, headers=headers).json()["error"]["code"] == "no_sign_on"
    assert client.delete("/api/staff/99/sign-on", headers=headers).status_code == 404
    assert comes(sub="other", email="zhou@example.com") == "zhou@example.com"
    assert comes(sub="z", email="zhou@example.com") == "sign_on_taken"
    headers = log_in()
    client.delete(f"/api/staff/{zhou}", headers=headers)
    assert comes(sub="other", email="new@example.com") == "sign_on_unknown"
    with database.read() as reading:
        rows = reading.driver.execute(
            "SELECT verb, subject FROM company.audit WHERE verb LIKE 'company.%bind_sign_on' ORDER BY audit_id"
        ).fetchall()
    verbs = ["company.bind_sign_on", "company.unbind_sign_on", "company.bind_sign_on"]
    assert rows == [(verb, f"staff:{zhou}") for verb in verbs]
