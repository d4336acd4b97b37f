"""The vendor of texts and calls: takes them and may say nothing of it, tells late or never what arrived, hands on replies."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from siyu.assembly.installation import Installation
from siyu.assembly.simulation.diary import Diary
from siyu.assembly.simulation.killing import Fates, Killed
from siyu.assembly.simulation.knocking import TAKEN, Knocking
from siyu.assembly.simulation.office import ACTOR
from siyu.domain.connections.contracts import ConnectionKind
from siyu.domain.connections.service import save_connection
from siyu.kernel.ids import SeededIds
from siyu.platform.http import HttpAnswer, UnreachableError
from siyu.world.population.chance import Chance
from siyu.world.vendors.posting import VendorPostman
from siyu.world.vendors.vendors import Ledger, Manners, Vendors
from siyu.world.wecom.callbacks import Letter
from siyu.world.wecom.dispatch import Request

VENDOR_URL: Final = "http://vendor.invalid"
TEXTS_URL, CALLS_URL = f"{VENDOR_URL}/told-texts", f"{VENDOR_URL}/told-calls"
ACCOUNT: Final = "simulated"
SIGN, TEMPLATE = "晨曦茶饮", "SMS_1"  # as the emulated vendor knows them
NO_LETTERS: Final = "TD"
AWAY_SHARE, LOST_ANSWER_SHARE, BROKEN_SHARE, BUSY_SHARE = 0.05, 0.12, 0.04, 0.04
SAYS_NO_SHARE, SAYS_NO_AFTER_HOURS = 0.12, 2.0

CALLS_FROM, CALLS_TO = 9, 20
"""The hours in which somebody may be called."""

Door = Callable[[str, str, bytes], int]
"""Where the vendor knocks: account, signature and body; gives the status, 0 where nobody answers."""

_REPLIES, _POST = 4_000_001, 4_000_002


@dataclass(frozen=True, slots=True)
class Reached:
    """Something that has reached somebody, with the key of the message that it is."""

    key: str
    user_id: str
    at: datetime


class Vendor:
    """Both protocols of vendors; which one is spoken goes by the seed. `arrived`: what telephones show. `called`: whom a call
    reached who took it; `rung`: {key: when it rang}. `told`: {message's key: when it was first heard that it arrived}. `said_no`,
    `heard_no`: {person: when they first replied that no more are wanted, and when that was first heard}."""

    def __init__(self, fates: Fates, diary: Diary, seed: int, texts: Door, calls: Door) -> None:
        self.arrived: list[Reached] = []
        self.called: list[Reached] = []
        self.rung: dict[str, datetime] = {}
        self.told: dict[str, datetime] = {}
        self.said_no: dict[str, datetime] = {}
        self.heard_no: dict[str, datetime] = {}
        self.drops_twice = seed % 2 == 0
        """Whether it drops texts that come twice; of the other protocol nothing may be given it twice."""
        self._fates, self._diary, self._doors = fates, diary, {TEXTS_URL: texts, CALLS_URL: calls}
        self._replies, self._knocking = Chance(seed, _REPLIES), Knocking(fates, diary, seed, _POST)
        self._vendors = Vendors(fates.clock, Manners(seed), ids=SeededIds(seed))
        self._vendors.ledger = _Phones(self._ring)
        self._vendors.postman = _Post(self, fates)
        self._vendors.account.sms_url, self._vendors.account.calls_url = TEXTS_URL, CALLS_URL
        self._vendors.on_text = self._show

    @property
    def twice(self) -> list[str]:
        """Keys of messages and calls that reached a telephone more than once."""
        return self._vendors.ledger.twice

    def join(self, installation: Installation) -> None:
        """Connects the company to it."""
        account, vendor = self._vendors.account, "generic" if self.drops_twice else "aliyun"
        secrets = {"secret": account.secret} if self.drops_twice else {"access_key_secret": account.secret}
        settings: dict[str, str | int | bool] = {"sign_name": SIGN, "template_id": TEMPLATE}
        if not self.drops_twice:
            settings["access_key_id"] = account.key_id
        with installation.database.begin() as work:
            save_connection(
                work,
                ACTOR,
                ConnectionKind.SMS,
                ACCOUNT,
                vendor=vendor,
                name="短信",
                base_url=f"{VENDOR_URL}/sms" if self.drops_twice else VENDOR_URL,
                secrets=secrets,
                settings=settings,
            )
            save_connection(
                work,
                ACTOR,
                ConnectionKind.AICALL,
                ACCOUNT,
                vendor="generic",
                name="外呼",
                base_url=f"{VENDOR_URL}/calls",
                secrets={"secret": account.secret},
                settings={"script_id": "simulated", "hour_from": CALLS_FROM, "hour_to": CALLS_TO},
            )

    def answer(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """One call, as it comes back."""
        parts, fates = urlsplit(url), self._fates
        fates.dawdle()
        if fates.happens(AWAY_SHARE):
            raise UnreachableError("(away)", kind="ConnectError")
        if fates.happens(BUSY_SHARE):
            if self.drops_twice or parts.path != "/":
                return HttpAnswer(429, {"retry-after": "60"}, b"")
            return HttpAnswer(200, {"content-type": "application/json"}, b'{"Code": "Throttling.User"}')
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        told = {name.lower(): value for name, value in headers.items()}
        answer = self._vendors.answer(Request("POST", parts.path, query, body, headers=told))
        if fates.dies():
            raise Killed
        fates.take_ages()
        if fates.happens(LOST_ANSWER_SHARE):
            raise UnreachableError("(the answer was lost)", kind="ReadTimeout")
        if fates.happens(BROKEN_SHARE):
            return HttpAnswer(502, {}, b"<html>")
        return HttpAnswer(answer.status, {"content-type": answer.content_type}, answer.body)

    def _show(self, phone: str, _text: str) -> None:
        """It has reached a telephone; who has it may have enough."""
        now, user_id = self._fates.clock.now(), f"person-{int(phone[-8:])}"
        self.arrived.append(Reached(str(self._vendors.ledger.phones[phone][-1]["key"]), user_id, now))
        self._fates.trace.note("text", user_id)
        if self._replies.happens(SAYS_NO_SHARE):
            at = now + timedelta(hours=self._replies.waiting(SAYS_NO_AFTER_HOURS))
            self._diary.note(at, partial(self._say_no, phone, user_id))

    def _say_no(self, phone: str, user_id: str) -> None:
        self.said_no.setdefault(user_id, self._fates.clock.now())
        reply: object = [{"phone_number": phone, "content": NO_LETTERS}]
        if self.drops_twice:
            reply = {"replies": [{"phone": phone, "text": NO_LETTERS}]}
        self._fates.trace.note("replies", user_id)
        secret = self._vendors.account.secret if self.drops_twice else ""
        self._vendors.postman.tell(self._vendors.account.sms_url, secret, "reply", reply)  # type: ignore[arg-type]  # as each protocol has it

    def _ring(self, call: Mapping[str, Any]) -> None:
        """A call: it rings, and somebody may take it."""
        now, key, user_id = self._fates.clock.now(), str(call["key"]), f"person-{int(call['phone'][-8:])}"
        self.rung.setdefault(key, now)
        self._fates.trace.note("call", user_id)
        manners = self._vendors.manners
        if manners.share("answered", key) >= manners.unanswered_share:
            self.called.append(Reached(key, user_id, now))

    def carry(self, letter: Letter) -> None:
        """Has a callback knock."""
        self._knocking.carry(letter.delivery.event, partial(self._knock, letter))

    def _knock(self, letter: Letter) -> int:
        body, secret = letter.about[0].encode(), letter.callback.token
        at = int(self._fates.clock.now().timestamp())
        digest = hmac.new(secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
        door = self._doors[letter.callback.url]
        status = door(ACCOUNT, f"t={at},v1={digest}" if secret else "", body)
        if status == TAKEN:
            self._hear(json.loads(body), self._fates.clock.now())
        return status

    def _hear(self, told: object, now: datetime) -> None:
        """What is known to have been heard by now."""
        rows = told if isinstance(told, list) else [each for part in dict(told).values() for each in part]  # type: ignore[call-overload]  # an object
        for row in rows:
            phone = row.get("phone_number") or row.get("phone")
            if row.get("content") == NO_LETTERS or row.get("text") == NO_LETTERS:
                self.heard_no.setdefault(f"person-{int(phone[-8:])}", now)
            elif row.get("status") == "delivered" or row.get("success") is True or row.get("is_answered") is True:
                self.told.setdefault(str(row.get("key") or row.get("out_id")), now)


class _Phones(Ledger):
    """What telephones show, and whose rings."""

    def __init__(self, ring: Callable[[Mapping[str, Any]], None]) -> None:
        super().__init__()
        self._ring = ring

    def reach(self, key: str, phone: str, what: Mapping[str, Any]) -> None:
        super().reach(key, phone, what)
        if what["kind"] == "call":
            self._ring({**what, "phone": phone})


class _Post(VendorPostman):
    """Carries what the vendor tells in simulated time."""

    def __init__(self, vendor: Vendor, fates: Fates) -> None:
        super().__init__(fates.clock, SeededIds(0), vendor._vendors.faults)
        self._vendor = vendor

    def carry(self, letter: Letter) -> None:
        self._vendor.carry(letter)
