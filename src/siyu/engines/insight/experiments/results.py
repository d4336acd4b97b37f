"""What an experiment shows so far: each outcome, each variant against the control, and what there is to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    at_planned_look,
    belief_of_means,
    belief_of_rates,
    difference,
    fixed_horizon,
    mismatch_p,
    relative_difference,
)
from siyu.engines.insight.experiments.counting import DAY_MS, Counted, Trial, came_at, counted
from siyu.engines.insight.experiments.planning import look_bounds, units_for_means
from siyu.engines.insight.experiments.samples import UNITS_MIN, Arm, Sums, adjusted_arms, mean_arm, rate_arm, ratio_arm
from siyu.engines.insight.terms.whom import Whom
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns

Advice = Literal["mismatch", "harm", "better", "worse", "no_difference", "wait"]
"""The lot did not fall as it was told to; a guardrail is harmed; the primary outcome is better, or worse; as many came as were
wanted, and there is no difference to be seen; or nothing can be said yet."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A variant against the control in one outcome: the absolute lift, the relative one (None where the control has nothing), the
    verdict on the absolute one, and what there is to believe."""

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
class Looks:
    """Of planned looks how many were taken, and of how many; `at_ms`: until when the latest of them looked."""

    done: int
    planned: int
    at_ms: int | None


@dataclass(frozen=True, slots=True)
class Results:
    """`needed` is of both arms together, for the primary outcome as it is spread so far; None where that is not known yet."""

    counted: Counted
    mismatch_p: float
    needed: int | None
    outcomes: Sequence[OutcomeResult]
    advice: Advice
    looks: Looks | None

    @property
    def should_stop(self) -> bool:
        """Whether one of the rules for stopping holds: the lot is broken, harm is certain, it is decided, or enough have come."""
        return self.advice != "wait"


Judge = Callable[[Difference, int], Verdict]
"""The verdict on a difference between so many customers, of both arms."""


def results(
    columns: Columns, experiment_id: int, experiment: Experiment, as_of: datetime, zone: ZoneInfo, whom: Whom
) -> Results:
    """The experiment until an instant, of the customers in `whom`."""
    trial = trial_of(experiment_id, experiment, as_of)
    found = counted(columns, trial, zone.key, whom)
    units = [found.units.get(arm.key, 0) for arm in experiment.arms]
    fallen = mismatch_p(units, [arm.weight for arm in experiment.arms])
    alpha = alpha_each(experiment)

    def always(lift: Difference, customers: int) -> Verdict:
        return always_valid(lift, customers, alpha)

    # what is watched every day has to be safe to watch: guardrails, and harm to the primary outcome, however that is judged
    watched = [
        outcome_result(experiment, outcome, sums, always)
        for outcome, sums in zip(experiment.outcomes, found.sums, strict=True)
    ]
    looks, primary = None, watched[0]
    if experiment.planned is not None:
        looks, primary = _at_look(columns, trial, experiment, zone, whom)
    elif experiment.looks == "fixed":
        primary = outcome_result(
            experiment, experiment.primary, found.sums[0], lambda lift, _: fixed_horizon(lift, alpha)
        )
    needed = _needed(experiment, found.sums[0])
    is_enough = needed is not None and units[0] + min(units[1:]) >= needed
    if looks is not None:
        is_enough = looks.done == looks.planned
    may_say = experiment.looks == "always" or is_enough or (looks is not None and looks.done > 0)
    outcomes = [primary, *watched[1:]]
    advice = _advice(fallen, watched, primary, may_say=may_say, is_enough=is_enough)
    return Results(found, fallen, needed, outcomes, advice, looks)


def trial_of(experiment_id: int, experiment: Experiment, as_of: datetime) -> Trial:
    """What is counted of an experiment until an instant."""
    return Trial(experiment_id, experiment.outcomes, experiment.days, experiment.before_days, milliseconds_of(as_of))


def _at_look(
    columns: Columns, trial: Trial, experiment: Experiment, zone: ZoneInfo, whom: Whom
) -> tuple[Looks, OutcomeResult]:
    """The primary outcome as it was at the latest planned look, however late that is seen: of the customers who had come by then,
    when their days were over."""
    plan = experiment.planned
    if plan is None:
        raise ValueError("no looks are planned")
    places = [-(-plan.units * (n + 1) // plan.looks) for n in range(plan.looks)]
    lasts = experiment.days * DAY_MS
    came = [at for at in came_at(columns, trial, places, whom) if at + lasts <= trial.until_ms]
    if not came:
        return Looks(0, plan.looks, None), OutcomeResult(experiment.primary, None, [], None)
    look = replace(trial, outcomes=(experiment.primary,), until_ms=came[-1] + lasts, came_until_ms=came[-1])
    bound = look_bounds(alpha_each(experiment), plan.looks)[len(came) - 1]
    sums = counted(columns, look, zone.key, whom).sums[0]
    result = outcome_result(experiment, experiment.primary, sums, lambda lift, _: at_planned_look(lift, bound))
    return Looks(len(came), plan.looks, look.until_ms), result


def outcome_result(experiment: Experiment, outcome: Outcome, sums: Mapping[str, Sums], judge: Judge) -> OutcomeResult:
    """Every variant against the control, as far as both have customers enough."""
    control = experiment.arms[0].key
    there = {
        arm.key: sums[arm.key] for arm in experiment.arms if arm.key in sums and _is_enough(outcome, sums[arm.key])
    }
    if control not in there:
        return OutcomeResult(outcome, None, [], None)
    is_adjusted = experiment.before_days > 0 and outcome.measure != "ratio"
    if is_adjusted:
        adjusted, taken = adjusted_arms(list(there.values()))
        arms, part = dict(zip(there, adjusted, strict=True)), taken
    else:
        arms, part = {key: _arm(outcome, each) for key, each in there.items()}, None
    variants = []
    for key, arm in arms.items():
        if key == control:
            continue
        lift = difference(arms[control], arm)
        if outcome.measure == "rate" and not is_adjusted:
            belief = belief_of_rates(*((there[each].units, round(there[each].y)) for each in (control, key)))
        else:
            belief = belief_of_means(lift)
        variants.append(_compared(outcome, key, (arms[control], arm), belief, judge))
    return OutcomeResult(outcome, arms[control].mean, variants, part)


def _is_enough(outcome: Outcome, sums: Sums) -> bool:
    return sums.units >= UNITS_MIN and (outcome.measure != "ratio" or sums.x != 0)


def _arm(outcome: Outcome, sums: Sums) -> Arm:
    if outcome.measure == "rate":
        return rate_arm(sums.units, round(sums.y))
    return ratio_arm(sums) if outcome.measure == "ratio" else mean_arm(sums)


def _needed(experiment: Experiment, sums: Mapping[str, Sums]) -> int | None:
    """How many customers of the control and one variant together the primary outcome wants, or the plan says."""
    pair = experiment.arms[0].weight + experiment.arms[1].weight
    if experiment.planned is not None:
        return -(-experiment.planned.units * pair // sum(arm.weight for arm in experiment.arms))
    control = sums.get(experiment.arms[0].key)
    if control is None or not _is_enough(experiment.primary, control) or control.y == 0:
        return None
    arm = _arm(experiment.primary, control)
    effect = abs(arm.mean) * experiment.effect
    if arm.variance == 0 or effect == 0:
        return None
    share = experiment.arms[1].weight / pair
    return units_for_means(arm.variance, effect, alpha=alpha_each(experiment), power=experiment.power, share=share)


def alpha_each(experiment: Experiment) -> float:
    """What of alpha each variant has: several share it (Bonferroni)."""
    return experiment.alpha / (len(experiment.arms) - 1)


def _compared(outcome: Outcome, key: str, arms: tuple[Arm, Arm], belief: Belief, judge: Judge) -> Compared:
    control, variant = arms
    lift, relative = difference(control, variant), relative_difference(control, variant)
    units = control.units + variant.units
    verdict = judge(lift, units)
    rises = verdict.low > 0
    says: Literal["better", "worse", "unclear"] = "unclear"
    if rises or verdict.high < 0:
        says = "better" if rises != outcome.is_lower_better else "worse"
    if outcome.is_lower_better:
        belief = Belief(1 - belief.better, belief.loss_of_control, belief.loss_of_variant)
    relative_verdict = judge(relative, units) if relative else None
    return Compared(key, variant.mean, lift, relative, verdict, relative_verdict, belief, says)


def _advice(
    fallen: float, watched: Sequence[OutcomeResult], primary: OutcomeResult, *, may_say: bool, is_enough: bool
) -> Advice:
    if fallen < MISMATCH_P:
        return "mismatch"
    if any(variant.says == "worse" for outcome in watched[1:] for variant in outcome.variants):
        return "harm"
    if {variant.says for variant in watched[0].variants} == {"worse"}:
        return "worse"
    said = {variant.says for variant in primary.variants} if may_say else set()
    if "better" in said:
        return "better"
    if said == {"worse"}:
        return "worse"
    return "no_difference" if is_enough else "wait"
