"""What the demo brand's operator designed: segments and journeys, as she would in the console."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siyu.assembly.demo.brand import Designing, operator
from siyu.assembly.demo.codes import record_looks
from siyu.assembly.demo.conditions import before, count, every, last, last_time
from siyu.assembly.demo.designing import make_ladders, make_schemes, make_segments
from siyu.assembly.demo.nodes import run
from siyu.assembly.demo.plans import plan_campaigns
from siyu.assembly.demo.pressure import RULES, with_room
from siyu.assembly.demo.service import design_service
from siyu.assembly.demo.tagging import give_by_hand
from siyu.assembly.demo.tea import journeys as demo_journeys
from siyu.assembly.demo.tea.codes import design_codes, looks
from siyu.assembly.demo.tea.dashboards import lay_out
from siyu.assembly.demo.tea.forms import answer_survey, make_survey
from siyu.assembly.demo.tea.metrics import steer
from siyu.assembly.demo.tea.plans import CAMPAIGNS
from siyu.assembly.demo.tea.tags import BY_HAND, TAGGED_AMONG, design_tags
from siyu.domain.experiments import service as experiments
from siyu.domain.messages import service as messages
from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments.contracts import Ladder, RfmScheme
from siyu.engines.orchestration import publishing
from siyu.kernel.actors import system_actor

FIRST_DESIGN_DAYS_AGO = 90
DAYS_BETWEEN_DESIGNS = 7

VIPS = "高价值客户 · 一年消费满 600 元"
SLEEPING, NEWCOMERS, LEFT_IN_CART = "沉睡老客", "新客 · 30 天内首单", "加购未买 · 14 天"
COOLING = "流失预警 · 常客变冷"


_SPENT = {
    "kind": "event",
    "event": "order_paid",
    "measure": "sum",
    "property": "total_fen",
    "operator": "at_least",
}

SEGMENTS: Mapping[str, Mapping[str, Any]] = {
    VIPS: {**_SPENT, "value": 60_000, "window": last(365)},
    "上海会员": every(
        {"kind": "attribute", "name": "city", "operator": "is", "value": "上海"},
        {"kind": "attribute", "name": "level", "operator": "is_set"},
    ),
    SLEEPING: every(count("order_paid", "at_least", 2), last_time("order_paid", before(90))),
    NEWCOMERS: every(
        count("order_paid", "exactly", 1),
        count("order_paid", "at_least", 1, 30),
    ),
    COOLING: every(
        count("order_paid", "at_least", 4),
        last_time("order_paid", {**before(30), **last(90)}),
    ),
    LEFT_IN_CART: every(
        count("cart_added", "at_least", 1, 14),
        count("order_paid", "exactly", 0, 14),
    ),
    "社群活跃茶友": every(count("group_joined", "at_least", 1), count("checked_in", "at_least", 2, 30)),
    "看过没买 · 潜在客户": every(
        count("product_viewed", "at_least", 2),
        {"kind": "not", "of": count("order_paid", "at_least", 1)},
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
    "私域分层": with_room(segments_reading.layers()),
}


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


def design(d: Designing) -> None:
    """Makes and publishes all of it, over the last months, by the operator's own hand."""
    d.on_day(FIRST_DESIGN_DAYS_AGO)
    messages.set_rules(d.work, system_actor("demo"), RULES, version=0)
    work = d.work
    with operator(work, d.brand) as actor:
        ids = make_segments(d, actor, SEGMENTS, FIRST_DESIGN_DAYS_AGO, DAYS_BETWEEN_DESIGNS)
        d.on_day(30)
        make_schemes(d, actor)
        make_ladders(d, actor, LADDERS)
        d.on_day(25)
        tag_ids = design_tags(work, actor, ids[VIPS])
        codes_hang_at = d.clock.now()
        design_codes(work, actor, tag_ids, d.zone)
        design_service(work, actor, d.brand)
        survey_id = make_survey(work, actor)
        d.on_day(20)
        demo_journeys.pause_the_cart(work, actor, ids[LEFT_IN_CART])
        d.on_day(6)
        publishing.create(work, actor, "新客欢迎礼", demo_journeys.welcome_newcomers(ids[NEWCOMERS]))
        run(work, actor, "新客 7 天关怀 · 按天计划", demo_journeys.care_by_days(ids[NEWCOMERS]))
        d.on_day(3)
        regulars = demo_journeys.win_back_regulars(ids[COOLING], ids[VIPS], tag_ids["重点关怀"])
        run(work, actor, "常客变冷挽回", regulars)
        d.on_day(1)
        words = experiments.create_experiment(work, actor, "唤醒老客：先说券还是先说茶", WORDS)
        experiments.begin_experiment(work, actor, words.experiment_id)
        sleepers = demo_journeys.wake_the_sleeping(ids[SLEEPING], words.experiment_id)
        run(work, actor, "唤醒沉睡老客", sleepers)
    answer_survey(work, d.clock, survey_id, d.anchor, d.zone)
    record_looks(d, looks(d, codes_hang_at))
    d.on_day(1)
    with operator(work, d.brand) as actor:
        give_by_hand(work, actor, d.anchor, tag_ids, BY_HAND, among=TAGGED_AMONG)
    steer(work, d.anchor.astimezone(d.zone).date())
    lay_out(work)
    plan_campaigns(d, CAMPAIGNS)
