"""What may be wrong with a definition, and what to do about it, in Chinese and in English. Part of `definition`."""

from __future__ import annotations

from siyu.domain.definitions.contracts import Faults, Path
from siyu.domain.segments.contracts import CONDITIONS_MAX, STEPS_MAX

__all__ = ["REASONS", "Path", "explained", "fault"]

FAULTS = Faults(
    {
        "deep": (
            "条件套得太深，最多 {limit} 层。",
            "Conditions are nested too deep; at most {limit} levels are allowed.",
        ),
        "steps": ("请排出 2 到 {limit} 步。", "Give 2 to {limit} steps."),
        "without": ("这里应是一列事件，最多 {limit} 个。", "Put a list of at most {limit} events here."),
        "no_window": ("请填“最近”与“之前”中的至少一项。", "Give `most`, `least` or both."),
        "window_empty": (
            "“之前”须短于“最近”，否则这段时间里没有任何时刻。",
            "`least` must be shorter than `most`: nothing lies between.",
        ),
        "no_days": ("请填开始日期、结束日期中的至少一项。", "Give `since_on`, `until_on` or both."),
        "not_begun": (
            "这段时间还没开始，请填不大于 {limit} 的数。",
            "That time has not begun yet; give at most {limit}.",
        ),
        "needs_property": ("请填按哪个属性来算。", "Name the property to reckon with."),
        "no_property": ("次数与天数不按属性来算，请去掉它。", "Counts of events and days take no property; remove it."),
        "first_step": ("第一步之前没有别的步骤，请去掉这一项。", "Nothing comes before the first step; remove this."),
        "absent_last": ("只有最后一步可以是“没有发生”。", "Only the last step can be the one that did not happen."),
        "absent_within": ("“没有发生”须说在多长时间内。", "Say within what time it did not happen."),
        "absent_without": (
            "“没有发生”的一步不能再排除别的事件，请去掉这一项。",
            "A step that did not happen takes no `without`; remove it.",
        ),
        "of_periods": ("不能多于总的期数 {limit}。", "Give at most the {limit} periods there are."),
        "whose_day": ("请填属性或事件，恰好一项。", "Name an attribute or an event, one of the two."),
        "event_only": ("这一项只用于事件，请去掉它。", "This is for events alone; remove it."),
        "from_to": ("开始不能大于结束，请改一项。", "The beginning lies after the end; change one of them."),
        "sample_empty": (
            "开始须小于结束，否则没有人在内。",
            "The beginning must be below the end, or nobody is in it.",
        ),
        "needs_channel": (
            "这个用途按渠道同意，请填渠道。",
            "Consent to this purpose goes by channel; name the channel.",
        ),
        "no_channel": (
            "这个用途不分渠道，请去掉渠道。",
            "Consent to this purpose does not go by channel; remove the channel.",
        ),
        "channel": (
            "渠道名由小写字母、数字与下划线组成，例如 sms。",
            "A channel is named like sms: small letters, digits, underscores.",
        ),
        "one_channel": ("“可以联系”须指明一个渠道，不能是全部。", "“Allowed” is asked of one channel, not of all."),
        "no_segment": ("没有这个人群，请另选。", "There is no such segment; choose another."),
        "not_published": ("这个人群还没有发布过，请先发布它。", "That segment was never published; publish it first."),
        "no_list": ("没有这份名单，请另选。", "There is no such list; choose another."),
        "no_scheme": ("没有这个 RFM 方案，或其中没有这一格。", "There is no such RFM scheme, or no such cell in it."),
        "no_ladder": ("没有这个阶梯，或其中没有这一级。", "There is no such ladder, or no such stage on it."),
        "cycle": (
            "人群互相引用成了圈：{names}。请去掉其中一处。",
            "Segments refer to each other in a circle: {names}. Break it somewhere.",
        ),
        "expanded": (
            "展开引用的人群后共有 {count} 个条件，最多 {limit} 个。请精简。",
            "With the segments it refers to it comes to {count} conditions; at most {limit} are allowed. Make it smaller.",
        ),
        "expanded_deep": (
            "人群引用人群，套得太深，最多 {limit} 层。请精简。",
            "Segments refer to segments too deep; at most {limit} levels are allowed. Make it flatter.",
        ),
        "user": (
            "引用它的人群「{name}」会因此不能用：{chinese}",
            "Segment “{name}”, which refers to it, could no longer be used: {english}",
        ),
        "rfm_measure_twice": ("同一个指标写了两次，请去掉一个。", "The same measure stands twice; remove one."),
        "rfm_no_measure": (
            "这个方案没有用到这个指标，请先加上它的分界。",
            "The scheme does not score this measure; give it cut-offs first.",
        ),
        "rfm_cuts_up": ("分界值应从小到大。", "Cut-offs go up, from small to large."),
        "rfm_cuts_down": ("“最近一次”的分界天数应从大到小。", "Cut-offs of recency go down, from many days to few."),
        "rfm_mean": ("按平均值只能有一个分界。", "The mean gives one cut-off alone."),
        "rfm_grid": (
            "分档组合太多，最多 {limit} 种。",
            "There are too many combinations of scores; at most {limit} are allowed.",
        ),
        "rfm_gap": ("没有一格包含 {scores} 的客户，请补上。", "No cell holds those with {scores}; add them to one."),
        "rfm_overlap": (
            "{scores} 的客户已在“{cell}”里，两格不能重叠。",
            "Those with {scores} are in “{cell}” already; cells may not overlap.",
        ),
        "ladder_rest": ("只有最低一级可以不写条件。", "Only the lowest stage may go without a condition."),
        "ladder_steps": ("至少要有一级不是旁支。", "At least one stage has to be a step and no branch."),
    },
    of_lists={"steps": "steps", "without": "without"},
    limits={"many": CONDITIONS_MAX, "steps": STEPS_MAX, "without": STEPS_MAX},
    nests="of",
)
REASONS = FAULTS.reasons
"""What to do about each kind of fault, in Chinese and in English."""
fault = FAULTS.fault
explained = FAULTS.explained
