"""What an experiment shows, as the API tells it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, Field

from siyu.domain.experiments import contracts
from siyu.engines.insight.experiments import results as insight
from siyu.engines.insight.experiments.comparing import Difference, Verdict
from siyu.engines.insight.experiments.planning import days_for
from siyu.kernel.clock import EPOCH

_EPOCH_DAY = date(1970, 1, 1)


class Lift(BaseModel):
    """A difference with its interval, and how likely one as great would be if there were none."""

    value: float
    low: float
    high: float
    p_value: float


class VariantResult(BaseModel):
    """A variant against the control."""

    arm: str
    mean: float
    lift: Lift
    relative: Lift | None
    better: float = Field(description="The chance that it is better, given what was seen.")
    loss_of_variant: float = Field(description="What is lost in the mean by choosing it, should it be the worse.")
    loss_of_control: float
    says: Literal["better", "worse", "unclear"]


class OutcomeResult(BaseModel):
    """An outcome: of how many of each arm it came so far, the control's mean, and every variant that has customers enough."""

    name: str
    measure: Literal["rate", "count", "sum", "ratio"]
    is_lower_better: bool
    did: dict[str, int]
    control_mean: float | None
    variance_taken: float | None
    variants: list[VariantResult]


class DayCame(BaseModel):
    """How many came on a day, by arm."""

    on: date
    arms: dict[str, int]


class LooksTaken(BaseModel):
    """Of planned looks how many were taken; `as_of` is until when the latest one looked: the primary outcome is as it was then."""

    done: int
    planned: int
    as_of: datetime | None


class ExperimentResults(BaseModel):
    """What an experiment shows so far. `needed`: customers of the control and one variant together. `should_stop`: a rule for
    stopping holds, for the reason that is the `advice`."""

    as_of: datetime
    units: dict[str, int]
    several: int
    mismatch_p: float
    needed: int | None
    days_left: int | None
    advice: insight.Advice
    should_stop: bool
    looks: LooksTaken | None
    outcomes: list[OutcomeResult]
    by_day: list[DayCame]


def _days_left(experiment: contracts.Experiment, found: insight.Results) -> int | None:
    """At the pace of the days so far, those without anybody between them too."""
    if found.needed is None or not found.counted.by_day:
        return None
    keys = [arm.key for arm in experiment.arms]
    units = [found.counted.units.get(key, 0) for key in keys]
    pair = units[0] + min(units[1:])
    span = found.counted.by_day[-1][0] - found.counted.by_day[0][0] + 1
    return days_for(max(found.needed - pair, 0), pair / span)


def results_answer(experiment: contracts.Experiment, found: insight.Results, now: datetime) -> ExperimentResults:
    """What the experiment shows, as it is told."""
    days: dict[int, dict[str, int]] = {}
    for on, arm, count in found.counted.by_day:
        days.setdefault(on, {})[arm] = count
    looks = found.looks
    return ExperimentResults(
        as_of=now,
        units={arm.key: found.counted.units.get(arm.key, 0) for arm in experiment.arms},
        several=found.counted.several,
        mismatch_p=found.mismatch_p,
        needed=found.needed,
        days_left=_days_left(experiment, found),
        advice=found.advice,
        should_stop=found.should_stop,
        looks=LooksTaken(
            done=looks.done,
            planned=looks.planned,
            as_of=None if looks.at_ms is None else EPOCH + timedelta(milliseconds=looks.at_ms),
        )
        if looks
        else None,
        outcomes=[
            _outcome(each, {arm.key: did.get(arm.key, 0) for arm in experiment.arms})
            for each, did in zip(found.outcomes, found.counted.did, strict=True)
        ],
        by_day=[DayCame(on=_EPOCH_DAY + timedelta(days=on), arms=arms) for on, arms in days.items()],
    )


def _outcome(found: insight.OutcomeResult, did: dict[str, int]) -> OutcomeResult:
    return OutcomeResult(
        name=found.outcome.name,
        measure=found.outcome.measure,
        is_lower_better=found.outcome.is_lower_better,
        did=did,
        control_mean=found.control_mean,
        variance_taken=found.variance_taken,
        variants=[_variant(each) for each in found.variants],
    )


def _variant(found: insight.Compared) -> VariantResult:
    relative = _lift(found.relative, found.relative_verdict) if found.relative and found.relative_verdict else None
    return VariantResult(
        arm=found.arm,
        mean=found.mean,
        lift=_lift(found.lift, found.verdict),
        relative=relative,
        better=found.belief.better,
        loss_of_variant=found.belief.loss_of_variant,
        loss_of_control=found.belief.loss_of_control,
        says=found.says,
    )


def _lift(found: Difference, verdict: Verdict) -> Lift:
    return Lift(value=found.value, low=verdict.low, high=verdict.high, p_value=verdict.p_value)
