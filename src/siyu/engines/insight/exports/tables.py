"""Answers as tables: headings, kinds of values, rows. What a number counts is said in the heading; nobody is named. Pure.

A table can be taken away as CSV, Excel or Parquet, and be told in a letter. Groups are called by `labels`, where they have names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from siyu.domain.metrics.contracts import Attribution, Question, Unit, Value
from siyu.engines.insight.metric_series import Series
from siyu.engines.insight.questions.activity import LifePeriod, StickinessAnswer
from siyu.engines.insight.questions.answered import Answered, AttributionFound, LivesFound, SendsFound
from siyu.engines.insight.questions.completion import CompletionAnswer
from siyu.engines.insight.questions.funnel import FunnelAnswer
from siyu.engines.insight.questions.paths import PathsAnswer
from siyu.engines.insight.questions.retention import Curve, RetentionAnswer
from siyu.engines.insight.questions.sends import SendsRow
from siyu.engines.insight.terms.breakdowns import Group
from siyu.platform.table_files import Cell, CellKind

Language = Literal["zh", "en"]

_WORDS: Mapping[str, tuple[str, str]] = {
    "period": ("周期", "Period"),
    "value": ("数值", "Value"),
    "before": ("上一周期", "Periods before"),
    "all": ("全部", "All"),
    "other": ("其他", "Others"),
    "missing": ("无", "None"),
    "group": ("分组", "Group"),
    "part": ("部分", "Part"),
    "step": ("步骤", "Step"),
    "reached": ("到达人数", "Customers"),
    "median_s": ("中位耗时（秒）", "Median seconds"),
    "customers": ("客户数", "Customers"),
    "cohort": ("起始周期", "Cohort"),
    "bracket": ("第几期", "Periods later"),
    "back": ("回来人数", "Came back"),
    "of": ("已到期人数", "Whose time is over"),
    "from": ("从", "From"),
    "to": ("到", "To"),
    "goes": ("次数", "Times"),
    "ended": ("到此结束", "Ended there"),
    "new": ("新增", "New"),
    "returning": ("持续", "Returning"),
    "resurrecting": ("回流", "Resurrecting"),
    "dormant": ("流失", "Dormant"),
    "active": ("活跃人数", "Active"),
    "active_of_days": ("窗口内活跃人数", "Active in the window"),
    "content": ("内容", "Content"),
    "opened": ("打开人数", "Opened"),
    "finished": ("完成人数", "Finished"),
    "key": ("对象", "Of"),
    "channel": ("渠道", "Channel"),
    "touches": ("触点数", "Touches"),
    "is_open": ("未结束", "Not over"),
    "conversions": ("转化数", "Conversions"),
    "worth": ("价值", "Worth"),
    "spent": ("花费", "Spent"),
}


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its name for programs, its heading for people, and what is in it."""

    name: str
    title: str
    kind: CellKind


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """A table under a title."""

    title: str
    columns: Sequence[TableColumn]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Said:
    """How things are called: in which language, and groups and journeys by their keys."""

    language: Language
    labels: Mapping[str, str] = field(default_factory=dict)

    def word(self, key: str) -> str:
        zh, en = _WORDS[key]
        return zh if self.language == "zh" else en

    def group(self, group: Group) -> str:
        return self.labels.get(group.key, group.key) if group.kind == "value" else self.word(group.kind)

    def columns(self, *told: tuple[str, CellKind]) -> list[TableColumn]:
        return [TableColumn(key, self.word(key), kind) for key, kind in told]


def number_of(value: Value, unit: Unit) -> Cell:
    """A metric's value as a cell: money in whole units of the currency."""
    if value is None:
        return None
    return (Decimal(round(value)) / 100).quantize(Decimal("0.01")) if unit == "money_fen" else value


def kind_of(unit: Unit) -> CellKind:
    """What a metric's values are in a file."""
    return "money" if unit == "money_fen" else "whole" if unit in ("count", "people") else "number"


def series_table(found: Series, said: Said, title: str = "") -> AnswerTable:
    """A metric over time: a column for the whole, or one for each part."""
    metric = found.metric
    kind, unit = kind_of(metric.unit), metric.unit
    values = [each for line in ([found.values], *([line.values] for line in found.lines)) for each in line]
    if kind == "whole" and any(isinstance(value, float) for told in values for value in told):
        kind = "number"
    columns = [*said.columns(("period", "day")), TableColumn("value", said.word("value"), kind)]
    told = [found.values]
    if found.before is not None:
        columns.append(TableColumn("before", said.word("before"), kind))
        told.append([*found.before, *[None] * (len(found.days) - len(found.before))])
    for n, line in enumerate(found.lines):
        columns.append(TableColumn(f"part_{n + 1}", said.group(line.group), kind))
        told.append(line.values)
    rows = [[day, *(number_of(line[n], unit) for line in told)] for n, day in enumerate(found.days)]
    name = metric.zh if said.language == "zh" else metric.en
    return AnswerTable(title or name, columns, rows)


