"""SQL and what is bound in it. Pure.

All values, and the names of attributes and properties, are bound parameters; no text of a definition stands in the SQL
(hence `noqa: S608` where it is put together: what is put together are our own words and placeholders).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from siyu.kernel.actors import Scope
from siyu.platform.columns.schema import HOT_PATHS

_AWKWARD = re.compile(r"[`'\\]")


@dataclass(frozen=True, slots=True)
class Query:
    """SQL and the parameters bound in it."""

    sql: str
    parameters: Mapping[str, object]


@dataclass
class Parameters:
    """Collects what is bound; the same value of the same type is bound once, so that equal questions are equal SQL."""

    values: dict[str, object] = field(default_factory=dict)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def bind(self, value: object, type_name: str) -> str:
        """The placeholder of a value."""
        key = (type_name, repr(value))
        if key not in self._known:
            self._known[key] = f"p{len(self.values)}"
            self.values[self._known[key]] = value
        return f"{{{self._known[key]}:{type_name}}}"

    def query(self, sql: str) -> Query:
        """SQL with what it says of what is bound: of an answer that needs no look at the events nothing may be left in it."""
        return Query(sql, {name: value for name, value in self.values.items() if f"{{{name}:" in sql})

    def number(self, value: float) -> str:
        """The placeholder of any number of a definition."""
        return self.bind(float(value), "Float64")

    def place(self, column: str, name: str) -> Place:
        """Where `name` stands in a JSON column."""
        declared = HOT_PATHS.get(name, "") if column == "properties" else ""
        return Place(column, self.bind(name, "String" if _AWKWARD.search(name) else "Identifier"), declared)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a JSON column; `name` is the placeholder of its path. Bound as an identifier it is read alone. A name that
    ClickHouse would have to escape in an identifier gets lost on the way, so it goes as text and the whole column is read.
    `declared` is the type of a path that has a column of its own."""

    column: str
    name: str
    declared: str = ""

    @property
    def whole(self) -> str:
        """Whatever stands there; NULL where nothing does, or an object."""
        if self.name.endswith(":Identifier}"):
            return f"{self.column}.{self.name}"
        return f"getSubcolumn({self.column}, {self.name})"

    def typed(self, type_name: str) -> str:
        """The value there if it is of that type, else NULL (or an empty array)."""
        if self.name.endswith(":Identifier}"):
            return f"{self.whole}.:`{type_name}`"
        return f"dynamicElement({self.whole}, '{type_name}')"

    @property
    def text(self) -> str:
        """The text there; NULL for anything else."""
        if self.declared:
            return f"toString({self.whole})" if "String" in self.declared else "CAST(NULL, 'Nullable(String)')"
        return self.typed("String")

    @property
    def number(self) -> str:
        """The number there, whatever kind of number; NULL for anything else."""
        if self.declared:
            is_number = "Int" in self.declared or "Float" in self.declared
            return f"toFloat64({self.whole})" if is_number else "CAST(NULL, 'Nullable(Float64)')"
        return f"coalesce(toFloat64({self.typed('Int64')}), {self.typed('Float64')}, toFloat64({self.typed('UInt64')}))"

    @property
    def truth(self) -> str:
        """True or false; NULL for anything else."""
        return "CAST(NULL, 'Nullable(Bool)')" if self.declared else self.typed("Bool")

    def has_element(self, value: str | float, parameters: Parameters) -> str:
        """Whether a list stands there, and the text or number in it."""
        if self.declared:
            return "0"
        # a list of one type is stored as one of anything where a mixed list came before it
        mixed = self.typed("Array(Dynamic)")
        if isinstance(value, str):
            wanted = parameters.bind(value, "String")
            in_texts = f"has({self.typed('Array(Nullable(String))')}, {wanted})"
            return f"({in_texts} OR arrayExists(each -> ifNull(dynamicElement(each, 'String') = {wanted}, 0), {mixed}))"
        wanted = parameters.number(value)
        plain = " OR ".join(
            f"arrayExists(each -> ifNull(toFloat64(each) = {wanted}, 0), {self.typed(f'Array(Nullable({kind}))')})"
            for kind in ("Int64", "Float64")
        )
        element = "coalesce(toFloat64(dynamicElement(each, 'Int64')), dynamicElement(each, 'Float64'))"
        return f"({plain} OR arrayExists(each -> ifNull({element} = {wanted}, 0), {mixed}))"

    @property
    def likeness(self) -> str:
        """A number that is the same for the same text or number; 0 for anything else."""
        text, number = self._either
        return (
            f"multiIf({text} IS NOT NULL, sipHash64('t', ifNull({text}, '')),"
            f" {number} IS NOT NULL, sipHash64('n', toString(ifNull({number}, 0))), toUInt64(0))"
        )

    @property
    def identity(self) -> str:
        """A number that is the same for the same value of any kind, and another one for others; NULL where nothing stands."""
        text, number = self._either
        return (
            f"multiIf({text} IS NOT NULL, sipHash64('t', ifNull({text}, '')),"
            f" {number} IS NOT NULL, sipHash64('n', toString(ifNull({number}, 0))),"
            f" {self.whole} IS NOT NULL, sipHash64('o', ifNull(toString({self.whole}), '')), NULL)"
        )

    @property
    def _either(self) -> tuple[str, str]:
        """The text and the number there, out of the whole: where all types are looked for, that is read in half the time."""
        if self.declared:
            return self.text, self.number
        text, *numbers = (
            f"dynamicElement({self.whole}, '{kind}')" for kind in ("String", "Int64", "Float64", "UInt64")
        )
        return text, f"coalesce({', '.join(f'toFloat64({number})' for number in numbers)})"


def in_scope(parameters: Parameters, scope: Scope) -> str:
    """The customers who can be picked out, as far as `scope` may see them; erased ones cannot. Columns do not know whose own a
    customer is, so a scope limited to one's own sees nobody here rather than too many."""
    if scope.own_only:
        return "0"
    if scope.unit_path is None:
        return "is_deleted = 0 AND is_erased = 0"
    return f"is_deleted = 0 AND is_erased = 0 AND startsWith(unit_path, {parameters.bind(scope.unit_path, 'String')})"
