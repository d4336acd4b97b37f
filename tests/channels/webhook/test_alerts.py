"""Alerts over the webhook: signed, under their own key, and what is tried again."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx2
import pytest

from siyu.channels.webhook.alerts import AlertWebhook
from siyu.kernel.clock import ManualClock
from siyu.platform.http import OutgoingHttp
from siyu.platform.signatures import is_signed

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
URL = "https://robot.example/alerts"


@pytest.mark.parametrize(
    ("status", "is_taken", "is_final"),
    [(204, True, False), (400, False, True), (429, False, False), (503, False, False)],
)
def test_an_alert_is_signed_and_judged_by_the_answer(status: int, is_taken: bool, is_final: bool) -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(status, headers={"Retry-After": "30"}, content=iter([b""]))  # read as it comes

    http = OutgoingHttp(transport=httpx2.MockTransport(answer))
    posted = AlertWebhook("secret", ManualClock(NOW), http).post(URL, "metric_alert:7", {"member": "抖音"})
    assert (posted.is_taken, posted.is_final, posted.told) == (is_taken, is_final, f"http_{status}")
    assert posted.after_seconds == 30
    (request,) = seen
    assert json.loads(request.content) == {"member": "抖音"}
    assert request.headers["Idempotency-Key"] == "metric_alert:7"
    assert is_signed("secret", request.content, request.headers["Siyu-Signature"], NOW)


def test_whom_nobody_reaches_is_tried_again_and_no_address_is_not() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("nobody is there", request=request)

    webhook = AlertWebhook("secret", ManualClock(NOW), OutgoingHttp(transport=httpx2.MockTransport(answer)))
    assert webhook.post(URL, "k", {}).told == "unreachable:ConnectError"
    refused = webhook.post("ftp://robot.example", "k", {})
    assert (refused.is_final, refused.told) == (True, "refused_url")
