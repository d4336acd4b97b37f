"""From a document to an experiment, and which arm falls to whom. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from siyu.domain.definitions.contracts import Faults, check_in_plain, check_parts
from siyu.domain.experiments.contracts import ARMS_MAX, GUARDRAILS_MAX, Experiment, Outcome
from siyu.kernel.lots import drawn, is_among

EXPERIMENT: TypeAdapter[Experiment] = TypeAdapter(Experiment)
"""Pydantic's view of the document: checks shapes and gives the JSON schema."""

FAULTS: Final = Faults(
    {
        "arms": ("请给出 2 到 {limit} 个组，第一个是对照组。", "Give 2 to {limit} arms, the control first."),
        "guardrails": ("护栏指标最多 {limit} 个。", "Give at most {limit} guardrails."),
        "needs_property": ("请填按哪个属性来合计。", "Name the property to add up."),
        "no_property": ("只有合计和比值才按属性来算，请去掉它。", "Only sums and ratios take a property; remove it."),
        "needs_per": ("请说明比值除以什么。", "Say what the ratio is divided by."),
        "no_per": ("只有比值才除以别的，请去掉它。", "Only a ratio is divided by something; remove it."),
        "needs_planned": (
            "请填看几次、总共多少客户。",
            "Say how many looks there are, and at how many customers in all.",
        ),
        "no_planned": ("只有按计划看时才填它，请去掉。", "This is for planned looks alone; remove it."),
        "no_segment": ("没有这个人群，请另选。", "There is no such segment; choose another."),
        "used": (
            "旅程「{journeys}」按这些组分流，它们和它们的次序不能再改；请另建一个实验。",
            "A journey goes by these arms ({journeys}): they and their order stay. Make a new experiment instead.",
        ),
        "name_twice": ("两个指标叫同一个名字，请改一个。", "Two outcomes have this name; change one of them."),
    },
    of_lists={"arms": "arms", "guardrails": "guardrails"},
    limits={"arms": ARMS_MAX, "guardrails": GUARDRAILS_MAX},
)


def parse_experiment(document: object) -> Experiment:
    """The experiment of a document; InvalidDefinitionError with the first fault otherwise."""
    try:
        experiment = EXPERIMENT.validate_python(document)
    except ValidationError as error:
        raise FAULTS.explained(document, error.errors(include_url=False)) from None
    check_parts((), experiment)
    if twice := _first_twice([arm.key for arm in experiment.arms]):
        raise FAULTS.fault(("arms", twice, "key"), "key_twice")
    if (experiment.looks == "planned") != (experiment.planned is not None):
        raise FAULTS.fault(("planned",), "no_planned" if experiment.planned else "needs_planned")
    for n, outcome in enumerate(experiment.outcomes):
        _check_outcome(("primary",) if n == 0 else ("guardrails", n - 1), outcome)
    if twice := _first_twice([outcome.name for outcome in experiment.outcomes]):
        raise FAULTS.fault(("guardrails", twice - 1, "name"), "name_twice")
    return experiment


def as_document(experiment: Experiment) -> dict[str, Any]:
    """The document of an experiment, in its one spelling."""
    document: dict[str, Any] = EXPERIMENT.dump_python(experiment, mode="json")
    return document


def is_same_trial(before: Experiment, after: Experiment) -> bool:
    """Whether nothing that decides who is given what, or how it is measured, is another."""
    return replace(before, hypothesis="-") == replace(after, hypothesis="-")


def arm_of(experiment_id: int, experiment: Experiment, customer_id: int) -> str | None:
    """The arm that falls to a customer, the same every time; None for who does not take part.

    Whether somebody takes part and what they are given are two lots, and each experiment draws its own, so that no experiment says
    anything about another.
    """
    if not is_among(f"share:{experiment_id}:{customer_id}", experiment.share):
        return None
    place = drawn(f"arm:{experiment_id}:{customer_id}", [arm.weight for arm in experiment.arms])
    return experiment.arms[place].key


def _check_outcome(path: tuple[str | int, ...], outcome: Outcome) -> None:
    if outcome.measure == "sum" and outcome.property is None:
        raise FAULTS.fault((*path, "property"), "needs_property")
    if outcome.measure not in {"sum", "ratio"} and outcome.property is not None:
        raise FAULTS.fault((*path, "property"), "no_property")
    if (outcome.measure == "ratio") != (outcome.per is not None):
        raise FAULTS.fault((*path, "per"), "no_per" if outcome.per else "needs_per")
    if outcome.property is not None:
        check_in_plain((*path, "property"), outcome.property)
    if outcome.per is not None and outcome.per.property is not None:
        check_in_plain((*path, "per", "property"), outcome.per.property)


def _first_twice(keys: Collection[str]) -> int:
    """The place of the first that stood before; 0 where none did."""
    seen: set[str] = set()
    for n, key in enumerate(keys):
        if key in seen:
            return n
        seen.add(key)
    return 0
