"""Who walks a journey: let in, looked at, tried again, taken out; how many are where."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.domain.company.reading import staff_names
from siyu.domain.customers.reading import attributes_of
from siyu.domain.groups.reading import group_names
from siyu.domain.journeys import contracts, service
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys.contracts import EntryState, node_edges, port_of
from siyu.engines.orchestration import letting_in
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly, Work
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/journeys", tags=["journeys"])

State = Literal["active", "paused", "completed", "exited", "goal"]
_Ids = Annotated[list[Id], Field(max_length=10_000)]
_EntryIds = Annotated[list[Id], Field(min_length=1, max_length=500)]
_NodeKey = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class JourneyEnterAsked(BaseModel):
    """Who is to come in: customers, groups or accounts of staff, whichever the journey is about. The same `key` does it
    once."""

    key: Annotated[str, Field(strict=True, min_length=1, max_length=100)]
    customer_ids: _Ids = []
    group_ids: _Ids = []
    staff_ids: _Ids = []


class JourneyEntered(BaseModel):
    """What became of it. `unknown` are those that there are not, or that cannot be seen; the others were kept out by the
    journey's rules. `is_repeated`: it had been done before, by the same key."""

    entered: int
    unknown: list[int]
    is_repeated: bool


class JourneyEdgeNumbers(BaseModel):
    """How many went along a way out of a node: "next", "on_timeout", "ways.<key>" … None: of those whom you may see nobody can
    tell, for another way leads to the same node."""

    port: str
    passed: int | None


class JourneyNodeNumbers(BaseModel):
    """How many rest at a node, are held there by a fault, and have passed it; `edges` how many went along each of its
    ways, in the order of the document."""

    key: str
    resting: int
    paused: int
    passed: int
    edges: list[JourneyEdgeNumbers]


class JourneyNumbersNow(BaseModel):
    """The numbers of a version, node by node."""

    version: int | None
    nodes: list[JourneyNodeNumbers]


class JourneyEntry(BaseModel):
    """One way through a journey, of a customer, a group or an account, called by its `name`. `node` is the key of where
    it is, or where it ended."""

    entry_id: int
    version: int
    customer_id: int | None
    group_id: int | None
    staff_id: int | None
    name: str | None
    state: State
    node: str
    entered_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    fault: str | None
    fault_detail: str | None


class JourneyEntries(BaseModel):
    """Entries, the newest first."""

    rows: list[JourneyEntry]
    next_after: str | None


class JourneyPassage(BaseModel):
    """That an entry came to a node."""

    node: str
    at: datetime


class JourneyEntryPath(BaseModel):
    """An entry, and the nodes that it came to, in order."""

    entry: JourneyEntry
    passages: list[JourneyPassage]


class JourneyRetryAsked(BaseModel):
    """Who is to try again what failed: those named, those held at a node, or everybody whom a fault holds."""

    entry_ids: _EntryIds | None = None
    node: _NodeKey | None = None


class JourneyEndAsked(BaseModel):
    """Whose way through the journey is to end now."""

    entry_ids: _EntryIds


class JourneyEntriesChanged(BaseModel):
    """How many it was."""

    entries: int


@router.post("/{journey_id}/enter", summary="Let customers, groups or accounts in")
def enter_journey(actor: CurrentActor, work: Work, journey_id: Id, asked: JourneyEnterAsked) -> JourneyEntered:
    subjects = {"customer": asked.customer_ids, "group": asked.group_ids, "account": asked.staff_ids}
    found = letting_in.enter(work, actor, journey_id, subjects, asked.key)
    return JourneyEntered(entered=found.entered, unknown=list(found.unknown), is_repeated=found.is_repeated)


