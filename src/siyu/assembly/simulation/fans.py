"""The company's Official Account: who follows it, writes to it and leaves it again, and how it is called and calls back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from siyu.assembly.installation import Installation
from siyu.assembly.simulation.diary import Diary
from siyu.assembly.simulation.doors import Doors
from siyu.assembly.simulation.killing import Fates, Killed
from siyu.assembly.simulation.knocking import TAKEN, Knocking
from siyu.assembly.simulation.office import ACTOR, AES_KEY, TOKEN, unionid_of
from siyu.domain.connections.contracts import ConnectionKind
from siyu.domain.connections.service import save_connection
from siyu.kernel.clock import ManualClock
from siyu.kernel.ids import SeededIds
from siyu.platform.http import HttpAnswer, UnreachableError
from siyu.world.population.chance import Chance
from siyu.world.wechat.accounts import Account as WechatAccount
from siyu.world.wechat.accounts import AccountKind, Fan, Platform
from siyu.world.wechat.dispatch import AccountService
from siyu.world.wechat.posting import AccountPostman, Address, Mode
from siyu.world.wecom.callbacks import Letter
from siyu.world.wecom.dispatch import Request
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.faults import Faults

WECHAT_URL: Final = "http://wechat.invalid"
APP_ID, ACCOUNT_SECRET = "wxsimulated0000001", "simulated-account-secret"  # of nobody
CUSTOM_PATH: Final = "/cgi-bin/message/custom/send"
NOT_ALLOWED: Final = (45015, 45047)
"""Out of time, too many: what the company has to know before it asks."""
AWAY_SHARE, LOST_ANSWER_SHARE, BROKEN_SHARE, BUSY_SHARE = 0.05, 0.06, 0.03, 0.04
FOLLOWS_SHARE, WRITES_SHARE, SAYS_NO_SHARE, LEAVES_SHARE = 0.65, 0.8, 0.2, 0.2
HELLO, NO = "在吗？", "别再发了"

_LIVES, _POST = 60_000, 7_000_001


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message that the account was not allowed to send somebody who followed it."""

    user_id: str
    at: datetime
    errcode: int


