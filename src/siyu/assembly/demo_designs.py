"""What the demo brand's operator designed: segments and journeys, as she would in the console."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from siyu.assembly.demo_codes import design_codes
from siyu.assembly.demo_company import DEMO_PASSWORD, OPERATOR_EMAIL
from siyu.assembly.demo_dashboards import lay_out
from siyu.assembly.demo_forms import answer_survey, make_survey
from siyu.assembly.demo_metrics import steer
from siyu.assembly.demo_service import design_service
from siyu.assembly.demo_tags import design_tags
from siyu.domain.company import service as company
from siyu.domain.company.contracts import RefusedLogIn
from siyu.domain.experiments import service as experiments
from siyu.domain.journeys import service as journeys
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import ReachRules
from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import Ladder, RfmScheme
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import UnitOfWork

OWN_ADDRESS = "demo"
"""Whence the operator logs in: nobody who fails to, while the demo is being loaded, is counted there."""
SHOP_URL = "https://chenxi.example"
FIRST_DESIGN_DAYS_AGO = 90
DAYS_BETWEEN_DESIGNS = 7

VIPS = "高价值客户 · 一年消费满 600 元"
SLEEPING, NEWCOMERS, LEFT_IN_CART = "沉睡老客", "新客 · 30 天内首单", "加购未买 · 14 天"


def _last(days: int) -> dict[str, Any]:
    return {"kind": "rolling", "most": {"amount": days, "unit": "day"}}


def _count(event: str, operator: str, count: int, within_days: int | None = None) -> dict[str, Any]:
    window = {"window": _last(within_days)} if within_days else {}
    return {"kind": "event", "event": event, "operator": operator, "value": count, **window}


def _last_time(event: str, window: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": "moment", "event": event, "which": "last", "window": window}


def _before(days: int) -> dict[str, Any]:
    return {"kind": "rolling", "least": {"amount": days, "unit": "day"}}


def _every(*conditions: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": "all", "of": list(conditions)}


_SPENT = {
    "kind": "event",
    "event": "order_paid",
    "measure": "sum",
    "property": "total_fen",
    "operator": "at_least",
}

SEGMENTS: Mapping[str, Mapping[str, Any]] = {
    VIPS: {**_SPENT, "value": 60_000, "window": _last(365)},
    "上海会员": _every(
        {"kind": "attribute", "name": "city", "operator": "is", "value": "上海"},
        {"kind": "attribute", "name": "level", "operator": "is_set"},
    ),
    SLEEPING: _every(_count("order_paid", "at_least", 2), _last_time("order_paid", _before(90))),
    NEWCOMERS: _every(
        _count("order_paid", "exactly", 1),
        _count("order_paid", "at_least", 1, 30),
    ),
    "流失预警 · 常客变冷": _every(
        _count("order_paid", "at_least", 4),
        _last_time("order_paid", {**_before(30), **_last(90)}),
    ),
    LEFT_IN_CART: _every(
        _count("cart_added", "at_least", 1, 14),
        _count("order_paid", "exactly", 0, 14),
    ),
    "社群活跃茶友": _every(_count("group_joined", "at_least", 1), _count("checked_in", "at_least", 2, 30)),
    "看过没买 · 潜在客户": _every(
        _count("product_viewed", "at_least", 2),
        {"kind": "not", "of": _count("order_paid", "at_least", 1)},
    ),
}
"""Name → definition, in the order in which they were made."""


SCHEMES: Mapping[str, RfmScheme] = {
    "会员价值 · RFM 八格": segments_reading.eight_cells("order_paid", "total_fen", currency="CNY"),
    "频次 × 客单价": segments_reading.quadrants("order_paid", "total_fen", days=365, currency="CNY"),
}
"""Cut-offs are found among those who have bought when the brand is made up."""

LADDERS: Mapping[str, Ladder] = {
    "茶友生命周期": segments_reading.lifecycle(),
    "私域分层": segments_reading.layers(),
}


def _message(title: str, body: str, path: str) -> dict[str, Any]:
    return {"kind": "send", "channel": "webhook", "title": title, "body": body, "link_url": f"{SHOP_URL}{path}"}


def _wait(minutes: int) -> dict[str, Any]:
    return {"kind": "wait", "minutes": minutes}


_DAY = 24 * 60


WORDS = {
    "hypothesis": "先说茶、再说券，老客更愿意回来",
    "arms": [{"key": "coupon", "name": "先说券"}, {"key": "tea", "name": "先说茶"}],
    "primary": {"name": "7 天内回来买", "of": {"event": "order_paid"}},
    "guardrails": [
        {
            "name": "不再收消息",
            "of": {
                "event": "consent_changed",
                "where": [
                    {"property": "purpose", "operator": "is", "value": "marketing"},
                    {"property": "state", "operator": "is", "value": "withdrawn"},
                ],
            },
            "is_lower_better": True,
        }
    ],
    "days": 7,
}
"""The experiment that decides what sleepers are told."""


def wake_the_sleeping(segment_id: int, experiment_id: int) -> dict[str, Any]:
    """The journey that runs."""
    coupon = _message(
        "好久不见，晨曦想你了",
        "{{ name|朋友 }}，好久不见！桂花乌龙回来了，给你留了一张 8 元老友券，7 天内到{{ store|附近门店 }}都能用。",
        "/coupons/friends",
    )
    tea = {
        "arm": "tea",
        "title": "桂花乌龙回来了",
        "body": "{{ name|朋友 }}，今年的桂花开了。新焙的乌龙留了一杯给你，8 元老友券也放好了。",
        "link_url": f"{SHOP_URL}/teas/osmanthus",
    }
    return {
        "trigger": {"kind": "segment_entered", "segment_id": segment_id},
        "steps": [
            _wait(1),
            {**coupon, "experiment_id": experiment_id, "variants": [tea]},
            _wait(3 * _DAY),
            _message(
                "老友券还剩 4 天",
                "{{ name|朋友 }}，你的 8 元老友券还没用，点开看看这周的新品。",
                "/coupons/friends?again=1",
            ),
        ],
        "re_entry": "after_exit",
        "exit_on_leave": True,
    }


def remind_of_the_cart(segment_id: int) -> dict[str, Any]:
    """The journey that is paused: its text is being worked over."""
    return {
        "trigger": {"kind": "segment_entered", "segment_id": segment_id},
        "steps": [
            _wait(120),
            _message("购物车里的茶还在等你", "{{ name|朋友 }}，选好的茶还在购物车里，今天下单立减 5 元。", "/cart"),
        ],
        "re_entry": "after_exit",
        "exit_on_leave": True,
    }


def welcome_newcomers(segment_id: int) -> dict[str, Any]:
    """The journey that is still a draft."""
    return {
        "trigger": {"kind": "segment_entered", "segment_id": segment_id},
        "steps": [
            _wait(_DAY),
            _message("欢迎成为晨曦茶友", "{{ name|朋友 }}，谢谢你的第一杯！第二杯半价券已放进你的卡包。", "/member"),
            {
                "kind": "split",
                "arms": [
                    {
                        "key": "a",
                        "name": "邀请进群",
                        "weight": 2,
                        "steps": [
                            _wait(7 * _DAY),
                            _message(
                                "茶友社群邀请",
                                "{{ name|朋友 }}，{{ city|你的城市 }}茶友群每周三发福利，来坐坐。",
                                "/community",
                            ),
                        ],
                    },
                    {"key": "b", "name": "先不打扰", "weight": 1},
                ],
            },
        ],
        "re_entry": "never",
        "exit_on_leave": False,
    }


def design(
    work: UnitOfWork, clock: ManualClock, anchor: datetime, schemes: Mapping[str, RfmScheme], zone: ZoneInfo
) -> None:
    """Makes and publishes all of it, over the last months, by the operator's own hand. `schemes` have their cut-offs."""
    clock.set(_working_hour(anchor, FIRST_DESIGN_DAYS_AGO))
    # whoever looks at a demo late in the evening wants to see messages go out
    messages.set_rules(work, system_actor("demo"), ReachRules(quiet=None), version=0)
    with _operator(work) as actor:
        ids: dict[str, int] = {}
        for place, (name, definition) in enumerate(SEGMENTS.items()):
            clock.set(_working_hour(anchor, FIRST_DESIGN_DAYS_AGO - place * DAYS_BETWEEN_DESIGNS))
            ids[name] = segments.create(work, actor, name, definition).segment_id
            segments.publish(work, actor, ids[name])
        clock.set(_working_hour(anchor, 30))
        for name, scheme in schemes.items():
            made = segments.create_scheme(work, actor, name, segments_reading.scheme_document(scheme))
            segments.publish_scheme(work, actor, made.scheme_id)
        for name, ladder in LADDERS.items():
            climbed = segments.create_ladder(work, actor, name, segments_reading.ladder_document(ladder))
            segments.publish_ladder(work, actor, climbed.ladder_id)
        clock.set(_working_hour(anchor, 25))
        tag_ids = design_tags(work, actor, anchor, ids[VIPS])
        design_codes(work, actor, tag_ids, zone)
        design_service(work, actor)
        survey_id = make_survey(work, actor)
        clock.set(_working_hour(anchor, 20))
        cart = journeys.create(work, actor, "加购未买提醒", remind_of_the_cart(ids[LEFT_IN_CART]))
        journeys.publish(work, actor, cart.journey_id)
        journeys.pause(work, actor, cart.journey_id)
        clock.set(_working_hour(anchor, 6))
        journeys.create(work, actor, "新客欢迎礼", welcome_newcomers(ids[NEWCOMERS]))
        clock.set(_working_hour(anchor, 1))
        words = experiments.create_experiment(work, actor, "唤醒老客：先说券还是先说茶", WORDS)
        experiments.begin_experiment(work, actor, words.experiment_id)
        sleepers = wake_the_sleeping(ids[SLEEPING], words.experiment_id)
        waking = journeys.create(work, actor, "唤醒沉睡老客", sleepers)
        journeys.publish(work, actor, waking.journey_id)
    answer_survey(work, clock, survey_id, anchor, zone)
    steer(work, anchor.astimezone(zone).date())
    lay_out(work)


def _working_hour(anchor: datetime, days_ago: int) -> datetime:
    """An hour of that day in which an operator sits at the console."""
    return anchor - timedelta(days=days_ago) + timedelta(hours=10 + days_ago % 7, minutes=7 * days_ago % 60)


@contextmanager
def _operator(work: UnitOfWork) -> Iterator[Actor]:
    """The operator, logged in for the length of the block."""
    opened = company.log_in(work, OPERATOR_EMAIL, DEMO_PASSWORD, OWN_ADDRESS)
    if isinstance(opened, RefusedLogIn):
        raise opened.error
    yield opened.actor
    company.log_out(work, opened.actor, opened.token)
