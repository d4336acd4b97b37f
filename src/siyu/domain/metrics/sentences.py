"""What a metric means, in words made from its definition, in Chinese and in English. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from siyu.domain.definitions.contracts import EventMatch, Filter
from siyu.domain.metrics.contracts import ActsMeasure, CostMeasure, EventsMeasure, Metric, SegmentMeasure
from siyu.domain.metrics.formulas import written
from siyu.domain.metrics.rules import parsed
from siyu.domain.metrics.words import OPERATORS, event_nouns, property_nouns

VALUES_SHOWN_MAX = 8


class Told(NamedTuple):
    """The same in both languages."""

    zh: str
    en: str


def sentence(metric: Metric, names: Mapping[str, Metric], segments: Mapping[int, str]) -> Told:
    """What the number is. `names` are the metrics by their keys, `segments` segments' names by their numbers."""
    of = metric.of
    if isinstance(of, EventsMeasure):
        return _events(of)
    if isinstance(of, ActsMeasure):
        zh, en = _span(of)
        if of.measure == "count":
            return Told(
                "统计周期内客户自己做的事（访问、下单、点击等）的次数。",
                "What customers did themselves in the period, counted.",
            )
        return Told(
            f"{zh}自己做过任何事（访问、下单、点击等）的客户数。", f"Customers who did anything themselves {en}."
        )
    if isinstance(of, SegmentMeasure):
        name = segments.get(of.segment_id, f"#{of.segment_id}")
        return Told(
            f"周期结束时人群「{name}」里的客户数。", f"Customers in the segment “{name}” at the end of the period."
        )
    if isinstance(of, CostMeasure):
        return _costs(of)
    formula = parsed(("of", "text"), of.text)
    signs = {"*": "×", "/": "÷", "-": "−"}

    def told(language: int) -> str:
        text = written(formula, lambda key: _name(key, names)[language])
        return "".join(signs.get(part, part) for part in _parts(text))

    if "/" not in of.text.replace("÷", "/"):
        return Told(f"{told(0)}。", f"{told(1)}.")
    return Told(f"{told(0)}；除以 0 时没有数值。", f"{told(1)}; no value where it would divide by 0.")


def _costs(of: CostMeasure) -> Told:
    told = [
        (zh, en, _value(words))
        for zh, en, words in (
            ("渠道", "channel", of.channels),
            ("活动", "campaign", of.campaigns),
            ("内容", "content", of.contents),
        )
        if words
    ]
    which_zh = f"（{'，'.join(f'{zh}为 {words}' for zh, _, words in told)}）" if told else ""
    which_en = f" ({', '.join(f'{en} is {words}' for _, en, words in told)})" if told else ""
    return Told(f"统计周期内各天记录的花费{which_zh}合计。", f"Costs of the days in the period{which_en}, together.")


def _parts(text: str) -> list[str]:
    """Operators stand between blanks; names may hold the same signs."""
    return [part for n, word in enumerate(text.split(" ")) for part in ((" ",) if n else ()) + (word,)]


def _name(key: str, names: Mapping[str, Metric]) -> Told:
    found = names.get(key)
    return Told(found.zh, found.en) if found is not None else Told(key, key)


def _events(of: EventsMeasure) -> Told:
    zh, en = _matches(of.events)
    turn_zh, turn_en = {"every": ("", ""), "first": ("首次", "first "), "later": ("非首次", "repeated ")}[of.turn]
    what_zh, what_en = f"{turn_zh}{zh}", f"{turn_en}{en}"
    span_zh, span_en = _span(of)
    value_zh, value_en = property_nouns(of.property or "")
    if of.measure == "people":
        times_zh = f"至少 {of.at_least} 次" if of.at_least > 1 else ""
        times_en = f" at least {of.at_least} times" if of.at_least > 1 else ""
        return Told(
            f"{span_zh}有过{times_zh}{what_zh}的不同客户数。",
            f"Different customers with {what_en}{times_en} {span_en}.",
        )
    if of.measure == "count":
        return Told(f"{span_zh}{what_zh}的次数。", f"Number of {what_en} {span_en}.")
    if of.measure == "per_person":
        each_zh = f"{value_zh}合计" if of.property else "次数"
        each_en = f"sum of {value_en}" if of.property else "number"
        return Told(
            f"统计周期内{what_zh}的{each_zh} ÷ 有过{what_zh}的客户数。",
            f"The {each_en} of {what_en} in the period for each customer who had any.",
        )
    words = {
        "sum": ("合计", "Sum"),
        "average": ("平均值", "Mean"),
        "min": ("最小值", "Least value"),
        "max": ("最大值", "Greatest value"),
        "distinct": ("不同取值的个数", "Number of different values"),
    }[of.measure]
    return Told(
        f"统计周期内{what_zh}的{value_zh}{words[0]}。", f"{words[1]} of the {value_en} of {what_en} in the period."
    )


def _span(of: EventsMeasure | ActsMeasure) -> Told:
    if of.over == "rolling":
        return Told(
            f"到周期结束为止的 {of.days} 天（{of.days}×24 小时）内", f"in the {of.days} days up to the period's end"
        )
    if of.over == "ever":
        return Told("到周期结束为止", "up to the period's end")
    return Told("统计周期内", "in the period")


def _matches(events: Sequence[EventMatch]) -> Told:
    told = [_match(each) for each in events]
    return Told("或".join(each.zh for each in told), " or ".join(each.en for each in told))


def _match(match: EventMatch) -> Told:
    zh, en = event_nouns(match.event)
    if not match.where:
        return Told(zh, en)
    filters = [_filter(each) for each in match.where]
    return Told(f"{zh}（{'，'.join(each.zh for each in filters)}）", f"{en} ({', '.join(each.en for each in filters)})")


def _filter(each: Filter) -> Told:
    zh, en = property_nouns(each.property)
    operator_zh, operator_en = OPERATORS[each.operator]
    value = "" if each.value is None else _value(each.value)
    return Told(f"{zh}{operator_zh}{value}", f"{en} {operator_en}{' ' if value else ''}{value}")


def _value(value: object) -> str:
    if isinstance(value, tuple):
        shown = [_value(each) for each in value[:VALUES_SHOWN_MAX]]
        return ", ".join([*shown, "…"] if len(value) > VALUES_SHOWN_MAX else shown)
    return str(value).lower() if isinstance(value, bool) else str(value)
