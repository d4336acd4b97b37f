"""The list of customers as people work with it: who is meant by a filter, in which order, with which columns; kept filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from siyu.domain.company.reading import staff_names
from siyu.domain.customers import reading as customers
from siyu.domain.segments import reading as segments
from siyu.domain.segments import service
from siyu.domain.segments.contracts import FilterDraft, Ids, KeptFilter, checked_columns
from siyu.domain.tags import reading as tags_reading
from siyu.engines.audience import evaluate
from siyu.engines.audience.ordering import by_orders
from siyu.engines.audience.sets import StoredSets
from siyu.faces.api.access import ONLY_READS, TOUCHES_ONES_OWN, ColumnsClient, Context, CurrentActor, Id, ReadOnly, Work
from siyu.faces.api.context import ApiContext
from siyu.faces.api.customers import CustomerRow, customer_rows, page_of_customers
from siyu.faces.api.segments import Definition
from siyu.faces.naming import namer_of
from siyu.kernel.actors import Actor
from siyu.kernel.paging import MAX_PAGE_SIZE, Page, PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api", tags=["customers"])

IDS_MAX = 10_000
SortWord = Literal["newest", "last_seen", "orders", "revenue", "last_order"]
ColumnNames = Annotated[list[Annotated[str, Field(min_length=1, max_length=220)]], Field(max_length=20)]


class CustomerFilter(BaseModel):
    """Whom a list shows: those for whom all that is told holds. `q` is a search as in `GET /api/customers`, `condition` is one of
    the language of segments. With nothing told it is everybody whom you may see."""

    q: Annotated[str, Field(max_length=200)] = ""
    segment_id: Id | None = None
    condition: Definition | None = None


class CustomerSearch(CustomerFilter):
    """A page of them. `columns` are those to be told beside what every row has: `tags`, `keeper`, `stages`, `attribute:NAME`."""

    sort: SortWord = "newest"
    is_rising: bool = False
    columns: ColumnNames = []
    size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = 50
    after: Annotated[str | None, Field(max_length=100)] = None


class CustomersMeant(BaseModel):
    """Some customers: those named, or else all whom the filter finds."""

    customer_ids: Annotated[list[Id], Field(min_length=1, max_length=IDS_MAX)] | None = None
    filter: CustomerFilter = CustomerFilter()


class ShownTag(BaseModel):
    """A tag in a list."""

    tag_id: int
    name: str


class ShownStage(BaseModel):
    """Where somebody stands on a ladder."""

    ladder_id: int
    zh: str
    en: str


class FoundCustomer(CustomerRow):
    """A customer in the list, with what the columns asked for; null and empty where nobody asked."""

    keeper: str | None
    tags: list[ShownTag]
    stages: list[ShownStage]
    attributes: dict[str, Any]


class FoundCustomers(BaseModel):
    """A page. `total` is null where a search finds more than can be counted at once."""

    rows: list[FoundCustomer]
    next_after: str | None
    total: int | None


class FilterBody(BaseModel):
    """A filter to keep: one's own, or everybody's."""

    name: Annotated[str, Field(max_length=200)]
    is_shared: bool = False
    filter: CustomerFilter
    columns: ColumnNames = []
    sort: SortWord = "newest"
    is_rising: bool = False


class CustomerFilterRow(FilterBody):
    """A filter that is kept. `is_own`: you keep it."""

    filter_id: int
    is_own: bool


class CustomerFilters(BaseModel):
    """Your own filters and those that are shared, by name."""

    rows: list[CustomerFilterRow]


class ListColumns(BaseModel):
    """What you want to see in the list, in this order."""

    columns: ColumnNames


@router.post("/customers/search", summary="Find customers", dependencies=[ONLY_READS])
def search_customers(
    actor: CurrentActor, context: Context, columns: ColumnsClient, asked: CustomerSearch
) -> FoundCustomers:
    """By a filter, in an order, with the columns that are wanted. A fault in the condition is refused with its path."""
    actor.require("customers.read")
    wanted = checked_columns(asked.columns)
    among = _restricted(context, columns, actor, asked)
    with context.database.read() as reading:
        found, total = _page(columns, reading, actor, asked, among)
        rows = customer_rows(reading, actor, customers.summaries(reading, found.rows))
        return FoundCustomers(
            rows=_with_columns(reading, actor, rows, wanted), next_after=found.next_after, total=total
        )


def _page(
    columns: Columns, reading: Reading, actor: Actor, asked: CustomerSearch, among: Ids | None
) -> tuple[Page[int], int | None]:
    """A page of ids, and how many there are in all."""
    page = PageRequest(size=asked.size, after=asked.after)
    if asked.sort != "newest":
        whole = _with_search(reading, actor, among, asked.q)
        if asked.sort == "last_seen":
            found = customers.by_last_seen(reading, page, whole, is_rising=asked.is_rising)
        else:
            found = by_orders(columns, asked.sort, page, whole, is_rising=asked.is_rising)
        return found, customers.count_customers(reading, actor) if whole is None else len(whole)
    if among is None:
        listed = customers.list_customers(reading, actor, page, search=asked.q or None)
        return Page([each.customer_id for each in listed.rows], listed.next_after), _total(
            reading, actor, None, asked.q
        )
    shown = page_of_customers(reading, actor, among, page, asked.q or None)
    total = _total(reading, actor, among, asked.q) if asked.q.strip() else shown.total
    return Page([each.customer_id for each in shown.rows], shown.next_after), total


def customers_meant(context: ApiContext, columns: Columns, actor: Actor, meant: CustomersMeant) -> list[int]:
    """The ids of all who are meant and there, and whom the actor may see; ascending."""
    actor.require("customers.read")
    among = None if meant.customer_ids is not None else _restricted(context, columns, actor, meant.filter)
    with context.database.read() as reading:
        if meant.customer_ids is not None:
            return [int(each) for each in customers.living_customers(reading, actor, meant.customer_ids)]
        found = _with_search(reading, actor, among, meant.filter.q)
        if found is None:
            found = customers.all_ids(reading)
        return [int(each) for each in customers.living_customers(reading, actor, found.tolist())]


def _restricted(context: ApiContext, columns: Columns, actor: Actor, asked: CustomerFilter) -> Ids | None:
    """Who is in the segment and fulfils the condition, ascending; None where neither is told. Scope and search come after. No
    connection is held while the columns work."""
    found: Ids | None = None
    condition = None
    with context.database.read() as reading:
        if asked.segment_id is not None:
            service.get(reading, actor, asked.segment_id)
            found = segments.members_of(reading, asked.segment_id)
        if asked.condition is not None:
            condition = service.understand(reading, actor, asked.condition, namer=namer_of(reading)).expanded
    if condition is None:
        return found
    sets, now = StoredSets(context.database), context.database.clock.now()
    matching = evaluate.members(columns, condition, now, zone=context.settings.zone, sets=sets)
    return matching if found is None else segments.common(found, matching)


def _with_search(reading: Reading, actor: Actor, among: Ids | None, search: str) -> Ids | None:
    """Those of them whom the actor may see and the search finds; None where that is everybody."""
    if search.strip():
        found = customers.ids_found(reading, search, None)
        if found is not None:
            among = found if among is None else segments.common(found, among)
    if among is None:
        return customers.ids_in_scope(reading, actor)
    return customers.visible_among(reading, actor, among)


def _total(reading: Reading, actor: Actor, among: Ids | None, search: str) -> int | None:
    if search.strip():
        found = customers.ids_found(reading, search)
        if found is None:
            return None
        among = found if among is None else segments.common(found, among)
    if among is None:
        return customers.count_customers(reading, actor)
    return len(customers.visible_among(reading, actor, among))


def _with_columns(
    reading: Reading, actor: Actor, rows: Sequence[CustomerRow], wanted: Sequence[str]
) -> list[FoundCustomer]:
    ids = [each.customer_id for each in rows]
    keepers = customers.keepers_of(reading, ids) if "keeper" in wanted else {}
    names = staff_names(reading, set(keepers.values()))
    tags = tags_reading.traits(reading, ids) if "tags" in wanted and actor.may("tags.read") else {}
    tag_names = tags_reading.tag_names(reading, {each for found in tags.values() for each in found})
    stages = _stages(reading, ids) if "stages" in wanted and actor.may("ladders.read") else {}
    attributes = [each.removeprefix("attribute:") for each in wanted if each.startswith("attribute:")]
    told = customers.attributes_of(reading, ids) if attributes else {}
    return [
        FoundCustomer(
            **row.model_dump(),
            keeper=names.get(keepers.get(row.customer_id, 0)),
            tags=[
                ShownTag(tag_id=each, name=tag_names[each])
                for each in tags.get(row.customer_id, ())
                if each in tag_names
            ],
            stages=stages.get(row.customer_id, []),
            attributes=customers.masked_attributes(
                {name: value for name, value in told.get(row.customer_id, {}).items() if name in attributes}
            ),
        )
        for row in rows
    ]


def _stages(reading: Reading, ids: Sequence[int]) -> dict[int, list[ShownStage]]:
    titles = {
        (ladder_id, stage.key): stage
        for ladder_id, ladder in segments.live_ladders(reading).items()
        for stage in ladder.stages
    }
    found: dict[int, list[ShownStage]] = {}
    for each in segments.stages_of(reading, ids):
        stage = titles[each.ladder_id, each.stage]
        found.setdefault(each.customer_id, []).append(ShownStage(ladder_id=each.ladder_id, zh=stage.zh, en=stage.en))
    return found


@router.get("/customer-filters", summary="Kept filters of customers")
def list_customer_filters(actor: CurrentActor, reading: ReadOnly) -> CustomerFilters:
    return CustomerFilters(rows=[_filter_row(each) for each in service.list_filters(reading, actor)])


@router.post("/customer-filters", summary="Keep a filter", status_code=201, dependencies=[TOUCHES_ONES_OWN])
def keep_customer_filter(actor: CurrentActor, work: Work, body: FilterBody) -> CustomerFilterRow:
    """A search for one person's number is not kept."""
    return _filter_row(service.keep_filter(work, actor, _draft(body)))


