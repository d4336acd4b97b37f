"""Numbers as a letter: HTML that every mail program shows (tables and colours alone), and the same as text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from siyu.domain.company.contracts import Letter
from siyu.domain.metrics.contracts import TextCard, Unit, Value
from siyu.engines.insight.exports.cards import CardFound, QuestionFound, SegmentFound, SeriesFound
from siyu.engines.insight.exports.tables import (
    AnswerTable,
    Language,
    Said,
    TableColumn,
    answer_table,
    number_of,
    series_table,
)
from siyu.platform.table_files import Cell

ROWS_MAX: Final = 20
BARS_MAX: Final = 31
BRIEF_LINES: Final = 2
"""Of each card, where there is room for few."""
BAR_PIXELS: Final = 36
_BLOCKS: Final = "▁▂▃▄▅▆▇█"
_INK, _FAINT, _LINE, _BAR = "#1f2733", "#6b7684", "#e3e8ee", "#2f6fed"
_FONT = "font-family:-apple-system,'PingFang SC','Microsoft YaHei',Segoe UI,Arial,sans-serif"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the numbers."""

    key: str
    title: str
    brand: str
    as_of: datetime
    zone: ZoneInfo
    link: str
    language: Language


def letter_of(heading: Heading, cards: Sequence[CardFound], labels: Mapping[str, Mapping[str, str]]) -> Letter:
    """The letter that tells these cards; `labels` are those of each card's groups, by its key."""
    is_zh = heading.language == "zh"
    at = heading.as_of.astimezone(heading.zone).strftime("%Y-%m-%d %H:%M")
    lead = f"{heading.brand} · {'截至' if is_zh else 'as of'} {at}"
    blocks = [_block(card, Said(heading.language, labels.get(card.card.key, {})), heading) for card in cards]
    opens = "打开仪表盘" if is_zh else "Open"
    why = (
        "数字是您自己权限内看到的；在「仪表盘 · 定时报告」里可以改收件人。"
        if is_zh
        else "These are the numbers that you may see. Receivers are changed in Dashboards, Reports."
    )
    html = (
        f'<!doctype html><html><body style="margin:0;background:#f5f7fa"><div style="max-width:680px;margin:0 auto;'
        f'padding:24px 16px;{_FONT};color:{_INK}"><h1 style="font-size:20px;margin:0 0 4px">{escape(heading.title)}</h1>'
        f'<p style="margin:0 0 16px;color:{_FAINT};font-size:13px">{escape(lead)}</p>{"".join(html for html, _ in blocks)}'
        f'<p style="margin:16px 0"><a href="{escape(heading.link)}" style="color:{_BAR}">{opens}</a></p>'
        f'<p style="color:{_FAINT};font-size:12px">{escape(why)}</p></div></body></html>'
    )
    text = "\n\n".join([heading.title, lead, *(text for _, text in blocks), f"{opens}: {heading.link}", why])
    brief = "\n".join([lead, *(line for _, told in blocks for line in told.split("\n")[:BRIEF_LINES])])
    return Letter(heading.key, f"{heading.title} {at[:10]}", html, text, [(opens, heading.link)], brief)


def _block(found: CardFound, said: Said, heading: Heading) -> tuple[str, str]:
    card = found.card
    if isinstance(card, TextCard):
        lines = "<br>".join(map(escape, card.lines))
        return f'<p style="font-size:14px;line-height:1.6">{lines}</p>', "\n".join(card.lines)
    if found.fault is not None:
        said_of_fault = "这一项现在看不到" if said.language == "zh" else "This cannot be shown now"
        return _panel(card.title or "—", f'<p style="color:{_FAINT}">{said_of_fault}（{found.fault.code}）</p>'), (
            f"{card.title or '—'}: {said_of_fault} ({found.fault.code})"
        )
    if isinstance(found.found, SeriesFound):
        return _series(found.found, card.title or "", said)
    if isinstance(found.found, QuestionFound):
        table = answer_table(found.found.answer, found.found.question, said, card.title or found.found.name)
        return _panel(table.title, _table(table, heading)), f"{table.title}\n{_plain(table, heading)}"
    if isinstance(found.found, SegmentFound):
        size = "—" if found.found.size is None else f"{found.found.size:,}"
        title = card.title or found.found.name
        return _panel(title, f'<p style="font-size:26px;margin:0">{size}</p>'), f"{title}: {size}"
    return "", ""


