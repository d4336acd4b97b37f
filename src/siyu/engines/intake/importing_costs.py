"""Importing costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from siyu.domain.metrics import service as metrics
from siyu.domain.metrics.contracts import COST_TEXT_LENGTH_MAX, NewCost
from siyu.engines.intake.importing_cells import RowError, Terms, cell, fen_in, instant_in
from siyu.engines.intake.importing_rows import KeyedRow, Outcome, parsed_rows
from siyu.engines.intake.tables import Row
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class CostColumns:
    """Which column tells what of a cost. `channel_name`: the channel of every row, where no column tells it. Rows with a key
    (`cost_key`) that comes again with another content are corrected; without a column of keys an equal row is the same row."""

    spent_on: str
    amount: str
    channel: str | None = None
    campaign: str | None = None
    content: str | None = None
    note: str | None = None
    cost_key: str | None = None
    channel_name: str = ""
    currency: str = "CNY"
    kind: Literal["costs"] = "costs"

    @property
    def columns_needed(self) -> Sequence[str]:
        named = (self.spent_on, self.amount, self.channel, self.campaign, self.content, self.note, self.cost_key)
        return [name for name in named if name is not None]

    @property
    def has_own_keys(self) -> bool:
        return self.cost_key is not None

    @property
    def rights(self) -> Sequence[str]:
        return ["costs.write"]

    def store(self, work: UnitOfWork, actor: Actor, terms: Terms, rows: Sequence[KeyedRow]) -> Outcome:
        """Records the lines; of several with the same key the last one counts."""
        parsed, refused = parsed_rows(self.parse, terms, rows)
        done = metrics.record_costs(work, actor, terms.name, list(parsed.values()), import_id=terms.import_id)
        return Outcome(new=done.new + done.corrected, known=done.known, refused=refused)

    def parse(self, terms: Terms, keyed: KeyedRow) -> NewCost:
        """The line that a row tells of; RowError where it tells none."""
        row = keyed.row
        key = cell(row, self.cost_key, "the row's number") if self.cost_key else keyed.key
        if len(key) > COST_TEXT_LENGTH_MAX or not key.isprintable():
            raise RowError("too_long", self.cost_key or "", most=COST_TEXT_LENGTH_MAX)
        return NewCost(
            key=key,
            spent_on=instant_in(terms, row, self.spent_on).astimezone(terms.zone).date(),
            amount_fen=fen_in(row, self.amount, self.currency),
            channel=_word(row, self.channel) or self.channel_name,
            campaign=_word(row, self.campaign),
            content=_word(row, self.content),
            note=_word(row, self.note),
        )


def _word(row: Row, column: str | None) -> str:
    """What stands there, its line breaks and tabs turned into blanks."""
    text = " ".join(row.cells.get(column, "").split()) if column is not None else ""
    if len(text) > COST_TEXT_LENGTH_MAX or not text.isprintable():
        raise RowError("too_long", column or "", most=COST_TEXT_LENGTH_MAX)
    return text
