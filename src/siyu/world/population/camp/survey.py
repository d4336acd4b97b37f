"""The survey before a camp: what it asks, and what people answer, who are as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siyu.world.population.chance import Chance, Weighted
from siyu.world.population.people import Character
from siyu.world.population.playbook import load_playbook

SURVEY_TITLE: Final = "入营问卷 · 7天理财小白营"

NEED, INCOME, EXPERIENCE, RISK, SAVING, HOURS = "need", "income", "experience", "risk", "saving", "hours"

QUESTIONS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    NEED: (
        "您最想解决什么问题？",
        {
            "anxiety": "存不下钱，心里没底",
            "children": "孩子的教育金",
            "old_age": "自己和父母的养老",
            "side_job": "想增加一份收入",
            "home": "攒首付、还房贷",
        },
    ),
    INCOME: (
        "您的月收入大约是？",
        {"under_5k": "5 千以下", "to_10k": "5 千–1 万", "to_20k": "1–2 万", "over_20k": "2 万以上"},
    ),
    EXPERIENCE: ("您的理财经验？", {"none": "完全小白", "some": "买过一些产品", "skilled": "有自己的方法"}),
    RISK: ("您能接受多大的波动？", {"steady": "不能亏本金", "balanced": "小幅波动可以", "bold": "能承受较大波动"}),
    SAVING: ("您每个月能存下多少？", {"nothing": "基本月光", "some": "一到三成", "much": "三成以上"}),
    HOURS: ("您一般什么时候有空听课？", {"morning": "早上", "noon": "中午", "night": "晚上"}),
}
"""{question: (title, {choice: label})}, in order; of each, one choice is answered."""

_NEEDS = {"焦虑": "anxiety", "孩子": "children", "养老": "old_age", "副业": "side_job", "买房": "home"}
_INCOMES = {"5 千以下": "under_5k", "5 千–1 万": "to_10k", "1–2 万": "to_20k", "2 万以上": "over_20k"}
_HOURS = {"早": "morning", "午": "noon", "晚": "night"}
_RULES = load_playbook("camp").camp.answers
_EXPERIENCE, _RISK = Weighted(_RULES.experience), Weighted(_RULES.risk)
_SAVING_OF = {income: Weighted(choices) for income, choices in _RULES.saving.items()}


@dataclass(frozen=True, slots=True)
class Survey:
    """What somebody answered, and when: {question: the choices taken}, as a form of Siyu takes answers."""

    at: datetime
    answers: Mapping[str, tuple[str, ...]]


def answers(character: Character, chance: Chance) -> Mapping[str, tuple[str, ...]]:
    """What somebody like this says of themselves."""
    income = _INCOMES[character.money]
    return {
        NEED: (_NEEDS[character.need],),
        INCOME: (income,),
        EXPERIENCE: (chance.pick(_EXPERIENCE),),
        RISK: (chance.pick(_RISK),),
        SAVING: (chance.pick(_SAVING_OF[income]),),
        HOURS: (_HOURS[character.hours],),
    }
