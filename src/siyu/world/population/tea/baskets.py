"""What somebody orders: mostly a cup or two, now and then tea for the whole office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from siyu.world.population.chance import Chance
from siyu.world.population.playbook import load_playbook
from siyu.world.population.tea.brand import DRINKS, PRODUCT_CHOICES, Coupon, Product

_RULES = load_playbook("tea").tea.baskets


@dataclass(frozen=True, slots=True)
class Basket:
    """Products with how many of each."""

    lines: tuple[tuple[Product, int], ...]

    @property
    def price_fen(self) -> int:
        return sum(product.price_fen * quantity for product, quantity in self.lines)

    def products(self) -> list[dict[str, Any]]:
        """As an order's event tells them."""
        return [
            {
                "product_id": product.product_id,
                "name": product.name,
                "category": product.category,
                "price": product.price_fen / 100,
                "quantity": quantity,
            }
            for product, quantity in self.lines
        ]

    def off_fen(self, coupon: Coupon | None) -> int:
        """What a coupon takes off; nothing where the order is too small for it."""
        return coupon.off_fen if coupon is not None and self.price_fen >= coupon.from_fen else 0


def a_basket(chance: Chance, favourite: Product) -> Basket:
    """One order's products; the favourite is in every other."""
    if chance.happens(_RULES.group_order):
        cups = min(max(6, int(chance.log_normal(_RULES.group_cups_median, _RULES.group_cups_spread))), _RULES.cups_most)
        kinds = chance.whole(*_RULES.group_kinds)
        return _gathered([(chance.pick(DRINKS), max(1, cups // kinds)) for _ in range(kinds)])
    wanted_fen = chance.log_normal(_RULES.median_fen, _RULES.spread)
    picked = [favourite if chance.happens(_RULES.favourite) else chance.pick(PRODUCT_CHOICES)]
    while len(picked) < _RULES.lines_most and sum(each.price_fen for each in picked) + _RULES.near_fen < wanted_fen:
        picked.append(chance.pick(PRODUCT_CHOICES))
    return _gathered([(product, 1) for product in picked])


def _gathered(lines: list[tuple[Product, int]]) -> Basket:
    counts: dict[Product, int] = {}
    for product, quantity in lines:
        counts[product] = counts.get(product, 0) + quantity
    return Basket(tuple(counts.items()))