def answer_table(found: Answered, question: Question, said: Said, title: str) -> AnswerTable:
    """The answer to a question, with all its numbers: one row for each."""
    if isinstance(found, FunnelAnswer):
        return _funnel(found, said, title)
    if isinstance(found, RetentionAnswer):
        return _retention(found, said, title)
    if isinstance(found, PathsAnswer):
        return _paths(found, said, title)
    if isinstance(found, StickinessAnswer):
        columns = said.columns(("period", "day"), ("active", "whole"), ("active_of_days", "whole"))
        days: list[list[Cell]] = [[each.day, each.active, each.active_of_days] for each in found.days]
        return AnswerTable(title, columns, days)
    if isinstance(found, CompletionAnswer):
        columns = said.columns(("content", "text"), ("opened", "whole"), ("finished", "whole"), ("median_s", "number"))
        rows: list[list[Cell]] = [
            [each.content, each.opened, each.finished, _seconds(each.median_ms)] for each in found.rows
        ]
        return AnswerTable(title, columns, rows)
    if isinstance(found, AttributionFound):
        return _attribution(found, question, said, title)
    if isinstance(found, SendsFound):
        return _sends(found.rows, said, title)
    if isinstance(found, LivesFound):
        return _lives(found.periods, said, title)
    raise TypeError(f"{type(found).__name__} is no answer")


def _seconds(ms: int | None) -> Cell:
    return None if ms is None else ms / 1000


def _funnel(found: FunnelAnswer, said: Said, title: str) -> AnswerTable:
    columns = said.columns(("group", "text"), ("step", "whole"), ("reached", "whole"), ("median_s", "number"))
    times = [None, *(None if each is None else each.median_ms for each in found.times)]
    rows: list[list[Cell]] = [
        [said.word("all"), n + 1, reached, _seconds(times[n])] for n, reached in enumerate(found.reached)
    ]
    rows += [
        [said.group(part.group), n + 1, reached, None] for part in found.parts for n, reached in enumerate(part.reached)
    ]
    return AnswerTable(title, columns, rows)


def _retention(found: RetentionAnswer, said: Said, title: str) -> AnswerTable:
    names = [
        f"{each.least}" if each.most == each.least else f"{each.least}–{each.most or ''}" for each in found.brackets
    ]
    columns = said.columns(
        ("cohort", "text"), ("customers", "whole"), ("bracket", "text"), ("of", "whole"), ("back", "whole")
    )
    rows: list[list[Cell]] = []
    for cohort in found.cohorts:
        for name, cell in zip(names, cohort.cells, strict=False):
            if cell is not None:
                rows.append([cohort.starts_on.isoformat(), cohort.customers, name, cohort.customers, cell.customers])
    curves: list[tuple[str, Curve]] = [(said.word("all"), found.whole)]
    curves += [(said.group(each.group), each) for each in found.parts if each.group is not None]
    for label, curve in curves:
        for name, of, back in zip(names, curve.of, curve.back, strict=False):
            rows.append([label, curve.customers, name, of, back])
    return AnswerTable(title, columns, rows)


def _paths(found: PathsAnswer, said: Said, title: str) -> AnswerTable:
    columns = said.columns(("step", "whole"), ("from", "text"), ("to", "text"), ("goes", "whole"))
    rows: list[list[Cell]] = []
    for flow in found.flows:
        rows.append([flow.step, flow.name or said.word("other"), flow.to or said.word("other"), flow.goes])
    for node in found.nodes:
        if node.ended:
            rows.append([node.step, node.name or said.word("other"), said.word("ended"), node.ended])
    return AnswerTable(title, columns, rows)


def _lives(found: Sequence[LifePeriod], said: Said, title: str) -> AnswerTable:
    columns = said.columns(
        ("period", "day"), ("new", "whole"), ("returning", "whole"), ("resurrecting", "whole"), ("dormant", "whole")
    )
    rows: list[list[Cell]] = [
        [each.starts_on, each.new, each.returning, each.resurrecting, each.dormant] for each in found
    ]
    return AnswerTable(title, columns, rows)


def _sends(found: Sequence[SendsRow], said: Said, title: str) -> AnswerTable:
    outcomes = list(found[0].counts) if found else []
    columns = [*said.columns(("key", "text"), ("customers", "whole"))]
    columns += [TableColumn(outcome, outcome, "whole") for outcome in outcomes]
    rows: list[list[Cell]] = []
    for each in found:
        name = said.labels.get(each.key, each.key) if each.key else said.word("all")
        rows.append([name, each.customers, *(each.counts.get(outcome, 0) for outcome in outcomes)])
    return AnswerTable(title, columns, rows)


def _attribution(found: AttributionFound, question: Question, said: Said, title: str) -> AnswerTable:
    columns = said.columns(("channel", "text"), ("touches", "whole"), ("customers", "whole"))
    channels, spent = found.answer.channels, found.spent
    models = sorted(channels[0].credits) if channels else []
    worth = question.value if isinstance(question, Attribution) else None
    is_money = worth is not None and worth.endswith("_fen")
    for model in models:
        columns.append(TableColumn(model, f"{said.word('conversions')} · {model}", "number"))
        if worth is not None:
            kind: CellKind = "money" if is_money else "whole"
            columns.append(TableColumn(f"{model}_worth", f"{said.word('worth')} · {model}", kind))
    if spent is not None:
        columns += said.columns(("spent", "money"))
    rows: list[list[Cell]] = []
    for each in channels:
        row: list[Cell] = [said.group(each.channel), each.touches, each.customers]
        for model in models:
            row.append(float(each.credits[model].conversions))
            if worth is not None:
                value = each.credits[model].value
                row.append(number_of(value, "money_fen") if is_money else value)
        rows.append(row + ([number_of(spent.get(each.channel, 0), "money_fen")] if spent is not None else []))
    idle = [group for group in spent or () if all(each.channel != group for each in channels)]
    for group in idle:
        blank: list[Cell] = [None] * (len(columns) - 4)
        rows.append([said.group(group), 0, 0, *blank, number_of((spent or {}).get(group, 0), "money_fen")])
    return AnswerTable(title, columns, rows)
