"""A review on paper: a PDF that whoever reads Chinese PDFs can open, made of numbers that are already known.

The font is one of those that every reader of PDFs has for Chinese (`STSong-Light`): none is carried along, and none is embedded.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from reportlab.graphics.shapes import Drawing, Line, PolyLine, String
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from siyu.domain.plans.contracts import Review

FONT: Final = "STSong-Light"
_INK, _SOFT, _LINE, _BRAND, _POOR = (HexColor(each) for each in ("#1f2430", "#6b7280", "#d9dce3", "#0f6b57", "#b42318"))
_MARGIN: Final = 20 * mm
_PADDING: Final = 6  # reportlab's own, within the margins
_WIDTH: Final = A4[0] - 2 * (_MARGIN + _PADDING)
_CAUSES_MAX, _DONE_MAX = 6, 20
Language = Literal["zh", "en"]

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "review": ("复盘", "Review"),
    "days": ("{} 至 {}", "{} to {}"),
    "plan": ("方案：{}", "Plan: {}"),
    "as_of": ("数字截至 {}", "Numbers as of {}"),
    "frozen": ("已结案，数字不再变化", "Closed: the numbers stay"),
    "partial": ("这段时间还没有结束", "These days are not over"),
    "unit": ("范围：{}", "Of: {}"),
    "results": ("目标与实际", "Target and actual"),
    "metric": ("指标", "Metric"),
    "actual": ("实际", "Actual"),
    "target": ("目标", "Target"),
    "reached": ("达成", "Reached"),
    "before": ("上期", "Before"),
    "change": ("变化", "Change"),
    "budget": ("预算 {}，已花 {}", "Budget {}, spent {}"),
    "trend": ("走势（虚线为上期）", "Trend (dashed: before)"),
    "causes": ("变化来自哪里", "What made the difference"),
    "part": ("组成", "Part"),
    "contribution": ("贡献", "Contributes"),
    "rest": ("拆解之外", "Left over"),
    "done": ("做了什么", "What was done"),
    "what": ("事项", "What"),
    "times": ("次数", "Times"),
    "customers": ("客户", "Customers"),
    "ended": ("已结束", "ended"),
    "journey": ("旅程", "Journey"),
    "experiment": ("实验", "Experiment"),
    "form": ("表单", "Form"),
    "messages": ("消息", "Messages"),
    "went_well": ("做得好的", "What went well"),
    "went_badly": ("做得不好的", "What went badly"),
    "actions": ("接下来要做的", "What is to be done"),
    "action": ("行动", "Action"),
    "owner": ("负责人", "Owner"),
    "due": ("截止", "Due"),
    "state": ("状态", "State"),
    "todo": ("未开始", "To do"),
    "doing": ("进行中", "Doing"),
    "dropped": ("不做了", "Dropped"),
    "finished": ("已完成", "Done"),
    "page": ("第 {} 页", "Page {}"),
}
_SIGNS: Final = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$"}
_NONE: Final = "—"


@dataclass(frozen=True, slots=True)
class Paper:
    """All that stands on it. `numbers` and `actions` are what the API answers."""

    brand: str
    name: str
    review: Review
    numbers: Mapping[str, Any]
    actions: Sequence[Mapping[str, Any]]
    people: Mapping[int, str]
    plan: str | None
    zone: ZoneInfo
    currency: str
    language: Language

    def say(self, word: str, *fields: object) -> str:
        """In the paper's language."""
        return _WORDS[word][0 if self.language == "zh" else 1].format(*fields)

    def called(self, named: Mapping[str, Any]) -> str:
        """What a metric or a part of one is called."""
        return str(self.say("rest") if named["key"] == "rest" else named[self.language])

    def value(self, value: float | None, unit: str | None, among: Iterable[float | None] = ()) -> str:
        """A number of a unit, as people write it; a ratio as those `among` which it stands: as shares, unless one is above 1."""
        if value is None:
            return _NONE
        if unit == "money_fen":
            sign = "-" if value < 0 else ""
            return f"{sign}{_SIGNS.get(self.currency, self.currency + ' ')}{abs(value) / 100:,.2f}"
        if unit == "ratio" and all(abs(each) <= 1 for each in (value, *among) if each is not None):
            return f"{value:.1%}"
        if unit in {"count", "people"} or float(value).is_integer():
            return f"{value:,.0f}"
        return f"{value:,.2f}"


