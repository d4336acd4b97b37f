"""The demo brand's survey: who signs up for the tea camp, and what they answered over the last weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from siyu.domain.customers import reading as customers
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import Respondent
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import UnitOfWork
from siyu.world.population.chance import Chance

ACTOR = system_actor("forms")
SURVEY_NAME: Final = "报名调查 · 零基础茶艺训练营"
PUBLISHED_DAYS_AGO: Final = 25
ANSWERS_MAX: Final = 160
ONE_IN: Final = 3
"""Of the customers one in so many is asked."""
LOOKED_AT_MAX: Final = 2_000
FIRST_SEED: Final = 22

_LEVELS = {"none": "完全零基础", "some": "自己泡过一阵", "trained": "上过课"}
_GOALS = {"daily": "日常会泡一杯好茶", "guests": "招待客人、送礼", "taste": "学会品鉴", "shop": "开店或转行"}


def _choices(labels: Mapping[str, str], scores: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {"key": key, "label": label, "score": score} for (key, label), score in zip(labels.items(), scores, strict=True)
    ]


SURVEY: Final[Mapping[str, Any]] = {
    "title": "零基础茶艺训练营 · 报名调查",
    "intro": "七天线上训练营，每天十分钟。请用一分钟告诉我们您的情况，我们好安排合适的班。",
    "thanks": "收到！班主任会在 24 小时内与您联系。",
    "may_change": True,
    "band_attribute": "camp_intent",
    "bands": [
        {"key": "curious", "label": "先了解", "least": 0},
        {"key": "warm", "label": "有意向", "least": 4},
        {"key": "hot", "label": "高意向", "least": 7},
    ],
    "pages": [
        {
            "title": "关于您",
            "questions": [
                {
                    **{"kind": "single", "key": "level", "title": "您的茶艺基础？", "is_required": True},
                    **{"attribute": "tea_level", "choices": _choices(_LEVELS, [3, 2, 1])},
                },
                {
                    **{
                        "kind": "multiple",
                        "key": "goals",
                        "title": "最想学什么？",
                        "attribute": "tea_goals",
                        "most": 2,
                    },
                    "choices": _choices(_GOALS, [1, 2, 2, 4]),
                },
                {
                    **{"kind": "text", "key": "shop", "title": "打算开在哪里？"},
                    "show_if": {"question": "goals", "any_of": ["shop"]},
                },
            ],
        },
        {
            "title": "最后两题",
            "questions": [
                {"kind": "nps", "key": "nps", "title": "您有多愿意把晨曦推荐给朋友？", "is_required": True},
                {"kind": "rating", "key": "taste", "title": "您给晨曦的茶打几分？", "attribute": "tea_rating"},
            ],
        },
    ],
}


def make_survey(work: UnitOfWork, actor: Actor) -> int:
    """The survey, published; its number."""
    made = entries.create_form(work, actor, SURVEY_NAME, SURVEY)
    entries.publish_form(work, actor, made.form_id)
    return made.form_id


def answer_survey(work: UnitOfWork, clock: ManualClock, form_id: int, anchor: datetime, zone: ZoneInfo) -> None:
    """What customers answered by their own links, day by day since; one in five opened it and left."""
    everybody = sorted(set(customers.profiles_after(work, 0, LOOKED_AT_MAX).values()))
    asked = everybody[::ONE_IN][:ANSWERS_MAX]
    span = timedelta(days=PUBLISHED_DAYS_AGO - 1)
    for place, customer_id in enumerate(asked):
        dice = Chance(FIRST_SEED, customer_id)
        clock.set(anchor - span + span * place / max(1, len(asked)))
        who = Respondent(profile_id=customer_id)
        entries.open_form(work, ACTOR, form_id, who, zone)
        if dice.happens(0.2):
            continue
        goals = sorted({dice.one_of(list(_GOALS)), dice.one_of(list(_GOALS))})
        raw = {
            "level": [dice.one_of(["none", "none", "some", "trained"])],
            "goals": goals,
            "shop": ["社区店"] if "shop" in goals else [],
            "nps": [str(dice.one_of([5, 6, 7, 7, 8, 8, 9, 9, 10, 10]))],
            "taste": [str(dice.one_of([3, 4, 4, 5, 5]))],
        }
        entries.answer_form(work, ACTOR, form_id, 1, who, raw, f"demo-{customer_id}")
