"""Calls to programs of other people: signed under the endpoint's secret, judged by the answer, never within the own network."""

from __future__ import annotations

import json
from dataclasses import replace

import httpx2
import pytest

from siyu.channels.webhook.calls import HookCaller
from siyu.domain.hooks.contracts import BadEndpointError, CallKind, DueCall
from siyu.kernel.clock import ManualClock
from siyu.platform.http import OutgoingHttp
from siyu.platform.signatures import is_signed
from tests.conftest import START

URL = "https://shop.example/siyu"
CALL = DueCall(1, 2, "journey:7:3:1", CallKind.JOURNEY, 5, 1, START, URL, "secret", {})


def caller(answer: httpx2.Response | Exception, seen: list[httpx2.Request], *addresses: str) -> HookCaller:
    def handle(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    http = OutgoingHttp(transport=httpx2.MockTransport(handle))
    return HookCaller(ManualClock(START), http, takes_inner=False, resolve=lambda _host: addresses)


@pytest.mark.parametrize(
    ("status", "is_taken", "is_final", "is_gone"),
    [
        (204, True, False, False),
        (302, False, False, False),
        (400, False, True, False),
        (401, False, False, False),
        (410, False, True, True),
        (429, False, False, False),
        (503, False, False, False),
    ],
)
def test_a_call_is_signed_and_judged(status: int, is_taken: bool, is_final: bool, is_gone: bool) -> None:
    seen: list[httpx2.Request] = []
    response = httpx2.Response(status, headers={"Retry-After": "30"}, content=iter([b""]))
    answered = caller(response, seen, "8.8.8.8").call(CALL, {"fields": {"name": "王"}})
    assert (answered.is_taken, answered.is_final, answered.is_gone) == (is_taken, is_final, is_gone)
    assert (answered.told, answered.after_seconds) == (f"http_{status}", None if is_gone else 30)
    assert json.loads(seen[0].content) == {"fields": {"name": "王"}}
    assert seen[0].headers["Idempotency-Key"] == "journey:7:3:1"
    assert is_signed("secret", seen[0].content, seen[0].headers["Siyu-Signature"], START)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254", "::1", "fe80::1%eth0"])
def test_the_own_network_is_not_called(address: str) -> None:
    seen: list[httpx2.Request] = []
    to_inside = caller(httpx2.Response(200), seen, "8.8.8.8", address)
    with pytest.raises(BadEndpointError):
        to_inside.check_address(URL)
    answered = to_inside.call(CALL, {})
    assert (answered.is_taken, answered.is_final, answered.told) == (False, False, "inner_address")
    assert seen == []
    with pytest.raises(BadEndpointError):
        to_inside.check_address("ftp://shop.example")


def test_a_host_that_is_looked_up_otherwise_than_called_is_not_called() -> None:
    seen: list[httpx2.Request] = []
    unknown_here = caller(httpx2.Response(200), seen)
    url = "https://ꙮ.shop.example/"  # no name for the resolver, but one for who calls
    with pytest.raises(BadEndpointError):
        unknown_here.check_address(url)
    assert unknown_here.call(replace(CALL, url=url), {}).told == "inner_address"
    assert seen == []


def test_whom_nobody_reaches_is_tried_again() -> None:
    answered = caller(httpx2.ConnectError("nobody is there"), [], "8.8.8.8").call(CALL, {})
    assert (answered.is_taken, answered.is_final, answered.told) == (False, False, "unreachable:ConnectError")
    seen: list[httpx2.Request] = []
    answered = caller(httpx2.Response(200), seen).call(CALL, {})
    assert (answered.is_taken, answered.is_final, answered.told) == (False, False, "unreachable:unknown_host")
    assert seen == [], "a name that was unknown when it was looked at is not asked for again"


def test_the_address_that_was_looked_at_is_the_one_that_is_called() -> None:
    seen: list[httpx2.Request] = []
    both = ("2001:4860:4860::8888", "8.8.8.8")
    caller(httpx2.Response(200, content=iter([b""])), seen, *both).call(CALL, {})
    caller(httpx2.Response(200, content=iter([b""])), seen, *both).call(
        replace(CALL, attempts=2, url="http://shop.example:8080/a?b=1"), {}
    )
    first, second = seen
    assert (str(first.url), first.headers["Host"]) == ("https://8.8.8.8/siyu", "shop.example")
    assert (first.extensions["sni_hostname"], first.headers["Connection"]) == ("shop.example", "close")
    assert (second.url.host, second.headers["Host"]) == ("2001:4860:4860::8888", "shop.example:8080")
    assert str(second.url).endswith(":8080/a?b=1")
