"""LTV: whether customers still buy, how often they will, what they are worth; and how far that is to be trusted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.domain.customers import reading as customers
from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import EstimateState, EstimateTrouble
from siyu.engines.insight import ltv_looking
from siyu.engines.insight.ltv_looking import ALIVE_CUTS, MODEL, Share, Valued
from siyu.engines.insight.rfm import placed_buyers
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, Work
from siyu.faces.api.customers import CustomerRow, customer_rows

router = APIRouter(prefix="/api", tags=["ltv"])

MOST_VALUED = 20


class LtvBuying(BaseModel):
    """The parameters of BG/NBD, times in weeks, fitted by maximum likelihood. `at_edge` are those that the data do not settle."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    at_edge: list[str]


class LtvSpending(BaseModel):
    """The parameters of Gamma-Gamma, `gamma` in fen."""

    p: float
    q: float
    gamma: float
    log_likelihood: float
    at_edge: list[str]


class LtvPoint(BaseModel):
    """How many times customers had bought again by the end of a day, and how many times were expected."""

    on: date
    actual: int
    expected: float


class LtvLookBack(BaseModel):
    """Fitted to what was known on `cut_on` alone: purchases of those customers since, as they came and as they were expected."""

    cut_on: date
    customers: int
    expected: float
    actual: int
    points: list[LtvPoint]


class LtvFit(BaseModel):
    """What was found with the edition in force. `spending` is null where `spending_trouble` says why: `few_amounts` (nobody has a
    value), `one_amount` (everybody spends the same), `not_converged`. `correlation` is that of how often with how much."""

    currency: str
    buyers: int
    repeat_buyers: int
    fitted_on: int
    since_on: date
    buying: LtvBuying
    spending: LtvSpending | None
    spending_trouble: Literal["few_amounts", "one_amount", "not_converged"] | None
    correlation: float | None
    alive: float
    expected_orders: float
    expected_value_fen: int | None
    value_cuts_fen: list[int]
    look_back: LtvLookBack | None


class LtvPlace(BaseModel):
    """Customers who have reached so many of `alive_cuts`, and so many of the fit's `value_cuts_fen`."""

    alive: int
    value: int
    customers: int
    value_fen: int


class LtvShare(BaseModel):
    """Customers who came by the same entry, or stand in the same RFM cell: how many of them are expected to be alive, and what all
    of them are worth. `zh` and `en` are the cell's names."""

    key: str
    zh: str
    en: str
    customers: int
    alive: float
    value_fen: int
    mean_value_fen: int


class LtvCustomer(CustomerRow):
    """A customer, and what is expected of them."""

    p_alive: float
    expected_orders: float
    expected_ticket_fen: int
    expected_value_fen: int


class Ltv(BaseModel):
    """The edition in force (0 before the first), and how the last try ended: `trouble` is null where it came into force. The parts
    are of the customers in your scope; the fit is everybody's."""

    edition: int
    computed_at: datetime | None
    as_of: datetime | None
    tried_at: datetime | None
    trouble: EstimateTrouble | None
    fit: LtvFit | None
    alive_cuts: list[float]
    places: list[LtvPlace]
    most_valued: list[LtvCustomer]
    by_entry: list[LtvShare]
    by_cell: list[LtvShare]


class CustomerValue(BaseModel):
    """What is expected of one customer by the edition in force; null where nothing is. `expected_orders` are of the next 90 days,
    `expected_value_fen` is of the next 365. Amounts are null where none were estimated."""

    as_of: datetime | None
    currency: str
    p_alive: float | None
    expected_orders: float | None
    expected_ticket_fen: int | None
    expected_value_fen: int | None


@router.get("/ltv", summary="What customers are worth")
def get_ltv(actor: CurrentActor, context: Context, columns: ColumnsClient) -> Ltv:
    with context.database.read() as reading:
        state = segments.get_estimate(reading, actor, MODEL)
        schemes = segments_reading.live_schemes(reading)
    fit = LtvFit(**state.parameters) if state.edition else None
    found = Ltv(
        edition=state.edition,
        computed_at=state.computed_at,
        as_of=state.as_of,
        tried_at=state.tried_at,
        trouble=state.trouble,
        fit=fit,
        alive_cuts=list(ALIVE_CUTS),
        places=[],
        most_valued=[],
        by_entry=[],
        by_cell=[],
    )
    if fit is None:
        return found
    edition, scope = state.edition, actor.scope
    for place in ltv_looking.matrix(columns, edition, fit.value_cuts_fen, scope):
        found.places.append(
            LtvPlace(alive=place.alive, value=place.value, customers=place.customers, value_fen=place.value_fen)
        )
    found.by_entry = [_share(each, each.key, each.key) for each in ltv_looking.by_entry(columns, edition, scope)]
    for scheme in list(schemes.values())[:1]:
        placed, bound = placed_buyers(scheme, context.database.clock.now(), scope)
        for each in ltv_looking.values_of(columns, edition, placed, bound):
            cell = scheme.cells[int(each.key)]
            found.by_cell.append(_share(each, cell.zh, cell.en))
    found.most_valued = _most_valued(context, actor, ltv_looking.most_valued(columns, edition, scope, MOST_VALUED))
    return found


@router.post("/ltv/compute", summary="Estimate everybody's value anew", status_code=202)
def compute_ltv(actor: CurrentActor, work: Work) -> None:
    """As soon as a worker comes to it; it is also done every night."""
    segments.ask_estimate(work, actor, MODEL)


@router.get("/customers/{customer_id}/value", summary="What a customer is worth")
def get_customer_value(actor: CurrentActor, context: Context, columns: ColumnsClient, customer_id: Id) -> CustomerValue:
    with context.database.read() as reading:
        now_id = customers.get_customer(reading, actor, customer_id).customer_id
        state = next((each for each in segments_reading.estimates(reading) if each.model == MODEL), None)
    found = ltv_looking.find_valued(columns, state.edition, now_id) if state else None
    has_amounts = found is not None and _has_amounts(state)
    return CustomerValue(
        as_of=state.as_of if state else None,
        currency=context.settings.currency,
        p_alive=found.p_alive if found else None,
        expected_orders=found.expected_orders if found else None,
        expected_ticket_fen=found.expected_ticket_fen if found and has_amounts else None,
        expected_value_fen=found.expected_value_fen if found and has_amounts else None,
    )


def _has_amounts(state: EstimateState | None) -> bool:
    return state is not None and state.parameters.get("expected_value_fen") is not None


def _share(share: Share, zh: str, en: str) -> LtvShare:
    return LtvShare(
        key=share.key,
        zh=zh,
        en=en,
        customers=share.customers,
        alive=share.alive,
        value_fen=share.value_fen,
        mean_value_fen=round(share.value_fen / share.customers),
    )


def _most_valued(context: Context, actor: CurrentActor, found: Iterable[Valued]) -> list[LtvCustomer]:
    """With what is known of each; who was merged or erased since is left out."""
    valued = {each.customer_id: each for each in found}
    with context.database.read() as reading:
        rows = customer_rows(reading, actor, customers.summaries(reading, list(valued)))
    return [
        LtvCustomer(
            **row.model_dump(),
            p_alive=valued[row.customer_id].p_alive,
            expected_orders=valued[row.customer_id].expected_orders,
            expected_ticket_fen=valued[row.customer_id].expected_ticket_fen,
            expected_value_fen=valued[row.customer_id].expected_value_fen,
        )
        for row in rows
    ]