def _series(found: SeriesFound, title: str, said: Said) -> tuple[str, str]:
    """The last period that is over, how it changed, and bars of all of them."""
    series, is_zh = found.series, said.language == "zh"
    unit = series.metric.unit
    name = title or (series.metric.zh if is_zh else series.metric.en)
    ended = list(series.values[:-1] if series.is_partial and len(series.values) > 1 else series.values)
    last = ended[-1] if ended else None
    before = ended[-2] if len(ended) > 1 else None
    shown, change = told(last, unit), _change(last, before, unit)
    day = series.days[len(ended) - 1].isoformat() if ended else ""
    bars = ended[-BARS_MAX:]
    html = (
        f'<p style="font-size:26px;margin:0">{escape(shown)} '
        f'<span style="font-size:13px;color:{_FAINT}">{escape(change)}</span></p>'
        f'<p style="font-size:12px;color:{_FAINT};margin:2px 0 8px">{day}</p>{_bars(bars)}'
    )
    lines = series_table(series, said).columns[2:] if series.lines else []
    if lines:
        parts = [(said.group(line.group), line.values[len(ended) - 1] if ended else None) for line in series.lines]
        html += "".join(
            f'<p style="margin:2px 0;font-size:13px">{escape(label)} <b>{escape(told(value, unit))}</b></p>'
            for label, value in parts
        )
    return _panel(name, html), f"{name} {day}: {shown} {change}\n{sparkline(bars)}".rstrip()


def told(value: Value, unit: Unit) -> str:
    """A value as people read it."""
    if value is None:
        return "—"
    if unit == "money_fen":
        return f"¥{number_of(value, unit):,}"
    if unit == "ratio":
        return f"{value * 100:.1f}%"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _change(last: Value, before: Value, unit: Unit) -> str:
    """Against the period before: shares in points, all else in percent."""
    if last is None or before is None:
        return ""
    if unit == "ratio":
        return f"{(last - before) * 100:+.1f} pp"
    return f"{(last - before) / abs(before) * 100:+.1f}%" if before else ""


def sparkline(values: Sequence[Value]) -> str:
    """The course of values in one line of text; what has no value is a blank."""
    there = [value for value in values if value is not None]
    if not there:
        return ""
    low, high = min(0, *there), max(0, *there)
    wide = (high - low) or 1
    return "".join(
        " " if value is None else _BLOCKS[round((value - low) / wide * (len(_BLOCKS) - 1))] for value in values
    )


def _bars(values: Sequence[Value]) -> str:
    there = [value for value in values if value is not None]
    if not there:
        return ""
    low, high = min(0, *there), max(0, *there)
    wide = (high - low) or 1
    cells = "".join(
        f'<td style="vertical-align:bottom;padding:0 1px"><div style="height:'
        f"{0 if value is None else max(1, round((value - low) / wide * BAR_PIXELS))}px;"
        f'background:{_BAR};font-size:0">&nbsp;</div></td>'
        for value in values
    )
    style = f"width:100%;height:{BAR_PIXELS}px;table-layout:fixed"
    return f'<table role="presentation" cellspacing="0" style="{style}"><tr>{cells}</tr></table>'


def _panel(title: str, html: str) -> str:
    return (
        f'<div style="background:#fff;border:1px solid {_LINE};border-radius:8px;padding:14px 16px;margin:0 0 12px">'
        f'<h2 style="font-size:14px;margin:0 0 8px;font-weight:600">{escape(title)}</h2>{html}</div>'
    )


def _table(table: AnswerTable, heading: Heading) -> str:
    cell = f"padding:4px 8px;border-bottom:1px solid {_LINE};text-align:"
    head = "".join(f'<th style="{cell}left;color:{_FAINT}">{escape(each.title)}</th>' for each in table.columns)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="{cell}{_side(each)}">{escape(_shown(value, heading))}</td>'
            for each, value in zip(table.columns, row, strict=True)
        )
        + "</tr>"
        for row in table.rows[:ROWS_MAX]
    )
    more = f'<p style="color:{_FAINT};font-size:12px">… {len(table.rows):,}</p>' if len(table.rows) > ROWS_MAX else ""
    return f'<table cellspacing="0" style="border-collapse:collapse;font-size:13px;width:100%"><tr>{head}</tr>{body}</table>{more}'


def _side(column: TableColumn) -> str:
    return "left" if column.kind in ("text", "day", "instant") else "right"


def _plain(table: AnswerTable, heading: Heading) -> str:
    lines = ["\t".join(each.title for each in table.columns)]
    lines += ["\t".join(_shown(value, heading) for value in row) for row in table.rows[:ROWS_MAX]]
    return "\n".join(lines)


def _shown(value: Cell, heading: Heading) -> str:
    if value is None:
        return "—"
    if isinstance(value, datetime):
        return value.astimezone(heading.zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int | Decimal) else value
