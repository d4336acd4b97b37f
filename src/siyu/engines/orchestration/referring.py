"""Whether what a journey speaks of is there, and in force: the rooms are asked once for each kind of thing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from siyu.domain.company import reading as company
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import Definition, DefinitionStatus, InvalidDefinitionError
from siyu.domain.entries import reading as entries
from siyu.domain.groups import reading as groups
from siyu.domain.hooks import reading as hooks
from siyu.domain.journeys.contracts import (
    JOURNEY_KIND,
    BranchNode,
    JourneyDefinition,
    JourneyFault,
    Named,
    NamedKind,
    fault_at,
    fault_of,
    named_in,
)
from siyu.domain.promotions import reading as promotions
from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import SEGMENT_KIND, Condition
from siyu.domain.tags import reading as tags
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Reading

ACTOR = system_actor("orchestration")
Way = tuple[str, str]
"""The keys of a branch and of one of its ways."""

_DEFINITIONS: Final[Mapping[NamedKind, str]] = {
    "segment": SEGMENT_KIND,
    "experiment": "experiment",
    "script": "script",
    "code": "code",
    "journey": JOURNEY_KIND,
}
_MISSING: Final[Mapping[NamedKind, str]] = {
    "segment": "no_segment",
    "experiment": "no_experiment",
    "script": "no_script",
    "code": "no_code",
    "journey": "no_journey",
    "tag": "no_tag",
    "persona": "no_persona",
    "staff": "no_staff",
    "group": "no_group",
    "pool": "no_pool",
    "endpoint": "no_endpoint",
}
_OVER: Final[Mapping[NamedKind, str]] = {
    "segment": "segment_live",
    "experiment": "experiment_over",
    "script": "no_script",
    "journey": "journey_live",
}


class References:
    """What a journey speaks of, as it stands now."""

    def __init__(self, reading: Reading, definition: JourneyDefinition) -> None:
        self._reading = reading
        self._definition = definition
        self._named = named_in(definition)
        wanted = {each.number for each in self._named if each.kind in _DEFINITIONS}
        found = definitions.list_by_id(reading, wanted) if wanted else []
        self._found = {each.definition_id: each for each in found}
        self.conditions: dict[Way, Condition] = {}
        self._of_conditions = list(self._parsed())

    def definition_ids(self) -> set[int]:
        """Those definitions that are there, in the journey itself and in its conditions."""
        within = {each for condition in self.conditions.values() for each in segments_reading.references(condition)}
        there = {each.definition_id for each in definitions.list_by_id(self._reading, within)} if within else set()
        return {number for number in self._found if self._is_there(number)} | there

    def faults(self, journey_id: int | None) -> list[JourneyFault]:
        """Everything that keeps it from being published: what is not there or not in force, other arms than an experiment has,
        conditions that are none."""
        named = [each for each in self._named if each.kind in _DEFINITIONS]
        found = [*(fault for each in named for fault in self._of_definition(each)), *self._of_conditions]
        told = {fault.path for fault in found}
        later = [*self._out_of_force(), *self._not_in_use(), *self._impossible_conditions()]
        found += [fault for fault in later if fault.path not in told]
        if journey_id is not None:
            found += self._circles(journey_id)
        return found

    # --- definitions

    def _is_there(self, number: int) -> bool:
        kinds = {_DEFINITIONS[each.kind] for each in self._named if each.number == number and each.kind in _DEFINITIONS}
        return self._found[number].kind in kinds

    def _of(self, named: Named) -> Definition | None:
        found = self._found.get(named.number)
        return found if found is not None and found.kind == _DEFINITIONS[named.kind] else None

    def _of_definition(self, named: Named) -> Iterator[JourneyFault]:
        found = self._of(named)
        if found is None:
            yield _fault(named, _MISSING[named.kind])
        elif named.kind == "experiment":
            arms = tuple(arm["key"] for arm in (found.document or found.latest)["arms"])
            if (named.arms != arms) if named.are_all else not set(named.arms) <= set(arms):
                yield _fault(named, "arms", names=", ".join(arms))

    def _out_of_force(self) -> Iterator[JourneyFault]:
        """Segments, scripts and journeys have to be live, an experiment may still be to begin; a code has to lead into
        groups."""
        codes = {each.code_id for each in entries.codes_in_force(self._reading) if each.code.mode == "groups"}
        for named in self._named:
            found = self._of(named) if named.kind in _DEFINITIONS else None
            if found is None:
                continue
            if named.kind == "code":
                if named.number not in codes:
                    yield _fault(named, "no_code")
            elif found.status is not DefinitionStatus.LIVE and not (
                named.kind == "experiment" and found.status is DefinitionStatus.DRAFT
            ):
                yield _fault(named, _OVER[named.kind])
            elif named.kind == "journey" and (found.document or {}).get("subject") != self._definition.subject:
                yield _fault(named, "journey_subject")

    def _circles(self, journey_id: int) -> Iterator[JourneyFault]:
        """A journey that would enter itself, by way of whatever others."""
        entered = [each for each in self._named if each.kind == "journey"]
        if not entered:
            return
        refers_to = definitions.references_in_force(self._reading)
        for named in entered:
            if way := _way(refers_to, named.number, journey_id):
                called = definitions.names_of(self._reading, way)
                names = " → ".join(called[each].name if each in called else str(each) for each in (journey_id, *way))
                yield _fault(named, "journey_itself", names=names)

    # --- what is no definition

    def _not_in_use(self) -> Iterator[JourneyFault]:
        for kind in ("tag", "persona", "staff", "group", "pool", "endpoint"):
            named = [each for each in self._named if each.kind == kind]
            usable = _usable(self._reading, kind, {each.number for each in named}) if named else set()
            yield from (_fault(each, _MISSING[each.kind]) for each in named if each.number not in usable)

    # --- conditions

    def _parsed(self) -> Iterator[JourneyFault]:
        for at, node, n, document in _conditions(self._definition):
            try:
                condition = segments_reading.parse_definition(document)
            except InvalidDefinitionError as error:
                yield fault_of(error, node=node.key, at=at)
            else:
                self.conditions[node.key, node.ways[n].key] = condition

    def _impossible_conditions(self) -> Iterator[JourneyFault]:
        """Conditions that speak of what is not in force, or are too large when all is written out."""
        for at, node, n, document in _conditions(self._definition):
            if (node.key, node.ways[n].key) in self.conditions:
                try:
                    segments.understand(self._reading, ACTOR, document)
                except InvalidDefinitionError as error:
                    yield fault_of(error, node=node.key, at=at)


def _conditions(
    definition: JourneyDefinition,
) -> Iterator[tuple[tuple[str | int, ...], BranchNode, int, Mapping[str, object]]]:
    """(where it stands, the branch, the number of the way, the document) of each condition."""
    for place, node in enumerate(definition.nodes):
        if isinstance(node, BranchNode):
            for n, way in enumerate(node.ways):
                yield ("nodes", place, "ways", n, "condition"), node, n, way.condition


def _usable(reading: Reading, kind: str, numbers: Collection[int]) -> Collection[int]:
    match kind:
        case "tag":
            return tags.tags_in_use(reading, numbers)
        case "persona":
            return company.personas_in_use(reading, numbers)
        case "staff":
            return company.active_staff(reading, numbers)
        case "group":
            return groups.addresses_of(reading, numbers)
        case "pool":
            return promotions.pool_names(reading)
        case _:
            return hooks.endpoint_names(reading)


def _fault(named: Named, reason: str, names: str = "") -> JourneyFault:
    path = [int(part) if part.isdecimal() else part for part in named.path.split(".")]
    return fault_at(path, reason, node=named.node, names=names)


def _way(refers_to: Mapping[int, Collection[int]], start: int, end: int) -> Sequence[int] | None:
    """The shortest way from one to another, both ends with it; None where there is none."""
    before: dict[int, int | None] = {start: None}
    waiting = [start]
    for at in waiting:
        if at == end:
            way = [at]
            while (last := before[way[-1]]) is not None:
                way.append(last)
            return way[::-1]
        for each in refers_to.get(at, ()):
            if each not in before:
                before[each] = at
                waiting.append(each)
    return None
