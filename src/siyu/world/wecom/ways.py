"""Contact ways: codes by which customers add a member."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from siyu.world.wecom.calls import Call, Fields, Reply, page_of
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Window, part_of
from siyu.world.wecom.pictures import WAY, picture_address

SINGLE, MULTI = 1, 2
MINI_PROGRAM, QR_CODE = 1, 2
LISTED_DAYS = 90
TEMPORARY_SECONDS, TEMPORARY_SECONDS_MAX = 7 * 86400, 14 * 86400
CHAT_SECONDS = 86400
CONCLUSION_BYTES_MAX = 4000


@dataclass(slots=True)
class Way:
    """One code. Who of its members a customer gets, WeCom itself chooses."""

    config_id: str
    maker: str
    kind: int
    scene: int
    created_at: int
    style: int = 1
    remark: str = ""
    is_verification_skipped: bool = True
    state: str = ""
    users: list[str] = field(default_factory=list)
    departments: list[int] = field(default_factory=list)
    is_temporary: bool = False
    expires_seconds: int = TEMPORARY_SECONDS
    chat_expires_seconds: int = CHAT_SECONDS
    unionid: str = ""
    is_exclusive: bool = False
    conclusions: dict[str, Any] = field(default_factory=dict)
    scans: int = 0


class Ways:
    """All contact ways by their config_id."""

    def __init__(self) -> None:
        self.ways: dict[str, Way] = {}
        self.temporary_of_day: tuple[object, int] = (None, 0)


def require_room(call: Call) -> None:
    """RefusedError 41045 where contact ways and codes of groups together are as many as can be."""
    lasting = sum(not way.is_temporary for way in call.corp.ways.ways.values())
    if lasting + len(call.corp.chats.ways) >= call.corp.rules.ways_max:
        raise RefusedError(41045)


def add_contact_way(call: Call) -> Reply:
    body = call.body
    if not body.has("type"):
        raise RefusedError(41037)
    if not body.has("scene"):
        raise RefusedError(41038)
    kind, scene = body.whole("type"), body.whole("scene")
    if kind not in (SINGLE, MULTI):
        raise RefusedError(41039)
    if scene not in (MINI_PROGRAM, QR_CODE):
        raise RefusedError(41040)
    way = Way(call.corp.new_key("", 32), call.app.secret, kind, scene, call.now_seconds)
    way.is_temporary = body.flag("is_temp", False)
    _read(call, way)
    _require_people(call, way)
    if way.is_temporary:
        _count_temporary(call, way)
    else:
        require_room(call)
    call.corp.ways.ways[way.config_id] = way
    picture = {"qr_code": picture_address(call.corp, WAY, way.config_id)} if scene == QR_CODE else {}
    return {"config_id": way.config_id} | picture


def _read(call: Call, way: Way) -> None:
    """Takes over what a call says; what it does not name stays."""
    body = call.body
    if body.has("style"):
        way.style = body.whole("style")
        if not 1 <= way.style <= 3:
            raise RefusedError(41042)
    if body.has("remark"):
        way.remark = body.text("remark", missing=None, characters_max=30)
    if body.has("state"):
        way.state = body.text("state", missing=None, characters_max=30)
    way.is_verification_skipped = body.flag("skip_verify", way.is_verification_skipped)
    way.is_exclusive = body.flag("is_exclusive", way.is_exclusive)
    if body.has("user"):
        way.users = body.texts("user", missing=None)
    if body.has("party"):
        way.departments = body.wholes("party")
    if body.has("conclusions"):
        way.conclusions = _conclusions(body.part("conclusions"))
    if way.is_temporary:
        way.expires_seconds = body.whole("expires_in", way.expires_seconds, least=1, most=TEMPORARY_SECONDS_MAX)
        way.chat_expires_seconds = body.whole("chat_expires_in", way.chat_expires_seconds, most=TEMPORARY_SECONDS_MAX)
        way.unionid = body.text("unionid", missing=None) or way.unionid


def _conclusions(given: Fields) -> dict[str, Any]:
    given.part("text").text("content", missing=None, bytes_max=CONCLUSION_BYTES_MAX)
    kept = {"text": given.values["text"]} if given.has("text") else {}
    for name in ("image", "link", "miniprogram"):
        if given.has(name):
            return kept | {name: given.values[name]}
    return kept


def _require_people(call: Call, way: Way) -> None:
    staff = call.corp.staff
    if way.is_temporary and (not call.corp.rules.has_temporary_sessions or way.kind != SINGLE):
        raise RefusedError(41039)
    if way.kind == SINGLE and (len(way.users) != 1 or way.departments):
        raise RefusedError(41041 if len(way.users) > 1 or way.departments else 40063)
    for userid in way.users:
        member = staff.find(userid)
        if member is None:
            raise RefusedError(40003)
        if not call.sees(userid):
            raise RefusedError(60011)
        if not member.may_have_customers:
            raise RefusedError(41054)
    if any(department not in staff.departments for department in way.departments):
        raise RefusedError(60123)
    found = members_of(call, way)
    if len(found) > call.corp.rules.way_members_max:
        raise RefusedError(41041)
    if not found:
        raise RefusedError(40063)


def members_of(call: Call, way: Way) -> list[str]:
    """Whom a code can lead to, departments written out."""
    staff = call.corp.staff
    below = staff.of_departments(staff.below(way.departments)) if way.departments else []
    return list(dict.fromkeys([*way.users, *(one.userid for one in below if one.may_have_customers)]))


def _count_temporary(call: Call, way: Way) -> None:
    today = part_of(call.now, Window.DAY)
    known, number = call.corp.ways.temporary_of_day
    number = number + 1 if known == today else 1
    if number > call.corp.rules.temporary_ways_per_day:
        raise RefusedError(41045)
    call.corp.ways.temporary_of_day = (today, number)
    is_over = partial(drop, call.corp.ways.ways, way.config_id)
    call.corp.agenda.at(call.now + timedelta(seconds=way.expires_seconds), is_over)


def drop(ways: dict[str, Way], config_id: str) -> None:
    """A temporary code is over."""
    ways.pop(config_id, None)


def own_way(call: Call) -> Way:
    """The contact way that a call names; an app sees only its own."""
    way = call.corp.ways.ways.get(call.body.text("config_id", missing=41043))
    if way is None or way.maker != call.app.secret:
        raise RefusedError(41044)
    return way


def get_contact_way(call: Call) -> Reply:
    way = own_way(call)
    told: dict[str, Any] = {
        "config_id": way.config_id,
        "type": way.kind,
        "scene": way.scene,
        "style": way.style,
        "remark": way.remark,
        "skip_verify": way.is_verification_skipped,
        "state": way.state,
        "user": way.users,
        "party": way.departments,
        "is_temp": way.is_temporary,
        "is_exclusive": way.is_exclusive,
        "conclusions": way.conclusions,
    }
    if way.scene == QR_CODE:
        told["qr_code"] = picture_address(call.corp, WAY, way.config_id)
    if way.is_temporary:
        told |= {"expires_in": way.expires_seconds, "chat_expires_in": way.chat_expires_seconds, "unionid": way.unionid}
    return {"contact_way": told}


def list_contact_way(call: Call) -> Reply:
    body = call.body
    start = body.whole("start_time", call.now_seconds - LISTED_DAYS * 86400)
    end = body.whole("end_time", call.now_seconds)
    limit = body.limit(100, 1000)
    found = [
        {"config_id": way.config_id}
        for way in call.corp.ways.ways.values()
        if way.maker == call.app.secret and not way.is_temporary and start <= way.created_at <= end
    ]
    page, following = page_of(found, body.text("cursor", missing=None), limit, "ways")
    return {"contact_way": page} | ({"next_cursor": following} if following else {})


def update_contact_way(call: Call) -> Reply:
    way = replace(own_way(call))
    _read(call, way)
    _require_people(call, way)
    call.corp.ways.ways[way.config_id] = way
    return {}


def del_contact_way(call: Call) -> Reply:
    del call.corp.ways.ways[own_way(call).config_id]
    return {}


def close_temp_chat(call: Call) -> Reply:
    userid = call.member()
    number = call.corp.people.number_of(call.body.text("external_userid", missing=41035))
    if call.corp.people.relation(userid, number) is None:
        raise RefusedError(84061)
    return {}
