"""What the parts of a breakdown are called, where their keys are numbers of something with a name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from siyu.domain.company import reading as company
from siyu.domain.definitions import reading as definitions
from siyu.domain.journeys import reading as journeys
from siyu.domain.journeys.contracts import JourneyPlan, MessagePlan
from siyu.domain.metrics.contracts import (
    MetricBreakdown,
    SegmentBreakdown,
    StaffBreakdown,
    TagBreakdown,
    UnitBreakdown,
)
from siyu.domain.tags import reading as tags
from siyu.engines.insight.terms.breakdowns import Group
from siyu.platform.postgres.database import Reading

_SENT: Final = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,9})\.([0-9]{1,9}))?")


def group_labels(reading: Reading, breakdown: MetricBreakdown | None, groups: Collection[Group]) -> Mapping[str, str]:
    """By key. Parts that are not there have no name in themselves."""
    ids = [int(each.key) for each in groups if each.key.isascii() and each.key.isdecimal() and len(each.key) < 19]
    if isinstance(breakdown, TagBreakdown):
        names = tags.tag_names(reading, ids)
    elif isinstance(breakdown, UnitBreakdown):
        names = company.unit_names(reading, ids)
    elif isinstance(breakdown, StaffBreakdown):
        names = company.staff_names(reading, ids)
    elif isinstance(breakdown, SegmentBreakdown):
        names = {key: each.name for key, each in definitions.names_of(reading, ids).items()}
    else:
        names = {}
    return {str(key): name for key, name in names.items()}


def sends_labels(reading: Reading, keys: Collection[str]) -> Mapping[str, str]:
    """Of journeys ("7"), and of the messages in them ("7.2.4": which version, and where in its plan), by key."""
    told = {key: found.groups() for key in keys if (found := _SENT.fullmatch(key))}
    names = definitions.names_of(reading, {int(journey) for journey, _, _ in told.values()})
    wanted = {(int(journey), int(version)) for journey, version, _ in told.values() if version}
    plans = journeys.plans(reading, wanted) if wanted else {}
    labels = {}
    for key, (journey, version, step) in told.items():
        name = names[int(journey)].name if int(journey) in names else f"#{journey}"
        if version:
            plan = plans.get((int(journey), int(version)))
            name += f" · {_text_in(plan, int(step)) or int(step) + 1}"
            name += f" (v{int(version)})" if plan else ""
        labels[key] = name
    return labels


def _text_in(plan: JourneyPlan | None, step: int) -> str | None:
    """Which message of a plan it is: the how-manieth, its title, and the arm that gets it, where it is one of several."""
    messages = (
        [] if plan is None else [(n, node) for n, node in enumerate(plan.places) if isinstance(node, MessagePlan)]
    )
    for number, (place, node) in enumerate(messages, start=1):
        arms = {place: "", **{each.step: each.arm for each in node.variants}}
        if step in arms:
            return f"{number}. {node.title}" + (f" [{arms[step]}]" if arms[step] else "")
    return None
