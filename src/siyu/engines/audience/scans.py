"""All conditions over the events of one name in one pass over them, their answers packed into words of 64 bits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments.contracts import NEVER_MS
from siyu.engines.audience.acts import ACTS, is_one_of, with_names
from siyu.engines.audience.frames import Bits, Frame, packed
from siyu.engines.audience.leaves import Answer, ScannedLeaf, answer_of
from siyu.engines.audience.spans import Moment
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters, Query
from siyu.platform.columns.schema import CUSTOMER_OF, EVENTS

WORD_BITS = 64
ANSWERS_MAX = 4 * WORD_BITS
"""So many answers are asked for in one statement at most; the columns take none of more than 256 KiB."""


class Copied(Protocol):
    """Copies of the events of those asked about, with what conditions want of them."""

    name: str

    def parameters(self, names: set[str]) -> Parameters:
        """For a query over the copies of events of these names."""
        ...


@dataclass(frozen=True, slots=True)
class Reach:
    """Which events are looked at: of the customers who stand in the table `asked` (empty: of all), up to a position of the log.
    Where there are copies of them, those are read."""

    asked: str = ""
    upto: int | None = None
    is_cluster: bool = False
    copies: Copied | None = None

    @property
    def events(self) -> str:
        """SQL of the events that are looked at, to be put after FROM."""
        return f"{EVENTS}{self.first()}" if self.copies is None else self.copies.name

    def parameters(self, names: set[str]) -> Parameters:
        """For a query over those of them that have one of these names, to which more may come."""
        return Parameters() if self.copies is None else self.copies.parameters(names)

    def named(self, names: Collection[str], parameters: Parameters) -> str:
        """SQL of those of them that have one of these names. Copies of acts are called ACTS."""
        if len(names) == 1 and (self.copies is not None or ACTS not in names):
            return f"name = {parameters.bind(next(iter(names)), 'String')}"
        return with_names(names, parameters) if self.copies is None else is_one_of(names, parameters)

    def first(self, column: str = "profile_id") -> str:
        """SQL to be put before WHERE: the rows of those asked about are picked before anything else of them is read. A column of
        the table's order, so that FINAL finds the same."""
        if not self.asked:
            return ""
        # the table of those asked about is on one server of a cluster, which sends it to the others
        among = "GLOBAL IN" if self.is_cluster else "IN"
        return f" PREWHERE {column} {among} (SELECT profile_id FROM {self.asked})"  # noqa: S608

    def where(self, parameters: Parameters) -> str:
        """SQL to be put after other conditions."""
        return f" AND position <= {parameters.bind(self.upto, 'UInt64')}" if self.upto is not None else ""


@dataclass
class Scan:
    """The conditions that one scan answers, in order."""

    event: str
    moment: Moment
    reach: Reach
    wants_due: bool
    parameters: Parameters = field(init=False)
    answers: list[Answer] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parameters = self.reach.parameters({self.event})

    def add(self, key: str, leaf: ScannedLeaf) -> None:
        """One more condition; `key` is what the answer will be known by."""
        self.keys.append(key)
        self.answers.append(answer_of(leaf, self.moment, self.parameters))

    @property
    def query(self) -> Query:
        """One row for each customer of whom anything holds or will change."""
        words = words_of([each.holds for each in self.answers])
        selected = [f"{word} AS w{number}" for number, word in enumerate(words)]
        wanted = [f"w{number} != 0" for number in range(len(words))]
        due = sorted({each for answer in self.answers for each in answer.due}) if self.wants_due else []
        if due:
            selected.append(f"{least(due)} AS due_ms")
            wanted.append(f"due_ms < {self.parameters.bind(NEVER_MS, 'Int64')}")
        named = self.reach.named([self.event], self.parameters)
        now = self.parameters.bind(self.moment.ms, "Int64")
        sql = (
            f"WITH toUnixTimestamp64Milli(occurred_at) AS t SELECT {CUSTOMER_OF} AS customer_id, {', '.join(selected)}"  # noqa: S608
            f" FROM {self.reach.events} WHERE {named} AND t <= {now}{self._lower}{self.reach.where(self.parameters)}"
            f" GROUP BY customer_id HAVING {' OR '.join(wanted)}"
        )
        return self.parameters.query(sql)

    @property
    def _lower(self) -> str:
        bounds = [answer.after_ms for answer in self.answers]
        if any(bound is None for bound in bounds):
            return ""
        return f" AND t > {self.parameters.bind(min(bound for bound in bounds if bound is not None), 'Int64')}"

    def run(self, columns: Columns, frame: Frame) -> Mapping[str, Bits]:
        """The answer to each condition for everybody in the frame; notes when they are due there."""
        query = self.query
        found = columns.query_arrays(query.sql, _dtypes(query, len(self.answers)), query.parameters)
        positions = frame.note_due(found["customer_id"], found.pop("due_ms", None))
        answers: dict[str, Bits] = {}
        for number in range(word_count(len(self.answers))):
            word = frame.spread(positions, found[f"w{number}"])
            for bit, answer in enumerate(self.answers[number * WORD_BITS : (number + 1) * WORD_BITS]):
                bits = packed(word, bit)
                key = self.keys[number * WORD_BITS + bit]
                answers[key] = frame.opposite(bits) if answer.is_opposite else bits
        return answers


def word_count(size: int) -> int:
    """How many words that many answers take."""
    return -(-size // WORD_BITS)


def words_of(answers: Sequence[str]) -> list[str]:
    """SQL of the words that hold these answers, bit after bit."""
    return [word_of(answers[start:][:WORD_BITS]) for start in range(0, len(answers), WORD_BITS)]


def word_of(answers: Sequence[str]) -> str:
    """SQL of a word that holds these answers. What is compared with a LowCardinality is one too, unless it is cast."""
    bits = " + ".join(f"bitShiftLeft(toUInt64({answer}), {bit})" for bit, answer in enumerate(answers))
    return f"CAST({bits}, 'UInt64')"


def least(times: Iterable[str]) -> str:
    """SQL of the first of some instants."""
    several = list(times)
    return f"least({', '.join(several)})" if len(several) > 1 else several[0]


def _dtypes(query: Query, size: int) -> dict[str, type[np.generic]]:
    dtypes: dict[str, type[np.generic]] = {"customer_id": np.uint64}
    dtypes |= {f"w{number}": np.uint64 for number in range(word_count(size))}
    return dtypes | ({"due_ms": np.int64} if " AS due_ms" in query.sql else {})


def told_in_future(
    columns: Columns, names: Iterable[str], moment: Moment, reach: Reach
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Customers who have events of these names with a time that is still to come, and when the first of them begins to count."""
    parameters = Parameters()
    sql = (
        f"WITH toUnixTimestamp64Milli(occurred_at) AS t SELECT {CUSTOMER_OF} AS customer_id, min(t) AS due_ms FROM {reach.events}"  # noqa: S608
        f" WHERE {reach.named({*names}, parameters)}"
        f" AND occurred_at > fromUnixTimestamp64Milli({parameters.bind(moment.ms, 'Int64')}, 'UTC')"
        f"{reach.where(parameters)} GROUP BY customer_id"
    )
    query = parameters.query(sql)
    found = columns.query_arrays(query.sql, {"customer_id": np.uint64, "due_ms": np.int64}, query.parameters)
    return found["customer_id"], found["due_ms"]
