"""Conditions over one edition of an estimate, all of them in one pass over its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from siyu.domain.segments.contracts import ESTIMATES as MODELS
from siyu.domain.segments.contracts import EstimateCondition, EstimateModel
from siyu.engines.audience.frames import Bits, Frame, packed
from siyu.engines.audience.scans import WORD_BITS, Reach, word_count, words_of
from siyu.platform.columns.client import Columns
from siyu.platform.columns.comparing import compared
from siyu.platform.columns.queries import Parameters, Place, Query
from siyu.platform.columns.schema import ESTIMATES

_OPPOSITES = frozenset({"is_not", "not_one_of", "is_not_set"})
"""What who has no row fulfils: it is asked the other way round."""


@dataclass(frozen=True, slots=True)
class _Place(Place):
    """Where a number or a word stands in a row; NULL where it does not. `column` is the map, `name` the placeholder of its key."""

    @property
    def whole(self) -> str:
        return f"if(mapContains({self.column}, {self.name}), {self.column}[{self.name}], NULL)"

    @property
    def text(self) -> str:
        return self.whole if self.column == "words" else "CAST(NULL, 'Nullable(String)')"

    @property
    def number(self) -> str:
        return self.whole if self.column == "numbers" else "CAST(NULL, 'Nullable(Float64)')"

    @property
    def truth(self) -> str:
        return "CAST(NULL, 'Nullable(Bool)')"

    def has_element(self, value: str | float, parameters: Parameters) -> str:  # noqa: ARG002  # there are no lists
        return "0"


def _place(parameters: Parameters, leaf: EstimateCondition) -> _Place:
    column = "numbers" if MODELS[leaf.model][leaf.name] == "number" else "words"
    return _Place(column, parameters.bind(leaf.name, "String"))


@dataclass
class Edition:
    """The conditions over one edition, in order. Its rows do not change, so time and the log change no answer."""

    model: EstimateModel
    edition: int | None
    reach: Reach
    parameters: Parameters = field(default_factory=Parameters)
    answers: list[str] = field(default_factory=list)
    opposites: list[bool] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.edition is None:
            raise ValueError("an estimate condition is asked in its expanded form")

    def add(self, key: str, leaf: EstimateCondition) -> None:
        """One more condition; `key` is what the answer will be known by."""
        answer = compared(self.parameters, _place(self.parameters, leaf), leaf.operator, leaf.value)
        is_opposite = leaf.operator in _OPPOSITES
        self.keys.append(key)
        self.answers.append(f"(NOT {answer})" if is_opposite else answer)
        self.opposites.append(is_opposite)

    @property
    def query(self) -> Query:
        """One row for each customer of whom anything holds."""
        words = words_of(self.answers)
        selected = ", ".join(f"{word} AS w{number}" for number, word in enumerate(words))
        wanted = " OR ".join(f"w{number} != 0" for number in range(len(words)))
        model, edition = self.parameters.bind(self.model, "String"), self.parameters.bind(self.edition, "UInt32")
        return self.parameters.query(
            f"SELECT customer_id, {selected} FROM {ESTIMATES}{self.reach.first('customer_id')}"  # noqa: S608
            f" WHERE model = {model} AND edition = {edition} AND ({wanted})"
        )

    def run(self, columns: Columns, frame: Frame) -> Mapping[str, Bits]:
        """The answer to each condition for everybody in the frame."""
        query, count = self.query, word_count(len(self.answers))
        dtypes: dict[str, type[np.generic]] = {"customer_id": np.uint64}
        found = columns.query_arrays(
            query.sql, dtypes | {f"w{number}": np.uint64 for number in range(count)}, query.parameters
        )
        positions = frame.positions(found["customer_id"])
        answers: dict[str, Bits] = {}
        for number in range(count):
            word = frame.spread(positions, found[f"w{number}"])
            for bit, key in enumerate(self.keys[number * WORD_BITS :][:WORD_BITS]):
                bits = packed(word, bit)
                is_opposite = self.opposites[number * WORD_BITS + bit]
                answers[key] = frame.opposite(bits) if is_opposite else bits
        return answers


def estimated(columns: Columns, leaf: EstimateCondition, customer_id: int) -> float | str | None:
    """What was estimated of one customer."""
    parameters = Parameters()
    model, edition = parameters.bind(leaf.model, "String"), parameters.bind(leaf.edition, "UInt32")
    query = parameters.query(
        f"SELECT {_place(parameters, leaf).whole} FROM {ESTIMATES} WHERE model = {model} AND edition = {edition}"  # noqa: S608
        f" AND customer_id = {parameters.bind(customer_id, 'UInt64')}"
    )
    return next((value for (value,) in columns.query(query.sql, query.parameters)), None)
