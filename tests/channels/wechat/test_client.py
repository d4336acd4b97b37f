"""Calling as an account, and what is done with it: tokens, codes, menus, followers; an emulated WeChat at the other end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from siyu.channels.wechat import tools
from siyu.channels.wechat.accounts import check_account
from siyu.channels.wechat.client import (
    WechatBusyError,
    WechatConfigurationError,
    WechatUnreachableError,
)
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import InvalidError
from siyu.world.wecom.faults import Fault, FaultKind
from tests.channels.wechat.conftest import Connected
from tests.world.wechat.driving import MINI, OFFICIAL, SECRET, TEMPLATE

INFO = "/cgi-bin/user/get"


def test_a_token_is_kept_renewed_once_and_not_asked_for_in_a_loop(connected: Connected, clock: ManualClock) -> None:
    client = connected.account(OFFICIAL).client
    another = connected.account(OFFICIAL).client
    for each in (client, another, client):
        assert each.call(INFO)["total"] == 0
    connected.accounts.door("token/revoke")
    assert client.call(INFO)["total"] == 0
    assert another.call(INFO)["total"] == 0
    clock.advance(timedelta(hours=3))
    assert client.call(INFO)["total"] == 0
    wrong = connected.account(OFFICIAL, "another").client
    for _ in range(3):
        with pytest.raises(WechatConfigurationError) as refused:
            wrong.call(INFO)
        assert refused.value.errcode == 40001
    connected.accounts.platform.faults.add(Fault(FaultKind.STATUS, INFO))
    with pytest.raises(WechatUnreachableError):
        client.call(INFO)
    connected.accounts.platform.faults.add(Fault(FaultKind.ERRCODE, INFO, errcode=45009))
    with pytest.raises(WechatBusyError) as busy:
        client.call(INFO)
    assert (busy.value.errcode, busy.value.retry_after_seconds) == (45009, 3600)
    with pytest.raises(WechatUnreachableError) as gone:
        connected.account(OFFICIAL, url="http://127.0.0.1:9").client.call(INFO)
    assert gone.value.surely_not_there
    assert SECRET not in repr(client)


def test_what_is_wrong_is_found(connected: Connected) -> None:
    assert check_account(connected.account(OFFICIAL)) == []
    assert [each.code for each in check_account(connected.account(OFFICIAL, "another"))] == ["wrong_secret"]
    assert [each.code for each in check_account(connected.account(OFFICIAL, url="http://127.0.0.1:9"))] == [
        "unreachable"
    ]
    connected.accounts.platform.account(OFFICIAL).trusted_ips = {"192.0.2.7"}
    assert [each.code for each in check_account(connected.account(OFFICIAL))] == ["address_not_trusted"]


def test_codes_with_scenes(connected: Connected, clock: ManualClock) -> None:
    client = connected.account(OFFICIAL).client
    lasting = tools.make_code(client, "store-7", None, clock.now())
    ending = tools.make_code(client, "day-1", timedelta(days=1), clock.now())
    assert lasting.expires_at is None
    assert ending.expires_at == clock.now() + timedelta(days=1)
    connected.accounts.follow(ticket=lasting.ticket)
    ((openids),) = tools.followers(client)
    (follower,) = tools.look_at(client, openids)
    assert (follower.unionid, follower.is_following, follower.scene) == ("o-person", True, "store-7")
    for scene, lifetime in (("", None), ("s" * 65, None), ("s", timedelta(days=31)), ("s", timedelta(seconds=1))):
        with pytest.raises(InvalidError):
            tools.make_code(client, scene, lifetime, clock.now())
    assert tools.list_templates(client)[0][0] == TEMPLATE
    mini = connected.account(MINI).client
    assert tools.list_subscriptions(mini)[0][0] == TEMPLATE
    assert tools.make_url_link(mini, "pages/cart", "a=1").startswith("https://")


MENU = {
    "buttons": [
        {"name": "菜单", "kind": "view", "url": "https://siyu.example/menu"},
        {
            "name": "会员",
            "buttons": [
                {"name": "找顾问", "kind": "click", "key": "adviser", "reply": "顾问马上来"},
                {"name": "小程序", "kind": "miniprogram", "appid": MINI, "page": "p/i", "url": "https://siyu.example"},
            ],
        },
    ]
}


def test_a_menu_is_published_and_read_back(connected: Connected) -> None:
    client = connected.account(OFFICIAL).client
    assert tools.read_menu(client) == []
    tools.publish_menu(client, MENU)
    found = tools.read_menu(client)
    assert [each["name"] for each in found] == ["菜单", "会员"]
    below = found[1]["buttons"]
    assert below[0] == {"name": "找顾问", "kind": "click", "key": "adviser"}
    assert below[1]["page"] == "p/i"
    assert tools.reply_of(MENU, "adviser") == "顾问马上来"
    assert tools.reply_of(MENU, "nothing") == ""
    tools.publish_menu(client, {"buttons": []})
    assert tools.read_menu(client) == []
    with pytest.raises(WechatConfigurationError):
        connected.account(MINI).client.call("/cgi-bin/menu/create", {"button": []})


@pytest.mark.parametrize(
    "button",
    [
        {"name": "", "kind": "view", "url": "https://x.example"},
        {"name": "六个汉字太长", "kind": "view", "url": "https://x.example"},
        {"name": "a", "kind": "view", "url": "javascript:1"},
        {"name": "a", "kind": "click"},
        {"name": "a", "kind": "scancode_push", "key": "k"},
        {"name": "a", "kind": "miniprogram", "url": "https://x.example"},
        {"name": "a", "buttons": [{"name": "b", "buttons": [{"name": "c", "kind": "click", "key": "k"}]}]},
        {"name": "a", "buttons": [{"name": "b", "kind": "click", "key": "k"}] * 6},
    ],
)
def test_menus_that_wechat_would_refuse(button: dict[str, object]) -> None:
    with pytest.raises(InvalidError):
        tools.checked_menu({"buttons": [button]})
    with pytest.raises(InvalidError):
        tools.checked_menu({"buttons": [{"name": "a", "kind": "click", "key": "k"}] * 4})
