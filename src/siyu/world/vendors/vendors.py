"""The vendors themselves: what they take, what of it reaches a phone, what they tell afterwards."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

from siyu.kernel.clock import Clock, real_span
from siyu.kernel.ids import IdSource, SeededIds, derived_id
from siyu.platform.crypto import is_same
from siyu.world.vendors.posting import VendorPostman
from siyu.world.wecom.dispatch import Answer, Request
from siyu.world.wecom.faults import Fault, FaultKind, Faults

SIGNATURE_AGE_MAX: Final = timedelta(minutes=5)
ACS_AGE_SECONDS_MAX: Final = 900
SHOWN_MAX: Final = 2_000
LIMITS_OF_FAULTS: Final = {1: "isv.BUSINESS_LIMIT_CONTROL", 2: "isv.DAY_LIMIT_CONTROL"}
NONCES_MAX: Final = 100_000
"""So many nonces are known again; the one that came first is forgotten for the next."""
_WHOLE: Final = 2**128


@dataclass(frozen=True, slots=True)
class Manners:
    """Shares of all messages and calls: what never arrives, and calls that nobody takes."""

    seed: int = 1
    undelivered_share: float = 0.03
    unanswered_share: float = 0.4
    tells: bool = True

    def share(self, question: str, key: str) -> float:
        return derived_id(self.seed, question, key).int / _WHOLE


@dataclass(slots=True)
class Account:
    """One customer of the vendors: us."""

    secret: str = "the-vendors-secret"  # noqa: S105  # of a made-up world
    key_id: str = "testId"
    sign_names: frozenset[str] = frozenset({"晨曦茶饮"})
    templates: frozenset[str] = frozenset({"SMS_1"})
    sms_url: str = ""
    calls_url: str = ""


@dataclass(slots=True)
class Ledger:
    """What reached phones: how often each key did, and the last of what they show."""

    times: Counter[str] = field(default_factory=Counter)
    phones: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reach(self, key: str, phone: str, what: Mapping[str, Any]) -> None:
        with self.lock:
            self.times[key] += 1
            shown = self.phones.setdefault(phone, [])
            shown.append(dict(what))
            del shown[:-SHOWN_MAX]

    @property
    def twice(self) -> list[str]:
        """Keys that reached a phone more than once."""
        with self.lock:
            return sorted(key for key, times in self.times.items() if times > 1)


class Vendors:
    """All vendors at one address: `/sms/…` and `/calls/…` in our own protocol, `/` as dysmsapi, `/world/…` for the outside."""

    def __init__(self, clock: Clock, manners: Manners | None = None, *, ids: IdSource | None = None) -> None:
        self.clock, self.manners = clock, manners or Manners()
        self.account, self.ledger, self.faults = Account(), Ledger(), Faults()
        self.on_text: Callable[[str, str], None] = lambda _phone, _text: None
        """Told which telephone a text has just reached."""
        self.postman = VendorPostman(clock, ids or SeededIds(self.manners.seed), self.faults)
        self._known: dict[str, dict[str, str]] = {}
        self._nonces: dict[str, None] = {}
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Answer:
        """The answer to one request, with the faults in force."""
        if request.path.startswith("/world/"):
            return self._through_door(request)
        faults = {fault.kind: fault for fault in self.faults.of_call(request.path)}
        if (late := faults.get(FaultKind.DELAY)) is not None:
            time.sleep(late.seconds)
        if FaultKind.DROP in faults:
            return Answer(0, b"", is_dropped=True)
        if (broken := faults.get(FaultKind.STATUS)) is not None:
            return Answer(broken.status, b"<html>Bad Gateway</html>", "text/html")
        answer = self._acs(request, faults) if request.path == "/" else self._ours(request)
        return Answer(0, b"", is_dropped=True) if FaultKind.LOSE_ANSWER in faults else answer

    def reply(self, phone: str, text: str) -> None:
        """A telephone answers a text message; the one who sent it is told."""
        replies = {"replies": [{"phone": phone, "text": text}]}
        self.postman.tell(self.account.sms_url, self.account.secret, "reply", replies)

    def _ours(self, request: Request) -> Answer:
        if not self._is_signed(request):
            return _json(401, {"error": "not signed"})
        try:
            told = json.loads(request.body)
            match request.path:
                case "/sms/check" | "/calls/check":
                    return _json(200, {})
                case "/sms/outcomes" | "/calls/outcomes":
                    with self._lock:
                        known = [self._known[key] for key in told["keys"] if key in self._known]
                    return _json(200, {"results": known})
                case "/sms/messages":
                    return _json(200, {"results": [self._take_sms(each) for each in told["messages"]]})
                case "/calls/calls":
                    return _json(200, {"results": [self._take_call(each) for each in told["calls"]]})
        except (ValueError, KeyError, TypeError, AttributeError):
            return _json(400, {"error": "not understood"})
        return _json(404, {"error": "no such path"})

    def _is_signed(self, request: Request) -> bool:
        parts = dict(part.partition("=")[::2] for part in request.headers.get("siyu-signature", "").split(","))
        at = parts.get("t", "")
        age_max = real_span(self.clock, SIGNATURE_AGE_MAX).total_seconds()
        if not at.isdecimal() or abs(self.clock.now().timestamp() - int(at)) > age_max:
            return False
        digest = hmac.new(self.account.secret.encode(), f"{at}.".encode() + request.body, "sha256").hexdigest()
        return is_same(digest, parts.get("v1", ""))

    def _first(self, key: str, result: dict[str, str]) -> bool:
        """Whether this key is new: the same key is the same message."""
        with self._lock:
            if key in self._known:
                return False
            self._known[key] = result
            return True

    def _take_sms(self, message: Mapping[str, Any]) -> dict[str, str]:
        key, phone, text = str(message["key"]), str(message["phone"]), str(message["text"])
        if message["sign_name"] not in self.account.sign_names or not text.startswith(f"【{message['sign_name']}】"):
            return {"key": key, "status": "rejected", "reason": "bad_sign"}
        result = {"key": key, "status": "accepted"}
        if self._first(key, result):
            self._deliver_sms(key, phone, text, self.account.secret)
        return result

    def _deliver_sms(self, key: str, phone: str, text: str, secret: str) -> None:
        is_lost = self.manners.share("lost", key) < self.manners.undelivered_share
        if not is_lost:
            self.ledger.reach(key, phone, {"kind": "sms", "key": key, "text": text})
            self.on_text(phone, text)
        if self.account.sms_url and self.manners.tells:
            document: Any = {"receipts": [{"key": key, "status": "failed" if is_lost else "delivered", "reason": ""}]}
            if not secret:
                code = "MOBILE_NOT_ON_SERVICE" if is_lost else "DELIVERED"
                document = [{"out_id": key, "phone_number": phone, "success": not is_lost, "err_code": code}]
            self.postman.tell(self.account.sms_url, secret, "receipt", document)

    def _take_call(self, call: Mapping[str, Any]) -> dict[str, str]:
        key, phone = str(call["key"]), str(call["phone"])
        result = {"key": key, "status": "accepted"}
        if self._first(key, result):
            is_answered = self.manners.share("answered", key) >= self.manners.unanswered_share
            seconds = int(self.manners.share("seconds", key) * 90) if is_answered else 0
            self.ledger.reach(key, phone, {"kind": "call", "key": key, "text": call["text"], "seconds": seconds})
            intent = ("interested" if seconds > 40 else "unclear") if is_answered else ""
            ended = {"key": key, "is_answered": is_answered, "seconds": seconds, "intent": intent}
            if self.account.calls_url and self.manners.tells:
                self.postman.tell(self.account.calls_url, self.account.secret, "call", {"calls": [ended]})
        return result

    def _acs(self, request: Request, faults: Mapping[FaultKind, Fault]) -> Answer:
        """dysmsapi: what drops nothing that comes twice."""
        if (wrong := self._acs_refusal(request)) is not None:
            return _json(403 if wrong.startswith("Sig") else 404, {"Code": wrong, "Message": wrong})
        query = request.query
        if request.headers.get("x-acs-action") == "QuerySmsSign":
            is_known = query.get("SignName") in self.account.sign_names
            return _json(200, {"Code": "OK", "SignStatus": 1} if is_known else {"Code": "isv.SMS_SIGNATURE_ILLEGAL"})
        if (fault := faults.get(FaultKind.ERRCODE)) is not None:
            return _json(200, {"Code": LIMITS_OF_FAULTS.get(fault.errcode, "isv.BLACK_KEY_CONTROL_LIMIT")})
        if query.get("SignName") not in self.account.sign_names:
            return _json(200, {"Code": "isv.SMS_SIGNATURE_ILLEGAL"})
        if query.get("TemplateCode") not in self.account.templates:
            return _json(200, {"Code": "isv.SMS_TEMPLATE_ILLEGAL"})
        key = query.get("OutId", "")
        self._deliver_sms(key, query.get("PhoneNumbers", ""), query.get("TemplateParam", ""), "")
        return _json(200, {"Code": "OK", "Message": "OK", "BizId": key})

    def _acs_refusal(self, request: Request) -> str | None:
        """Checked the way the documents say, from what came over the wire."""
        told = request.headers.get("authorization", "").removeprefix("ACS3-HMAC-SHA256 ")
        parts = dict(part.partition("=")[::2] for part in told.split(","))
        if parts.get("Credential") != self.account.key_id:
            return "InvalidAccessKeyId.NotFound"
        names = parts.get("SignedHeaders", "").split(";")
        if request.headers.get("x-acs-content-sha256") != hashlib.sha256(request.body).hexdigest():
            return "SignatureDoesNotMatch"
        query = "&".join(
            f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(request.query.items())
        )
        lines = "".join(f"{name}:{request.headers.get(name, '').strip()}\n" for name in names)
        whole = "\n".join(
            [request.method, request.path, query, lines, ";".join(names), request.headers["x-acs-content-sha256"]]
        )
        text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(whole.encode()).hexdigest()
        expected = hmac.new(self.account.secret.encode(), text.encode(), "sha256").hexdigest()
        nonce = request.headers.get("x-acs-signature-nonce", "")
        with self._lock:
            is_used = nonce in self._nonces
            self._nonces[nonce] = None
            if len(self._nonces) > NONCES_MAX:
                del self._nonces[next(iter(self._nonces))]
        return (
            None if is_same(expected, parts.get("Signature", "")) and nonce and not is_used else "SignatureDoesNotMatch"
        )

    def _through_door(self, request: Request) -> Answer:
        try:
            given = json.loads(request.body or b"{}")
            match request.path.removeprefix("/world/"):
                case "vendors/account":
                    for name in ("secret", "key_id", "sms_url", "calls_url"):
                        setattr(self.account, name, given.get(name, getattr(self.account, name)))
                    return _json(200, {})
                case "vendors/phone":
                    with self.ledger.lock:
                        return _json(200, {"shown": list(self.ledger.phones.get(str(given["phone"]), []))})
                case "vendors/ledger":
                    return _json(200, {"reached": len(self.ledger.times), "twice": self.ledger.twice})
                case "vendors/reply":
                    self.reply(given["phone"], given["text"])
                    return _json(200, {})
                case "fault/add":
                    self.faults.add(
                        Fault(FaultKind(given["kind"]), given.get("place", ""), count=given.get("count", 1))
                    )
                    return _json(200, {})
        except (ValueError, KeyError, TypeError) as wrong:
            return _json(400, {"error": type(wrong).__name__})
        return _json(404, {"error": "no such door"})


def _json(status: int, document: Mapping[str, Any]) -> Answer:
    return Answer(status, json.dumps(document, ensure_ascii=False).encode())
