"""The ladders that everybody begins with; each brand edits them."""

from __future__ import annotations

from siyu.domain.customers.contracts import PROFILE_CREATED
from siyu.domain.segments.contracts import (
    AllCondition,
    AnyCondition,
    Condition,
    Duration,
    EventCondition,
    IdentityCondition,
    MomentCondition,
    NotCondition,
    RollingWindow,
)
from siyu.domain.segments.ladders_contracts import Ladder, Stage

PAID = "order_paid"
DAYS_TO_CONVERT = 7
CORE_MAX = 1_000
_YEAR = RollingWindow(most=Duration(365))
_QUARTER = RollingWindow(most=Duration(90))


def _ordered(at_least: int = 1, window: RollingWindow | None = None) -> EventCondition:
    return EventCondition(PAID, "at_least", at_least, window=window)


def _not_since(days: int) -> Condition:
    return MomentCondition(PAID, "last", RollingWindow(least=Duration(days)))


def lifecycle(vip_fen: int = 60_000) -> Ladder:
    """Aware, follower, fan, buyer, VIP; silent and lost beside them."""
    talks = AnyCondition(
        tuple(
            EventCondition(event, "at_least", 1, window=_QUARTER)
            for event in ("group_joined", "checked_in", "message_clicked")
        )
    )
    spent = EventCondition(PAID, "at_least", vip_fen, "sum", "total_fen", window=_YEAR)
    return Ladder(
        (
            Stage("aware", "认知", "Aware"),
            Stage("follower", "粉丝", "Follower", IdentityCondition(("openid", "unionid", "external_userid"))),
            Stage("fan", "互动", "Fan", talks),
            Stage("buyer", "购买", "Buyer", _ordered()),
            Stage("vip", "会员 VIP", "VIP", AllCondition((_ordered(2, _YEAR), spent))),
            Stage("silent", "沉默", "Silent", _not_since(90), is_branch=True),
            Stage("lost", "流失", "Lost", _not_since(180), is_branch=True),
        )
    )


def layers() -> Ladder:
    """To convert, pool, core: whom to deal with how. Who came has DAYS_TO_CONVERT days for a first order, and is in the pool then
    by itself; the core is kept small enough to be served one by one."""
    been_there = MomentCondition(PROFILE_CREATED, "first", RollingWindow(least=Duration(DAYS_TO_CONVERT)))
    core = AllCondition((_ordered(4, _YEAR), NotCondition(_not_since(90))))
    return Ladder(
        (
            Stage(
                "to_convert",
                "待转化",
                "To convert",
                goal="七天内完成首单",
                channels=("服务号", "个人号", "社群"),
                personas=("福利官",),
                messages_per_day_max=1,
                messages_per_week_max=4,
            ),
            Stage(
                "pool",
                "私域池",
                "Pool",
                AnyCondition((_ordered(), been_there)),
                goal="三个月内复购",
                channels=("小程序", "公众号"),
                personas=("福利官", "专家"),
                messages_per_day_max=1,
                messages_per_week_max=2,
                messages_per_month_max=6,
            ),
            Stage(
                "core",
                "核心",
                "Core",
                core,
                goal="留住并带来新客",
                channels=("个人号", "社群"),
                personas=("专属顾问",),
                messages_per_week_max=1,
                messages_per_month_max=4,
                size_max=CORE_MAX,
            ),
        )
    )
