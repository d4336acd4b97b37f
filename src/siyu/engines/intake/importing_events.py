"""Importing events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from siyu.domain.customers.contracts import BadIdentityError, normal_identity
from siyu.engines.intake.draining import Arrival, record_arrivals
from siyu.engines.intake.importing import FileSource, KeyedRow, Outcome, RowError, cell, instant_in
from siyu.engines.intake.rules import BadEventError, outside_name
from siyu.kernel.actors import Actor
from siyu.kernel.ids import derived_hex
from siyu.platform.postgres.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Which column tells what; all other columns become properties, numbers as numbers. One of `event` (a column) and
    `event_name` (the same for every row) is given."""

    customer: str
    at: str
    customer_kind: str = "member_id"
    event: str | None = None
    event_name: str | None = None
    message_id: str | None = None

    @property
    def columns_needed(self) -> Sequence[str]:
        return [name for name in (self.customer, self.at, self.event, self.message_id) if name is not None]

    def store(self, work: UnitOfWork, actor: Actor, source: FileSource, rows: Sequence[KeyedRow]) -> Outcome:
        """Records the events that are not known yet, exactly as if they had come through the door."""
        actor.require("intake.write")
        refused: dict[int, str] = {}
        arrivals = []
        for keyed in rows:
            try:
                arrivals.append(self._arrival(source, keyed, work.clock.now()))
            except (RowError, BadEventError) as error:
                refused[keyed.row.line] = str(error)
        new = record_arrivals(work, arrivals)
        return Outcome(new=new, known=len(arrivals) - new, refused=refused)

    def _arrival(self, source: FileSource, keyed: KeyedRow, now: datetime) -> Arrival:
        row = keyed.row
        try:
            identity = normal_identity(self.customer_kind, cell(row, self.customer, "the customer"))
        except BadIdentityError as error:
            raise RowError(f"{self.customer}: {error.detail}") from error
        at = instant_in(source, cell(row, self.at, "the time"), self.at, now)
        message_id = cell(row, self.message_id, "the message's id") if self.message_id else str(keyed.key)
        named = set(self.columns_needed)
        properties = {name: _value(text) for name, text in row.cells.items() if name not in named and text != ""}
        return Arrival(
            message_id=derived_hex(source.name, message_id),
            hour=int(at.timestamp() // 3600),
            name=outside_name(cell(row, self.event, "the event's name") if self.event else self.event_name or ""),
            at=at,
            source=f"import:{source.name}",
            identities=(identity,),
            document=msgspec.json.encode(properties),
            traits=None,
        )


def _value(text: str) -> str | int | float:
    """A cell as a number where it is one in its plain spelling ("007" and "1e5" stay text)."""
    if text.isascii() and len(text) <= 15:
        digits = text.removeprefix("-")
        if digits.isdigit() and (digits == "0" or not digits.startswith("0")):
            return int(text)
        whole, dot, fraction = digits.partition(".")
        if dot and fraction.isdigit() and whole.isdigit() and (whole == "0" or not whole.startswith("0")):
            return float(text)
    return text
