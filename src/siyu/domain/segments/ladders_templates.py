"""The ladders that everybody begins with; each brand edits them."""

from __future__ import annotations

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
    """To convert, pool, core: whom to deal with how."""
    core = AllCondition((_ordered(4, _YEAR), NotCondition(_not_since(90))))
    return Ladder(
        (
            Stage("to_convert", "待转化", "To convert", goal="完成首单", messages_per_week_max=2),
            Stage("pool", "私域池", "Pool", _ordered(), goal="三个月内复购", messages_per_week_max=2),
            Stage("core", "核心", "Core", core, goal="留住并带来新客", messages_per_week_max=1),
        )
    )
