"""What some events from outside mean to rooms: an order that was completed, a consent that was given or withdrawn.

An event whose properties make no sense as an order or a consent stays what it is, an event, and changes nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import (
    ALL_CHANNELS,
    EVIDENCE_LENGTH_MAX,
    MARKETING,
    PURPOSES,
    SOURCE_LENGTH_MAX,
    ConsentState,
    ConsentWord,
    Evidence,
    is_channel,
)
from siyu.domain.orders import service as orders
from siyu.domain.orders.contracts import DEFAULT_SHOP, ORDER_ID_LENGTH_MAX, TOTAL_FEN_MAX, PaidOrder
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.events import Event
from siyu.kernel.money import fen_of
from siyu.platform.postgres.database import UnitOfWork

ORDER_COMPLETED = "order_completed"
CONSENT_GRANTED = "consent_granted"
CONSENT_WITHDRAWN = "consent_withdrawn"
ACTOR: Actor = system_actor("intake")


@dataclass(frozen=True)
class ToldOrders:
    """Orders that events tell of. `currency` is that of amounts told without one."""

    currency: str

    def record_told_orders(self, work: UnitOfWork, events: Sequence[Event]) -> None:
        """Makes orders of Segment's `Order Completed` ({order_id, total or revenue, currency, products})."""
        told = [order for event in events if (order := _order(event, self.currency)) is not None]
        orders.record_paid(work, ACTOR, told)


def record_told_consents(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Keeps the word of `consent_granted` and `consent_withdrawn`: {purpose, channel}, with its proof: {notice (the text that was
    agreed to), reference (where it can be seen), policy_version}. A withdrawal without a channel is from all of them."""
    told = [word for event in events if (word := _consent(event)) is not None]
    customers.record_consents(work, ACTOR, told)


def _consent(event: Event) -> ConsentWord | None:
    said = event.properties
    state = ConsentState.GRANTED if event.name == CONSENT_GRANTED else ConsentState.WITHDRAWN
    purpose = PURPOSES.get(said.get("purpose", MARKETING)) if isinstance(said.get("purpose", MARKETING), str) else None
    if purpose is None:
        return None
    is_whole = state is ConsentState.WITHDRAWN or not purpose.by_channel
    channel = said.get("channel", ALL_CHANNELS if is_whole else None)
    if channel != ALL_CHANNELS and not (purpose.by_channel and isinstance(channel, str) and is_channel(channel)):
        return None
    evidence = Evidence(
        source=f"event:{event.source}"[:SOURCE_LENGTH_MAX],
        **{name: _proof(said.get(name), longest) for name, longest in EVIDENCE_LENGTH_MAX.items()},
    )
    return ConsentWord(event.profile_id, purpose.name, channel, state, event.occurred_at, evidence)


def _proof(told: object, longest: int) -> str:
    """As much of a proof as is kept; one that is no text proves nothing."""
    return told.replace("\x00", "")[:longest] if isinstance(told, str) else ""


def _order(event: Event, usual_currency: str) -> PaidOrder | None:
    properties = event.properties
    order_id = properties.get("order_id", properties.get("orderId"))
    total_fen = _total_fen(properties)
    if not isinstance(order_id, str | int) or not str(order_id) or len(str(order_id)) > ORDER_ID_LENGTH_MAX:
        return None
    if total_fen is None:
        return None
    currency = properties.get("currency")
    return PaidOrder(
        shop=DEFAULT_SHOP,
        order_id=str(order_id),
        profile_id=event.profile_id,
        paid_at=event.occurred_at,
        total_fen=total_fen,
        currency=currency.upper() if isinstance(currency, str) and len(currency) == 3 else usual_currency,
        quantity=_quantity(properties.get("products")),
    )


def _total_fen(properties: Any) -> int | None:
    amount = properties.get("total", properties.get("revenue"))
    if isinstance(amount, bool) or not isinstance(amount, int | float | str):
        return None
    try:
        total_fen = fen_of(amount)
    except ValueError:
        return None
    return total_fen if 0 <= total_fen <= TOTAL_FEN_MAX else None


def _quantity(products: Any) -> int:
    if not isinstance(products, list):
        return 1
    counts = [each.get("quantity", 1) for each in products if isinstance(each, dict)]
    whole = [count for count in counts if isinstance(count, int) and not isinstance(count, bool) and 0 < count < 10**6]
    return min(sum(whole), 2**31 - 1) or 1
