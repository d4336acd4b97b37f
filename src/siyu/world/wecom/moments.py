"""Moments: tasks that members must publish, and who then saw, liked and commented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from siyu.world.wecom.calls import Call, Fields, Reply, page_of
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Window
from siyu.world.wecom.media import MOMENT_ATTACHMENT
from siyu.world.wecom.phones import Origin, Shown

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

TEXT_CHARACTERS_MAX, TEXT_BYTES_MAX = 2000, 4000
MOST = {"image": 9, "video": 1, "link": 1}
LIST_SECONDS_MAX = 30 * 86400
STARTED, RUNNING, DONE = 1, 2, 3


@dataclass(slots=True)
class Remark:
    """A like, or a comment with its text."""

    who: str
    at: int
    text: str = ""


@dataclass(slots=True)
class Moment:
    """One moment. `published` has the members who did, with those who could see it."""

    moment_id: str
    job_id: str
    maker: str
    created_at: int
    content: dict[str, Any]
    senders: list[str]
    tag_ids: list[str]
    invalid_senders: list[str]
    published: dict[str, list[int]] = field(default_factory=dict)
    published_at: dict[str, int] = field(default_factory=dict)
    likes: list[tuple[str, Remark]] = field(default_factory=list)
    comments: list[tuple[str, Remark]] = field(default_factory=list)
    is_cancelled: bool = False


class Moments:
    """All moments, by the id of their task and by their own."""

    def __init__(self) -> None:
        self.by_job: dict[str, Moment] = {}
        self.by_id: dict[str, Moment] = {}


def add_moment_task(call: Call) -> Reply:
    rules = call.corp.rules
    limits = [(Window.MINUTE, rules.moments_per_minute)]
    call.corp.meter.count("moments", limits, call.now)
    if call.corp.meter.counted("moments of month", Window.MONTH, call.now) >= rules.moments_per_month:
        raise RefusedError(41210)
    content = _content(call)
    asked = call.body.part("visible_range")
    senders, invalid = _senders(call, asked.part("sender_list"))
    tag_ids = asked.part("external_contact_list").texts("tag_list", missing=None)
    if any(call.corp.tags.find(tag_id) is None for tag_id in tag_ids):
        raise RefusedError(40068)
    call.corp.meter.count("moments of month", [(Window.MONTH, rules.moments_per_month)], call.now)
    moment_id, job_id = call.corp.new_key("mom", 32), call.corp.new_key("job", 40)
    made = Moment(moment_id, job_id, call.app.secret, call.now_seconds, content, senders, tag_ids, invalid)
    call.corp.moments.by_job[job_id] = call.corp.moments.by_id[moment_id] = made
    return {"jobid": job_id}


def _content(call: Call) -> dict[str, Any]:
    text = call.body.part("text").text("content", missing=None, bytes_max=TEXT_BYTES_MAX, too_long=45002)
    if len(text) > TEXT_CHARACTERS_MAX:
        raise RefusedError(45002)
    given = call.body.parts("attachments")
    kinds = {part.text("msgtype", missing=41065) for part in given}
    if kinds - MOST.keys():
        raise RefusedError(41065)
    if len(kinds) > 1:
        raise RefusedError(41065, "invalid attachments msgtype")
    if any(len(given) > MOST[kind] for kind in kinds):
        raise RefusedError(41064)
    attachments = []
    for part in given:
        kind = part.text("msgtype")
        inside = part.part(kind, missing=40063)
        if kind == "link":
            inside.text("title", missing=None, characters_max=64)
            inside.text("url")
        media = call.corp.media.require(inside.text("media_id", missing=41006), call.now, MOMENT_ATTACHMENT)
        if media.kind != ("image" if kind == "link" else kind):
            raise RefusedError(40007)
        attachments.append({"msgtype": kind, kind: dict(inside.values)})
    if not text and not attachments:
        raise RefusedError(41090)
    return ({"text": {"content": text}} if text else {}) | ({"attachments": attachments} if attachments else {})


def _senders(call: Call, given: Fields) -> tuple[list[str], list[str]]:
    staff = call.corp.staff
    users, departments = given.texts("user_list", missing=None, most=100_000), given.wholes("department_list")
    if not users and not departments:
        return [one.userid for one in staff.visible(call.app) if one.may_have_customers], []
    asked = dict.fromkeys([*users, *(one.userid for one in staff.of_departments(staff.below(departments)))])
    valid = [
        userid
        for userid in asked
        if (member := staff.find(userid)) is not None and member.may_have_customers and call.sees(userid)
    ]
    if not valid:
        raise RefusedError(60021 if asked else 40066)
    return valid, [userid for userid in asked if userid not in valid]


def get_moment_task_result(call: Call) -> Reply:
    moment = call.corp.moments.by_job.get(call.query.text("jobid"))
    if moment is None or moment.maker != call.app.secret or call.now_seconds - moment.created_at > 86400:
        raise RefusedError(40035, "jobid")
    age = call.now_seconds - moment.created_at
    if age < call.corp.rules.moment_seconds:
        return {"status": STARTED if age == 0 else RUNNING, "type": "add_moment_task"}
    result = {
        "errcode": 0,
        "errmsg": "ok",
        "moment_id": moment.moment_id,
        "invalid_sender_list": {"user_list": moment.invalid_senders, "department_list": []},
        "invalid_external_contact_list": {"tag_list": []},
    }
    return {"status": DONE, "type": "add_moment_task", "result": result}


def _asked(call: Call) -> Moment:
    moment = call.corp.moments.by_id.get(call.body.text("moment_id", missing=41059))
    if moment is None:
        raise RefusedError(41060)
    return moment


def _published(call: Call) -> tuple[Moment, str]:
    moment, userid = _asked(call), call.body.text("userid", missing=41009)
    if userid not in moment.senders:
        raise RefusedError(41061)
    if userid not in moment.published:
        raise RefusedError(41062)
    return moment, userid


def cancel_moment_task(call: Call) -> Reply:
    moment = _asked(call)
    if moment.maker != call.app.secret:
        raise RefusedError(41060)
    moment.is_cancelled = True
    return {}


def get_moment_list(call: Call) -> Reply:
    body = call.body
    start, end = body.whole("start_time"), body.whole("end_time")
    if not start <= end <= start + LIST_SECONDS_MAX:
        raise RefusedError(40058)
    found = [
        {"moment_id": one.moment_id, "create_time": one.created_at, "create_type": 0, "visible_type": 1} | one.content
        for one in call.corp.moments.by_id.values()
        if start <= one.created_at <= end
    ]
    page, following = page_of(found, body.text("cursor", missing=None), body.limit(20, 20), "moments")
    return {"moment_list": page, "next_cursor": following}


def get_moment_task(call: Call) -> Reply:
    moment = _asked(call)
    rows = [{"userid": userid, "publish_status": int(userid in moment.published)} for userid in moment.senders]
    limit = call.body.limit(500, 1000, beyond=500)
    page, following = page_of(rows, call.body.text("cursor", missing=None), limit, "moment tasks")
    return {"task_list": page, "next_cursor": following}


def get_moment_customer_list(call: Call) -> Reply:
    """Whom a member may show it to, published or not."""
    moment, userid = _asked(call), call.body.text("userid", missing=41009)
    if userid not in moment.senders:
        raise RefusedError(41061)
    ids = [call.corp.people.id_of(number) for number in audience_of(call.corp, moment, userid)]
    rows = [{"userid": userid, "external_userid": one} for one in ids]
    limit = call.body.limit(500, 1000, beyond=500)
    page, following = page_of(rows, call.body.text("cursor", missing=None), limit, "moment customers")
    return {"customer_list": page, "next_cursor": following}


def get_moment_send_result(call: Call) -> Reply:
    moment, userid = _published(call)
    rows = [{"external_userid": call.corp.people.id_of(number)} for number in moment.published[userid]]
    limit = call.body.limit(3000, 5000, beyond=3000)
    page, following = page_of(rows, call.body.text("cursor", missing=None), limit, "moment results")
    return {"customer_list": page, "next_cursor": following}


def get_moment_comments(call: Call) -> Reply:
    moment, userid = _published(call)
    return {
        "comment_list": [_remark(one) for whose, one in moment.comments if whose == userid],
        "like_list": [_remark(one) for whose, one in moment.likes if whose == userid],
    }


def _remark(remark: Remark) -> dict[str, Any]:
    name = "external_userid" if remark.who.startswith("wm") else "userid"
    return {name: remark.who, "create_time": remark.at}


def audience_of(corp: Corp, moment: Moment, userid: str) -> list[int]:
    """The customers of a member whom a moment is for."""
    found = []
    for number in corp.people.numbers_of(userid):
        relation = corp.people.relation(userid, number)
        if relation is None or relation.is_half or relation.is_one_way:
            continue
        if not moment.tag_ids or set(moment.tag_ids).intersection(relation.tag_ids):
            found.append(number)
    return found


def publish(corp: Corp, moment_id: str, userid: str) -> int:
    """A member publishes a moment; how many can see it."""
    moment = corp.moments.by_id.get(moment_id)
    now = corp.now()
    if moment is None or moment.is_cancelled:
        raise RefusedError(41060)
    if userid not in moment.senders:
        raise RefusedError(41061)
    if now.timestamp() - moment.created_at < timedelta(seconds=corp.rules.moment_seconds).total_seconds():
        raise RefusedError(41063)
    seen = moment.published[userid] = audience_of(corp, moment, userid)
    moment.published_at[userid] = int(now.timestamp())
    for number in seen:
        shown = Shown(int(now.timestamp()), Origin.MOMENT, userid, moment.content | {"moment_id": moment_id})
        corp.phones.show(number, shown)
    return len(seen)