@router.get("/{journey_id}/numbers", summary="How many are where")
def get_journey_numbers(
    actor: CurrentActor,
    reading: ReadOnly,
    journey_id: Id,
    version: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="The one in force where none is named.")
    ] = None,
) -> JourneyNumbersNow:
    asked = version or service.get(reading, actor, journey_id).version
    if asked is None:
        return JourneyNumbersNow(version=None, nodes=[])
    definition = service.get_version(reading, actor, journey_id, asked)
    others = partial(letting_in.others_in_scope, reading, actor)
    ports = {node.key: [port_of(node, place) for place, _ in node_edges(node)] for node in definition.nodes}
    return JourneyNumbersNow(
        version=asked,
        nodes=[
            JourneyNodeNumbers(
                key=each.key,
                resting=each.resting,
                paused=each.paused,
                passed=each.passed,
                edges=[
                    JourneyEdgeNumbers(port=port, passed=passed)
                    for port, passed in zip(ports[each.key], each.edges, strict=True)
                ],
            )
            for each in journeys_reading.node_numbers(reading, journey_id, asked, actor, others)
        ],
    )


@router.get("/{journey_id}/entries", summary="Who is in a journey")
def list_journey_entries(
    actor: CurrentActor,
    reading: ReadOnly,
    page: Paging,
    journey_id: Id,
    node: Annotated[str | None, Query(max_length=40, description="Those at this node alone.")] = None,
    state: Annotated[list[State] | None, Query(max_length=5)] = None,
) -> JourneyEntries:
    service.get(reading, actor, journey_id)
    states = [EntryState(each) for each in state] if state else None
    others = partial(letting_in.others_in_scope, reading, actor)
    found = journeys_reading.list_entries(reading, actor, journey_id, page, node=node, states=states, others=others)
    names = _names(reading, found.rows)
    return JourneyEntries(rows=[_entry(each, names) for each in found.rows], next_after=found.next_after)


@router.post("/{journey_id}/entries/retry", summary="Let those whom a fault holds try again")
def retry_journey_entries(
    actor: CurrentActor, work: Work, journey_id: Id, asked: JourneyRetryAsked
) -> JourneyEntriesChanged:
    found = letting_in.retry(work, actor, journey_id, entry_ids=asked.entry_ids, node=asked.node)
    return JourneyEntriesChanged(entries=found)


@router.post("/{journey_id}/entries/end", summary="Take some out of a journey")
def end_journey_entries(
    actor: CurrentActor, work: Work, journey_id: Id, asked: JourneyEndAsked
) -> JourneyEntriesChanged:
    return JourneyEntriesChanged(entries=letting_in.end(work, actor, journey_id, asked.entry_ids))


@router.get("/{journey_id}/entries/{entry_id}", summary="One way through a journey")
def get_journey_entry(actor: CurrentActor, reading: ReadOnly, journey_id: Id, entry_id: Id) -> JourneyEntryPath:
    entry, passages = journeys_reading.path_of(
        reading, actor, journey_id, entry_id, others=partial(letting_in.others_in_scope, reading, actor)
    )
    return JourneyEntryPath(
        entry=_entry(entry, _names(reading, [entry])),
        passages=[JourneyPassage(node=each.node, at=each.at) for each in passages],
    )


def _names(reading: Reading, entries: Collection[contracts.Entry]) -> dict[tuple[str, int | None], str]:
    """What they are called whose entries these are."""
    customers = {each.customer_id for each in entries if each.customer_id is not None}
    groups = {each.group_id for each in entries if each.group_id is not None}
    staff = {each.staff_id for each in entries if each.staff_id is not None}
    told = attributes_of(reading, customers) if customers else {}
    called: dict[tuple[str, int | None], str] = {
        ("customer", key): str(own["name"]) for key, own in told.items() if own.get("name")
    }
    called |= {("group", key): name for key, name in (group_names(reading, groups) if groups else {}).items()}
    return called | {("staff", key): name for key, name in (staff_names(reading, staff) if staff else {}).items()}


def _entry(entry: contracts.Entry, names: dict[tuple[str, int | None], str]) -> JourneyEntry:
    whose = [("customer", entry.customer_id), ("group", entry.group_id), ("staff", entry.staff_id)]
    return JourneyEntry(
        entry_id=entry.entry_id,
        version=entry.version,
        customer_id=entry.customer_id,
        group_id=entry.group_id,
        staff_id=entry.staff_id,
        name=next((names[each] for each in whose if each in names), None),
        state=entry.state.value,
        node=entry.node,
        entered_at=entry.entered_at,
        due_at=entry.due_at,
        ended_at=entry.ended_at,
        end_reason=entry.end_reason,
        fault=entry.fault,
        fault_detail=entry.fault_detail,
    )
