"""What members did on each day, as WeCom counts it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from siyu.world.wecom.calls import Call, Reply
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.rules import ZONE

DAYS_MAX, AGO_DAYS_MAX = 30, 180
NAMED_MAX = 100


@dataclass(slots=True)
class Day:
    """One member's day. Of the chats that customers began, those that were answered count with the time that it took."""

    applied: int = 0
    added: int = 0
    messages: int = 0
    lost: int = 0
    chats: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    answered: dict[int, int] = field(default_factory=dict)


class Activity:
    """The days of all members."""

    def __init__(self) -> None:
        self._days: defaultdict[tuple[str, int], Day] = defaultdict(Day)
        self._waiting: dict[tuple[str, int], int] = {}

    def day(self, userid: str, at_seconds: int) -> Day:
        """The day of a member in which an instant lies; it is kept."""
        return self._days[userid, midnight_before(at_seconds)]

    def days(self, userids: list[str], midnight: int) -> list[Day]:
        """What there is of one day."""
        return [self._days[userid, midnight] for userid in userids if (userid, midnight) in self._days]

    def wrote(self, userid: str, number: int, at_seconds: int, *, is_customer: bool) -> None:
        """One of both wrote to the other."""
        day = self.day(userid, at_seconds)
        if is_customer:
            if number not in day.chats:
                day.asked.add(number)
                self._waiting.setdefault((userid, number), at_seconds)
            return
        day.messages += 1
        day.chats.add(number)
        since = self._waiting.pop((userid, number), None)
        if since is not None:
            self.day(userid, since).answered.setdefault(number, at_seconds - since)


def midnight_before(at_seconds: int) -> int:
    """The beginning of the day in Beijing."""
    local = datetime.fromtimestamp(at_seconds, ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(local.timestamp())


def get_user_behavior_data(call: Call) -> Reply:
    body = call.body
    userids = body.texts("userid", missing=None, most=NAMED_MAX, too_many=40032)
    departments = body.wholes("partyid")
    if not userids and not departments:
        raise RefusedError(41009)
    staff = call.corp.staff
    if any(department not in staff.departments for department in departments):
        raise RefusedError(60123)
    for userid in userids:
        if staff.find(userid) is None:
            raise RefusedError(40003)
        if not call.sees(userid):
            raise RefusedError(60011)
    below = staff.of_departments(staff.below(departments)) if departments else []
    wanted = list(dict.fromkeys([*userids, *(one.userid for one in below if call.sees(one.userid))]))
    first, last = midnight_before(body.whole("start_time")), midnight_before(body.whole("end_time"))
    oldest = midnight_before(call.now_seconds - AGO_DAYS_MAX * 86400)
    if not oldest <= first <= last or last - first > DAYS_MAX * 86400:
        raise RefusedError(40058)
    days = range(first, last + 1, int(timedelta(days=1).total_seconds()))
    return {"behavior_data": [_summed(day, call.corp.activity.days(wanted, day)) for day in days]}


def _summed(midnight: int, days: list[Day]) -> dict[str, Any]:
    asked = sum(len(day.asked) for day in days)
    times = [seconds for day in days for seconds in day.answered.values()]
    told: dict[str, Any] = {
        "stat_time": midnight,
        "chat_cnt": sum(len(day.chats) for day in days),
        "message_cnt": sum(day.messages for day in days),
        "negative_feedback_cnt": sum(day.lost for day in days),
        "new_apply_cnt": sum(day.applied for day in days),
        "new_contact_cnt": sum(day.added for day in days),
    }
    if asked:  # without a question there is nothing to answer, and neither field
        told["reply_percentage"] = round(len(times) * 100 / asked, 2)
    return told | ({"avg_reply_time": round(sum(times) / len(times) / 60)} if times else {})
