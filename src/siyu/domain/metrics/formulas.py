"""Formulas over other metrics: `orders / buyers`. A small parser of its own: numbers, keys of metrics, + - × ÷ and brackets. Pure.

A formula has the value None ("no value") where a metric in it has none, or where it would divide by nothing: never 0.
"""

from __future__ import annotations

import math
import operator as operators
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

FORMULA_LENGTH_MAX = 200
FORMULA_DEPTH_MAX = 20
METRICS_IN_FORMULA_MAX = 20
CONSTANT_MAX = 1e12

Value = int | float | None
Operator = Literal["+", "-", "*", "/"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that is written in the formula."""

    value: int | float


@dataclass(frozen=True, slots=True)
class MetricRef:
    """Another metric, by its key."""

    key: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Two formulas joined."""

    operator: Operator
    left: Formula
    right: Formula


Formula = Constant | MetricRef | Operation


class FormulaError(ValueError):
    """What is wrong with a text; `reason` is one of the room's REASONS, `at` the place of the character."""

    def __init__(self, reason: str, **fields: object) -> None:
        super().__init__(reason)
        self.reason, self.fields = reason, fields


_TOKEN: Final = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<key>[a-z][a-z0-9_]*)|(?P<sign>[-+*/()]))")
_SPELLINGS: Final = str.maketrans({"×": "*", "÷": "/", "−": "-", "（": "(", "）": ")", "＋": "+", "／": "/", "＊": "*"})
_JOINED: Final[Mapping[Operator, Callable[[float, float], int | float]]] = {
    "+": operators.add,
    "-": operators.sub,
    "*": operators.mul,
    "/": operators.truediv,
}
_RANK: Final[Mapping[str, int]] = {"+": 1, "-": 1, "*": 2, "/": 2}


def parse_formula(text: str) -> Formula:
    """The tree of a text; FormulaError says what is wrong with it."""
    parser = _Parser(list(_tokens(text)))
    formula = parser.sum(0)
    if parser.next:
        raise FormulaError("formula_rest", found=parser.next)
    if len(keys_of(formula)) > METRICS_IN_FORMULA_MAX:
        raise FormulaError("formula_many", limit=METRICS_IN_FORMULA_MAX)
    return formula


def written(formula: Formula, name_of: Callable[[str], str] = str) -> str:
    """The formula as a text, in its one spelling; with `name_of` for people to read."""
    if isinstance(formula, Constant):
        return f"{formula.value:.12g}" if isinstance(formula.value, float) else str(formula.value)
    if isinstance(formula, MetricRef):
        return name_of(formula.key)
    rank = _RANK[formula.operator]
    left, right = written(formula.left, name_of), written(formula.right, name_of)
    if _rank(formula.left) < rank:
        left = f"({left})"
    if (
        _rank(formula.right) < rank
        or (_rank(formula.right) == rank and formula.operator in "-/")
        or _rank(formula.right) == rank
    ):
        right = f"({right})"
    return f"{left} {formula.operator} {right}"


def keys_of(formula: Formula) -> frozenset[str]:
    """The metrics it is made of."""
    if isinstance(formula, Constant):
        return frozenset()
    if isinstance(formula, MetricRef):
        return frozenset((formula.key,))
    return keys_of(formula.left) | keys_of(formula.right)


def value_of(formula: Formula, of_metric: Callable[[str], Value]) -> Value:
    """What it comes to."""
    if isinstance(formula, Constant):
        return formula.value
    if isinstance(formula, MetricRef):
        return of_metric(formula.key)
    left, right = value_of(formula.left, of_metric), value_of(formula.right, of_metric)
    return None if left is None or right is None else combined(formula.operator, left, right)


def combined(operator: Operator, left: float, right: float) -> Value:
    """Two numbers joined; None where that is no number, or one beyond all that can be reckoned with."""
    if operator == "/" and right == 0:
        return None
    try:
        result: int | float = _JOINED[operator](left, right)
        return result if math.isfinite(float(result)) else None
    except OverflowError:
        return None


def _rank(formula: Formula) -> int:
    return _RANK[formula.operator] if isinstance(formula, Operation) else 3


def _tokens(text: str) -> Iterator[str]:
    plain, place = text.translate(_SPELLINGS).rstrip(), 0
    if len(plain) > FORMULA_LENGTH_MAX:
        raise FormulaError("text", limit=FORMULA_LENGTH_MAX)
    while place < len(plain):
        found = _TOKEN.match(plain, place)
        if found is None:
            raise FormulaError("formula_sign", found=plain[place:].strip()[:1])
        yield found[found.lastgroup or 0]
        place = found.end()


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0

    @property
    def next(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _take(self) -> str:
        taken = self.next
        self._place += 1
        return taken

    def sum(self, depth: int) -> Formula:
        found = self._product(depth)
        while self.next == "+" or self.next == "-":
            operator: Operator = "+" if self._take() == "+" else "-"
            found = Operation(operator, found, self._product(depth))
        return found

    def _product(self, depth: int) -> Formula:
        found = self._single(depth)
        while self.next == "*" or self.next == "/":
            operator: Operator = "*" if self._take() == "*" else "/"
            found = Operation(operator, found, self._single(depth))
        return found

    def _single(self, depth: int) -> Formula:
        if depth > FORMULA_DEPTH_MAX:
            raise FormulaError("formula_deep", limit=FORMULA_DEPTH_MAX)
        token = self._take()
        if token == "(":  # noqa: S105  # a bracket
            found = self.sum(depth + 1)
            if self._take() != ")":
                raise FormulaError("formula_bracket")
            return found
        if not token:
            raise FormulaError("formula_ends")
        if token[0].isdigit():
            return self._constant(token)
        if token[0].isalpha():
            return MetricRef(token)
        raise FormulaError("formula_rest", found=token)

    @staticmethod
    def _constant(token: str) -> Constant:
        value = float(token) if "." in token else int(token)
        if value > CONSTANT_MAX:
            raise FormulaError("at_most", limit=int(CONSTANT_MAX))
        return Constant(value)
