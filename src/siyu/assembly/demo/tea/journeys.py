"""The journeys that the demo brand's operator designed, as she would on the canvas and as days and times."""

from __future__ import annotations

from typing import Any

from siyu.assembly.demo.nodes import Node, at, journey, message, wait
from siyu.domain.journeys import service as journeys
from siyu.engines.orchestration import publishing
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork

SHOP_URL = "https://chenxi.example"
_DAY = 24 * 60


def pause_the_cart(work: UnitOfWork, actor: Actor, segment_id: int) -> None:
    """The journey that is paused: its text is being worked over."""
    cart = publishing.create(work, actor, "加购未买提醒", remind_of_the_cart(segment_id))
    publishing.publish(work, actor, cart.journey_id)
    journeys.pause(work, actor, cart.journey_id)


def wake_the_sleeping(segment_id: int, experiment_id: int) -> dict[str, Any]:
    """What sleepers are told an experiment decides."""
    tea = {
        "arm": "tea",
        "title": "桂花乌龙回来了",
        "body": "{{ name|朋友 }}，今年的桂花开了。新焙的乌龙留了一杯给你，8 元老友券也放好了。",
        "link_url": f"{SHOP_URL}/teas/osmanthus",
    }
    coupon = _message(
        "coupon",
        "好久不见，晨曦想你了",
        "{{ name|朋友 }}，好久不见！桂花乌龙回来了，给你留了一张 8 元老友券，7 天内到{{ store|附近门店 }}都能用。",
        "/coupons/friends",
    )
    return journey(
        segment_id,
        wait("settle", 1, "稍等一下"),
        {**coupon, "experiment_id": experiment_id, "variants": [tea]},
        wait("three_days", 3 * _DAY, "等 3 天"),
        _message(
            "again",
            "老友券还剩 4 天",
            "{{ name|朋友 }}，你的 8 元老友券还没用，点开看看这周的新品。",
            "/coupons/friends?again=1",
        ),
        re_entry={"mode": "after_end"},
        goals=[_bought(within_days=14)],
        goal_text="让 90 天没来的老客再来买一次",
    )


def remind_of_the_cart(segment_id: int) -> dict[str, Any]:
    """Two hours after."""
    return journey(
        segment_id,
        wait("two_hours", 120, "等 2 小时"),
        _message("cart", "购物车里的茶还在等你", "{{ name|朋友 }}，选好的茶还在购物车里，今天下单立减 5 元。", "/cart"),
        re_entry={"mode": "after_end"},
    )


def welcome_newcomers(segment_id: int) -> dict[str, Any]:
    """The journey that is still a draft."""
    arms = [
        {"key": "a", "name": "邀请进群", "weight": 2, "next": "a_week"},
        {"key": "b", "name": "先不打扰", "weight": 1, "next": None},
    ]
    return journey(
        segment_id,
        wait("a_day", _DAY, "等 1 天"),
        _message(
            "welcome", "欢迎成为晨曦茶友", "{{ name|朋友 }}，谢谢你的第一杯！第二杯半价券已放进你的卡包。", "/member"
        ),
        {"kind": "split", "key": "group", "name": "进群或先不打扰", "arms": arms},
        wait("a_week", 7 * _DAY, "等 7 天"),
        _message(
            "community",
            "茶友社群邀请",
            "{{ name|朋友 }}，{{ city|你的城市 }}茶友群每周三发福利，来坐坐。",
            "/community",
        ),
        exits=[],
    )


def win_back_regulars(segment_id: int, vip_segment_id: int, tag_id: int) -> dict[str, Any]:
    """The journey that parts ways: who comes back by themselves is marked, who is worth most is called, others get one of two
    texts."""
    vips = {"kind": "segment", "segment_id": vip_segment_id}
    ways = [{"key": "vip", "name": "高价值客户", "condition": vips, "next": "call"}]
    arms = [
        {"key": "gift", "name": "送小样", "weight": 1, "next": "gift"},
        {"key": "taste", "name": "请来试饮", "weight": 1, "next": "taste"},
    ]
    return journey(
        segment_id,
        _message(
            "hello",
            "这个月还没见到你",
            "{{ name|朋友 }}，常喝的那款茶这周有新焙的一批，{{ store|附近门店 }}给你留了位。",
            "/teas/fresh",
        ),
        {
            "kind": "wait_event",
            "key": "comes_back",
            "name": "三天内会来买吗",
            "event": {"event": "order_paid"},
            "timeout_minutes": 3 * _DAY,
            "next": "care",
            "on_timeout": "worth",
        },
        {"kind": "tag", "key": "care", "name": "记为重点关怀", "add": [tag_id], "next": None},
        {"kind": "branch", "key": "worth", "name": "是不是高价值客户", "ways": ways, "otherwise": "either"},
        {
            "kind": "task",
            "key": "call",
            "name": "顾问打个电话",
            "title": "给常客打个电话",
            "script": "{{ name|您 }}好，我是晨曦茶铺的顾问。最近有阵子没见到您了，给您留了新到的茶样，方便的时候来坐坐？",
            "deadline_minutes": 2 * _DAY,
            "wait": True,
            "next": None,
            "on_expired": "either",
        },
        {"kind": "split", "key": "either", "name": "两种说法各一半", "arms": arms},
        _message(
            "gift",
            "给你留了一份小样",
            "{{ name|朋友 }}，春茶小样给你留好了，七天内到店报手机尾号就能领。",
            "/gifts",
            next=None,
        ),
        _message(
            "taste",
            "周末来试新茶",
            "{{ name|朋友 }}，周末{{ store|门店 }}有新茶试饮，带上朋友一起来。",
            "/tastings",
            next=None,
        ),
        re_entry={"mode": "after_end", "after_days": 30},
        goals=[_bought(within_days=30)],
        lane="常客经营",
        goal_text="让快要流失的常客一个月内再来一次",
    )


def care_by_days(segment_id: int) -> dict[str, Any]:
    """A plan of days: what newcomers are told, and who talks to them when."""
    return journey(
        segment_id,
        at("day_1", 1, "10:00"),
        _message(
            "day_1_brew", "第一杯喝得惯吗", "{{ name|朋友 }}，附上三种冲泡方法，水温 85 度最出香。", "/how-to-brew"
        ),
        at("day_3", 3, "15:00"),
        {
            "kind": "task",
            "key": "day_3_ask",
            "name": "问问口味",
            "title": "问问新客的口味",
            "script": "{{ name|您 }}好，上次带的茶喝得怎么样？喜欢清一点还是浓一点，我给您推荐下一款。",
            "deadline_minutes": _DAY,
        },
        at("day_7", 7, "19:30"),
        _message(
            "day_7_second", "第二杯半价", "{{ name|朋友 }}，第二杯半价券今晚有效，挑一款没喝过的吧。", "/coupons/second"
        ),
        goals=[_bought(within_days=30)],
        exits=[],
        goal_text="新客 30 天内复购",
    )


def _message(key: str, title: str, body: str, path: str, **more: object) -> Node:
    return message(key, title, body, f"{SHOP_URL}{path}", **more)


def _bought(within_days: int) -> dict[str, Any]:
    event = {"event": "order_paid"}
    return {"key": "bought", "name": f"{within_days} 天内购买", "event": event, "within_days": within_days}