def review_paper(paper: Paper) -> bytes:
    """The PDF."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    told = io.BytesIO()
    document = SimpleDocTemplate(
        told,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=paper.name,
        author=paper.brand,
        invariant=True,
    )

    def foot(canvas: Canvas, _document: object) -> None:
        canvas.setFont(FONT, 8)
        canvas.setFillColor(_SOFT)
        canvas.drawString(_MARGIN + _PADDING, 10 * mm, paper.brand)
        canvas.drawRightString(A4[0] - _MARGIN - _PADDING, 10 * mm, paper.say("page", canvas.getPageNumber()))

    story = [*_head(paper), *_results(paper), *_trends(paper), *_causes(paper), *_done(paper), *_words(paper)]
    document.build([*story, *_actions(paper)], onFirstPage=foot, onLaterPages=foot)
    return told.getvalue()


def _style(size: float, colour: Color = _INK, before: float = 0, align: Literal[0, 2] = TA_LEFT) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}",
        fontName=FONT,
        fontSize=size,
        leading=size * 1.5,
        textColor=colour,
        spaceBefore=before,
        wordWrap="CJK",
        alignment=align,
    )


def _text(text: str, size: float = 9.5, colour: Color = _INK, *, is_right: bool = False) -> Paragraph:
    return Paragraph(escape(text).replace("\n", "<br/>"), _style(size, colour, align=TA_RIGHT if is_right else TA_LEFT))


def _heading(paper: Paper, word: str) -> Paragraph:
    return Paragraph(paper.say(word), _style(13, _BRAND, before=12))


def _head(paper: Paper) -> list[Flowable]:
    numbers, review = paper.numbers, paper.review
    as_of: datetime = numbers["as_of"]
    told = [paper.say("days", review.begins_on, review.ends_on)]
    if paper.plan is not None:
        told.append(paper.say("plan", paper.plan))
    if numbers["unit_name"]:
        told.append(paper.say("unit", numbers["unit_name"]))
    told.append(paper.say("as_of", f"{as_of.astimezone(paper.zone):%Y-%m-%d %H:%M}"))
    told += [
        paper.say(word)
        for word, is_so in (("frozen", numbers["is_frozen"]), ("partial", numbers["is_partial"]))
        if is_so
    ]
    return [
        _text(f"{paper.brand} · {paper.say('review')}", 9, _SOFT),
        _text(paper.name, 20),
        Spacer(1, 4),
        _text(" · ".join(told), 9, _SOFT),
    ]


def _table(rows: Sequence[Sequence[str | Paragraph]], widths: Sequence[float]) -> Table:
    """The first column is words, all others are numbers or short words at the right; the first row names them."""
    cells: list[list[Paragraph]] = []
    for place, row in enumerate(rows):
        size, colour = (8.5, _SOFT) if place == 0 else (9.5, _INK)
        cells.append(
            [
                each if isinstance(each, Paragraph) else _text(each, size, colour, is_right=n > 0)
                for n, each in enumerate(row)
            ]
        )
    table = Table(cells, colWidths=[each * _WIDTH for each in widths], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _changed(metric: Mapping[str, Any]) -> Paragraph:
    value, before = metric["value"], metric["before"]
    if value is None or not before:
        return _text(_NONE, is_right=True)
    change = (value - before) / abs(before)
    is_good = metric["up_is"] == "neither" or change == 0 or (change > 0) == (metric["up_is"] == "good")
    return _text(f"{change:+.1%}", colour=_BRAND if is_good else _POOR, is_right=True)


def _results(paper: Paper) -> list[Flowable]:
    numbers = paper.numbers
    made: list[Flowable] = []
    if numbers["metrics"]:
        rows: list[list[str | Paragraph]] = [
            [paper.say(word) for word in ("metric", "actual", "target", "reached", "before", "change")]
        ]
        for each in numbers["metrics"]:
            target, value = each["target"], each["value"]
            reached = f"{value / target:.0%}" if target and value is not None else _NONE
            among = [each[name] for name in ("value", "target", "before")]
            value_said, target_said, before_said = (paper.value(one, each["unit"], among) for one in among)
            rows.append([paper.called(each), value_said, target_said, reached, before_said, _changed(each)])
        made += [_heading(paper, "results"), _table(rows, (0.26, 0.17, 0.17, 0.1, 0.17, 0.13))]
    if numbers["planned_fen"] is not None:
        money = [paper.value(numbers[name], "money_fen") for name in ("planned_fen", "spent_fen")]
        made += [Spacer(1, 6), _text(paper.say("budget", *money))]
    return made


def _trends(paper: Paper) -> list[Flowable]:
    drawn = [_chart(paper, each) for each in paper.numbers["metrics"] if len(each["trend"]) > 1]
    if not drawn:
        return []
    rows = [(*drawn[n : n + 2], "")[:2] for n in range(0, len(drawn), 2)]
    table = Table([list(row) for row in rows], colWidths=[_WIDTH / 2] * 2)
    return [_heading(paper, "trend"), table]


def _chart(paper: Paper, metric: Mapping[str, Any]) -> Drawing:
    width, height, top = _WIDTH / 2 - 12, 92.0, 20.0
    drawing = Drawing(width, height)
    drawing.add(String(0, height - 10, paper.called(metric), fontName=FONT, fontSize=9, fillColor=_INK))
    trend = metric["trend"]
    told = [each[name] for each in trend for name in ("value", "before") if each[name] is not None]
    most, least = max([*told, 0]), min([*told, 0])
    span = (most - least) or 1
    bottom, high = 14.0, height - top - 14.0

    def points(name: str) -> list[float]:
        found: list[float] = []
        for n, each in enumerate(trend):
            if each[name] is not None:
                found += [n * width / (len(trend) - 1), bottom + (each[name] - least) * high / span]
        return found

    drawing.add(Line(0, bottom, width, bottom, strokeColor=_LINE, strokeWidth=0.6))
    for name, colour, dashes in (("before", _SOFT, (2, 2)), ("value", _BRAND, (1, 0))):
        line = points(name)
        if len(line) > 2:
            drawing.add(PolyLine(line, strokeColor=colour, strokeWidth=1.2, strokeDashArray=dashes))
    peak = paper.value(most, metric["unit"])
    small: dict[str, Any] = {"fontName": FONT, "fontSize": 7.5, "fillColor": _SOFT}
    drawing.add(String(0, 2, f"{trend[0]['day']:%m-%d}", **small))
    drawing.add(String(width, 2, f"{trend[-1]['day']:%m-%d}", textAnchor="end", **small))
    drawing.add(String(width, height - 10, peak, textAnchor="end", **small))
    return drawing


def _leaves(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [leaf for each in part["parts"] for leaf in _leaves(each)] if part["parts"] else [part]


def contributions(cause: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What made the difference, the greatest first; a metric that stands in a formula twice once, with what it gives in all."""
    found: dict[object, dict[str, Any]] = {}
    for place, leaf in enumerate(_leaves(cause)):
        known = found.setdefault(place if leaf["key"] == "rest" else leaf["key"], {**leaf, "contribution": 0.0})
        known["contribution"] += leaf["contribution"] or 0.0
    least = 1e-9 * max((abs(each["contribution"] or 0.0) for each in _leaves(cause)), default=0.0)
    told = [each for each in found.values() if abs(each["contribution"]) > least]
    return sorted(told, key=lambda each: -abs(each["contribution"]))


