"""Estimates: what is worked out for everybody from time to time, and stands still in between. Part of `contracts`.

An estimate is computed as a whole, as an *edition*: all its rows are written to the columns, and then it comes into force in one
step. The edition before stays in the columns for as long as anything that is kept true was found by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from siyu.kernel.errors import NotFoundError

EstimateModel = Literal["value", "scene"]
EstimateKind = Literal["number", "text"]
Edition = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]
"""0 is the edition before there was any."""

ESTIMATES: Final[Mapping[EstimateModel, Mapping[str, EstimateKind]]] = {
    "value": {
        "p_alive": "number",
        "expected_orders": "number",
        "expected_ticket_fen": "number",
        "expected_value_fen": "number",
    },
    "scene": {
        "best_hour": "number",
        "weekend_share": "number",
        "active_hours": "number",
        "city": "text",
        "device": "text",
    },
}
"""Model → name → what kind of thing stands there.

value: `p_alive`, from 0 to 1, whether the customer still buys; `expected_orders` in the next 90 days; `expected_ticket_fen`, of one
of them; `expected_value_fen` of the next 365 days, discounted. scene: `best_hour` to write, 8 to 21; `weekend_share`, 0 to 1;
`active_hours`, in how many different hours of the day; the usual `city` and `device`.
"""

ESTIMATE_OPERATORS: Final[Mapping[EstimateKind, Sequence[str]]] = {
    "number": (
        "at_least",
        "at_most",
        "more_than",
        "less_than",
        "is",
        "is_not",
        "one_of",
        "not_one_of",
        "is_set",
        "is_not_set",
    ),
    "text": ("is", "is_not", "one_of", "not_one_of", "contains", "starts_with", "is_set", "is_not_set"),
}
"""How numbers and texts among them may be compared."""

ESTIMATE_JOB = "compute_estimate"
"""Computes one model anew."""

EstimateTrouble = Literal["no_orders", "few_buyers", "no_repeaters", "not_converged"]
"""Why a try came to nothing, as a stable word."""


@dataclass(frozen=True, slots=True)
class EstimateState:
    """A model as it stands: the edition in force (0 and no times before the first), what was found with it, and how the last try
    ended: `trouble` is None where it came into force."""

    model: EstimateModel
    edition: int
    computed_at: datetime | None
    as_of: datetime | None
    customers: int
    parameters: Mapping[str, Any]
    tried_at: datetime | None
    trouble: EstimateTrouble | None


class UnknownEstimateError(NotFoundError):
    """There is no such estimate."""

    code = "unknown_estimate"
