"""The staff: they work in their hours, confirm late, ignore some, are ill some days, answer chats, and now and then one leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Final

from siyu.world.living.diary import Diary
from siyu.world.living.doors import SiyuDoors, Task, WecomDoors
from siyu.world.living.draws import Draw
from siyu.world.living.souls import DAY, HOUR
from siyu.world.population.staff import StaffManners

NOBODY, LEADER = -1, "leader"
WEEK_DAYS: Final = 7
DAYS_LOOKED_AT: Final = 14
"""Who has no day of work within so many looks for one again then."""
ANSWERS: Final = (
    "您好，我是您的老师，有问题随时问我～",
    "收到啦，我稍后发您资料",
    "可以看回放的，开课后七天内都有效",
    "好的，记得今晚来听课",
    "这个要看您的具体情况，方便说说现在怎么打理的吗？",
    "费用和内容我发您一份说明，您先看看",
    "已经帮您登记了",
)
SERVICE_ANSWERS: Final = ("您好，已经为您查到，请稍等", "退款按原路返回，三到五个工作日", "链接发您了，请查收")
STOPPED: Final = ("别再发",)


@dataclass(slots=True)
class Desk:
    """One member's client: how far they have read, and who waits for an answer."""

    userid: str
    seen: int = 0
    waiting: list[str] = field(default_factory=list)
    invited: set[str] = field(default_factory=set)


@dataclass(slots=True)
class StaffLife:
    """All members. `invite` asks somebody into a group and says whether they came."""

    seed: int
    diary: Diary
    siyu: SiyuDoors
    wecom: WecomDoors
    zone: tzinfo
    invite: Callable[[str, str, str, datetime], bool]
    manners: StaffManners
    acts: int = 0
    desks: list[Desk] = field(default_factory=list)
    """Those of who works here; before `begin`, those that were left at the last stop."""

    def begin(self, now: datetime) -> None:
        """Everybody who works here goes to their desk when their day begins."""
        known = {desk.userid: desk for desk in self.desks}
        self.desks = [known.get(userid) or Desk(userid) for userid in self.wecom.staff()]
        for place, desk in enumerate(self.desks):
            self.diary.note(self._at_work(desk.userid, now), -2 - place, "desk")
        self.diary.note(now + HOUR, NOBODY, LEADER)

    def lead(self, now: datetime) -> None:
        """Once a day a leader gives what members left behind to those who work here, where it has lain long enough."""
        self.diary.note(now + DAY, NOBODY, LEADER)
        leavers, takers = self.siyu.left_behind()
        for leaver in leavers:
            if takers and now - leaver.left_at >= self.manners.inherits_after_days * DAY:
                self.acts += self.siyu.hand_over(leaver, takers)

    def do(self, whose: int, now: datetime) -> None:
        """One look at the client: tasks that are due, chats, customer service; and then the next look."""
        desk = self.desks[-2 - whose]
        at_work = self._at_work(desk.userid, now)
        if at_work > now:
            self.diary.note(at_work, whose, "desk")
            return
        draw = Draw(self.seed, desk.userid, "look", int(now.timestamp()))
        if self._leaves(desk.userid, draw):
            return
        self._tasks(desk.userid, now)
        self._chats(desk, now, draw)
        self.acts += self.wecom.serve(desk.userid, draw.one_of("service", SERVICE_ANSWERS))
        rest = self.manners.looks_minutes_least + draw.waiting("next", self.manners.looks_minutes)
        self.diary.note(self._at_work(desk.userid, now + timedelta(minutes=rest)), whose, "desk")

    def _tasks(self, userid: str, now: datetime) -> None:
        for task in self.wecom.tasks(userid):
            draw = Draw(self.seed, userid, task.kind, task.task_id)
            if draw.happens("ignores", self.manners.ignored_share):
                self.acts += self.wecom.ignore(userid, task)
            elif self._is_due(task, draw, now):
                self.acts += self.wecom.confirm(userid, task)

    def _is_due(self, task: Task, draw: Draw, now: datetime) -> bool:
        """Each has a delay of their own for each task; every reminder halves what is left of it."""
        hours = (
            draw.log_normal("delay", self.manners.delay_hours_median, self.manners.delay_spread) * 0.5**task.reminders
        )
        return now.timestamp() >= task.created_at + hours * 3600

    def _chats(self, desk: Desk, now: datetime, draw: Draw) -> None:
        written, desk.seen = self.wecom.written_to(desk.userid, desk.seen)
        for external_userid, text in written:
            if external_userid not in desk.waiting and not text.startswith(STOPPED):
                desk.waiting.append(external_userid)
        at_once = self.manners.chats_at_once
        answered, desk.waiting = desk.waiting[:at_once], desk.waiting[at_once:]
        for place, external_userid in enumerate(answered):
            self.acts += self.wecom.answer(desk.userid, external_userid, draw.one_of(f"answer {place}", ANSWERS))
            self._ask_in(desk, external_userid, now, draw)

    def _ask_in(self, desk: Desk, external_userid: str, now: datetime, draw: Draw) -> None:
        """Whoever has talked for the first time is asked into the member's newest group."""
        if external_userid in desk.invited or not draw.happens(f"asks {external_userid}", self.manners.invites_share):
            return
        groups = self.wecom.owned_groups(desk.userid)
        if groups:
            desk.invited.add(external_userid)
            self.acts += self.invite(external_userid, groups[-1], desk.userid, now)

    def _leaves(self, userid: str, draw: Draw) -> bool:
        manners = self.manners
        hours_a_day = (sum(manners.ends_hour) - sum(manners.begins_hour)) / 2
        looks_a_day = hours_a_day * 60 / (manners.looks_minutes_least + manners.looks_minutes)
        if not draw.happens("resigns", manners.resigns_a_day / looks_a_day):
            return False
        left = len(self.wecom.staff())
        if left - 1 < manners.stays_share * len(self.desks):
            return False
        self.acts += 1
        return self.wecom.resign(userid)

    def _at_work(self, userid: str, earliest: datetime) -> datetime:
        """`earliest`, or when the member's next day of work begins: not at night, not on days off, not when ill."""
        own, manners = Draw(self.seed, userid, "hours"), self.manners
        begins, ends = own.between("begins", *manners.begins_hour), own.between("ends", *manners.ends_hour)
        day_off = own.whole("day off", 0, WEEK_DAYS - 1)
        midnight = earliest.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        for ahead in range(DAYS_LOOKED_AT):
            day = midnight + ahead * DAY
            is_off = (day.weekday() - day_off) % WEEK_DAYS < manners.days_off_a_week
            if is_off or self.is_ill(userid, day):
                continue
            if earliest < day + ends * HOUR:
                return max(earliest, day + begins * HOUR)
        return midnight + DAYS_LOOKED_AT * DAY

    def is_ill(self, userid: str, day: datetime) -> bool:
        """Whether a member stays at home on the day of `day`."""
        ordinal = day.astimezone(self.zone).toordinal()
        return Draw(self.seed, userid, "health", ordinal).happens("ill", self.manners.ill_share)
