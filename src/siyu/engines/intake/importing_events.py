"""Importing events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from siyu.engines.intake.contracts import EVENT_BYTES_MAX
from siyu.engines.intake.draining import Arrival, record_arrivals
from siyu.engines.intake.importing_cells import RowError, Terms, cell, identity_in, instant_in, value_in
from siyu.engines.intake.importing_rows import KeyedRow, Outcome, parsed_rows, refuse_erased
from siyu.engines.intake.rules import BadEventError, outside_name
from siyu.engines.intake.tables import Row
from siyu.kernel.actors import Actor
from siyu.kernel.ids import derived_hex
from siyu.platform.postgres.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Which column tells what of an event; all other columns become properties, with the types that the file has, in a file
    of texts numbers as numbers. One of `event` (a column) and `event_name` (the same for every row) is given."""

    customer: str
    at: str
    customer_kind: str = "member_id"
    event: str | None = None
    event_name: str | None = None
    message_id: str | None = None
    kind: Literal["events"] = "events"

    @property
    def columns_needed(self) -> Sequence[str]:
        return [name for name in (self.customer, self.at, self.event, self.message_id) if name is not None]

    @property
    def has_own_keys(self) -> bool:
        return self.message_id is not None

    @property
    def rights(self) -> Sequence[str]:
        return []

    def store(self, work: UnitOfWork, actor: Actor, terms: Terms, rows: Sequence[KeyedRow]) -> Outcome:
        """Records the events that are not known yet, exactly as if they had come through the door."""
        actor.require_one_of("intake.write", "imports.write")
        parsed, refused = parsed_rows(self.parse, terms, rows)
        refuse_erased(work, actor, {line: told.identities for line, told in parsed.items()}, parsed, refused)
        new = record_arrivals(work, list(parsed.values()))
        return Outcome(new=new, known=len(parsed) - new, refused=refused)

    def parse(self, terms: Terms, keyed: KeyedRow) -> Arrival:
        """The event that a row tells of; RowError where it tells none."""
        row = keyed.row
        identity = identity_in(row, self.customer, self.customer_kind)
        at = instant_in(terms, row, self.at)
        message_id = cell(row, self.message_id, "the message's id") if self.message_id else keyed.key
        try:
            name = outside_name(cell(row, self.event, "the event's name") if self.event else self.event_name or "")
        except BadEventError as error:
            raise RowError("bad_event", self.event or "", detail=error.reason) from error
        document = msgspec.json.encode(self._properties(terms, row))
        if len(document) > EVENT_BYTES_MAX:
            raise RowError("too_large", most=EVENT_BYTES_MAX)
        return Arrival(
            message_id=derived_hex(terms.name, message_id),
            hour=int(at.timestamp() // 3600),
            name=name,
            at=at,
            source=f"import:{terms.name}",
            identities=(identity,),
            document=document,
            traits=None,
        )

    def _properties(self, terms: Terms, row: Row) -> dict[str, Any]:
        named = set(self.columns_needed)
        told = {column: value_in(row, column, "auto", terms) for column in row.cells if column and column not in named}
        return {column: value for column, value in told.items() if value is not None}
