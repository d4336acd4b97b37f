"""What an experiment shows so far: each outcome, each variant against the control, and what there is to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from siyu.domain.experiments.contracts import Experiment, Outcome
from siyu.engines.insight.experiments.comparing import (
    MISMATCH_P,
    Belief,
    Difference,
    Verdict,
    always_valid,
    belief_of_means,
    difference,
    fixed_horizon,
    mismatch_p,
    relative_difference,
)
from siyu.engines.insight.experiments.counting import Counted, Trial, counted
from siyu.engines.insight.experiments.planning import units_for_means
from siyu.engines.insight.experiments.samples import UNITS_MIN, Arm, Sums, adjusted_arms, mean_arm
from siyu.engines.insight.terms.whom import Whom
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns

Advice = Literal["mismatch", "harm", "better", "worse", "no_difference", "wait"]
"""The lot did not fall as it was told to; a guardrail is harmed; the primary outcome is better, or worse; as many came as were
wanted, and there is no difference to be seen; or nothing can be said yet."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A variant against the control in one outcome: the absolute lift, the relative one (None where the control has nothing), the
    verdict on the absolute one by the experiment's way of looking, and what there is to believe."""

    arm: str
    mean: float
    lift: Difference
    relative: Difference | None
    verdict: Verdict
    relative_verdict: Verdict | None
    belief: Belief
    says: Literal["better", "worse", "unclear"]


@dataclass(frozen=True, slots=True)
class OutcomeResult:
    """One outcome: the control's mean, every variant with enough customers, and which part of the variance what was known before
    took away (CUPED; None where it is not used)."""

    outcome: Outcome
    control_mean: float | None
    variants: Sequence[Compared]
    variance_taken: float | None


@dataclass(frozen=True, slots=True)
class Results:
    """`needed` is of both arms together, for the primary outcome as it is spread so far; None where that is not known yet."""

    counted: Counted
    mismatch_p: float
    needed: int | None
    outcomes: Sequence[OutcomeResult]
    advice: Advice


def results(
    columns: Columns, experiment_id: int, experiment: Experiment, as_of: datetime, zone: ZoneInfo, whom: Whom
) -> Results:
    """The experiment until an instant, of the customers in `whom`."""
    until_ms = milliseconds_of(as_of)
    trial = Trial(experiment_id, experiment.outcomes, experiment.days, experiment.before_days, until_ms)
    found = counted(columns, trial, zone.key, whom)
    units = [found.units.get(arm.key, 0) for arm in experiment.arms]
    fallen = mismatch_p(units, [arm.weight for arm in experiment.arms])
    outcomes = [
        outcome_result(experiment, outcome, sums) for outcome, sums in zip(experiment.outcomes, found.sums, strict=True)
    ]
    needed = needed_units(experiment, found.sums[0])
    return Results(found, fallen, needed, outcomes, _advice(experiment, units, fallen, needed, outcomes))


def outcome_result(experiment: Experiment, outcome: Outcome, sums: Mapping[str, Sums]) -> OutcomeResult:
    """Every variant against the control, as far as both have customers enough."""
    control = experiment.arms[0].key
    there = {arm.key: sums[arm.key] for arm in experiment.arms if arm.key in sums and sums[arm.key].units >= UNITS_MIN}
    if control not in there:
        return OutcomeResult(outcome, None, [], None)
    if experiment.before_days:
        adjusted, taken = adjusted_arms(list(there.values()))
        arms, part = dict(zip(there, adjusted, strict=True)), taken
    else:
        arms, part = {key: mean_arm(each) for key, each in there.items()}, None
    variants = [_compared(experiment, outcome, key, arms[control], arm) for key, arm in arms.items() if key != control]
    return OutcomeResult(outcome, arms[control].mean, variants, part)


def needed_units(experiment: Experiment, sums: Mapping[str, Sums]) -> int | None:
    """How many customers of the control and one variant together the primary outcome wants."""
    control = sums.get(experiment.arms[0].key)
    if control is None or control.units < UNITS_MIN or control.y == 0:
        return None
    arm = mean_arm(control)
    share = experiment.arms[1].weight / (experiment.arms[0].weight + experiment.arms[1].weight)
    effect = abs(arm.mean) * experiment.effect
    if arm.variance == 0 or effect == 0:
        return None
    return units_for_means(arm.variance, effect, alpha=alpha_each(experiment), power=experiment.power, share=share)


def alpha_each(experiment: Experiment) -> float:
    """What of alpha each variant has: several share it (Bonferroni)."""
    return experiment.alpha / (len(experiment.arms) - 1)


def _compared(experiment: Experiment, outcome: Outcome, key: str, control: Arm, variant: Arm) -> Compared:
    lift, relative = difference(control, variant), relative_difference(control, variant)
    units = control.units + variant.units
    alpha = alpha_each(experiment)

    def judged(found: Difference) -> Verdict:
        if experiment.looks == "always":
            return always_valid(found, units, alpha)
        return fixed_horizon(found, alpha)

    verdict = judged(lift)
    rises = verdict.low > 0
    says: Literal["better", "worse", "unclear"] = "unclear"
    if rises or verdict.high < 0:
        says = "better" if rises != outcome.is_lower_better else "worse"
    belief = belief_of_means(lift, alpha)
    if outcome.is_lower_better:
        belief = replace(
            belief,
            better=1 - belief.better,
            loss_of_variant=belief.loss_of_control,
            loss_of_control=belief.loss_of_variant,
        )
    return Compared(key, variant.mean, lift, relative, verdict, judged(relative) if relative else None, belief, says)


def _advice(
    experiment: Experiment,
    units: Sequence[int],
    fallen: float,
    needed: int | None,
    outcomes: Sequence[OutcomeResult],
) -> Advice:
    if fallen < MISMATCH_P:
        return "mismatch"
    if any(variant.says == "worse" for outcome in outcomes[1:] for variant in outcome.variants):
        return "harm"
    is_enough = needed is not None and units[0] + min(units[1:]) >= needed
    if experiment.looks == "fixed" and not is_enough:
        return "wait"
    said = {variant.says for variant in outcomes[0].variants}
    if "better" in said:
        return "better"
    if said == {"worse"}:
        return "worse"
    return "no_difference" if is_enough else "wait"
