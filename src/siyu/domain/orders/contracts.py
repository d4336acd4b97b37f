"""What others may know of orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ORDER_PAID = "order_paid"
DEFAULT_SHOP = "default"
ORDER_ID_LENGTH_MAX = 200
TOTAL_FEN_MAX = 10**15


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """An order that has been paid. `order_id` is the shop's own; `total_fen` is what the customer paid, in fen."""

    shop: str
    order_id: str
    profile_id: int
    paid_at: datetime
    total_fen: int
    currency: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class RecordedOrders:
    """What became of a list of orders: how many are new, how many were known already with the same content, and the places
    in the list of those that were told before with another content, which are refused."""

    new: int
    known: int
    conflicting: frozenset[int]


@dataclass(frozen=True, slots=True)
class OrderTotals:
    """A customer's orders in sum; amounts in fen of the installation's currency."""

    orders: int
    revenue_fen: int
    last_order_at: datetime | None
