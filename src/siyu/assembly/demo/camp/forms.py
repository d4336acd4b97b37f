"""The survey before the camp: what it asks, and what those of the last terms answered, who are as their population says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from siyu.assembly.demo.brand import INTAKE, Designing
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import Respondent
from siyu.kernel.actors import Actor, system_actor
from siyu.world.population.camp.population import Population
from siyu.world.population.camp.survey import EXPERIENCE, HOURS, INCOME, NEED, QUESTIONS, RISK, SAVING, SURVEY_TITLE

ACTOR = system_actor("forms")
PUBLISHED_DAYS_AGO: Final = 28
ANSWERS_MAX: Final = 240
"""Those who came last of all who answered; the others did so where the course platform asked."""
ATTRIBUTES: Final = {
    NEED: "camp_need",
    INCOME: "income_band",
    EXPERIENCE: "invest_experience",
    RISK: "risk_taste",
    SAVING: "saving_rate",
    HOURS: "active_hours",
}
SCORES: Final[Mapping[str, Mapping[str, int]]] = {
    NEED: {"anxiety": 2, "children": 3, "old_age": 3, "side_job": 1, "home": 2},
    INCOME: {"under_5k": 0, "to_10k": 1, "to_20k": 2, "over_20k": 3},
    EXPERIENCE: {"none": 1, "some": 2, "skilled": 1},
    RISK: {},
    SAVING: {"nothing": 0, "some": 2, "much": 3},
    HOURS: {},
}
TAGS: Final[Mapping[str, Mapping[str, str]]] = {
    INCOME: {"under_5k": "5 万以下", "to_10k": "5–20 万", "to_20k": "20–50 万", "over_20k": "50 万以上"},
    RISK: {"steady": "保守", "balanced": "稳健", "bold": "进取"},
}
"""What an answer says of the tags: who earns little is taken to own little, until somebody knows better."""


def survey(tag_ids: Mapping[str, int]) -> dict[str, Any]:
    """The form's document."""
    questions = [
        {
            **{"kind": "single", "key": key, "title": title, "is_required": True, "attribute": ATTRIBUTES[key]},
            "choices": [
                {
                    "key": choice,
                    "label": label,
                    "score": SCORES[key].get(choice, 0),
                    "tags": [tag_ids[TAGS[key][choice]]] if choice in TAGS.get(key, {}) else [],
                }
                for choice, label in choices.items()
            ],
        }
        for key, (title, choices) in QUESTIONS.items()
    ]
    return {
        "title": SURVEY_TITLE,
        "intro": "一分钟，六道题。我们按您的情况分班；答案只给班主任看，不会外传。",
        "thanks": "收到！班主任会按您的情况给您一页小建议。",
        "may_change": True,
        "band_attribute": "camp_intent",
        "bands": [
            {"key": "low", "label": "先了解", "least": 0, "tags": [tag_ids["低"]]},
            {"key": "middle", "label": "有意向", "least": 5, "tags": [tag_ids["中"]]},
            {"key": "high", "label": "高意向", "least": 9, "tags": [tag_ids["高"]]},
        ],
        "pages": [
            {"title": "先认识一下您", "questions": questions[:3]},
            {"title": "再说说打算", "questions": questions[3:]},
        ],
    }


def make_survey(d: Designing, actor: Actor, tag_ids: Mapping[str, int]) -> int:
    """The survey, published; its number."""
    made = entries.create_form(d.work, actor, SURVEY_TITLE, survey(tag_ids))
    entries.publish_form(d.work, actor, made.form_id)
    return made.form_id


def answer_survey(d: Designing, form_id: int) -> None:
    """What those answered who did so since, by their own links, in the order of time. Only of those who came last is asked whether
    they did: that is a life to be looked through, for each."""
    people = Population(d.brand.seed, d.customers, d.anchor, d.zone)
    since = d.anchor - timedelta(days=PUBLISHED_DAYS_AGO - 1)
    told = (
        (found.at, number, found)
        for number in range(d.customers - 1, -1, -1)
        if (found := people.survey_of(number)) is not None and since <= found.at < d.anchor
    )
    last = sorted(islice(told, ANSWERS_MAX), key=lambda each: each[:2])
    groups: dict[Sequence[Identity], datetime] = {(people.person(number).user,): at for at, number, _ in last}
    profile_of = customers.resolve(d.work, INTAKE, groups)
    for at, number, found in last:
        _answer(d, form_id, profile_of[people.person(number).user], at, found.answers, number)


def _answer(
    d: Designing, form_id: int, profile_id: int, at: datetime, answers: Mapping[str, tuple[str, ...]], number: int
) -> None:
    d.clock.set(at)
    who = Respondent(profile_id=profile_id)
    entries.open_form(d.work, ACTOR, form_id, who, d.zone)
    raw = {key: list(choices) for key, choices in answers.items()}
    entries.answer_form(d.work, ACTOR, form_id, 1, who, raw, f"demo-{number}")
