"""From a definition to ClickHouse SQL. Pure.

Every condition about events of one name is answered in one scan of those events, grouped by customer; attributes are
read with the universe; the definition itself is a boolean expression over these answers. Each answer is about somebody who
has such events: "at most 3 times" is asked as "not at least 4 times", which those without any satisfy too.
All values, and the names of attributes and properties, are bound parameters; no text of a definition stands in the SQL
(hence `noqa: S608`: what is put together here are our own words and placeholders).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from siyu.domain.segments.contracts import (
    AllCondition,
    AnyCondition,
    AttributeCondition,
    Condition,
    EventCountCondition,
    EventLeaf,
    EventSumCondition,
    Leaf,
    NotCondition,
)
from siyu.kernel.actors import Scope
from siyu.platform.columns.schema import CUSTOMER_OF, CUSTOMERS, EVENTS, HOT_PATHS

ALWAYS = "1"
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_AWKWARD = re.compile(r"[`'\\]")
_DAY_SHAPE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"


@dataclass(frozen=True, slots=True)
class Query:
    """SQL and the parameters bound in it."""

    sql: str
    parameters: Mapping[str, object]


@dataclass
class Parameters:
    """Collects what is bound; the same value of the same type is bound once."""

    values: dict[str, object] = field(default_factory=dict)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def bind(self, value: object, type_name: str) -> str:
        """The placeholder of a value."""
        key = (type_name, repr(value))
        if key not in self._known:
            self._known[key] = f"p{len(self.values)}"
            self.values[self._known[key]] = value
        return f"{{{self._known[key]}:{type_name}}}"

    def instant(self, at: datetime) -> str:
        """An instant, cut to the millisecond that columns keep (`occurred_at` is cut in the same way)."""
        milliseconds = (at - EPOCH) // timedelta(milliseconds=1)
        return f"fromUnixTimestamp64Milli({self.bind(milliseconds, 'Int64')}, 'UTC')"


@dataclass(frozen=True, slots=True)
class _Path:
    """A place in a JSON column; `name` is the placeholder of its path. Bound as an identifier it is read alone. A name that
    ClickHouse would have to escape in an identifier gets lost on the way, so it goes as text and the whole column is read."""

    column: str
    name: str

    @property
    def whole(self) -> str:
        if self.name.endswith(":Identifier}"):
            return f"{self.column}.{self.name}"
        return f"getSubcolumn({self.column}, {self.name})"

    def typed(self, type_name: str) -> str:
        """The value there if it is of that type, else NULL (or an empty array)."""
        if self.name.endswith(":Identifier}"):
            return f"{self.whole}.:`{type_name}`"
        return f"dynamicElement({self.whole}, '{type_name}')"

    @property
    def number(self) -> str:
        """The number there, whatever kind of number; NULL for anything else."""
        return f"coalesce(toFloat64({self.typed('Int64')}), {self.typed('Float64')}, toFloat64({self.typed('UInt64')}))"


@dataclass
class _Scan:
    """The answers to be had from one scan of the events of one name."""

    answers: list[str] = field(default_factory=list)
    days: list[int | None] = field(default_factory=list)


@dataclass
class _Compiler:
    """Walks a definition once; gathers scans and attribute answers on the way."""

    as_of: datetime
    parameters: Parameters = field(default_factory=Parameters)
    scans: dict[str, _Scan] = field(default_factory=dict)
    attributes: list[str] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)

    def expression(self, condition: Condition) -> str:
        if isinstance(condition, AllCondition):
            return "(" + " AND ".join(self.expression(each) for each in condition.of) + ")"
        if isinstance(condition, AnyCondition):
            return "(" + " OR ".join(self.expression(each) for each in condition.of) + ")"
        if isinstance(condition, NotCondition):
            return f"(NOT {self.expression(condition.of)})"
        # repr, because True, 1 and 1.0 are equal and mean different things here
        key = repr(condition)
        if key not in self.known:
            self.known[key] = self.leaf(condition)
        return self.known[key]

    def leaf(self, leaf: Leaf) -> str:
        if isinstance(leaf, AttributeCondition):
            return self.attribute(leaf)
        if isinstance(leaf, EventCountCondition):
            return self.count(leaf)
        if isinstance(leaf, EventSumCondition):
            return self.sum(leaf)
        since = self.parameters.instant(self.as_of - timedelta(days=leaf.days))
        if leaf.operator == "within":
            return self.scanned(leaf, f"max(occurred_at) > {since}", leaf.days)
        return self.scanned(leaf, f"max(occurred_at) <= {since}", None)

    def count(self, leaf: EventCountCondition) -> str:
        if leaf.operator == "at_least":
            return self.counted(leaf, ">=", leaf.count) if leaf.count > 0 else ALWAYS
        if leaf.operator == "at_most":
            return f"(NOT {self.counted(leaf, '>=', leaf.count + 1)})"
        if leaf.count == 0:
            return f"(NOT {self.counted(leaf, '>=', 1)})"
        return self.counted(leaf, "=", leaf.count)

    def counted(self, leaf: EventCountCondition, comparison: str, count: int) -> str:
        counted = f"countIf({self.window(leaf.within_days)})" if leaf.within_days else "count()"
        return self.scanned(leaf, f"{counted} {comparison} {self.parameters.bind(count, 'UInt64')}", leaf.within_days)

    def sum(self, leaf: EventSumCondition) -> str:
        number = f"ifNull({self.property_number(leaf.property)}, 0)"
        total = f"sumIf({number}, {self.window(leaf.within_days)})" if leaf.within_days else f"sum({number})"
        bound = self.parameters.bind(float(leaf.value), "Float64")
        holds_for_nothing = leaf.value <= 0 if leaf.operator == "at_least" else leaf.value >= 0
        if leaf.operator == "at_least":
            positive, negative = f"{total} >= {bound}", f"{total} < {bound}"
        else:
            positive, negative = f"{total} <= {bound}", f"{total} > {bound}"
        if holds_for_nothing:
            return f"(NOT {self.scanned(leaf, negative, leaf.within_days)})"
        return self.scanned(leaf, positive, leaf.within_days)

    def window(self, days: int) -> str:
        return f"occurred_at > {self.parameters.instant(self.as_of - timedelta(days=days))}"

    def scanned(self, leaf: EventLeaf, answer: str, days: int | None) -> str:
        """The name of an answer that is false for who has no such event. `days`: nothing older matters to it."""
        scan = self.scans.setdefault(leaf.event, _Scan())
        number = list(self.scans).index(leaf.event)
        scan.answers.append(answer)
        scan.days.append(days)
        return f"e{number}.c{len(scan.answers) - 1}"

    def property_number(self, name: str) -> str:
        declared = HOT_PATHS.get(name)
        if declared is not None:
            path = self.parameters.bind(name, "Identifier")
            return f"toFloat64(properties.{path})" if "Int" in declared or "Float" in declared else "NULL"
        return self.path("properties", name).number

    def path(self, column: str, name: str) -> _Path:
        return _Path(column, self.parameters.bind(name, "String" if _AWKWARD.search(name) else "Identifier"))

    def attribute(self, leaf: AttributeCondition) -> str:
        answer = self.attribute_answer(leaf)
        self.attributes.append(f"ifNull({answer}, 0)")
        name = f"u.a{len(self.attributes) - 1}"
        return f"(NOT {name})" if leaf.operator in {"is_not", "is_not_set"} else name

    def attribute_answer(self, leaf: AttributeCondition) -> str:
        stored = self.path("attributes", leaf.name)
        text = stored.typed("String")
        value = leaf.value
        if leaf.operator in {"is_set", "is_not_set"}:
            return f"{stored.whole} IS NOT NULL"
        if isinstance(value, tuple):
            return self.one_of(stored, value)
        if leaf.operator == "contains":
            wanted = self.parameters.bind(value, "String")
            # a list of texts is stored as a list of anything where a mixed list came before it
            texts, mixed = stored.typed("Array(Nullable(String))"), stored.typed("Array(Dynamic)")
            in_mixed = f"arrayExists(each -> ifNull(dynamicElement(each, 'String') = {wanted}, 0), {mixed})"
            return f"(ifNull(position({text}, {wanted}) > 0, 0) OR has({texts}, {wanted}) OR {in_mixed})"
        if leaf.operator in {"is", "is_not"}:
            return self.equals(stored, value)
        comparison = ">=" if leaf.operator == "at_least" else "<="
        if isinstance(value, str):
            day = self.parameters.bind(value, "String")
            return f"(match({text}, '{_DAY_SHAPE}') AND substring({text}, 1, 10) {comparison} {day})"
        return f"{stored.number} {comparison} {self.parameters.bind(float(value or 0), 'Float64')}"

    def equals(self, stored: _Path, value: object) -> str:
        if isinstance(value, bool):
            return f"{stored.typed('Bool')} = {self.parameters.bind(value, 'Bool')}"
        if isinstance(value, int | float):
            return f"{stored.number} = {self.parameters.bind(float(value), 'Float64')}"
        return f"{stored.typed('String')} = {self.parameters.bind(value, 'String')}"

    def one_of(self, stored: _Path, values: Sequence[object]) -> str:
        texts = [value for value in values if isinstance(value, str)]
        numbers = [float(value) for value in values if isinstance(value, int | float)]
        answers = []
        if texts:
            answers.append(f"ifNull({stored.typed('String')} IN {self.parameters.bind(texts, 'Array(String)')}, 0)")
        if numbers:
            answers.append(f"ifNull({stored.number} IN {self.parameters.bind(numbers, 'Array(Float64)')}, 0)")
        return "(" + " OR ".join(answers) + ")"

    def universe(self, scope: Scope) -> str:
        columns = ", ".join(["customer_id", *(f"{answer} AS a{n}" for n, answer in enumerate(self.attributes))])
        return f"SELECT {columns} FROM {CUSTOMERS} FINAL WHERE {in_scope(self.parameters, scope)}"  # noqa: S608

    def joins(self) -> str:
        return "".join(
            f"\nANY LEFT JOIN ({self.scan_sql(event, scan)}) AS e{n} ON e{n}.customer_id = u.customer_id"
            for n, (event, scan) in enumerate(self.scans.items())
        )

    def scan_sql(self, event: str, scan: _Scan) -> str:
        answers = ", ".join(f"{answer} AS c{n}" for n, answer in enumerate(scan.answers))
        wanted = " OR ".join(f"c{n}" for n in range(len(scan.answers)))
        lower = ""
        if all(days is not None for days in scan.days):
            lower = f" AND {self.window(max(days for days in scan.days if days is not None))}"
        return (
            f"SELECT {CUSTOMER_OF} AS customer_id, {answers} FROM {EVENTS}"  # noqa: S608
            f" WHERE name = {self.parameters.bind(event, 'String')}"
            f" AND occurred_at <= {self.parameters.instant(self.as_of)}{lower}"
            f" GROUP BY customer_id HAVING {wanted}"
        )


def in_scope(parameters: Parameters, scope: Scope) -> str:
    """The customers who can be picked out, as far as `scope` may see them; erased ones cannot. Columns do not know whose own a
    customer is, so a scope limited to one's own sees nobody here rather than too many."""
    if scope.own_only:
        return "0"
    if scope.unit_path is None:
        return "is_deleted = 0 AND is_erased = 0"
    return f"is_deleted = 0 AND is_erased = 0 AND startsWith(unit_path, {parameters.bind(scope.unit_path, 'String')})"


def members_query(condition: Condition, as_of: datetime, scope: Scope) -> Query:
    """One column: the ids of those who match, in no order."""
    compiler = _Compiler(as_of)
    expression = compiler.expression(condition)
    sql = (
        f"SELECT u.customer_id FROM ({compiler.universe(scope)}) AS u{compiler.joins()}"  # noqa: S608
        f"\nWHERE {expression} SETTINGS join_use_nulls = 0"
    )
    return Query(sql, compiler.parameters.values)


def preview_query(condition: Condition, as_of: datetime, scope: Scope, sample_size: int) -> Query:
    """One row: how many match, how many there are, and the ids of the newest who match."""
    compiler = _Compiler(as_of)
    expression = compiler.expression(condition)
    newest = f"arrayMap(id -> -id, groupArraySortedIf({int(sample_size)})(-toInt64(customer_id), matches))"
    sql = (
        f"SELECT countIf(matches), count(), {newest} FROM (SELECT u.customer_id AS customer_id, {expression} AS matches"  # noqa: S608
        f"\nFROM ({compiler.universe(scope)}) AS u{compiler.joins()}) SETTINGS join_use_nulls = 0"
    )
    return Query(sql, compiler.parameters.values)
