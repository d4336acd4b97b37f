"""What pydantic cannot say of a condition: what goes with what. Part of `definition`."""

from __future__ import annotations

from siyu.domain.customers.contracts import (
    ALL_CHANNELS,
    IDENTITY_KINDS,
    PURPOSES,
    is_channel,
)
from siyu.domain.definitions.contracts import (
    check_comparison,
    check_in_plain,
    check_name,
    check_part,
    check_parts,
    is_day,
)
from siyu.domain.segments.contracts import (
    COUNT_MAX,
    DAYS_MAX,
    ESTIMATE_OPERATORS,
    ESTIMATES,
    HOURS,
    UNITS_MAX,
    AnniversaryCondition,
    AttributeCondition,
    CalendarWindow,
    ConsentCondition,
    Duration,
    EstimateCondition,
    EventCondition,
    EventValueCondition,
    FixedWindow,
    IdentityCondition,
    Leaf,
    RegularCondition,
    RollingWindow,
    SampleCondition,
    SequenceCondition,
)
from siyu.domain.segments.definition_faults import Path, fault

OF_EVENTS = frozenset({"count", "days"})
WHOLE = frozenset({*OF_EVENTS, "distinct"})


def check_leaf(path: Path, leaf: Leaf) -> None:
    """InvalidDefinitionError where the parts of a condition are no condition together."""
    check_parts(path, leaf)


@check_part.register
def _(node: Duration, path: Path) -> None:
    longest = DAYS_MAX * 24 // HOURS[node.unit]
    if node.amount > longest:
        raise fault((*path, "amount"), "at_most", limit=longest)


@check_part.register
def _(node: RollingWindow, path: Path) -> None:
    if node.most is None and node.least is None:
        raise fault((*path, "most"), "no_window")
    if node.most is not None and node.least is not None and _hours(node.least) >= _hours(node.most):
        raise fault((*path, "least"), "window_empty")


@check_part.register
def _(node: CalendarWindow, path: Path) -> None:
    if node.back > UNITS_MAX[node.unit]:
        raise fault((*path, "back"), "at_most", limit=UNITS_MAX[node.unit])
    if node.count > node.back + 1:
        raise fault((*path, "count"), "not_begun", limit=node.back + 1)


@check_part.register
def _(node: FixedWindow, path: Path) -> None:
    if node.since_on is None and node.until_on is None:
        raise fault((*path, "since_on"), "no_days")
    for field, day in (("since_on", node.since_on), ("until_on", node.until_on)):
        if day is not None and not is_day(day):
            raise fault((*path, field), "day")
    if node.since_on is not None and node.until_on is not None and node.until_on < node.since_on:
        raise fault((*path, "until_on"), "days_reversed")


@check_part.register
def _(node: EventValueCondition, path: Path) -> None:
    check_comparison(path, node.property, node.operator, node.value)


@check_part.register
def _(node: AttributeCondition, path: Path) -> None:
    check_name((*path, "name"), node.name)
    check_comparison(path, node.name, node.operator, node.value)


@check_part.register
def _(node: EventCondition, path: Path) -> None:
    if node.measure in OF_EVENTS:
        if node.property is not None:
            raise fault((*path, "property"), "no_property")
    elif node.property is None:
        raise fault((*path, "property"), "needs_property")
    else:
        check_in_plain((*path, "property"), node.property)
    if node.measure in WHOLE:
        if not isinstance(node.value, int):
            raise fault((*path, "value"), "whole")
        if node.value < 0:
            raise fault((*path, "value"), "at_least", limit=0)
        if node.value > COUNT_MAX:
            raise fault((*path, "value"), "at_most", limit=COUNT_MAX)


@check_part.register
def _(node: SequenceCondition, path: Path) -> None:
    if node.same is not None:
        check_in_plain((*path, "same"), node.same)
    first, last = node.steps[0], len(node.steps) - 1
    for field, told in (("within", first.within), ("without", first.without), ("is_absent", first.is_absent)):
        if told:
            raise fault((*path, "steps", 0, field), "first_step")
    for n, step in enumerate(node.steps):
        at = (*path, "steps", n)
        if step.is_absent and n < last:
            raise fault((*at, "is_absent"), "absent_last")
        if step.is_absent and step.within is None:
            raise fault((*at, "within"), "absent_within")
        if step.is_absent and step.without:
            raise fault((*at, "without"), "absent_without")


@check_part.register
def _(node: RegularCondition, path: Path) -> None:
    if node.at_least > node.periods:
        raise fault((*path, "at_least"), "of_periods", limit=node.periods)


@check_part.register
def _(node: AnniversaryCondition, path: Path) -> None:
    if (node.attribute is None) is (node.event is None):
        raise fault((*path, "attribute"), "whose_day")
    if node.attribute is not None:
        check_in_plain((*path, "attribute"), node.attribute)
        for field, told in (("which", node.which != "first"), ("where", node.where)):
            if told:
                raise fault((*path, field), "event_only")
    if node.from_days > node.to_days:
        raise fault((*path, "from_days"), "from_to")


@check_part.register
def _(node: ConsentCondition, path: Path) -> None:
    purpose = PURPOSES.get(node.purpose)
    if purpose is None:
        raise fault((*path, "purpose"), "choice", choices=", ".join(PURPOSES))
    at = (*path, "channel")
    if not purpose.by_channel:
        if node.channel is not None:
            raise fault(at, "no_channel")
    elif node.channel is None:
        raise fault(at, "needs_channel")
    elif node.channel == ALL_CHANNELS:
        if node.state == "allowed":
            raise fault(at, "one_channel")
    elif not is_channel(node.channel):
        raise fault(at, "channel")


@check_part.register
def _(node: IdentityCondition, path: Path) -> None:
    for n, kind in enumerate(node.identities):
        if kind not in IDENTITY_KINDS:
            raise fault((*path, "identities", n), "choice", choices=", ".join(IDENTITY_KINDS))


@check_part.register
def _(node: EstimateCondition, path: Path) -> None:
    names = ESTIMATES[node.model]
    if node.name not in names:
        raise fault((*path, "name"), "choice", choices=", ".join(names))
    kind = names[node.name]
    if node.operator not in ESTIMATE_OPERATORS[kind]:
        raise fault((*path, "operator"), "choice", choices=", ".join(ESTIMATE_OPERATORS[kind]))
    if node.edition is not None:  # which one is in force is not for the writer to say
        raise fault((*path, "edition"), "extra")
    check_comparison(path, node.name, node.operator, node.value)
    for value in node.value if isinstance(node.value, tuple) else (node.value,):
        if value is not None and isinstance(value, str | bool) is (kind == "number"):
            raise fault((*path, "value"), "number" if kind == "number" else "text_value")


@check_part.register
def _(node: SampleCondition, path: Path) -> None:
    if node.from_percent >= node.to_percent:
        raise fault((*path, "to_percent"), "sample_empty")


def _hours(duration: Duration) -> int:
    return duration.amount * HOURS[duration.unit]
