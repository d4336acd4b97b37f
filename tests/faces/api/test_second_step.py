"""The second step of log-ins: begun, confirmed, asked for, used once, ended, taken away. Codes are made by hand, by the RFC."""

from __future__ import annotations

import base64
import hmac
import struct
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.company.rules import FREE_FAILURES
from siyu.faces.api.context import ApiContext
from siyu.kernel.clock import ManualClock
from tests.engines.scenery import SIYU
from tests.faces.api.conftest import EMAIL, PASSWORD


def code_at(secret: str, clock: ManualClock, steps: int = 0) -> str:
    """RFC 6238 by hand: what a phone with this secret shows, so many steps of thirty seconds from now."""
    counter = struct.pack(">Q", int(clock.now().timestamp()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 10**6:06}"


class Person:
    """Somebody at a browser, with a phone."""

    def __init__(self, client: TestClient, clock: ManualClock, email: str = EMAIL) -> None:
        self._client, self._clock, self._email = client, clock, email
        self._headers: dict[str, str] = {}
        assert self.enter() == (200, "")

    def enter(self, code: str = "") -> tuple[int, str]:
        """The status of a log-in, and the error's code."""
        answer = self._client.post("/api/session", json={"email": self._email, "password": PASSWORD, "code": code})
        if answer.status_code == 200:
            self._headers = {"X-CSRF-Token": answer.json()["csrf_token"]}
        return answer.status_code, answer.json().get("error", {}).get("code", "")

    def turn_on(self) -> tuple[str, list[str]]:
        """(secret, recovery codes)."""
        begun = self.post("")
        assert begun.json()["picture"].startswith('<svg xmlns="http://www.w3.org/2000/svg"')
        confirmed = self.post("/confirm", code_at(begun.json()["secret"], self._clock))
        assert confirmed.status_code == 200
        self._clock.advance(timedelta(seconds=90))
        return begun.json()["secret"], confirmed.json()["codes"]

    def post(self, what: str, code: str | None = None) -> Response:
        body = None if code is None else {"code": code}
        return self._client.post(f"/api/session/second-step{what}", headers=self._headers, json=body)

    def delete(self, staff_id: int) -> int:
        """The status of taking away somebody's second step."""
        return self._client.delete(f"/api/staff/{staff_id}/second-step", headers=self._headers).status_code


@pytest.fixture
def person(client: TestClient, clock: ManualClock) -> Person:
    return Person(client, clock)


def test_the_published_vectors_hold(clock: ManualClock) -> None:
    """RFC 6238, appendix B, for SHA-1: the last six of the eight digits printed there."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    for seconds, digits in ((59, "94287082"), (1111111109, "07081804"), (2000000000, "69279037")):
        clock.set(clock.now().fromtimestamp(seconds, clock.now().tzinfo))
        assert code_at(secret, clock) == digits[-6:]


def test_with_a_second_step_the_password_alone_opens_nothing(
    client: TestClient, person: Person, clock: ManualClock
) -> None:
    assert client.get("/api/session/second-step").json() == {"is_on": False, "since": None, "recovery_left": 0}
    secret, codes = person.turn_on()
    assert len(set(codes)) == 10
    state = client.get("/api/session/second-step").json()
    assert (state["is_on"], state["recovery_left"]) == (True, 10)
    assert person.post("").status_code == 409
    assert person.enter() == (401, "second_step_needed")
    assert person.enter("000000") == (401, "wrong_second_step")
    right = code_at(secret, clock)
    assert person.enter(f"{right[:3]} {right[3:]}") == (200, "")
    assert person.enter(right) == (401, "wrong_second_step"), "a code is good for one log-in"
    clock.advance(timedelta(seconds=60))
    assert person.enter(code_at(secret, clock, -3)) == (401, "wrong_second_step")
    assert person.enter(code_at(secret, clock, 1)) == (200, ""), "a phone may be half a minute ahead"


def test_a_recovery_code_opens_once(client: TestClient, person: Person, clock: ManualClock) -> None:
    _, codes = person.turn_on()
    assert person.enter(f"{codes[0][:5]}-{codes[0][5:]}".upper()) == (200, "")
    assert person.enter(codes[0]) == (401, "wrong_second_step")
    assert client.get("/api/session/second-step").json()["recovery_left"] == 9


def test_codes_cannot_be_tried_by_the_thousand(client: TestClient, person: Person, clock: ManualClock) -> None:
    secret, _ = person.turn_on()
    for n in range(FREE_FAILURES):
        assert person.post("/end", f"{n:06}").status_code == 422
    assert person.post("/end", code_at(secret, clock)).status_code == 429
    failures = [person.enter(f"{n:06}")[1] for n in range(FREE_FAILURES)]
    assert set(failures) == {"wrong_second_step"}
    assert person.enter(code_at(secret, clock))[0] == 429


def test_it_is_ended_with_a_code_and_taken_away_by_another_administrator(
    client: TestClient, context: ApiContext, person: Person, clock: ManualClock
) -> None:
    with context.database.begin() as work:
        company.create_staff(work, SIYU, "Bea", "bea@example.com", PASSWORD, Role.ADMIN, 1)
    secret, _ = person.turn_on()
    assert person.post("/end", code_at(secret, clock)).status_code == 204
    assert person.enter() == (200, "")
    person.turn_on()
    assert person.delete(1) == 422, "an open session alone ends nothing"
    theirs = dict(client.cookies)
    bea = Person(client, clock, "bea@example.com")
    assert bea.delete(999) == 404
    assert bea.delete(1) == 204
    client.cookies.clear()
    client.cookies.update(theirs)
    assert client.get("/api/session").status_code == 401, "their sessions end"
    assert person.enter() == (200, "")
    verbs = [row["verb"] for row in client.get("/api/audit").json()["rows"]]
    assert {"company.confirm_second_step", "company.end_second_step", "company.reset_second_step"} <= set(verbs)
