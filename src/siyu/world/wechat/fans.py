"""Followers of an account: who they are, how they came, their tags."""

from __future__ import annotations

from typing import Any

from siyu.world.wechat.accounts import Fan
from siyu.world.wechat.calls import OK, AccountCall
from siyu.world.wecom.calls import Fields, Reply
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Window

LISTED_AT_ONCE = 10_000
ASKED_AT_ONCE = 100
TAGGED_AT_ONCE = 50
NAME_BYTES_MAX = 30
REMARK_CHARACTERS_MAX = 30
FIRST_OWN_TAG = 100
"""Tags below are the system's."""


def get_fan(call: AccountCall) -> Reply:
    return _told(call.account.fan(call.query.text("openid", missing=40003)))


def _told(fan: Fan) -> dict[str, Any]:
    if not fan.is_subscribed:
        return {"subscribe": 0, "openid": fan.openid, "unionid": fan.unionid}
    return {
        "subscribe": 1,
        "openid": fan.openid,
        "language": "zh_CN",
        "subscribe_time": fan.subscribed_at,
        "unionid": fan.unionid,
        "remark": fan.remark,
        "groupid": 0,
        "tagid_list": fan.tag_ids,
        "subscribe_scene": fan.scene,
        "qr_scene": int(fan.qr_scene) if fan.qr_scene.isdigit() else 0,
        "qr_scene_str": "" if fan.qr_scene.isdigit() else fan.qr_scene,
    }


def get_fans(call: AccountCall) -> Reply:
    asked = call.body.parts("user_list", missing=40003, most=ASKED_AT_ONCE, too_many=40032)
    return {"user_info_list": [_told(call.account.fan(one.text("openid", missing=40003))) for one in asked]}


def list_fans(call: AccountCall) -> Reply:
    key = ("lists", call.account.app_id)
    call.platform.meter.count(key, [(Window.DAY, call.platform.limits.lists_per_day)], call.now)
    after = call.query.text("next_openid", missing=None)
    openids = sorted(fan.openid for fan in call.account.fans.values() if fan.is_subscribed)
    if after and after not in call.account.fans:
        raise RefusedError(40003)
    page = [openid for openid in openids if openid > after][:LISTED_AT_ONCE]
    told: dict[str, Any] = {"total": len(openids), "count": len(page), "next_openid": page[-1] if page else ""}
    return told | ({"data": {"openid": page}} if page else {})


def remark_fan(call: AccountCall) -> Reply:
    fan = call.account.fan(call.body.text("openid", missing=40003))
    fan.remark = call.body.text("remark", missing=None, characters_max=REMARK_CHARACTERS_MAX)
    return OK


def _tag_name(call: AccountCall, given: Fields) -> str:
    name = given.text("name", missing=45157, bytes_max=NAME_BYTES_MAX, too_long=45158)
    if name in call.account.tags.values():
        raise RefusedError(45157)
    return name


def _own_tag(call: AccountCall, given: Fields, name: str = "id") -> int:
    tag_id = given.whole(name)
    if tag_id < 3:
        raise RefusedError(45058)
    if tag_id not in call.account.tags:
        raise RefusedError(45159)
    return tag_id


def create_tag(call: AccountCall) -> Reply:
    name = _tag_name(call, call.body.part("tag", missing=45157))
    tags = call.account.tags
    if len(tags) >= call.platform.limits.tags_max:
        raise RefusedError(45056)
    tag_id = max(tags, default=FIRST_OWN_TAG - 1) + 1
    tags[tag_id] = name
    return {"tag": {"id": tag_id, "name": name}}


def list_tags(call: AccountCall) -> Reply:
    counts = dict.fromkeys(call.account.tags, 0)
    for fan in call.account.fans.values():
        for tag_id in fan.tag_ids:
            counts[tag_id] += 1
    return {"tags": [{"id": one, "name": name, "count": counts[one]} for one, name in call.account.tags.items()]}


def rename_tag(call: AccountCall) -> Reply:
    given = call.body.part("tag", missing=45157)
    tag_id = _own_tag(call, given)
    call.account.tags[tag_id] = _tag_name(call, given)
    return OK


def delete_tag(call: AccountCall) -> Reply:
    tag_id = _own_tag(call, call.body.part("tag", missing=45157))
    del call.account.tags[tag_id]
    for fan in call.account.fans.values():
        if tag_id in fan.tag_ids:
            fan.tag_ids.remove(tag_id)
    return OK


def _fans_to_tag(call: AccountCall) -> tuple[list[Fan], int]:
    openids = call.body.texts("openid_list", missing=40003, most=TAGGED_AT_ONCE, too_many=40032)
    return [call.account.fan(openid) for openid in openids], _own_tag(call, call.body, "tagid")


def tag_fans(call: AccountCall) -> Reply:
    fans, tag_id = _fans_to_tag(call)
    most = call.platform.limits.tags_per_fan_max
    if any(tag_id not in fan.tag_ids and len(fan.tag_ids) >= most for fan in fans):
        raise RefusedError(45059)
    for fan in fans:
        fan.tag_ids = list(dict.fromkeys([*fan.tag_ids, tag_id]))
    return OK


def untag_fans(call: AccountCall) -> Reply:
    fans, tag_id = _fans_to_tag(call)
    for fan in fans:
        fan.tag_ids = [one for one in fan.tag_ids if one != tag_id]
    return OK


def tags_of_fan(call: AccountCall) -> Reply:
    return {"tagid_list": call.account.fan(call.body.text("openid", missing=40003)).tag_ids}