class Fans:
    """`said_no`, `heard_no`: {person: when they first wrote that they want no more, and when that was first heard}. `refused`: what
    the account tried and was not allowed to."""

    def __init__(self, clock: ManualClock, fates: Fates, diary: Diary, seed: int, doors: Doors) -> None:
        self.said_no: dict[str, datetime] = {}
        self.heard_no: dict[str, datetime] = {}
        self.refused: list[Refusal] = []
        self._fates, self._diary, self._seed, self._doors = fates, diary, seed, doors
        platform = Platform(clock, ids=SeededIds(seed), seed=seed)
        self._service, self._knocking = AccountService(platform), Knocking(fates, diary, seed, _POST)
        post = _Post(clock, SeededIds(seed), platform.faults, self)
        post.on_answer, platform.postman = platform.postman.on_answer, post
        self._post = post
        self._account = WechatAccount(APP_ID, ACCOUNT_SECRET, AccountKind.OFFICIAL, "gh_simulated")
        self._account.address = Address("http://siyu.invalid/account", TOKEN, Mode.SAFE, AES_KEY)
        platform.accounts[APP_ID] = self._account
        self._people: dict[str, str] = {}

    def join(self, installation: Installation) -> None:
        """Connects the account to the company."""
        with installation.database.begin() as work:
            save_connection(
                work,
                ACTOR,
                ConnectionKind.OFFICIAL_ACCOUNT,
                APP_ID,
                vendor="wechat",
                name="公众号",
                base_url=WECHAT_URL,
                secrets={"app_secret": ACCOUNT_SECRET, "callback_token": TOKEN, "encoding_aes_key": AES_KEY},
                settings={"has_templates": False},
            )

    def plan(self, people: int, begins_at: datetime, days: int, ends: Mapping[int, datetime]) -> None:
        """Writes down who follows, writes and leaves when; of some only until an instant."""
        for person in range(people):
            chance, unionid = Chance(self._seed, _LIVES, person), unionid_of(person)
            self._people[unionid] = f"person-{person}"
            if not chance.happens(FOLLOWS_SHARE):
                continue
            at = chance.between(0.0, days * 0.5)
            acts = [(at, "fan/follow", "")]
            while (at := at + chance.waiting(0.8)) < days and chance.happens(WRITES_SHARE):
                acts.append((at, "fan/write", HELLO))
            if chance.happens(SAYS_NO_SHARE):
                acts.append((chance.between(acts[0][0], float(days)), "fan/write", NO))
            if chance.happens(LEAVES_SHARE):
                acts.append((chance.between(days * 0.6, float(days)), "fan/unfollow", ""))
            for day, door, text in acts:
                if (at_this := begins_at + timedelta(days=day)) < ends.get(person, datetime.max.replace(tzinfo=UTC)):
                    self._diary.note(at_this, partial(self._do, door, unionid, text))

    def arrivals(self) -> list[tuple[str, str, datetime]]:
        """(person, title, when) of all messages that the account has sent to people's phones."""
        return [
            (user_id, _title(one), datetime.fromtimestamp(one["at"], UTC))
            for user_id, fan in self._known()
            for one in _customs(fan)
        ]

    def _known(self) -> list[tuple[str, Fan]]:
        return [(self._people[fan.unionid], fan) for fan in self._account.fans.values()]

    def _do(self, door: str, unionid: str, text: str) -> None:
        try:
            self._service.doors.open(door, {"appid": APP_ID, "unionid": unionid, **({"text": text} if text else {})})
        except RefusedError as refusal:
            self._fates.trace.note("door", door, refusal.errcode)
            return
        self._fates.trace.note("door", door, unionid)
        if text == NO:
            self.said_no.setdefault(self._people[unionid], self._fates.clock.now())

    def answer(self, method: str, url: str, body: bytes) -> HttpAnswer:
        """One call of the company's, as it comes back."""
        parts, fates = urlsplit(url), self._fates
        fates.trace.note("account", parts.path)
        fates.dawdle()
        if fates.happens(AWAY_SHARE):
            raise UnreachableError("(away)", kind="ConnectError")
        if fates.happens(BUSY_SHARE):
            return _answer({"errcode": -1, "errmsg": "system error"})
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        answer = self._service.answer(Request(method, parts.path, query, body, "application/json"))
        if parts.path == CUSTOM_PATH:
            self._look(json.loads(body), json.loads(answer.body))
        if fates.dies():
            raise Killed
        fates.take_ages()
        if fates.happens(LOST_ANSWER_SHARE):
            raise UnreachableError("(the answer was lost)", kind="ReadTimeout")
        if fates.happens(BROKEN_SHARE):
            return HttpAnswer(502, {}, b"<html>")
        return HttpAnswer(answer.status, {"content-type": answer.content_type}, answer.body)

    def _look(self, asked: Mapping[str, Any], answered: Mapping[str, Any]) -> None:
        fan = self._account.fans.get(str(asked.get("touser")))
        errcode = int(answered.get("errcode", 0))
        if fan is not None and fan.is_subscribed and errcode in NOT_ALLOWED:
            self.refused.append(Refusal(self._people[fan.unionid], self._fates.clock.now(), errcode))

    def carry(self, letter: Letter) -> None:
        """Has a callback knock."""
        self._knocking.carry(letter.delivery.event or "account", partial(self._knock, letter))

    def _knock(self, letter: Letter) -> int:
        query, body = self._post.sealed(letter)
        status, answer = self._doors.account(APP_ID, query, body)
        self._post.hear(letter, status, answer.encode())
        if status == TAKEN and NO in letter.delivery.xml:
            user_id = self._people[self._account.fans[letter.about[2]].unionid]
            self.heard_no.setdefault(user_id, self._fates.clock.now())
        return status


class _Post(AccountPostman):
    """Carries what the account tells in simulated time."""

    def __init__(self, clock: ManualClock, ids: SeededIds, faults: Faults, fans: Fans) -> None:
        super().__init__(clock, ids, faults)
        self._fans = fans

    def carry(self, letter: Letter) -> None:
        self._fans.carry(letter)


def _customs(fan: Fan) -> list[Mapping[str, Any]]:
    return [one for one in fan.shown if one.get("origin") == "custom"]


def _title(one: Mapping[str, Any]) -> str:
    return str(one["content"].get("text", {}).get("content", "")).partition("，")[0]


def _answer(document: Mapping[str, Any]) -> HttpAnswer:
    return HttpAnswer(200, {"content-type": "application/json"}, json.dumps(document).encode())
