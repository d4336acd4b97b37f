"""What may be wrong with a metric, and what to do about it, in Chinese and in English."""

from __future__ import annotations

from siyu.domain.definitions.contracts import Faults
from siyu.domain.metrics.language import EVENTS_MAX

FAULTS = Faults(
    {
        "key_fixed": (
            "代号是公式里用的名字，创建后不能改：{key}。",
            "The key is what formulas call it by and never changes: {key}.",
        ),
        "events": ("请选 1 到 {limit} 个事件。", "Choose 1 to {limit} events."),
        "needs_property": ("请填按哪个属性来算。", "Name the property to reckon with."),
        "no_property": (
            "次数与人数不按属性来算，请去掉它。",
            "Counts of events and of people take no property; remove it.",
        ),
        "people_only": ("只有人数才能这样算。", "This is for numbers of people alone."),
        "counts_only": ("只有人数和次数才能这样算。", "This is for numbers of people and of times alone."),
        "first_once": ("首次只有一次，请填 1。", "What is the first happens once; give 1."),
        "needs_days": ("请填滚动多少天。", "Say how many days are to be looked back."),
        "no_rolling": ("只有滚动窗口才填天数，请去掉它。", "Days are for rolling windows alone; remove them."),
        "unit": ("按这样计算，单位应是其中之一：{choices}。", "Reckoned so, its unit is one of {choices}."),
        "unit_none": (
            "这个公式算不出有意义的单位（例如金额乘以金额）。",
            "The formula comes to no unit that there is (like money times money).",
        ),
        "unit_sum": ("相加减的两边单位不同，请检查。", "What is added or taken away has another unit."),
        "unknown_metric": (
            "没有代号为“{key}”的指标，或它还没有发布。",
            "There is no published metric with the key “{key}”.",
        ),
        "no_segment": ("没有这个人群，请另选。", "There is no such segment; choose another."),
        "cycle": ("指标互相引用成了圈：{names}。", "Metrics refer to each other in a circle: {names}."),
        "nested": ("公式引用公式，最多 {limit} 层。", "Formulas refer to formulas, at most {limit} levels deep."),
        "no_split": ("公式本身就能拆解，请去掉这一项。", "A formula is taken apart as it is; remove this."),
        "formula_sign": ("公式里不认识“{found}”。", "“{found}” is not known in formulas."),
        "formula_rest": ("“{found}”不该出现在这里。", "“{found}” does not belong there."),
        "formula_ends": ("公式不完整，末尾还缺一项。", "The formula ends too early."),
        "formula_bracket": ("有括号没有合上。", "A bracket is not closed."),
        "formula_deep": ("括号套得太深，最多 {limit} 层。", "Brackets are nested too deep; at most {limit} levels."),
        "formula_many": ("公式里指标太多，最多 {limit} 个。", "There are too many metrics in it; at most {limit}."),
    },
    of_lists={"events": "events"},
    limits={"events": EVENTS_MAX},
)
REASONS = FAULTS.reasons
fault = FAULTS.fault
explained = FAULTS.explained
