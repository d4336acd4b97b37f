"""What room `experiments` hands out: the document of an experiment, experiments as they stand, decisions, events, errors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal, Protocol

from pydantic import Field, StrictBool, StrictFloat, StrictInt

from siyu.domain.definitions.contracts import WITHOUT_KIND, DefinitionStatus, EventMatch, Id, Text
from siyu.kernel.errors import ConflictError, InvalidError
from siyu.platform.postgres.database import Reading

EXPERIMENT_KIND: Final = "experiment"
EXPERIMENT_EXPOSED: Final = "experiment_exposed"
"""A customer came to where an experiment decides, and has an arm from then on."""

ARMS_MAX: Final = 6
GUARDRAILS_MAX: Final = 5
DAYS_MAX: Final = 90
LOOKS_MAX: Final = 10
UNITS_MAX: Final = 10**9
NOTE_LENGTH_MAX: Final = 2000
KEY_PATTERN: Final = "^[a-z][a-z0-9_]{0,39}$"

Days = Annotated[StrictInt, Field(ge=1, le=DAYS_MAX)]
Alpha = Annotated[StrictFloat, Field(ge=0.001, le=0.5)]
Power = Annotated[StrictFloat, Field(ge=0.5, le=0.9999)]
Effect = Annotated[StrictFloat, Field(ge=0.001, le=10)]


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the things that are compared; `weight` is its part of those who take part, against the others' weights."""

    __pydantic_config__ = WITHOUT_KIND

    key: Annotated[str, Field(pattern=KEY_PATTERN)]
    name: Text
    weight: Annotated[StrictInt, Field(ge=1, le=1000)] = 1


@dataclass(frozen=True, slots=True)
class Aggregate:
    """How many events there are, or the sum of a number in them."""

    __pydantic_config__ = WITHOUT_KIND

    of: EventMatch
    property: Text | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is looked at: of each customer whether any such event came (rate), how many (count), or the sum of a number in them;
    or, of all customers of an arm together, such events (or the sum) for each of what `per` counts (ratio)."""

    __pydantic_config__ = WITHOUT_KIND

    name: Text
    of: EventMatch
    measure: Literal["rate", "count", "sum", "ratio"] = "rate"
    property: Text | None = None
    per: Aggregate | None = None
    is_lower_better: StrictBool = False


@dataclass(frozen=True, slots=True)
class PlannedLooks:
    """So many looks, the last when `units` customers (of all arms) have come and their days are over, the others evenly before."""

    __pydantic_config__ = WITHOUT_KIND

    looks: Annotated[StrictInt, Field(ge=2, le=LOOKS_MAX)]
    units: Annotated[StrictInt, Field(ge=100, le=UNITS_MAX)]


@dataclass(frozen=True, slots=True)
class Experiment:
    """Arms, the first of which is the control; `share` percent of the customers who come take part. What they do counts for `days`
    days (of 24 hours) from when they came; `before_days` before that tell how much of it was to be expected (CUPED; 0: not used).
    The primary outcome decides, the guardrails must not be harmed. `alpha` is how often one may be wrong where there is no
    difference, `power` how often a relative difference of `effect` is to be found. `looks` fixed: the result is read once enough
    have come; planned: so many times as is said in `planned`; always: whenever one likes."""

    __pydantic_config__ = WITHOUT_KIND

    hypothesis: Text
    arms: Annotated[tuple[Arm, ...], Field(min_length=2, max_length=ARMS_MAX)]
    primary: Outcome
    guardrails: Annotated[tuple[Outcome, ...], Field(max_length=GUARDRAILS_MAX)] = ()
    share: Annotated[StrictInt, Field(ge=1, le=100)] = 100
    days: Days = 14
    before_days: Annotated[StrictInt, Field(ge=0, le=DAYS_MAX)] = 0
    alpha: Alpha = 0.05
    power: Power = 0.8
    effect: Effect = 0.1
    looks: Literal["fixed", "planned", "always"] = "always"
    planned: PlannedLooks | None = None
    segment_id: Id | None = None

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The primary one and the guardrails."""
        return (self.primary, *self.guardrails)


@dataclass(frozen=True, slots=True)
class ExperimentState:
    """An experiment as it stands: what was begun (None before), and the draft if one is waiting."""

    experiment_id: int
    name: str
    status: DefinitionStatus
    version: int | None
    revision: int
    experiment: Experiment | None
    draft: Experiment | None
    updated_at: datetime

    @property
    def shown(self) -> Experiment:
        """What runs, or what is drafted where nothing does yet."""
        shown = self.experiment or self.draft
        if shown is None:
            raise ValueError(f"experiment {self.experiment_id} has no document")
        return shown


class Members(Protocol):
    """Says who is in a segment; another room knows."""

    def __call__(self, reading: Reading, segment_id: int, customer_ids: Collection[int], /) -> set[int]:
        """Those of the customers who are in it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by whom and why; `arm` is the one that is to stay, None where none is. With `is_in_force` everybody gets it
    while the experiment has ended and nothing else is decided."""

    decision_id: int
    experiment_id: int
    arm: str | None
    note: str
    decided_by: str
    decided_at: datetime
    is_in_force: bool


class ExperimentBegunError(ConflictError):
    """The experiment has begun: what it compares and how it is measured stays. Make a new one instead."""

    code = "experiment_begun"


class ExperimentRunsError(ConflictError):
    """The experiment still gives customers their arms by lot; end it before one of them is put in force."""

    code = "experiment_runs"


class UnknownArmError(InvalidError):
    """The experiment has no such arm."""

    code = "unknown_arm"
