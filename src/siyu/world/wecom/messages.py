"""Messages of an app to the staff."""

from __future__ import annotations

from typing import Any

from siyu.world.wecom.calls import Call, Reply
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Window
from siyu.world.wecom.phones import Origin, Shown

USERS_MAX, GROUPS_MAX = 1000, 100
EVERYBODY = "@all"
TEXT_BYTES_MAX = 2048
NEWS_MAX = 8
PER_MEMBER = [(Window.MINUTE, 30), (Window.HOUR, 1000)]
WITH_MEDIA = ("image", "voice", "video", "file")
KINDS = (*WITH_MEDIA, "text", "markdown", "textcard", "news", "mpnews", "miniprogram_notice", "template_card")


def send_message(call: Call) -> Reply:
    body = call.body
    if body.whole("agentid") != call.app.agent_id:
        raise RefusedError(301002)
    content = _content(call)
    users = _ids(call, "touser", USERS_MAX, 40032)
    parties, tags = _ids(call, "toparty", GROUPS_MAX, 82002), _ids(call, "totag", GROUPS_MAX, 82003)
    if not users and not parties and not tags:
        raise RefusedError(82001)
    receivers, wrong_users = _receivers(call, users)
    staff = call.corp.staff
    wrong_parties = [one for one in parties if not one.isdigit() or int(one) not in staff.departments]
    wanted = staff.below(int(one) for one in parties if one not in wrong_parties)
    receivers |= {one.userid: None for one in staff.of_departments(wanted) if call.sees(one.userid)}
    if not receivers:
        raise RefusedError(81013)
    for userid in receivers:
        _show(call, userid, content)
    told: dict[str, Any] = {"msgid": call.corp.new_key("msgid", 48)}
    # Contact tags are not emulated, so every one of them is unknown.
    for name, wrong in (("invaliduser", wrong_users), ("invalidparty", wrong_parties), ("invalidtag", tags)):
        if wrong:
            told[name] = "|".join(wrong).lower()
    return told


def _ids(call: Call, name: str, most: int, too_many: int) -> list[str]:
    ids = [one for one in call.body.text(name, missing=None).split("|") if one]
    if len(ids) > most:
        raise RefusedError(too_many)
    return ids


def _receivers(call: Call, users: list[str]) -> tuple[dict[str, None], list[str]]:
    if users == [EVERYBODY]:
        return {one.userid: None for one in call.corp.staff.visible(call.app)}, []
    found: dict[str, None] = {}
    wrong = []
    for userid in users:
        member = call.corp.staff.find(userid)
        if member is None or not call.sees(member.userid):
            wrong.append(userid)
        else:
            found[member.userid] = None
    return found, wrong


def _content(call: Call) -> dict[str, Any]:
    kind = call.body.text("msgtype", missing=40008)
    if kind not in KINDS:
        raise RefusedError(40008)
    part = call.body.part(kind, missing=40063)
    inside = dict(part.values)
    if kind in ("text", "markdown"):
        text = part.text("content", missing=44004)
        inside["content"] = text.encode()[:TEXT_BYTES_MAX].decode(errors="ignore")
    elif kind in WITH_MEDIA:
        if call.corp.media.require(part.text("media_id", missing=41006), call.now).kind != kind:
            raise RefusedError(40007)
    elif kind == "textcard":
        part.text("title")
        part.text("description")
        part.text("url")
    elif kind == "news" and not 1 <= len(part.parts("articles", missing=40063)) <= NEWS_MAX:
        raise RefusedError(45008)
    return {"msgtype": kind, kind: inside}


def _show(call: Call, userid: str, content: dict[str, Any]) -> None:
    """Who has had too many sees nothing, and the app is not told."""
    try:
        call.corp.meter.count(("app message", call.app.secret, userid), PER_MEMBER, call.now)
    except RefusedError:
        return
    call.corp.phones.show_staff(userid, Shown(call.now_seconds, Origin.NOTICE, call.app.name, content))
