"""Costs: what was spent on a day, and on what. Part of `contracts`.

A line says how much (in fen of the company's currency) was spent on which day for which channel, campaign and content; each of
these is empty where it is not known. Lines have a key of their own within their source: told again they change nothing, told with
another content they are corrected. Nobody is named in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from siyu.kernel.errors import InvalidError, NotFoundError

AMOUNT_FEN_MAX: Final = 10**13
COST_TEXT_LENGTH_MAX: Final = 100
COST_SOURCE_LENGTH_MAX: Final = 200
"""As that of an import."""
COST_LINES_MAX: Final = 5_000
"""In one call."""

CostField = Literal["channel", "campaign", "content"]
COST_FIELDS: Final[Sequence[CostField]] = ("channel", "campaign", "content")


@dataclass(frozen=True, slots=True)
class NewCost:
    """A line that somebody tells. `key` makes it this line whenever it is told."""

    key: str
    spent_on: date
    amount_fen: int
    channel: str = ""
    campaign: str = ""
    content: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """A line that counts. `corrects_id` is the one whose place it took."""

    cost_id: int
    source: str
    key: str
    spent_on: date
    amount_fen: int
    channel: str
    campaign: str
    content: str
    note: str
    import_id: int | None
    corrects_id: int | None
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class RecordedCosts:
    """What became of lines that were told: new ones, those that took another's place, and those that were known."""

    new: int
    corrected: int
    known: int


@dataclass(frozen=True, slots=True)
class CostFilter:
    """Which lines: of these days, both included, and with exactly these words; None is any."""

    since_on: date | None = None
    until_on: date | None = None
    channel: str | None = None
    campaign: str | None = None
    content: str | None = None
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class CostPart:
    """What lines with the same word come to."""

    word: str
    lines: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class CostTotals:
    """What lines come to together, and by channel and campaign, the most first."""

    lines: int
    amount_fen: int
    channels: Sequence[CostPart]
    campaigns: Sequence[CostPart]


@dataclass(frozen=True, slots=True)
class CostImport:
    """An import of which lines still count."""

    import_id: int
    source: str
    lines: int
    amount_fen: int
    since_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent on a day under the same words."""

    spent_on: date
    channel: str
    campaign: str
    content: str
    amount_fen: int


class BadCostError(InvalidError):
    """This cost cannot be kept."""

    code = "bad_cost"


class UnknownCostError(NotFoundError):
    """There is no such cost, or it was withdrawn."""

    code = "unknown_cost"
