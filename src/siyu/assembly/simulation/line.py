"""The line to WeCom and back: calls that are answered in this thread, callbacks that knock when their time has come. Both fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import parse_qsl, urlsplit

from siyu.assembly.simulation.diary import Diary
from siyu.assembly.simulation.killing import Fates, Killed
from siyu.platform.http import HttpAnswer, UnreachableError
from siyu.world.population.chance import Chance
from siyu.world.wecom.apps import Callback
from siyu.world.wecom.callbacks import Fate, Letter, Postman, Value
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.dispatch import Request, Service
from siyu.world.wecom.endpoints import TOKEN_PATH

WECOM_URL = "http://wecom.invalid"
WELCOME_PATHS = (TOKEN_PATH, "/cgi-bin/externalcontact/send_welcome_msg")

AWAY_SHARE, LOST_ANSWER_SHARE, BROKEN_SHARE, REFUSED_SHARE, REVOKED_SHARE = 0.02, 0.03, 0.01, 0.03, 0.005
REFUSALS = (-1, -1, 45033, 45009)
SHUT_FOR = timedelta(days=1)
"""The longest for which nobody calls again who was told that it was too much."""

LOST_SHARE, TWICE_SHARE, LATE_SHARE, LATE_SECONDS_MAX = 0.04, 0.05, 0.06, 900.0
AT_ONCE_SECONDS = 2.0
LEAVING = "del_follow_user"

Door = Callable[[Mapping[str, str], bytes], int]
"""Where callbacks knock: what stands behind the address, and the body; gives the status, 0 where nobody answers."""


class Line:
    """WeCom's address as somebody sees it who calls: now and then away, silent after it has done what was asked, broken, busy, or
    so slow that others have taken over when it answers."""

    def __init__(self, corp: Corp, fates: Fates) -> None:
        self.calls = 0
        self.shut_until: datetime | None = None
        """Until when welcomes may have to wait for having been refused."""
        self._service, self._fates = Service(corp), fates

    def answer(self, method: str, url: str, body: bytes, content_type: str) -> HttpAnswer:
        """One call, as it comes back."""
        parts, fates = urlsplit(url), self._fates
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        told = {name: value for name, value in query.items() if name not in ("access_token", "corpsecret")}
        self.calls += 1
        fates.trace.note("call", parts.path, sorted(told.items()), body)
        fates.dawdle()
        if fates.happens(AWAY_SHARE):
            raise UnreachableError("(away)", kind="ConnectError")
        if fates.happens(REFUSED_SHARE):
            return self._refusal(parts.path)
        if fates.happens(REVOKED_SHARE):
            self._service.corp.tokens.revoke()
        answer = self._service.answer(Request(method, parts.path, query, body, content_type))
        if fates.dies():
            raise Killed
        if parts.path != TOKEN_PATH:  # for whom fetches a token the others wait
            fates.take_ages()
        if fates.happens(LOST_ANSWER_SHARE):
            raise UnreachableError("(the answer was lost)", kind="ReadTimeout")
        if fates.happens(BROKEN_SHARE):
            return HttpAnswer(502, {}, b"<html>")
        return HttpAnswer(answer.status, {"content-type": answer.content_type}, answer.body)

    def _refusal(self, path: str) -> HttpAnswer:
        errcode = self._fates.chance.one_of(REFUSALS)
        if errcode == 45009 and path in WELCOME_PATHS:
            self.shut_until = self._fates.clock.now() + SHUT_FOR
        body = json.dumps({"errcode": errcode, "errmsg": "system error"}).encode()
        return HttpAnswer(200, {"content-type": "application/json; charset=UTF-8"}, body)


class Post(Postman):
    """Carries callbacks in simulated time: most within seconds, some late, twice, or never; one after the other overtakes."""

    def __init__(
        self, corp: Corp, diary: Diary, fates: Fates, chance: Chance, door: Door, on_knock: Callable[[], None]
    ) -> None:
        """`on_knock` is called just before each knock at the door."""
        super().__init__(corp.corp_id, corp.rules, corp.clock, corp.ids, corp.faults)
        self._attempts_max, self._again = corp.rules.callback_attempts, corp.rules.callback_retry_seconds
        self._diary, self._fates, self._chance, self._door, self._on_knock = diary, fates, chance, door, on_knock
        self.is_leaving_heard: dict[tuple[str, str], bool] = {}
        """{(member, customer who deleted the member): whether anybody was told of it}. Nothing else tells of that."""

    def post(
        self,
        callback: Callback,
        agent_id: int | None,
        fields: Mapping[str, Value],
        about: tuple[str, ...] = (),
    ) -> None:
        """As any; with whom it is about."""
        whom = str(fields.get("UserID", "")), str(fields.get("ExternalUserID", ""))
        super().post(callback, agent_id, fields, about or whom)

    def carry(self, letter: Letter) -> None:
        """Writes down when the callback knocks, and how often."""
        fates = self._fates
        if letter.delivery.change == LEAVING:
            self.is_leaving_heard[letter.about[0], letter.about[1]] = False
        if fates.happens(LOST_SHARE):
            letter.delivery.fate = Fate.LOST
            fates.trace.note("lost callback", letter.delivery.change)
            return
        for _ in range(2 if fates.happens(TWICE_SHARE) else 1):
            seconds = self._chance.between(0.1, AT_ONCE_SECONDS)
            if fates.happens(LATE_SHARE):
                seconds = self._chance.between(AT_ONCE_SECONDS, LATE_SECONDS_MAX)
            self._knock_in(seconds, letter, 1)

    def _knock_in(self, seconds: float, letter: Letter, attempt: int) -> None:
        at = self._fates.clock.now() + timedelta(seconds=seconds)
        self._diary.note(at, partial(self._knock, letter, attempt))

    def _knock(self, letter: Letter, attempt: int) -> None:
        delivery = letter.delivery
        delivery.attempts += 1
        query, body = self.sealed(letter)
        self._on_knock()
        delivery.status = self._door(query, body)
        self._fates.trace.note("callback", delivery.event, delivery.change, delivery.status)
        if delivery.status == 0 and attempt < self._attempts_max:
            self._knock_in(self._again, letter, attempt + 1)
        else:
            if delivery.status == 200 and delivery.change == LEAVING:
                self.is_leaving_heard[letter.about[0], letter.about[1]] = True
            delivery.fate = Fate.TAKEN if delivery.status == 200 else Fate.LOST