@router.put("/customer-filters/{filter_id}", summary="Keep a filter otherwise", dependencies=[TOUCHES_ONES_OWN])
def change_customer_filter(actor: CurrentActor, work: Work, filter_id: Id, body: FilterBody) -> CustomerFilterRow:
    return _filter_row(service.change_filter(work, actor, filter_id, _draft(body)))


@router.delete(
    "/customer-filters/{filter_id}", summary="Keep a filter no more", status_code=204, dependencies=[TOUCHES_ONES_OWN]
)
def drop_customer_filter(actor: CurrentActor, work: Work, filter_id: Id) -> None:
    service.drop_filter(work, actor, filter_id)


@router.get("/customer-columns", summary="The columns you see")
def get_customer_columns(actor: CurrentActor, reading: ReadOnly) -> ListColumns:
    return ListColumns(columns=service.get_shown_columns(reading, actor))


@router.put("/customer-columns", summary="Choose the columns you see", dependencies=[TOUCHES_ONES_OWN])
def set_customer_columns(actor: CurrentActor, work: Work, chosen: ListColumns) -> ListColumns:
    return ListColumns(columns=service.set_shown_columns(work, actor, chosen.columns))


def _draft(body: FilterBody) -> FilterDraft:
    return FilterDraft(
        name=body.name,
        is_shared=body.is_shared,
        search=body.filter.q,
        segment_id=body.filter.segment_id,
        condition=body.filter.condition,
        columns=body.columns,
        sort=body.sort,
        is_rising=body.is_rising,
    )


def _filter_row(kept: KeptFilter) -> CustomerFilterRow:
    draft = kept.draft
    return CustomerFilterRow(
        filter_id=kept.filter_id,
        name=draft.name,
        is_shared=draft.is_shared,
        is_own=kept.is_own,
        filter=CustomerFilter(q=draft.search, segment_id=draft.segment_id, condition=draft.condition),
        columns=list(draft.columns),
        sort=draft.sort,
        is_rising=draft.is_rising,
    )