def _causes(paper: Paper) -> list[Flowable]:
    made: list[Flowable] = []
    for metric in paper.numbers["metrics"]:
        cause = metric["cause"]
        if cause is None or cause["contribution"] is None:
            continue
        leaves = contributions(cause)
        if not leaves:
            continue
        around = (cause["before"], cause["after"])
        whole = paper.value(cause["contribution"], metric["unit"], around)
        rows: list[list[str | Paragraph]] = [
            [f"{paper.called(metric)} {whole}", paper.say("before"), paper.say("actual"), paper.say("contribution")]
        ]
        for each in leaves[:_CAUSES_MAX]:
            pair = (each["before"], each["after"])
            values = [paper.value(one, each["unit"], pair) for one in pair]
            rows.append([paper.called(each), *values, paper.value(each["contribution"], metric["unit"], around)])
        made += [KeepTogether([_table(rows, (0.4, 0.2, 0.2, 0.2)), Spacer(1, 6)])]
    return [_heading(paper, "causes"), *made] if made else []


def _done(paper: Paper) -> list[Flowable]:
    done = paper.numbers["done"][:_DONE_MAX]
    if not done:
        return []
    rows: list[list[str | Paragraph]] = [[paper.say("what"), paper.say("times"), paper.say("customers")]]
    for each in done:
        ended = f"（{paper.say('ended')}）" if each["ended"] else ""
        name = f"{paper.say(each['kind'])} · {each['name']}{ended}"
        rows.append([name, f"{each['times']:,}", f"{each['customers']:,}"])
    return [_heading(paper, "done"), _table(rows, (0.7, 0.15, 0.15))]


def _words(paper: Paper) -> list[Flowable]:
    made: list[Flowable] = []
    for word, text in (("went_well", paper.review.went_well), ("went_badly", paper.review.went_badly)):
        if text.strip():
            made += [_heading(paper, word), _text(text)]
    return made


def _actions(paper: Paper) -> list[Flowable]:
    if not paper.actions:
        return []
    rows: list[list[str | Paragraph]] = [[paper.say(word) for word in ("action", "owner", "due", "state")]]
    for each in paper.actions:
        due: date | None = each["due_on"]
        owner = paper.people.get(each["owner_id"] or 0, _NONE)
        state = paper.say("finished" if each["state"] == "done" else each["state"])
        rows.append([each["text"], owner, due.isoformat() if due else _NONE, state])
    return [_heading(paper, "actions"), _table(rows, (0.52, 0.16, 0.18, 0.14))]
