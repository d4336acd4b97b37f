"""What the course brand's operator designed over the last months, as she would in the console."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from siyu.assembly.demo.brand import ACTOR, Designing, operator
from siyu.assembly.demo.camp import journeys as camp_journeys
from siyu.assembly.demo.camp import segments as camp
from siyu.assembly.demo.camp.codes import design_codes
from siyu.assembly.demo.camp.dashboards import lay_out
from siyu.assembly.demo.camp.forms import answer_survey, make_survey
from siyu.assembly.demo.camp.looks import looks
from siyu.assembly.demo.camp.metrics import steer
from siyu.assembly.demo.camp.plans import CAMPAIGNS
from siyu.assembly.demo.camp.stores import open_rooms
from siyu.assembly.demo.camp.tags import BY_HAND, TAGGED_AMONG, design_tags
from siyu.assembly.demo.codes import record_looks
from siyu.assembly.demo.designing import make_ladders, make_schemes, make_segments
from siyu.assembly.demo.nodes import run
from siyu.assembly.demo.plans import plan_campaigns
from siyu.assembly.demo.pressure import RULES
from siyu.assembly.demo.service import design_service
from siyu.assembly.demo.tagging import give_by_hand
from siyu.domain.experiments import service as experiments
from siyu.domain.journeys import service as journeys
from siyu.domain.messages import service as messages
from siyu.domain.promotions import service as promotions
from siyu.domain.promotions.contracts import PoolTerms
from siyu.engines.orchestration import publishing
from siyu.kernel.actors import Actor

FIRST_DESIGN_DAYS_AGO: Final = 84
DAYS_BETWEEN_DESIGNS: Final = 5
HOLD_OUT_PERCENT: Final = 5
POOL: Final = PoolTerms("结营礼券", note="正价课立减 200 元，结营后七天内有效，一人一张", valid_days=7, low_stock=50)
POOL_CODES: Final = 2_000


def design(d: Designing) -> None:
    """Makes and publishes all of it, by the operator's own hand."""
    d.on_day(FIRST_DESIGN_DAYS_AGO)
    messages.set_rules(d.work, ACTOR, RULES, version=0)
    with operator(d.work, d.brand) as actor:
        ids = make_segments(d, actor, camp.SEGMENTS, FIRST_DESIGN_DAYS_AGO, DAYS_BETWEEN_DESIGNS)
        d.on_day(30)
        make_schemes(d, actor)
        make_ladders(d, actor, camp.LADDERS)
        tag_ids = design_tags(d.work, actor, ids)
        d.on_day(28)
        survey_id = make_survey(d, actor, tag_ids)
        d.on_day(25)
        codes_hang_at = d.clock.now()
        design_codes(d, actor, tag_ids)
        open_rooms(d, actor)
        design_service(d.work, actor, d.brand)
        pool_id = _coupons(d)
        _journeys(d, actor, ids, tag_ids, pool_id)
    answer_survey(d, survey_id)
    record_looks(d, looks(d, codes_hang_at))
    d.on_day(1)
    with operator(d.work, d.brand) as actor:
        give_by_hand(d.work, actor, d.anchor, tag_ids, BY_HAND, among=TAGGED_AMONG)
    d.clock.set(d.anchor - timedelta(minutes=5))
    steer(d.work, d.anchor.astimezone(d.zone).date(), d.customers)
    lay_out(d.work)
    plan_campaigns(d, CAMPAIGNS)
    messages.set_hold_out(d.work, ACTOR, HOLD_OUT_PERCENT)


def _coupons(d: Designing) -> int:
    pool_id = promotions.create_pool(d.work, ACTOR, POOL).pool_id
    promotions.make_codes(d.work, ACTOR, pool_id, POOL_CODES, prefix="MLJY")
    return pool_id


def _journeys(d: Designing, actor: Actor, ids: Mapping[str, int], tag_ids: Mapping[str, int], pool_id: int) -> None:
    work = d.work
    d.on_day(20)
    weekly = publishing.create(work, actor, "私域池 · 每周一课", camp_journeys.pool_every_week(ids[camp.SLEEPING]))
    publishing.publish(work, actor, weekly.journey_id)
    journeys.pause(work, actor, weekly.journey_id)  # the next article is being written
    d.on_day(9)
    run(work, actor, "7 天营 · 按天 SOP", camp_journeys.camp_days(ids[camp.FRESH], pool_id))
    run(work, actor, "付费未加好友 · 短信加电话", camp_journeys.add_teacher(ids[camp.NOT_ADDED]))
    d.on_day(6)
    run(work, actor, "开营未开口 · 捞一把", camp_journeys.wake_the_quiet(ids[camp.NOT_OPENED]))
    d.on_day(4)
    publishing.create(
        work, actor, "核心层 · 年度会员 1 对 1", camp_journeys.core_circle(ids[camp.VIPS], tag_ids["要 1 对 1"])
    )
    d.on_day(2)
    words = experiments.create_experiment(work, actor, "学完未买：先给大纲还是先讲故事", camp.WORDS)
    experiments.begin_experiment(work, actor, words.experiment_id)
    run(
        work,
        actor,
        "学完未买 · 再给一次机会",
        camp_journeys.offer_again(ids[camp.LEARNT], ids[camp.STUDENTS], words.experiment_id),
    )
