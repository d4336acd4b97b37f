"""Importing orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentState, ConsentWord, Evidence, Identity
from siyu.domain.orders import service as orders
from siyu.domain.orders.contracts import DEFAULT_SHOP, ORDER_ID_LENGTH_MAX, PaidOrder
from siyu.engines.intake.importing_cells import RowError, Terms, cell, fen_in, identity_in, instant_in, quantity_in
from siyu.engines.intake.importing_rows import KeyedRow, Outcome, parsed_rows, refuse_erased
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class OrderColumns:
    """Which column tells what of an order. `customer_kind` says what kind of identity the customer column holds. Without an
    order id each row is an order of its own. `consent_channels`: channels in which, the file's owner declares, these
    customers have agreed to marketing."""

    customer: str
    paid_at: str
    total: str
    customer_kind: str = "member_id"
    order_id: str | None = None
    quantity: str | None = None
    currency: str = "CNY"
    shop: str = DEFAULT_SHOP
    consent_channels: tuple[str, ...] = ()
    kind: Literal["orders"] = "orders"

    @property
    def columns_needed(self) -> Sequence[str]:
        named = (self.customer, self.paid_at, self.total, self.order_id, self.quantity)
        return [name for name in named if name is not None]

    @property
    def has_own_keys(self) -> bool:
        return self.order_id is not None

    @property
    def rights(self) -> Sequence[str]:
        return ["orders.write", *(["consent.write"] if self.consent_channels else [])]

    def store(self, work: UnitOfWork, actor: Actor, terms: Terms, rows: Sequence[KeyedRow]) -> Outcome:
        """Resolves the customers of all rows at once and records their orders."""
        parsed, refused = parsed_rows(self.parse, terms, rows)
        refuse_erased(work, actor, {line: (identity,) for line, (identity, _) in parsed.items()}, parsed, refused)
        first_seen = _first_seen(parsed.values())
        groups: dict[Sequence[Identity], datetime] = {(identity,): at for identity, at in first_seen.items()}
        channels = dict.fromkeys(groups, f"import:{terms.name}")
        profile_of = customers.resolve(work, actor, groups, channels=channels)
        placed = [replace(order, profile_id=profile_of[identity]) for identity, order in parsed.values()]
        if self.consent_channels:
            self._agree(work, actor, terms, {profile_of[identity]: at for identity, at in first_seen.items()})
        recorded = orders.record_paid(work, actor, placed)
        for place, (line, (_, order)) in enumerate(parsed.items()):
            if place in recorded.conflicting:
                refused[line] = RowError("conflict", self.order_id or "", order.order_id)
        last_seen: dict[int, datetime] = {}
        for order in placed:
            last_seen[order.profile_id] = max(order.paid_at, last_seen.get(order.profile_id, order.paid_at))
        customers.mark_seen(work, actor, last_seen)
        return Outcome(new=recorded.new, known=recorded.known, refused=refused)

    def _agree(self, work: UnitOfWork, actor: Actor, terms: Terms, customers_seen: Mapping[int, datetime]) -> None:
        """Records the declared consent as of each customer's first row, so that a later word of their own counts for more."""
        evidence = Evidence(source="import", reference=terms.name)
        customers.record_consents(
            work,
            actor,
            [
                ConsentWord(profile_id, "marketing", channel, ConsentState.GRANTED, at, evidence)
                for channel in self.consent_channels
                for profile_id, at in customers_seen.items()
            ],
        )

    def parse(self, terms: Terms, keyed: KeyedRow) -> tuple[Identity, PaidOrder]:
        """The customer and the order that a row tells of; RowError where it tells none."""
        row = keyed.row
        identity = identity_in(row, self.customer, self.customer_kind)
        order_id = cell(row, self.order_id, "the order's id") if self.order_id else keyed.key
        if len(order_id) > ORDER_ID_LENGTH_MAX:
            raise RowError("too_long", self.order_id or "", most=ORDER_ID_LENGTH_MAX)
        order = PaidOrder(
            shop=self.shop,
            order_id=order_id,
            profile_id=0,
            paid_at=instant_in(terms, row, self.paid_at),
            total_fen=fen_in(row, self.total, self.currency),
            currency=self.currency,
            quantity=quantity_in(row, self.quantity) if self.quantity else 1,
        )
        return identity, order


def _first_seen(parsed: Iterable[tuple[Identity, PaidOrder]]) -> dict[Identity, datetime]:
    first: dict[Identity, datetime] = {}
    for identity, order in parsed:
        if identity not in first or order.paid_at < first[identity]:
            first[identity] = order.paid_at
    return first
