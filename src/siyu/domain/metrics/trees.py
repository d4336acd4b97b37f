"""What made a number another one: the contribution of each part between two periods. Pure. Part of `reading`.

A tree is a sum (each part with its sign) or a product (each factor with its power, 1 or -1). Each part has two values, before and
after, and may be taken apart itself. `contributions` shares the whole's change out:

- Sum: a part contributes its own change, times its sign. Whole numbers stay whole numbers.
- Product: the logarithmic mean Divisia index (LMDI-I, additive; Ang 2005). With L(a, b) = (a - b) / ln(a / b), L(a, a) = a, the
  factor x of the value v contributes L(v1, v0) · ln(x1 / x0), times its power. The contributions come to v1 - v0 without any rest.
  Where v is 0 at one end, its limit for vanishing values (Ang and Liu 2007): those factors which are 0 at that end share the
  whole change equally, the others contribute 0; where v is 0 at both ends, nothing changed and everybody contributes 0.
  Where a factor changes its sign there is no logarithm: then the mean over all orders in which the factors could have changed
  (Shapley), which comes to the whole as well.
- Below a part its share is handed on in proportion: the parts of a part come to what the part contributes.
- Where a value is missing at either end nothing can be said, and no contribution is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from siyu.domain.metrics.contracts import NotAdditiveError
from siyu.domain.metrics.formulas import Constant, Formula, MetricRef, Operation, Value, value_of, written

FACTORS_MAX = 12
"""Of a product; the mean over all orders looks at every subset of the others."""


@dataclass(frozen=True, slots=True)
class Part:
    """A node: what it was and is, how it is made of its parts, and what it contributes to the change of the whole.

    `role` says how it enters what it is a part of: a term or a factor, with power or sign `power` (1 or -1).
    """

    key: str
    before: Value
    after: Value
    how: Literal["leaf", "sum", "product"] = "leaf"
    parts: tuple[Part, ...] = ()
    power: int = 1
    contribution: Value = None

    @property
    def change(self) -> Value:
        """By how much it changed."""
        return None if self.before is None or self.after is None else self.after - self.before


def part_of(formula: Formula, of_metric: Callable[[str], Part], power: int = 1) -> Part:
    """The tree of a formula; `of_metric` gives a metric's own part, opened or not."""
    if isinstance(formula, MetricRef):
        return replace(of_metric(formula.key), power=power)
    if isinstance(formula, Constant):
        return Part(written(formula), formula.value, formula.value, power=power)
    how: Literal["sum", "product"] = "sum" if formula.operator in "+-" else "product"
    joined = _joined(formula, "+-" if how == "sum" else "*/", 1)
    if how == "product" and len(joined) > FACTORS_MAX:
        raise NotAdditiveError(f"It has more than {FACTORS_MAX} factors.")
    return Part(
        key=written(formula),
        before=value_of(formula, lambda key: of_metric(key).before),
        after=value_of(formula, lambda key: of_metric(key).after),
        how=how,
        parts=tuple(part_of(each, of_metric, sign) for each, sign in joined),
        power=power,
    )


def _joined(formula: Formula, operators: str, sign: int) -> list[tuple[Formula, int]]:
    """The terms of a sum, or the factors of a product, with their signs or powers."""
    if not isinstance(formula, Operation) or formula.operator not in operators:
        return [(formula, sign)]
    turned = -sign if formula.operator in "-/" else sign
    return [*_joined(formula.left, operators, sign), *_joined(formula.right, operators, turned)]


def contributions(root: Part) -> Part:
    """The tree with what each part contributes to the change of the root."""
    return _shared(root, root.change, 1)


def _shared(part: Part, contribution: Value, weight: float | None) -> Part:
    """`weight` is what a change of this part by one contributes; None where nothing can be said."""
    if not part.parts:
        return replace(part, contribution=contribution)
    weights = _weights(part) if weight is not None else None
    shared = []
    for n, each in enumerate(part.parts):
        if weights is None or weight is None or each.change is None:
            shared.append(_shared(each, None, None))
            continue
        own = weights[n] if weight == 1 else weight * weights[n]
        shared.append(_shared(each, own * each.change, own))
    return replace(part, contribution=contribution, parts=tuple(shared))


def _weights(part: Part) -> list[float] | None:
    """What a change of each of its parts by one makes of the part; None where a value is missing."""
    if part.how == "sum":
        return [each.power for each in part.parts]
    before = [each.before for each in part.parts]
    after = [each.after for each in part.parts]
    if part.before is None or part.after is None or None in before or None in after:
        return None
    powers = [each.power for each in part.parts]
    told_before = [float(value) for value in before if value is not None]
    told_after = [float(value) for value in after if value is not None]
    return product_weights(told_before, told_after, powers)


def product_weights(before: Sequence[float], after: Sequence[float], powers: Sequence[int]) -> list[float]:
    """For each factor, its contribution to the product's change divided by its own change (or the limit of that)."""
    first, last = _product(before, powers), _product(after, powers)
    if 0 in before or 0 in after:
        return _weights_at_zero(before, after, first, last)
    if any((one > 0) != (other > 0) for one, other in zip(before, after, strict=True)):
        return _shapley_weights(before, after, powers)
    mean = logarithmic_mean(last, first)
    return [power * mean / logarithmic_mean(x1, x0) for x0, x1, power in zip(before, after, powers, strict=True)]


def logarithmic_mean(one: float, other: float) -> float:
    """(a - b) / ln(a / b) of two numbers of the same sign, neither of them 0."""
    distance = (one - other) / other
    if abs(distance) < 1e-6:  # 0 / 0 where they are equal: the first terms of its series
        return other * (1 + distance / 2 - distance * distance / 12)
    # The logarithm of what is nearly 1 is exact only by way of the difference; of what is not, only by way of the ratio.
    return (one - other) / (math.log1p(distance) if abs(distance) < 0.5 else math.log(one / other))


def _weights_at_zero(before: Sequence[float], after: Sequence[float], first: float, last: float) -> list[float]:
    change = last - first
    if change == 0:
        return [0.0] * len(before)
    at_zero = before if first == 0 else after
    zeros = sum(value == 0 for value in at_zero)
    return [change / zeros / (x1 - x0) if end == 0 else 0.0 for x0, x1, end in zip(before, after, at_zero, strict=True)]


def _shapley_weights(before: Sequence[float], after: Sequence[float], powers: Sequence[int]) -> list[float]:
    return [_shapley_weight(n, before, after, powers) for n in range(len(before))]


def _shapley_weight(n: int, before: Sequence[float], after: Sequence[float], powers: Sequence[int]) -> float:
    others = [k for k in range(len(before)) if k != n]
    total = 0.0
    for size in range(len(others) + 1):
        share = math.factorial(size) * math.factorial(len(others) - size) / math.factorial(len(others) + 1)
        for changed in combinations(others, size):
            rest = math.prod((after[k] if k in changed else before[k]) ** powers[k] for k in others)
            total += share * rest
    if powers[n] == 1:
        return total
    return -total / (before[n] * after[n])  # 1/x1 - 1/x0 = -(x1 - x0) / (x0 · x1)


def _product(values: Sequence[float], powers: Sequence[int]) -> float:
    return math.prod(value**power for value, power in zip(values, powers, strict=True))
