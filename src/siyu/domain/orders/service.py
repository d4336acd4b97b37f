"""Verbs that change orders. None of them commits."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from siyu.domain.orders import store
from siyu.domain.orders.contracts import ORDER_PAID, PaidOrder, RecordedOrders
from siyu.kernel.actors import Actor
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import UnitOfWork

SOURCE = "orders"


def record_paid(work: UnitOfWork, actor: Actor, orders: Sequence[PaidOrder]) -> RecordedOrders:
    """Records orders as paid, each once: an order told again changes nothing, and one told differently is refused."""
    actor.require("orders.write")
    told = {(order.shop, order.order_id): order for order in reversed(orders)}
    if not told:
        return RecordedOrders(0, 0, frozenset())
    hashes = {key: content_hash(order) for key, order in told.items()}
    inserted = store.insert_orders(work.driver, list(told.values()), list(hashes.values()))
    stored = store.find_hashes(work.driver, [key for key in told if key not in inserted])
    stored.update({key: hashes[key] for key in inserted})
    conflicting = frozenset(
        place for place, order in enumerate(orders) if content_hash(order) != stored.get(_key(order))
    )
    work.record(_paid_event(order) for key, order in sorted(told.items()) if key in inserted)
    return RecordedOrders(
        new=len(inserted),
        known=len(orders) - len(conflicting) - len(inserted),
        conflicting=conflicting,
    )


def content_hash(order: PaidOrder) -> UUID:
    """A digest of everything that makes this order this order; the profile is not a part, for identities are learnt later."""
    return derived_id(
        "order", order.shop, order.order_id, order.paid_at.isoformat(), order.total_fen, order.currency, order.quantity
    )


def _key(order: PaidOrder) -> tuple[str, str]:
    return (order.shop, order.order_id)


def _paid_event(order: PaidOrder) -> NewEvent:
    return NewEvent(
        name=ORDER_PAID,
        event_id=derived_id(ORDER_PAID, order.shop, order.order_id),
        profile_id=order.profile_id,
        occurred_at=order.paid_at,
        source=SOURCE,
        properties={
            "shop": order.shop,
            "order_id": order.order_id,
            "total_fen": order.total_fen,
            "currency": order.currency,
            "quantity": order.quantity,
        },
    )
