"""Everybody who is asked about, and conditions over a customer's row in the columns, all of them in one pass over the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from siyu.domain.customers.contracts import ALL_CHANNELS, PURPOSES
from siyu.domain.segments.contracts import (
    NEVER_MS,
    AnniversaryCondition,
    AttributeCondition,
    ConsentCondition,
    CustomerLeaf,
    EntryCondition,
    IdentityCondition,
    Ids,
    KeeperCondition,
    TagCondition,
)
from siyu.engines.audience.anniversaries import Returns, day_parts
from siyu.engines.audience.frames import Bits, Frame, packed
from siyu.engines.audience.scans import ANSWERS_MAX, WORD_BITS, Reach, least, word_count, words_of
from siyu.engines.audience.spans import Moment
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns
from siyu.platform.columns.comparing import DAY_SHAPE, compared
from siyu.platform.columns.queries import Parameters, Query, in_scope
from siyu.platform.columns.schema import CUSTOMERS, consent_text

RowLeaf = CustomerLeaf | AnniversaryCondition
_GRANTED, _WITHDRAWN = "granted", "withdrawn"


@dataclass
class Rows:
    """The conditions that the rows answer, in order. `scope` and `reach` say whose rows."""

    moment: Moment
    scope: Scope
    reach: Reach
    wants_due: bool
    parameters: Parameters = field(default_factory=Parameters)
    answers: list[str] = field(default_factory=list)
    dues: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def add(self, key: str, leaf: RowLeaf) -> None:
        """One more condition; `key` is what the answer will be known by."""
        self.keys.append(key)
        self.answers.append(self._answer(leaf))

    @property
    def queries(self) -> list[Query]:
        """One row for everybody, with so many answers at a time as a statement holds; when they are due with the first."""
        found = []
        for start in range(0, len(self.answers), ANSWERS_MAX):
            words = words_of(self.answers[start : start + ANSWERS_MAX])
            selected = [f"{word} AS w{number}" for number, word in enumerate(words)]
            if self._has_due and not start:
                selected.append(f"{least(self.dues)} AS due_ms")
            found.append(self._query(["customer_id", *selected]))
        return found

    def frame(self, columns: Columns) -> Frame:
        """Everybody. Found out alone and first, for then the answers of the rows may be waited for with those of the events."""
        query = self._query(["customer_id"])
        return Frame(
            np.sort(columns.query_arrays(query.sql, {"customer_id": np.uint64}, query.parameters)["customer_id"])
        )

    def run(self, columns: Columns, frame: Frame) -> Mapping[str, Bits]:
        """The answer to each condition for everybody in the frame; notes there when they are due. Who came since is not in it; who
        went since has a newer row than the position, and is told apart."""
        answers: dict[str, Bits] = {}
        for number, query in enumerate(self.queries):
            keys = self.keys[number * ANSWERS_MAX :][:ANSWERS_MAX]
            dtypes: dict[str, type[np.generic]] = {"customer_id": np.uint64}
            dtypes |= {f"w{word}": np.uint64 for word in range(word_count(len(keys)))}
            if self._has_due and not number:
                dtypes["due_ms"] = np.int64
            found = columns.query_arrays(query.sql, dtypes, query.parameters)
            positions = frame.note_due(found["customer_id"], found.pop("due_ms", None))
            for word in range(word_count(len(keys))):
                spread = frame.spread(positions, found[f"w{word}"])
                some = keys[word * WORD_BITS :][:WORD_BITS]
                answers |= {key: packed(spread, bit) for bit, key in enumerate(some)}
        return answers

    def _query(self, selected: Sequence[str]) -> Query:
        # what is newer than the position is told apart by `newer`, not left out: an older version would stand there
        return self.parameters.query(
            f"SELECT {', '.join(selected)} FROM {CUSTOMERS} FINAL"  # noqa: S608
            f"{self.reach.first('customer_id')} WHERE {in_scope(self.parameters, self.scope)}"
        )

    @property
    def _has_due(self) -> bool:
        return self.wants_due and bool(self.dues)

    def _answer(self, leaf: RowLeaf) -> str:
        """SQL that is 1 or 0 for a row."""
        bind = self.parameters.bind
        if isinstance(leaf, AttributeCondition):
            return self._attribute(leaf)
        if isinstance(leaf, AnniversaryCondition):
            month_and_day, year = day_parts(self.parameters.place("attributes", leaf.attribute or "").text)
            returns = Returns(leaf, self.moment, self.parameters)
            self.dues.append(returns.due(month_and_day))
            return returns.holds(month_and_day, year)
        if isinstance(leaf, TagCondition):
            function = "hasAll" if leaf.operator == "all_of" else "hasAny"
            return f"{function}(tag_ids, {bind(list(leaf.tag_ids), 'Array(UInt64)')})"
        if isinstance(leaf, KeeperCondition):
            return f"hasAny(staff_ids, {bind(list(leaf.staff_ids), 'Array(UInt64)')})"
        if isinstance(leaf, ConsentCondition):
            return self._consent(leaf)
        if isinstance(leaf, IdentityCondition):
            return f"hasAny(identity_kinds, {bind(list(leaf.identities), 'Array(String)')})"
        if isinstance(leaf, EntryCondition):
            return f"has({bind(list(leaf.channels), 'Array(String)')}, toString(entry_channel))"
        unit_ids = [str(unit_id) for unit_id in leaf.unit_ids]
        return f"hasAny(splitByChar('.', unit_path), {bind(unit_ids, 'Array(String)')})"

    def _consent(self, leaf: ConsentCondition) -> str:
        """As the room of customers decides it (`may_receive`)."""
        channel = leaf.channel or ALL_CHANNELS
        granted, withdrawn = (
            f"has(consents, {self.parameters.bind(consent_text(leaf.purpose, channel, state), 'String')})"
            for state in (_GRANTED, _WITHDRAWN)
        )
        if leaf.state == "granted":
            return granted
        if leaf.state == "withdrawn":
            return withdrawn
        if leaf.state == "unasked":
            return f"(NOT {granted} AND NOT {withdrawn})"
        refused = [consent_text(leaf.purpose, each, _WITHDRAWN) for each in {channel: 1, ALL_CHANNELS: 1}]
        allowed = f"NOT hasAny(consents, {self.parameters.bind(refused, 'Array(String)')})"
        return f"({granted} AND {allowed})" if PURPOSES[leaf.purpose].needs_consent else f"({allowed})"

    def _attribute(self, leaf: AttributeCondition) -> str:
        place = self.parameters.place("attributes", leaf.name)
        if leaf.operator == "in_last_days" or leaf.operator == "in_next_days":  # so that mypy sees it
            days = int(leaf.value) if isinstance(leaf.value, int | float) else 0
            return self._near(place.text, days, is_next=leaf.operator == "in_next_days")
        return compared(self.parameters, place, leaf.operator, leaf.value)

    def _near(self, text: str, days: int, *, is_next: bool) -> str:
        """Whether the day of a text is one of some days that begin or end with today. Those that come in and go out in the next
        days do it when a day begins; who is further away is looked at again when those are over."""
        today = self.moment.today
        first = today if is_next else today - timedelta(days=days - 1)
        last = first + timedelta(days=days - 1)
        day = f"if(ifNull(match({text}, '{DAY_SHAPE}'), 0), substring(ifNull({text}, ''), 1, 10), '')"
        real = f"toString(toDate32OrNull({day})) = {day}"
        low, high = (self.parameters.bind(each.isoformat(), "String") for each in (first, last))
        number = f"toInt64(ifNull(toDate32OrNull({day}), toDate32(0)))"
        # entering is when the nearer end of the days reaches it, leaving when the other has passed it
        enters = self._day_start(number, -(last - today).days, f"{day} > {high}")
        leaves = self._day_start(number, 1 + (today - first).days, f"{day} >= {low} AND {day} <= {high}")
        self.dues.append(f"if(ifNull({real}, 0), least({enters}, {leaves}), {self.parameters.bind(NEVER_MS, 'Int64')})")
        return f"ifNull({real} AND {day} >= {low} AND {day} <= {high}, 0)"

    def _day_start(self, number: str, later: int, condition: str) -> str:
        """SQL of when the day begins that is `later` days after the day of that number, where a condition holds."""
        zone = self.parameters.bind(str(self.moment.zone), "String")
        day = f"toDate32({number} + {self.parameters.bind(later, 'Int64')})"
        start = f"toUnixTimestamp64Milli(toDateTime64({day}, 3, {zone}))"
        return f"if({condition}, {start}, {self.parameters.bind(NEVER_MS, 'Int64')})"


def newer(columns: Columns, upto: int, reach: Reach) -> Ids:
    """Customers whose row was written from a later stretch of the log, also where it is the row of somebody merged or erased."""
    parameters = Parameters()
    sql = (
        f"SELECT DISTINCT customer_id FROM {CUSTOMERS}{reach.first('customer_id')}"  # noqa: S608
        f" WHERE position > {parameters.bind(upto, 'UInt64')}"
    )
    return np.sort(columns.query_column(sql, parameters.values))
