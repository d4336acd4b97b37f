"""Messages to followers and users: each kind with what allows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from siyu.world.wechat.accounts import AccountKind, Allowance, Fan, Platform
from siyu.world.wechat.calls import OK, AccountCall
from siyu.world.wecom.calls import Fields, Reply
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Window

CUSTOM_KINDS = ("text", "image", "voice", "video", "music", "news", "mpnews", "msgmenu", "wxcard", "miniprogrampage")
Trigger = tuple[str, int, timedelta]
AFTER_MESSAGE: Trigger = ("message", 5, timedelta(hours=48))
AFTER_GESTURE: Trigger = ("gesture", 3, timedelta(minutes=1))
"""Following and scanning allow three messages for a minute."""

VALUE_CHARACTERS_MAX = {"thing": 20, "number": 32, "letter": 32, "symbol": 5, "character_string": 32, "phrase": 5}


def allow(platform: Platform, fan: Fan, trigger: Trigger) -> None:
    """What somebody did allows the account so many messages; doing it again begins anew and adds nothing up."""
    name, left, life = trigger
    fan.allowances[name] = Allowance(left, platform.now() + life)


def send_custom(call: AccountCall) -> Reply:
    key = ("custom", call.account.app_id)
    call.platform.meter.count(key, [(Window.DAY, call.platform.limits.custom_per_day)], call.now)
    fan = call.account.fan(call.body.text("touser", missing=40003))
    kind = call.body.text("msgtype", missing=40008)
    if kind not in CUSTOM_KINDS:
        raise RefusedError(40008)
    part = call.body.part(kind, missing=40063)
    if kind == "text":
        part.text("content", missing=44004)
    if call.account.kind is AccountKind.OFFICIAL and not fan.is_subscribed:
        raise RefusedError(45015)
    living = [one for one in fan.allowances.values() if one.until > call.now]
    if not living:
        raise RefusedError(45015)
    # The shortest is used up first: what is left lasts longest.
    usable = sorted((one for one in living if one.left > 0), key=lambda one: one.until)
    if not usable:
        raise RefusedError(45047)
    usable[0].left -= 1
    _show(call, fan, {"origin": "custom", "content": {"msgtype": kind, kind: dict(part.values)}})
    return OK


def send_template(call: AccountCall) -> Reply:
    call.require(AccountKind.OFFICIAL)
    key = ("templates", call.account.app_id)
    call.platform.meter.count(key, [(Window.DAY, call.platform.limits.templates_per_day)], call.now)
    fan = call.account.fan(call.body.text("touser", missing=40003))
    template_id = _template(call)
    data = call.body.part("data", missing=47003)
    if not fan.is_subscribed:
        raise RefusedError(43004)
    msgid = call.platform.new_number()
    status = "failed:user block" if fan.refuses_templates else "success"
    if not fan.refuses_templates:
        content = {"template_id": template_id, "data": dict(data.values), "url": call.body.text("url", missing=None)}
        _show(call, fan, {"origin": "template", "content": content})
    event: dict[str, str | int] = {"CreateTime": call.now_seconds, "MsgType": "event", "Event": "TEMPLATESENDJOBFINISH"}
    call.platform.tell(call.account, fan, event | {"MsgID": msgid, "Status": status})
    return OK | {"msgid": msgid}


def send_subscribed(call: AccountCall) -> Reply:
    """One message for one consent: of a mini program (`subscribe/send`) or an account (`subscribe/bizsend`)."""
    fan = call.account.fan(call.body.text("touser", missing=40003))
    template_id = _template(call)
    data = call.body.part("data", missing=47003)
    for name in data.values:
        _check_value(name, data.part(name))
    if fan.consents.get(template_id, 0) <= 0:
        raise RefusedError(43101)
    fan.consents[template_id] -= 1
    content = {"template_id": template_id, "data": dict(data.values), "page": call.body.text("page", missing=None)}
    _show(call, fan, {"origin": "subscribed", "content": content})
    return OK | ({"msgid": call.platform.new_number()} if call.account.kind is AccountKind.MINI else {})


def _check_value(name: str, given: Fields) -> None:
    kind = name.rstrip("0123456789")
    value = given.text("value", missing=47003)
    most = VALUE_CHARACTERS_MAX.get(kind)
    if most is not None and len(value) > most:
        raise RefusedError(47003, f"data.{name}.value is too long")
    if kind == "number" and not value.lstrip("-").replace(".", "", 1).isdigit():
        raise RefusedError(47003, f"data.{name}.value invalid")


def _template(call: AccountCall) -> str:
    template_id = call.body.text("template_id", missing=40037)
    if template_id not in call.account.template_ids:
        raise RefusedError(40037)
    return template_id


def list_templates(call: AccountCall) -> Reply:
    rows = [
        {"template_id": one, "title": one, "content": "", "example": ""} for one in sorted(call.account.template_ids)
    ]
    if call.account.kind is AccountKind.MINI:
        return OK | {"data": [{"priTmplId": row["template_id"], "title": row["title"], "type": 2} for row in rows]}
    return {"template_list": rows}


def _show(call: AccountCall, fan: Fan, message: dict[str, Any]) -> None:
    """Something appears on a phone."""
    fan.shown.append({"at": call.now_seconds, "sender": call.account.app_id, "is_own": False} | message)
    call.platform.on_shown(fan.unionid)
