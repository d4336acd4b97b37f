"""What lies outside, in this process: whoever messages go to, with a ledger, and the addresses of WeCom, WeChat and the vendor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from siyu.assembly.simulation.fans import WECHAT_URL, Fans
from siyu.assembly.simulation.killing import Fates, Killed
from siyu.assembly.simulation.line import WECOM_URL, Line
from siyu.assembly.simulation.texts import VENDOR_URL, Vendor
from siyu.kernel.clock import Clock
from siyu.kernel.ids import derived_id
from siyu.platform.http import HttpAnswer, OutgoingHttp, UnreachableError

AWAY_SHARE, LOST_ANSWER_SHARE, BUSY_SHARE, BROKEN_SHARE = 0.08, 0.08, 0.04, 0.04
UNREACHABLE_PEOPLE = 50
"""One message in so many is refused for good."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message that has arrived, once for each key."""

    key: str
    user_id: str
    title: str
    at: datetime


class Outside(OutgoingHttp):
    """The other end of the webhook channel drops what it has by its key, as the channel asks of it; what goes to WeCom goes by its
    line, what goes to WeChat to the Official Account, and text messages and calls go to their vendor."""

    def __init__(self, clock: Clock, fates: Fates, line: Line, vendor: Vendor, fans: Fans) -> None:
        super().__init__()
        self.received: dict[str, Received] = {}
        self.refused: set[str] = set()
        self.repeated = 0
        self._clock, self._fates, self._line, self._vendor, self._fans = clock, fates, line, vendor, fans

    def get(self, url: str, _headers: Mapping[str, str] | None = None) -> HttpAnswer:
        """Only WeCom and WeChat are ever asked for something."""
        if url.startswith(WECHAT_URL):
            return self._fans.answer("GET", url, b"")
        if not url.startswith(WECOM_URL):
            raise UnreachableError("(nobody is there)", kind="ConnectError")
        return self._line.answer("GET", url, b"", "")

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Takes messages, or is away, or takes them and says nothing, or says come back later."""
        if url.startswith(WECOM_URL):
            return self._line.answer("POST", url, body, headers.get("Content-Type", ""))
        if url.startswith(WECHAT_URL):
            return self._fans.answer("POST", url, body)
        if url.startswith(VENDOR_URL):
            return self._vendor.answer(url, body, headers)
        return self._take_all(body)

    @property
    def calls(self) -> int:
        """How often WeCom was called."""
        return self._line.calls

    def close(self) -> None:
        """Whoever goes by it closes it for himself alone."""

    def _take_all(self, body: bytes) -> HttpAnswer:
        self._fates.dawdle()
        if self._fates.happens(AWAY_SHARE):
            raise UnreachableError("(away)", kind="ConnectError")
        if self._fates.happens(BUSY_SHARE):
            return HttpAnswer(429, {"retry-after": "30"}, b"")
        results = [self._take(message) for message in json.loads(body)["messages"]]
        if self._fates.dies():
            raise Killed
        self._fates.take_ages()
        if self._fates.happens(LOST_ANSWER_SHARE):
            raise UnreachableError("(the answer was lost)", kind="ReadTimeout")
        if self._fates.happens(BROKEN_SHARE):
            return HttpAnswer(502, {}, b"<html>")
        return HttpAnswer(200, {"content-type": "application/json"}, json.dumps({"results": results}).encode())

    def _take(self, message: Mapping[str, Any]) -> dict[str, str]:
        key = str(message["key"])
        self._fates.trace.note("message", key, message["title"])
        if derived_id("refused", key).int % UNREACHABLE_PEOPLE == 0:
            self.refused.add(key)
            return {"key": key, "status": "rejected", "reason": "recipient_unreachable"}
        if key in self.received:
            self.repeated += 1
        else:
            known = {each["kind"]: each["value"] for each in message["customer"]["identities"]}
            self.received[key] = Received(key, known.get("user_id", ""), str(message["title"]), self._clock.now())
        return {"key": key, "status": "delivered"}
