"""Importing orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import BadIdentityError, ConsentState, Identity, normal_identity
from siyu.domain.orders import service as orders
from siyu.domain.orders.contracts import ORDER_ID_LENGTH_MAX, TOTAL_FEN_MAX, PaidOrder
from siyu.engines.intake.importing import FileSource, KeyedRow, Outcome, RowError, cell, instant_in
from siyu.kernel.actors import Actor
from siyu.kernel.money import fen_of
from siyu.platform.postgres.database import UnitOfWork

QUANTITY_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class OrderColumns:
    """Which column tells what. `customer_kind` says what kind of identity the customer column holds. Without an order id
    each row is an order of its own. `consent_channels`: channels in which, the file's owner declares, these customers
    have agreed to marketing."""

    customer: str
    paid_at: str
    total: str
    customer_kind: str = "member_id"
    order_id: str | None = None
    quantity: str | None = None
    currency: str = "CNY"
    shop: str = "default"
    consent_channels: tuple[str, ...] = ()

    @property
    def columns_needed(self) -> Sequence[str]:
        named = (self.customer, self.paid_at, self.total, self.order_id, self.quantity)
        return [name for name in named if name is not None]

    def store(self, work: UnitOfWork, actor: Actor, source: FileSource, rows: Sequence[KeyedRow]) -> Outcome:
        """Resolves the customers of all rows at once and records their orders."""
        refused: dict[int, str] = {}
        parsed: dict[int, tuple[Identity, PaidOrder]] = {}
        for keyed in rows:
            try:
                parsed[keyed.row.line] = self._parse(source, keyed, work.clock.now())
            except RowError as error:
                refused[keyed.row.line] = str(error)
        first_seen = _first_seen(parsed.values())
        profile_of = customers.resolve(work, actor, {(identity,): at for identity, at in first_seen.items()})
        placed = [replace(order, profile_id=profile_of[identity]) for identity, order in parsed.values()]
        self._agree(work, actor, {profile_of[identity]: at for identity, at in first_seen.items()})
        recorded = orders.record_paid(work, actor, placed)
        for place, (line, (_, order)) in enumerate(parsed.items()):
            if place in recorded.conflicting:
                refused[line] = f"order {order.order_id}: known already, with another content"
        last_seen: dict[int, datetime] = {}
        for order in placed:
            last_seen[order.profile_id] = max(order.paid_at, last_seen.get(order.profile_id, order.paid_at))
        customers.mark_seen(work, actor, last_seen)
        return Outcome(new=recorded.new, known=recorded.known, refused=refused)

    def _agree(self, work: UnitOfWork, actor: Actor, customers_seen: Mapping[int, datetime]) -> None:
        """Records the declared consent as of each customer's first row, so that a later word of their own counts for more."""
        for channel in self.consent_channels:
            customers.set_consents(
                work, actor, customers_seen, channel=channel, purpose="marketing", state=ConsentState.GRANTED
            )

    def _parse(self, source: FileSource, keyed: KeyedRow, now: datetime) -> tuple[Identity, PaidOrder]:
        row = keyed.row
        try:
            identity = normal_identity(self.customer_kind, cell(row, self.customer, "the customer"))
        except BadIdentityError as error:
            raise RowError(f"{self.customer}: {error.detail}") from error
        order_id = cell(row, self.order_id, "the order's id") if self.order_id else str(keyed.key)
        if len(order_id) > ORDER_ID_LENGTH_MAX:
            raise RowError(f"{self.order_id}: longer than {ORDER_ID_LENGTH_MAX} characters")
        order = PaidOrder(
            shop=self.shop,
            order_id=order_id,
            profile_id=0,
            paid_at=instant_in(source, cell(row, self.paid_at, "the time of payment"), self.paid_at, now),
            total_fen=_total_fen(cell(row, self.total, "the amount paid"), self.total),
            currency=self.currency,
            quantity=_quantity(cell(row, self.quantity, "a quantity"), self.quantity) if self.quantity else 1,
        )
        return identity, order


def _total_fen(text: str, column: str) -> int:
    try:
        total = fen_of(text.replace(",", ""))
    except ValueError as error:
        raise RowError(f"{column}: {text[:40]!r} is no amount of money") from error
    if not 0 <= total <= TOTAL_FEN_MAX:
        raise RowError(f"{column}: an amount paid is neither negative nor that large")
    return total


def _quantity(text: str, column: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > QUANTITY_MAX:
        raise RowError(f"{column}: {text[:40]!r} is no quantity")
    return int(text)


def _first_seen(parsed: Iterable[tuple[Identity, PaidOrder]]) -> dict[Identity, datetime]:
    first: dict[Identity, datetime] = {}
    for identity, order in parsed:
        if identity not in first or order.paid_at < first[identity]:
            first[identity] = order.paid_at
    return first
