"""What people and staff do with each other in WeCom, planned from a seed, and what they remember of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from siyu.assembly.simulation.diary import Diary
from siyu.assembly.simulation.killing import Fates
from siyu.assembly.simulation.line import Line
from siyu.assembly.simulation.office import KFID, MEMBERS, RESIGNS, TAG_STAFF
from siyu.world.population.chance import Chance
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.doors import open_door
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.mass import WAITING

MEETS_SHARE, BY_CODE_SHARE, WRITES_AT_ONCE_SHARE = 0.8, 0.6, 0.1
WRITES_SHARE, TAGGED_SHARE, UNTAGGED_SHARE = 0.4, 0.35, 0.4
LEAVES_SHARE, COMES_BACK_SHARE, SECOND_SHARE, DELETED_SHARE = 0.35, 0.6, 0.3, 0.08
ASKS_SHARE, SAYS_NO_SHARE = 0.25, 0.3
JOINS_SHARE, LEAVES_GROUP_SHARE = 0.4, 0.3
CONFIRMS_SHARE, IGNORES_SHARE = 0.45, 0.08
LOOKS_EVERY = timedelta(hours=3)
RESIGNS_AFTER_SHARE = 0.6
NO, FORGET = "别再给我发消息了", "删除我的信息"
ILL: Final = MEMBERS[1]
ILL_FROM_SHARE, ILL_TO_SHARE = 0.25, 0.6
JUDGED_AFTER = timedelta(seconds=25)
"""A welcome code lives for twenty seconds."""

_LIVES, _STAFF = 40_000, 3_000_000


@dataclass(frozen=True, slots=True)
class Greeting:
    """A welcome code as it was given, and how much had gone wrong by then."""

    code: str
    userid: str
    at: datetime
    troubles: int


class Meetings:
    """The town's life in WeCom. `said_no`: {person: when they first wrote that they want no more}. `missed`: codes that nothing
    stood in the way of and that nobody used; `judged`: how many there were of which nothing stood in the way."""

    def __init__(self, corp: Corp, line: Line, diary: Diary, fates: Fates, seed: int) -> None:
        self.given: list[Greeting] = []
        self.missed: list[Greeting] = []
        self.judged = 0
        self._corp, self._line, self._diary, self._fates, self._seed = corp, line, diary, fates, seed
        self._staff, self._chats = Chance(seed, _STAFF), sorted(corp.chats.chats)
        self.said_no: dict[str, datetime] = {}
        self._begins_at, self._ends_at = corp.now(), corp.now()

    def plan(
        self, people: list[str], begins_at: datetime, days: int, ends: Mapping[int, datetime] | None = None
    ) -> None:
        """Writes down all that is to happen; of some only what does until an instant, at which they ask to be forgotten."""
        ends = ends or {}
        self._begins_at, self._ends_at = begins_at, begins_at + timedelta(days=days)
        for number, external in enumerate(people):
            until = ends.get(number, self._ends_at)
            self._plan_person(Chance(self._seed, _LIVES, number), external, float(days), partial(self._note, until))
            if number in ends:
                self._diary.note(until, partial(_done, partial(self._ask, external, FORGET)))
        self._note(self._ends_at, days * RESIGNS_AFTER_SHARE, partial(self._try_door, "staff/resign", userid=RESIGNS))
        for place, userid in enumerate(MEMBERS):
            self._diary.note(begins_at + timedelta(hours=1, minutes=7 * place), partial(self._look, userid))

    def _note(self, until: datetime, day: float, act: Callable[[], object]) -> None:
        at = self._begins_at + timedelta(days=day)
        if at < until:
            self._diary.note(at, partial(_done, act))

    def _plan_person(
        self, chance: Chance, external: str, days: float, note: Callable[[float, Callable[[], object]], None]
    ) -> None:
        if not chance.happens(MEETS_SHARE):
            return
        met = chance.between(0.0, days * 0.6)
        first, second = chance.one_of(MEMBERS), chance.one_of(MEMBERS)
        meet = partial(self._meet, external, first, chance.happens(BY_CODE_SHARE))
        note(met, meet)
        who = {"external_userid": external}
        if chance.happens(WRITES_AT_ONCE_SHARE):
            note(met + 0.1 / 86_400, partial(self._write, external))
        if chance.happens(WRITES_SHARE):
            note(met + chance.waiting(0.3), partial(self._write, external))
        if chance.happens(TAGGED_SHARE):
            tagged = met + chance.waiting(0.5)
            note(tagged, partial(self._tag, external, "add_tag"))
            if chance.happens(UNTAGGED_SHARE):
                note(tagged + chance.waiting(1.0), partial(self._tag, external, "remove_tag"))
        if chance.happens(SECOND_SHARE):
            note(met + chance.waiting(0.8), partial(self._meet, external, second, False))
        if chance.happens(LEAVES_SHARE):
            left = met + chance.waiting(1.0)
            note(left, partial(self._leave, external))
            if chance.happens(COMES_BACK_SHARE):
                note(left + chance.waiting(0.5), meet)
        if chance.happens(DELETED_SHARE):
            deleted = {**who, "userid": first}
            note(met + chance.waiting(1.5), partial(self._try_door, "staff/delete-customer", **deleted))
        if chance.happens(ASKS_SHARE):
            note(chance.between(0.0, days), partial(self._ask, external, "几点开门？"))
        if chance.happens(SAYS_NO_SHARE):
            note(met + chance.waiting(1.5), partial(self._ask, external, NO))
        if chance.happens(JOINS_SHARE):
            chat, joined = {**who, "chat_id": chance.one_of(self._chats)}, met + chance.waiting(0.5)
            note(joined, partial(self._try_door, "customer/join-chat", **chat))
            if chance.happens(LEAVES_GROUP_SHARE):
                note(joined + chance.waiting(1.0), partial(self._try_door, "customer/leave-chat", **chat))

    def _meet(self, external: str, userid: str, is_by_code: bool) -> None:
        ways, troubles = sorted(self._corp.ways.ways), self._fates.troubles
        if is_by_code and ways:
            answer = self._try_door("customer/scan-way", external_userid=external, config_id=ways[0])
            userid = str(answer.get("userid", ""))
        else:
            answer = self._try_door("customer/add", external_userid=external, userid=userid)
        if code := str(answer.get("welcome_code", "")):
            greeting = Greeting(code, userid, self._corp.now(), troubles)
            self.given.append(greeting)
            self._diary.note(greeting.at + JUDGED_AFTER, partial(self._judge, greeting))

    def _judge(self, greeting: Greeting) -> None:
        """Whether somebody was greeted whom nothing prevented from being."""
        code = self._corp.welcomes.find(greeting.code)
        shut_until = self._line.shut_until
        if code is None or code.is_chatting or self._fates.troubles != greeting.troubles:
            return
        if shut_until is not None and greeting.at < shut_until:
            return
        self.judged += 1
        if code.used_at is None:
            self.missed.append(greeting)

    def _write(self, external: str) -> None:
        if userids := self._friends(external):
            self._try_door("customer/write", external_userid=external, userid=userids[0], text="你好呀")

    def _tag(self, external: str, change: str) -> None:
        """A member changes the staff's own tag, in the client."""
        tag_id = next(one.tag_id for group in self._corp.tags.live for one in group.live if one.name == TAG_STAFF)
        if userids := self._friends(external):
            self._try_door("staff/edit-customer", external_userid=external, userid=userids[0], **{change: [tag_id]})

    def _leave(self, external: str) -> None:
        if userids := self._friends(external):
            self._try_door("customer/delete-member", external_userid=external, userid=userids[0])

    def _ask(self, external: str, text: str) -> None:
        if text == NO:
            self.said_no.setdefault(f"person-{self._corp.people.number_of(external)}", self._corp.now())
        self._try_door("customer/enter-kf", external_userid=external, open_kfid=KFID)
        self._try_door("customer/write-kf", external_userid=external, open_kfid=KFID, text=text)

    def _look(self, userid: str) -> None:
        """A member looks at what there is to confirm: some at once, some later, some never; who is ill does not look."""
        if self._corp.staff.find(userid) is None:
            return
        if self._corp.now() < self._ends_at + timedelta(days=4):
            self._diary.note(self._corp.now() + LOOKS_EVERY, partial(self._look, userid))
        if self.is_ill(userid, self._corp.now()):
            return
        for message in list(self._corp.mass.messages.values()):
            task = message.tasks.get(userid)
            if task is None or task.status != WAITING or message.is_cancelled:
                continue
            if self._staff.happens(CONFIRMS_SHARE):
                self._try_door("staff/confirm", userid=userid, msgid=message.msgid)
            elif self._staff.happens(IGNORES_SHARE):
                self._try_door("staff/ignore", userid=userid, msgid=message.msgid)
        for moment in list(self._corp.moments.by_id.values()):
            is_theirs = userid in moment.senders and userid not in moment.published and not moment.is_cancelled
            if is_theirs and self._staff.happens(CONFIRMS_SHARE):
                self._try_door("staff/publish", userid=userid, moment_id=moment.moment_id)

    def is_ill(self, userid: str, at: datetime) -> bool:
        """Whether a member of the staff is at home then."""
        whole = self._ends_at - self._begins_at
        from_at, to_at = self._begins_at + whole * ILL_FROM_SHARE, self._begins_at + whole * ILL_TO_SHARE
        return userid == ILL and from_at <= at < to_at

    def _friends(self, external: str) -> list[str]:
        followers = self._corp.people.followers(self._corp.people.number_of(external))
        return [one.userid for one in followers if not one.is_one_way and self._corp.staff.find(one.userid) is not None]

    def _try_door(self, door: str, **given: Any) -> dict[str, Any]:
        """What comes of it; nothing where it cannot be done now."""
        try:
            answer = dict(open_door(self._corp, door, given))
        except RefusedError as refusal:
            self._fates.trace.note("door", door, refusal.errcode)
            return {}
        self._fates.trace.note("door", door, sorted(given.items()))
        return answer


def _done(act: Callable[[], object]) -> None:
    act()
