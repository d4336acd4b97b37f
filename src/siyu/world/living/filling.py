"""How somebody fills in a form that they never saw before: they press what fits, and write what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from siyu.world.living.doors import Page
from siyu.world.living.draws import Draw
from siyu.world.living.somebody import Somebody
from siyu.world.population.camp.survey import QUESTIONS, answers
from siyu.world.population.chance import Chance
from siyu.world.population.telephone import TelephoneForms

PREFIX: Final = "q-"
_SURVEY = 41
MONTHS, DAYS_OF_ANY = 12, 28
"""Of a year, and those that every month has."""
CITIES: Final = ("上海", "北京", "杭州", "深圳", "广州", "成都", "武汉", "南京", "西安", "苏州")
LINES: Final = (
    "想先把家里的钱理清楚",
    "工资一直存不下来，想学会记账",
    "给孩子攒教育金",
    "朋友推荐来的，先了解看看",
    "基金亏过，想学点基础再说",
)


def filled_in(
    page: Page, who: Somebody, draw: Draw, ticks_max: int, rules: TelephoneForms
) -> Mapping[str, str | Sequence[str]]:
    """The fields as the page's own form would send them; of several choices at most `ticks_max`."""
    sent: dict[str, str | Sequence[str]] = {"token": page.token}
    own = _of_themselves(page, who)
    for name, kind, values, is_required in page.fields:
        if set(own.get(name, ())) & set(values):
            sent[name] = own[name]
        elif kind == "checkbox":
            if len(values) > 1:
                sent[name] = _ticked(name, values, draw, ticks_max)
            elif is_required or draw.happens(name, rules.agrees_share):  # an agreement
                sent[name] = values
        elif not is_required and draw.happens(f"{name} skipped", rules.skips_share):
            continue
        elif kind == "radio":
            sent[name] = draw.one_of(name, values)
        elif kind != "hidden":
            sent[name] = _written(name, kind, who, draw, rules)
    return {name: value for name, value in sent.items() if value}


def _of_themselves(page: Page, who: Somebody) -> Mapping[str, Sequence[str]]:
    """What somebody says of themselves where the brand's own survey asks: the same as anybody like them said before."""
    names = {f"{PREFIX}{question}" for question in QUESTIONS}
    if not any(name in names for name, *_ in page.fields):
        return {}
    told = answers(who.character, Chance(who.number, _SURVEY))
    return {f"{PREFIX}{question}": choices for question, choices in told.items()}


def _ticked(name: str, values: Sequence[str], draw: Draw, most: int) -> Sequence[str]:
    count = draw.whole(f"{name} count", 1, min(most, len(values)))
    ranked = sorted(values, key=lambda value: draw.share(f"{name} {value}"))
    return ranked[:count]


def _written(name: str, kind: str, who: Somebody, draw: Draw, rules: TelephoneForms) -> str:
    match kind:
        case "tel":
            return who.phone.value
        case "email":
            return f"{who.user.value}@people.example"
        case "date":
            month, day = draw.whole(f"{name} m", 1, MONTHS), draw.whole(f"{name} d", 1, DAYS_OF_ANY)
            return f"{draw.whole(name, *rules.born_years)}-{month:02}-{day:02}"
        case "number":
            return str(draw.whole(name, *rules.number))
        case "textarea":
            return draw.one_of(name, LINES)
        case _:
            return draw.one_of(name, CITIES)
