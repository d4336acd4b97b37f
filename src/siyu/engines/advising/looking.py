"""What is known of a customer, put together for the rules, and the scripts that help with what they say."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from siyu.domain.content import service as content
from siyu.domain.content.contracts import PieceSort, Search, ShelfPiece
from siyu.domain.customers import reading as customers
from siyu.domain.entries import reading as entries
from siyu.domain.entries import service as leads
from siyu.domain.entries.contracts import Lead, LeadState
from siyu.domain.orders import reading as orders
from siyu.domain.promotions import reading as promotions
from siyu.domain.segments import reading as segments
from siyu.domain.tasks import reading as tasks
from siyu.engines.advising.contracts import Advice, Known, KnownLead, KnownTask
from siyu.engines.advising.rules import birthday_of
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import ESTIMATES, EVENTS
from siyu.platform.postgres.database import Reading

BIRTHDAY = "birthday"
VALUE_MODEL = "value"
CART_EVENTS = ("cart_added", "checkout_started", "order_submitted")
CART_LOOK = timedelta(days=30)
SCRIPTS_MAX = 3

_ESTIMATE = (
    f"SELECT numbers['p_alive'], toInt64(numbers['expected_value_fen']) FROM {ESTIMATES}"  # noqa: S608  # a name of our own
    " WHERE model = {model:String} AND edition = {edition:UInt32} AND customer_id = {customer:UInt64}"
)
_LAST_CART = (
    f"SELECT max(occurred_at) FROM {EVENTS} WHERE name IN {{names:Array(String)}}"  # noqa: S608  # a name of our own
    " AND profile_id IN {profiles:Array(UInt64)} AND occurred_at >= {since:DateTime64(3, 'UTC')} HAVING count() > 0"
)
_VALUES = (
    f"SELECT customer_id, toInt64(numbers['expected_value_fen']) FROM {ESTIMATES}"  # noqa: S608  # a name of our own
    " WHERE model = {model:String} AND edition = {edition:UInt32} AND customer_id IN {customers:Array(UInt64)}"
)


def known_of(reading: Reading, columns: Columns, actor: Actor, customer_id: int, zone: ZoneInfo) -> Known:
    """All that the rules look at, of a customer whom the actor may see; UnknownCustomerError for another."""
    customer = customers.get_customer(reading, actor, customer_id)
    customer_id, now = customer.customer_id, reading.clock.now()
    profiles = [each.profile_id for each in customer.identities]
    totals = orders.added(orders.totals_by_profile(reading, actor, profiles).values())
    (line,) = customers.summaries(reading, [customer_id])
    talk = entries.latest_follow_ups(reading, [customer_id]).get(customer_id)
    open_tasks = tasks.tasks_of_customer(reading, actor, customer_id)
    texts = tasks.texts_of(reading, open_tasks)
    lead = next((each for each in leads.leads_of_customer(reading, actor, customer_id) if _is_open(each)), None)
    coupons = [each for each in promotions.open_codes(reading, [customer_id]).get(customer_id, []) if each.expires_at]
    alive = _estimate(reading, columns, customer_id)
    me = int(actor.actor_id) if actor.kind is ActorKind.STAFF else 0
    return Known(
        now=now,
        today=now.astimezone(zone).date(),
        tasks=[
            KnownTask(each.task_id, texts[each.task_id].title, each.due_at, each.staff_id == me) for each in open_tasks
        ],
        lead=_known_lead(reading, lead, me) if lead is not None else None,
        promised_at=talk.next_at.astimezone(zone) if talk is not None and talk.next_at is not None else None,
        last_talk_at=talk.recorded_at if talk is not None else None,
        last_seen_at=line.last_seen_at,
        added_at=line.first_seen_at,
        orders=totals.orders,
        last_order_at=totals.last_order_at,
        cart_at=_cart_at(columns, profiles, now),
        birthday=birthday_of(customer.attributes.get(BIRTHDAY)),
        coupon=(coupons[0].pool, coupons[0].expires_at) if coupons and coupons[0].expires_at else None,
        p_alive=alive[0] if alive else None,
        expected_fen=alive[1] if alive else 0,
    )


def scripts_for(
    reading: Reading, actor: Actor, advices: Sequence[Advice], zone: ZoneInfo
) -> dict[str, list[ShelfPiece]]:
    """{stage of a conversation: scripts that are used most}, of the stages that steps name."""
    if not actor.may("scripts.read"):
        return {}
    today = reading.clock.now().astimezone(zone).date()
    page = PageRequest(size=SCRIPTS_MAX)
    return {
        stage: list(
            content.search_pieces(
                reading, actor, PieceSort.SCRIPT, Search(forms=(stage,), only_live=True), page, today
            ).rows
        )
        for stage in sorted({each.stage for each in advices})
    }


def worths_of(reading: Reading, columns: Columns, customer_ids: Collection[int]) -> dict[int, int]:
    """{customer: what the estimate expects of them, in fen}; those of whom nothing was estimated are left out."""
    edition = segments.editions(reading).get(VALUE_MODEL)
    if not edition or not customer_ids:
        return {}
    bound = {"model": VALUE_MODEL, "edition": edition, "customers": sorted(customer_ids)}
    return {int(row[0]): int(row[1]) for row in columns.query(_VALUES, bound)}


def _is_open(lead: Lead) -> bool:
    return lead.state is LeadState.OPEN


def _known_lead(reading: Reading, lead: Lead, me: int) -> KnownLead:
    return KnownLead(
        lead_id=lead.lead_id,
        is_mine=lead.staff_id is not None and lead.staff_id == me,
        is_free=lead.staff_id is None,
        intent=lead.intent.value,
        stage=lead.stage,
        next_at=lead.next_at,
        touched_at=lead.touched_at,
        returns_at=entries.returns_at(lead, entries.lead_rules(reading).rules),
    )


def _estimate(reading: Reading, columns: Columns, customer_id: int) -> tuple[float, int] | None:
    edition = segments.editions(reading).get(VALUE_MODEL)
    if not edition:
        return None
    rows = columns.query(_ESTIMATE, {"model": VALUE_MODEL, "edition": edition, "customer": customer_id})
    return (float(rows[0][0]), int(rows[0][1])) if rows else None


def _cart_at(columns: Columns, profile_ids: Sequence[int], now: datetime) -> datetime | None:
    bound = {"names": list(CART_EVENTS), "profiles": list(profile_ids), "since": now - CART_LOOK}
    rows = columns.query(_LAST_CART, bound)
    return rows[0][0].replace(tzinfo=now.tzinfo) if rows else None
