"""The menu of an account: at most three buttons, each with at most five below it."""

from __future__ import annotations

from typing import Any

from siyu.world.wechat.accounts import AccountKind
from siyu.world.wechat.calls import OK, AccountCall
from siyu.world.wecom.calls import Fields, Reply
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Window

NAME_BYTES_MAX, NAME_BELOW_BYTES_MAX = 16, 60
NEEDED = {"view": ("url",), "click": ("key",), "miniprogram": ("url", "appid", "pagepath")}


def create_menu(call: AccountCall) -> Reply:
    _counted(call)
    buttons = call.body.parts("button", missing=40016, most=3, too_many=40016)
    call.account.menu = [_checked(each, is_top=True) for each in buttons]
    return OK


def get_menu(call: AccountCall) -> Reply:
    call.require(AccountKind.OFFICIAL)
    if not call.account.menu:
        raise RefusedError(46003)
    return {"menu": {"button": call.account.menu}}


def delete_menu(call: AccountCall) -> Reply:
    _counted(call)
    call.account.menu = []
    return OK


def _counted(call: AccountCall) -> None:
    call.require(AccountKind.OFFICIAL)
    key = ("menus", call.account.app_id)
    call.platform.meter.count(key, [(Window.DAY, call.platform.limits.menus_per_day)], call.now)


def _checked(button: Fields, *, is_top: bool) -> dict[str, Any]:
    most = NAME_BYTES_MAX if is_top else NAME_BELOW_BYTES_MAX
    name = button.text("name", missing=40018, bytes_max=most, too_long=40018)
    if is_top and button.values.get("sub_button"):
        below = button.parts("sub_button", missing=40023, most=5, too_many=40023)
        return {"name": name, "sub_button": [_checked(each, is_top=False) for each in below]}
    kind = button.text("type", missing=40017)
    if kind not in NEEDED:
        raise RefusedError(40017)
    told = {each: button.text(each, missing=40019 if each == "key" else 40020) for each in NEEDED[kind]}
    return {"name": name, "type": kind, **told, "sub_button": []}


def get_callback_addresses(_call: AccountCall) -> Reply:
    return {"ip_list": ["127.0.0.1"]}
