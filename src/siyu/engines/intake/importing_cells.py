"""What the cells of an imported file mean: instants, amounts, numbers, yes and no; and why one is refused, in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Literal

from siyu.domain.customers.contracts import BadIdentityError, Identity, normal_identity
from siyu.domain.orders.contracts import TOTAL_FEN_MAX
from siyu.engines.intake.tables import Row
from siyu.kernel.money import fen_of

QUANTITY_MAX = 2**31 - 1
SHOWN_CHARACTERS_MAX = 40
TIME_CHARACTERS_MAX = 60

ValueType = Literal["auto", "text", "number", "yes_no", "day"]

REASONS: Mapping[str, tuple[str, str]] = {
    "empty": ("{column}: empty; {meaning} is needed", "{column}：空着，这一列必填"),
    "bad_identity": ("{column}: {detail}", "{column}：不是能认出客户的标识"),
    "no_identity": ("none of the columns that say who holds anything", "认客户的各列都空着"),
    "bad_instant": ("{column}: {shown!r} is no day or time that can be read", "{column}：认不出时间 {shown}"),
    "too_early": ("{column}: before 1970", "{column}：早于 1970 年"),
    "to_come": (
        "{column}: {shown!r} is still to come; is the time zone right?",
        "{column}：{shown} 还没有到，时区对吗？",
    ),
    "bad_amount": ("{column}: {shown!r} is no amount of money in {currency}", "{column}：{shown} 不是 {currency} 金额"),
    "amount_range": ("{column}: an amount paid is neither negative nor that large", "{column}：实付金额为负，或过大"),
    "bad_quantity": ("{column}: {shown!r} is no quantity", "{column}：{shown} 不是件数"),
    "bad_value": ("{column}: {shown!r} is no {type}", "{column}：{shown} 与所选类型不符"),
    "bad_consent": ("{column}: {shown!r} is neither yes nor no", "{column}：{shown} 看不出是同意还是拒绝"),
    "too_long": ("{column}: longer than {most} characters", "{column}：超过 {most} 个字符"),
    "too_large": ("the other columns hold more than {most} bytes", "其余各列合计超过 {most} 字节"),
    "bad_event": ("{detail}", "事件名不能用"),
    "conflict": ("order {shown}: known already, with another content", "订单 {shown} 已有，但内容不同"),
    "erased": ("this person was erased; a file does not bring them back", "此人的信息已按要求删除，文件导入不会恢复"),
    "bad_row": ("{detail}", "这一行读不出来：列数不对、引号没有成对，或含有不可读的字符"),
}
"""Why a row is refused, by a stable code: in English and in Chinese."""

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?[T\s]*(.*)", re.IGNORECASE | re.DOTALL)
_ONE_DIGIT = re.compile(r"(?<!\d)(\d)(?=:)|(?<=:)(\d)(?!\d)")
_AMOUNT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][+-]?\d+)?")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_MARKS: Mapping[str, tuple[str, ...]] = {
    "CNY": ("¥", "元", "RMB"),
    "JPY": ("¥", "円"),
    "USD": ("US$", "$"),
    "HKD": ("HK$", "$"),
    "EUR": ("€",),
    "GBP": ("£",),
}
_YES = frozenset({"是", "有", "同意", "已同意", "授权", "已授权", "订阅", "已订阅", "y", "yes", "true", "1", "t", "on"})
_NO = frozenset({"否", "无", "不", "不同意", "拒绝", "已拒绝", "退订", "已退订", "n", "no", "false", "0", "f", "off"})
_DIGITS: Mapping[int, Callable[[str, tzinfo], datetime]] = {
    8: lambda text, zone: _by_format(text, "%Y%m%d", zone),
    10: lambda text, _: datetime.fromtimestamp(int(text), UTC),
    13: lambda text, _: datetime.fromtimestamp(int(text) / 1000, UTC),
    14: lambda text, zone: _by_format(text, "%Y%m%d%H%M%S", zone),
}
"""What a time of nothing but digits means, by their number: a day, seconds or milliseconds since 1970, a second."""


class RowError(ValueError):
    """A row that cannot be imported: a code of REASONS, and what stands in the holes of its words."""

    def __init__(self, code: str, column: str = "", shown: str = "", **more: object) -> None:
        self.code, self.column = code, column
        holes = {"column": column, "shown": shown[:SHOWN_CHARACTERS_MAX], **more}
        self.reason, self.reason_zh = (words.format(**holes) for words in REASONS[code])
        super().__init__(self.reason)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all rows of a file. Times without a zone are in `zone`; nothing happened after `now`; what is told
    without a time of its own is told `as_of`. `at_format` is strptime's; `import_id` says which import it is, where it is one."""

    name: str
    zone: tzinfo
    now: datetime
    as_of: datetime
    at_format: str | None = None
    import_id: int | None = None


def cell(row: Row, column: str, meaning: str) -> str:
    """The text of a cell that must not be empty; RowError otherwise."""
    text = row.cells.get(column, "").strip()
    if not text:
        raise RowError("empty", column, meaning=meaning)
    return text


