"""Dashboards to begin with. A template names metrics by their keys; what is not in force is left out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from siyu.domain.metrics.dashboards_language import COLUMNS, Card, Dashboard, MetricCard, Place, TextCard
from siyu.domain.metrics.questions_words import LastPeriods

Shows = Literal["line", "number"]
_NUMBER_SIZE, _LINE_SIZE = (3, 2), (6, 4)


@dataclass(frozen=True, slots=True)
class DashboardTemplate:
    """What a template is called, for what it is, and which metrics it shows in which way."""

    key: str
    zh: str
    en: str
    note_zh: str
    note_en: str
    grain: Literal["day", "week", "month"]
    period: LastPeriods
    metrics: Sequence[tuple[str, Shows]]


TEMPLATES: Final[Sequence[DashboardTemplate]] = (
    DashboardTemplate(
        "aarrr",
        "增长全景（AARRR）",
        "Growth at a glance (AARRR)",
        "获客、运营、交易：每一段看一个数字和一条线。",
        "Acquisition, operation, transaction: a number and a line of each.",
        "week",
        LastPeriods(12, "week"),
        (
            ("new_customers", "number"),
            ("active_30d", "number"),
            ("buyers", "number"),
            ("paid_fen", "number"),
            ("new_customers", "line"),
            ("active", "line"),
            ("message_click_rate", "line"),
            ("first_conversion", "line"),
            ("repeat_rate", "line"),
            ("paid_fen", "line"),
        ),
    ),
    DashboardTemplate(
        "morning",
        "店长早会",
        "The store manager's morning",
        "昨天卖得怎样、来了多少人、谁在流失。",
        "How yesterday went, who came, who is going.",
        "day",
        LastPeriods(14, "day"),
        (
            ("paid_fen", "number"),
            ("orders", "number"),
            ("ticket", "number"),
            ("new_customers", "number"),
            ("paid_fen", "line"),
            ("buyers", "line"),
            ("checked_in", "line"),
            ("unsubscribed", "line"),
        ),
    ),
    DashboardTemplate(
        "campaign",
        "活动仪表盘",
        "A campaign",
        "触达、点击、领券、成交，一天一天看。",
        "Reached, clicked, claimed, bought: day by day.",
        "day",
        LastPeriods(30, "day"),
        (
            ("message_receivers", "number"),
            ("message_clickers", "number"),
            ("coupon_claimers", "number"),
            ("buyers", "number"),
            ("message_receivers", "line"),
            ("message_click_rate", "line"),
            ("sharers", "line"),
            ("coupon_claimers", "line"),
            ("new_buyers", "line"),
            ("paid_fen", "line"),
        ),
    ),
)


def from_template(template: DashboardTemplate, ids: Mapping[str, int], language: Literal["zh", "en"]) -> Dashboard:
    """The dashboard of a template over the metrics in force; `ids` are theirs, by key."""
    note = template.note_zh if language == "zh" else template.note_en
    cards: list[Card] = [TextCard("note", Place(0, 0, COLUMNS, 1), (note,))]
    x, y = 0, 1
    last: Shows = "number"
    for n, (key, shows) in enumerate((each for each in template.metrics if each[0] in ids), start=1):
        w, h = _NUMBER_SIZE if shows == "number" else _LINE_SIZE
        if x + w > COLUMNS or (shows != last and x):
            x, y = 0, y + (_NUMBER_SIZE if last == "number" else _LINE_SIZE)[1]
        cards.append(MetricCard(f"card_{n}", Place(x, y, w, h), metric_id=ids[key], grain=template.grain, shows=shows))
        x, last = x + w, shows
    return Dashboard(cards=tuple(cards), period=template.period)
