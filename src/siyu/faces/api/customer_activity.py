"""What a customer bought, and what they were to be sent: with why, and why not."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.domain.customers import reading as customers
from siyu.domain.definitions import reading as definitions
from siyu.domain.messages import reading as messages
from siyu.domain.orders import reading as orders
from siyu.domain.sends import reading as sends
from siyu.domain.sends.contracts import LeftOutReason
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly

router = APIRouter(prefix="/api/customers", tags=["customers"])


class CustomerMessageRow(BaseModel):
    """What a customer was to be sent: by which journey or send (`kind`, `name`), and what became of it. `reason` is the rule
    that held it, or why it failed."""

    message_id: int
    definition_id: int
    kind: str | None
    name: str | None
    channel: str
    purpose: str
    state: str
    reason: str | None
    created_at: datetime
    sent_at: datetime | None
    clicked_at: datetime | None


class CustomerMessages(BaseModel):
    """The newest first."""

    rows: list[CustomerMessageRow]
    next_after: str | None


class CustomerLeftOutRow(BaseModel):
    """A send that did not ask for a message to the customer though its segment has them, and why; it began `at` then."""

    send_id: int
    name: str | None
    reason: LeftOutReason
    at: datetime


class CustomerLeftOuts(BaseModel):
    """Of the last ninety days, the latest first."""

    rows: list[CustomerLeftOutRow]


class CustomerOrderRow(BaseModel):
    """An order that was paid."""

    shop: str
    order_id: str
    paid_at: datetime
    total_fen: int
    currency: str
    quantity: int


class CustomerOrders(BaseModel):
    """The latest first."""

    rows: list[CustomerOrderRow]
    next_after: str | None


@router.get("/{customer_id}/messages", summary="What a customer was to be sent")
def list_customer_messages(actor: CurrentActor, reading: ReadOnly, customer_id: Id, page: Paging) -> CustomerMessages:
    """What was sent, and what was not and why."""
    actor.require("messages.read")
    found = customers.get_customer(reading, actor, customer_id)
    listed = messages.list_of_customer(reading, found.customer_id, page)
    names = definitions.names_of(reading, {each.definition_id for each in listed.rows})
    return CustomerMessages(
        rows=[
            CustomerMessageRow(
                message_id=each.message_id,
                definition_id=each.definition_id,
                kind=names[each.definition_id].kind if each.definition_id in names else None,
                name=names[each.definition_id].name if each.definition_id in names else None,
                channel=each.channel,
                purpose=each.purpose,
                state=each.state,
                reason=each.reason,
                created_at=each.created_at,
                sent_at=each.sent_at,
                clicked_at=each.clicked_at,
            )
            for each in listed.rows
        ],
        next_after=listed.next_after,
    )


@router.get("/{customer_id}/left-out", summary="Which sends left a customer out, and why")
def list_customer_left_out(actor: CurrentActor, reading: ReadOnly, customer_id: Id) -> CustomerLeftOuts:
    """Before anything was asked for: what the rules held later is told by the customer's messages."""
    actor.require("messages.read")
    found = customers.get_customer(reading, actor, customer_id)
    left_out = sends.left_out_of(reading, {each.profile_id for each in found.identities})
    names = definitions.names_of(reading, {send_id for send_id, _, _ in left_out})
    return CustomerLeftOuts(
        rows=[
            CustomerLeftOutRow(
                send_id=send_id, name=names[send_id].name if send_id in names else None, reason=reason, at=at
            )
            for send_id, reason, at in left_out
        ]
    )


@router.get("/{customer_id}/orders", summary="What a customer bought")
def list_customer_orders(actor: CurrentActor, reading: ReadOnly, customer_id: Id, page: Paging) -> CustomerOrders:
    found = customers.get_customer(reading, actor, customer_id)
    listed = orders.list_of_profiles(reading, actor, [each.profile_id for each in found.identities], page)
    return CustomerOrders(
        rows=[
            CustomerOrderRow(
                shop=each.shop,
                order_id=each.order_id,
                paid_at=each.paid_at,
                total_fen=each.total_fen,
                currency=each.currency,
                quantity=each.quantity,
            )
            for each in listed.rows
        ],
        next_after=listed.next_after,
    )
