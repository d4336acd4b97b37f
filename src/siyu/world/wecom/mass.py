"""Mass messages: tasks that members must confirm, and what then reaches whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from siyu.world.wecom.calls import Call, Reply, page_of
from siyu.world.wecom.content import content_of
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.phones import Origin, Shown
from siyu.world.wecom.rules import ZONE, MassQuota
from siyu.world.wecom.welcome import messages_of

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

CUSTOMERS_MAX, CHATS_MAX, TAGS_MAX = 10_000, 2_000, 100
WAITING, CONFIRMED, IGNORED = 0, 2, -1
NOT_SENT, SENT, NO_FRIEND, OVER_QUOTA = 0, 1, 2, 3
MONTH = timedelta(days=31)
CORP_WIDE, PERSONAL = 0, 1

Target = int | str
"""A customer by number, or a group by chat_id."""


@dataclass(slots=True)
class Outcome:
    """What became of a message to one target."""

    target: Target
    status: int = NOT_SENT
    sent_at: int = 0


@dataclass(slots=True)
class Task:
    """What one member is to confirm. An ignored one looks to the API like one that waits."""

    userid: str
    outcomes: list[Outcome] = field(default_factory=list)
    status: int = WAITING
    sent_at: int = 0


@dataclass(slots=True)
class MassMessage:
    """One mass message with the tasks of its members."""

    msgid: str
    maker: str
    kind: str
    content: dict[str, Any]
    created_at: datetime
    tasks: dict[str, Task]
    creator: str = ""
    is_cancelled: bool = False
    reminded_at: list[datetime] = field(default_factory=list)


class MassMessages:
    """All mass messages, and how many each target got in which time."""

    def __init__(self) -> None:
        self.messages: dict[str, MassMessage] = {}
        self._received: dict[Target, list[datetime]] = {}

    def takes(self, target: Target, now: datetime, quota: MassQuota) -> bool:
        """Counts one message more for a target; False where it has had as many as the rule allows."""
        received = self._received.setdefault(target, [])
        if len([at for at in received if _period(at, quota) == _period(now, quota)]) >= _most(now, quota):
            return False
        received.append(now)
        return True


def _period(at: datetime, quota: MassQuota) -> object:
    day = at.astimezone(ZONE).date()
    if quota is MassQuota.DAILY:
        return day
    return day.isocalendar()[:2] if quota is MassQuota.WEEKLY else (day.year, day.month)


def _most(now: datetime, quota: MassQuota) -> int:
    if quota is MassQuota.DAILY:
        return 1
    if quota is MassQuota.WEEKLY:
        return 7
    first = now.astimezone(ZONE).date().replace(day=1)
    return ((first + timedelta(days=32)).replace(day=1) - first).days


def add_msg_template(call: Call) -> Reply:
    kind = call.body.text("chat_type", missing=None) or "single"
    if kind not in ("single", "group"):
        raise RefusedError(40058, "field chat_type invalid")
    if call.body.values.get("sender") == "" and kind == "group":
        raise RefusedError(40058, "field sender unexpected empty string")
    content = content_of(call)
    targets, failed = _customers(call) if kind == "single" else _chats(call)
    if not targets:
        raise RefusedError(41048)
    made = MassMessage(call.corp.new_key("msg", 32), call.app.secret, kind, content, call.now, targets)
    call.corp.mass.messages[made.msgid] = made
    return {"fail_list": failed, "msgid": made.msgid}


def _sender(call: Call) -> str:
    if not call.body.text("sender", missing=None):
        return ""
    return call.member("sender", unseen=60021)


def _customers(call: Call) -> tuple[dict[str, Task], list[str]]:
    body, people = call.body, call.corp.people
    sender = _sender(call)
    given = body.texts("external_userid", missing=None, most=CUSTOMERS_MAX)
    wanted_tags = [
        set(part.texts("tag_list", missing=40063, most=TAGS_MAX))
        for part in body.part("tag_filter").parts("group_list")
    ]
    if not sender and not given and not wanted_tags:
        raise RefusedError(40063)
    tasks: dict[str, Task] = {}
    failed: list[str] = []
    if given:
        for external_userid in given:
            userid = _who_sends(call, external_userid, sender)
            if userid is None:
                failed.append(external_userid)
            else:
                outcome = Outcome(people.number_of(external_userid))
                tasks.setdefault(userid, Task(userid)).outcomes.append(outcome)
        return tasks, failed
    senders = (
        [sender] if sender else [one.userid for one in call.corp.staff.visible(call.app) if one.may_have_customers]
    )
    for userid in senders:
        for number in people.numbers_of(userid):
            relation = people.relation(userid, number)
            if (
                relation is None
                or relation.is_half
                or not all(tags.intersection(relation.tag_ids) for tags in wanted_tags)
            ):
                continue
            if sender or _who_sends(call, people.id_of(number), "") == userid:
                tasks.setdefault(userid, Task(userid)).outcomes.append(Outcome(number))
    return tasks, failed


def _who_sends(call: Call, external_userid: str, sender: str) -> str | None:
    """The member whose task a customer falls into: the sender that was named, or who talked with the customer last."""
    people = call.corp.people
    number = people.find(external_userid)
    if number is None:
        return None
    if sender:
        relation = people.relation(sender, number)
        return None if relation is None or relation.is_half else sender
    staff = call.corp.staff
    relations = [
        one
        for one in people.followers(number)
        if not one.is_half and call.sees(one.userid) and staff.find(one.userid) is not None
    ]
    if not relations:
        return None
    return max(relations, key=lambda one: (one.chatted_at, one.created_at)).userid


def _chats(call: Call) -> tuple[dict[str, Task], list[str]]:
    sender = _sender(call)
    given = call.body.texts("chat_id_list", missing=None, most=CHATS_MAX)
    if not sender and not given:
        raise RefusedError(40063, "sender")
    tasks: dict[str, Task] = {}
    failed = []
    for chat_id in given:
        chat = call.corp.chats.chats.get(chat_id)
        if chat is None or not call.sees(chat.owner) or (sender and chat.owner != sender):
            failed.append(chat_id)
        else:
            tasks.setdefault(chat.owner, Task(chat.owner)).outcomes.append(Outcome(chat_id))
    if sender and not given:
        tasks[sender] = Task(sender)  # the member picks the groups
    return tasks, failed


def confirm(corp: Corp, msgid: str, userid: str, chat_ids: list[str] | None = None) -> None:
    """A member sends what was prepared; whoever is no friend any more or has had enough does not get it."""
    message, task = find_task(corp, msgid, userid)
    if message.is_cancelled or task.status == CONFIRMED:
        raise RefusedError(41093 if message.is_cancelled else 40035)
    if message.kind == "group" and not task.outcomes:
        owned = [chat.chat_id for chat in corp.chats.chats.values() if chat.owner == userid]
        task.outcomes = [Outcome(chat_id) for chat_id in chat_ids or owned]
    now = corp.now()
    task.status, task.sent_at = CONFIRMED, int(now.timestamp())
    for outcome in task.outcomes:
        outcome.sent_at = task.sent_at
        outcome.status = _send_one(corp, message, userid, outcome.target, now)


def _send_one(corp: Corp, message: MassMessage, userid: str, target: Target, now: datetime) -> int:
    if isinstance(target, int):
        relation = corp.people.relation(userid, target)
        if relation is None or relation.is_one_way or relation.is_half:
            return NO_FRIEND
    elif target not in corp.chats.chats:
        return NO_FRIEND
    if not corp.mass.takes(target, now, corp.rules.mass_quota):
        return OVER_QUOTA
    numbers = (
        [target]
        if isinstance(target, int)
        else [key for key in corp.chats.chats[target].members if isinstance(key, int)]
    )
    for part in messages_of(message.content):
        for number in numbers:
            shown = Shown(int(now.timestamp()), Origin.MASS, userid, part, target if isinstance(target, str) else "")
            corp.phones.show(number, shown)
    return SENT


def find_task(corp: Corp, msgid: str, userid: str) -> tuple[MassMessage, Task]:
    """The task of a member in a mass message."""
    message = corp.mass.messages.get(msgid)
    task = message.tasks.get(userid) if message else None
    if message is None or task is None:
        raise RefusedError(41047)
    return message, task


def _own(call: Call) -> MassMessage:
    message = call.corp.mass.messages.get(call.body.text("msgid", missing=41046))
    if message is None or message.maker != call.app.secret:
        raise RefusedError(41047)
    return message


def _dispatched(call: Call) -> MassMessage:
    message = _own(call)
    if message.is_cancelled:
        raise RefusedError(41093)
    if call.now - message.created_at < timedelta(seconds=call.corp.rules.mass_dispatch_seconds):
        raise RefusedError(41063)
    return message


def get_groupmsg_task(call: Call) -> Reply:
    message = _dispatched(call)
    limit = call.body.limit(500, 1000, beyond=500)
    tasks = [task for userid, task in message.tasks.items() if call.sees(userid)]
    page, following = page_of(tasks, call.body.text("cursor", missing=None), limit, "tasks")
    told: list[dict[str, Any]] = []
    for task in page:
        sent = {"send_time": task.sent_at} if task.status == CONFIRMED else {}
        told.append({"userid": task.userid, "status": max(task.status, WAITING)} | sent)
    return {"task_list": told, "next_cursor": following}


def get_groupmsg_send_result(call: Call) -> Reply:
    message = _dispatched(call)
    userid = call.body.text("userid", missing=41009)
    task = message.tasks.get(userid)
    if task is None:
        raise RefusedError(40003)
    limit = call.body.limit(500, 1000, beyond=500)
    outcomes = [one for one in task.outcomes if message.kind == "single" or one.status != NOT_SENT]
    page, following = page_of(outcomes, call.body.text("cursor", missing=None), limit, "results")
    return {"send_list": [_outcome(call, userid, one) for one in page], "next_cursor": following}


def _outcome(call: Call, userid: str, outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {"userid": userid, "status": outcome.status}
    if isinstance(outcome.target, int):
        told["external_userid"] = call.corp.people.id_of(outcome.target)
    else:
        told["chat_id"] = outcome.target
    return told | ({"send_time": outcome.sent_at} if outcome.status != NOT_SENT else {})


def get_groupmsg_list(call: Call) -> Reply:
    body = call.body
    kind = body.text("chat_type")
    start, end = body.whole("start_time"), body.whole("end_time")
    if kind not in ("single", "group") or not start <= end <= start + int(MONTH.total_seconds()):
        raise RefusedError(40058)
    creator, wanted = body.text("creator", missing=None), body.whole("filter_type", 2, most=2)
    found = []
    for message in call.corp.mass.messages.values():
        create_type = PERSONAL if message.creator else CORP_WIDE
        is_wanted = message.kind == kind and wanted in (create_type, 2) and creator in ("", message.creator)
        created_at = int(message.created_at.timestamp())
        if is_wanted and start <= created_at <= end:
            told: dict[str, Any] = {"msgid": message.msgid, "create_time": created_at, "create_type": create_type}
            found.append(told | ({"creator": message.creator} if message.creator else {}) | message.content)
    limit = body.limit(50, 100, beyond=50)
    page, following = page_of(found, body.text("cursor", missing=None), limit, "messages")
    return {"group_msg_list": page, "next_cursor": following}


def remind_groupmsg_send(call: Call) -> Reply:
    message = _dispatched(call)
    recent = [at for at in message.reminded_at if call.now - at < timedelta(days=1)]
    if len(recent) >= call.corp.rules.reminders_per_day:
        raise RefusedError(41094)
    message.reminded_at = [*recent, call.now]
    return {}


def cancel_groupmsg_send(call: Call) -> Reply:
    _own(call).is_cancelled = True
    return {}


def state_of(message: MassMessage) -> Mapping[str, Any]:
    """A mass message as the doors tell it."""
    tasks = {userid: task.status for userid, task in message.tasks.items()}
    return {"msgid": message.msgid, "chat_type": message.kind, "tasks": tasks, "is_cancelled": message.is_cancelled}