def identity_in(row: Row, column: str, kind: str) -> Identity:
    """The identity a cell tells; RowError where it tells none."""
    try:
        return normal_identity(kind, cell(row, column, "the customer"))
    except BadIdentityError as error:
        raise RowError("bad_identity", column, detail=error.detail) from error


def instant_in(terms: Terms, row: Row, column: str) -> datetime:
    """The instant a cell tells, in UTC; RowError where it tells none, or one that is still to come."""
    text = cell(row, column, "the time")
    value = row.values.get(column) if row.values else None
    try:
        if isinstance(value, date):
            instant = _instant_of(value, terms.zone)
        else:
            instant = _instant_told(text, terms.zone, terms.at_format).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RowError("bad_instant", column, text) from error
    if instant.year < 1970:
        raise RowError("too_early", column)
    if instant > terms.now:
        raise RowError("to_come", column, text)
    return instant


def _by_format(text: str, at_format: str, zone: tzinfo) -> datetime:
    instant = datetime.strptime(text, at_format)  # noqa: DTZ007 - the format may hold a zone, and may not
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)


def _instant_told(text: str, zone: tzinfo, at_format: str | None) -> datetime:
    if len(text) > TIME_CHARACTERS_MAX:
        raise ValueError("too long for a time")
    if at_format is not None:
        return _by_format(text, at_format, zone)
    text = unicodedata.normalize("NFKC", text)
    if text.isdigit() and len(text) in _DIGITS:
        return _DIGITS[len(text)](text, zone)
    if found := _DATE.fullmatch(text):
        year, month, day, rest = found.groups()
        clock = _ONE_DIGIT.sub(lambda digit: f"0{digit[0]}", rest.strip())
        text = f"{year}-{int(month):02d}-{int(day):02d}" + (f"T{clock}" if clock else "")
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)


def fen_in(row: Row, column: str, currency: str) -> int:
    """The amount of money a cell tells, in hundredths: "1,234.50", "¥99", "９９元" too, if the mark is the currency's."""
    text = cell(row, column, "the amount paid")
    plain = unicodedata.normalize("NFKC", text).upper().replace("￥", "¥")
    for mark in (currency, *_MARKS.get(currency, ())):
        plain = plain.removeprefix(mark).removesuffix(mark).strip()
    try:
        if not _AMOUNT.fullmatch(plain) or not plain:
            raise ValueError("no amount")
        total_fen = fen_of(plain.replace(",", ""))
    except ValueError as error:
        raise RowError("bad_amount", column, text, currency=currency) from error
    if not 0 <= total_fen <= TOTAL_FEN_MAX:
        raise RowError("amount_range", column)
    return total_fen


def quantity_in(row: Row, column: str) -> int:
    """The whole number a cell tells; RowError where it tells none."""
    text = cell(row, column, "a quantity")
    plain = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix(".0").removesuffix(".00")
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 10) or int(plain) > QUANTITY_MAX:
        raise RowError("bad_quantity", column, text)
    return int(plain)


def yes_in(row: Row, column: str) -> bool | None:
    """Yes, no, or None for an empty cell; RowError for what is neither."""
    text = row.cells.get(column, "").strip()
    word = unicodedata.normalize("NFKC", text).lower()
    if not word:
        return None
    if word not in _YES and word not in _NO:
        raise RowError("bad_consent", column, text)
    return word in _YES


def value_in(row: Row, column: str, kind: ValueType, terms: Terms) -> Any:
    """A cell as a value of that type: None where it is empty, RowError where it is none. A day is told in the terms' zone."""
    text = row.cells.get(column, "").strip()
    if not text:
        return None
    if kind == "auto":
        return _as_told(row, column, text)
    try:
        if kind == "number":
            plain = unicodedata.normalize("NFKC", text).replace(",", "")
            return int(plain) if plain.removeprefix("-").isdigit() and len(plain) <= 15 else _finite(plain)
        if kind == "yes_no":
            return yes_in(row, column)
        if kind == "day":
            value = row.values.get(column) if row.values else None
            if isinstance(value, date):
                return _instant_of(value, terms.zone).astimezone(terms.zone).date().isoformat()
            instant = _instant_told(text, terms.zone, terms.at_format)
            return instant.astimezone(terms.zone).date().isoformat()
    except (ValueError, OverflowError) as error:
        raise RowError("bad_value", column, text, type=kind.replace("_", " or ")) from error
    return text


def _finite(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise ValueError("not finite")
    return number


def _as_told(row: Row, column: str, text: str) -> Any:
    """With the type that the file gives; in a file of texts a number where it is one in its plain spelling ("007" and
    "1e5" stay text)."""
    if row.values is not None:
        value = row.values.get(column)
        return value.isoformat() if isinstance(value, date) else value if _is_plain(value) else text
    if len(text) <= 15 and text.isascii() and (found := _NUMBER.fullmatch(text)):
        return float(text) if found[2] else int(text)
    return text


def _is_plain(value: Any) -> bool:
    """Whether JSON can hold it as it is, and everybody down the line can read it."""
    if isinstance(value, int):
        return abs(value) < 2**63
    return isinstance(value, str | float | dict | list)


def _instant_of(value: date, zone: tzinfo) -> datetime:
    """A date as a file with types has it; a day begins at its midnight."""
    instant = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=zone)
    return (instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)).astimezone(UTC)
