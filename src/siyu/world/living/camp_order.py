"""What the course brand's people pay: small orders are told at once, dear ones stand in the platform's file of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from siyu.world.living.doors import SoldOrder
from siyu.world.living.souls import Soul
from siyu.world.living.stories import Stage
from siyu.world.population.camp import catalogue
from siyu.world.population.camp.brand import CAMP, COURSE, LEVELS, PRODUCTS, SOURCES, Product
from siyu.world.population.camp.lives import REASONS

TOLD_AFTER = timedelta(seconds=20)


@dataclass(slots=True)
class Cashier:
    """Takes money and gives it back."""

    stage: Stage

    def order(self, soul: Soul, at: datetime, product: Product, *, campaign: bool = False) -> None:
        """Somebody buys, and is from then on what its buyers are."""
        order_id = soul.order_id = f"L{soul.who.number:07d}{int(at.timestamp()):x}"
        if product is not CAMP:
            self.stage.tell(soul, at + TOLD_AFTER, "", {"level": LEVELS[PRODUCTS.index(product)]})
            if self.stage.plan.import_key is not None:
                self.stage.sold.append(
                    SoldOrder(order_id, soul.who.user.value, at, product.price_fen, product.product_id, product.name)
                )
                return
        price = product.price_fen / 100
        line = {
            "product_id": product.product_id,
            "name": product.name,
            "category": product.category,
            "price": price,
            "quantity": 1,
        }
        order = {
            "order_id": order_id,
            "total": price,
            "currency": "CNY",
            "price_kind": product.price_kind,
            "scene": "课程平台",
            "products": [line],
        }
        seen = self.campaign(soul) if campaign else None
        self.stage.tell(soul, at, catalogue.ORDER_COMPLETED, order, campaign=seen)

    def give_back(self, soul: Soul, at: datetime) -> None:
        """The course is returned, and the money with it."""
        fen, soul.has_course = COURSE.price_fen, False
        reason = self.stage.souls.draw(soul, "returns").one_of("reason", REASONS)
        told = {"order_id": soul.order_id, "total": fen / 100, "total_fen": fen, "currency": "CNY", "reason": reason}
        self.stage.tell(soul, at, catalogue.ORDER_REFUNDED, told)
        self.stage.tell(soul, at + TOLD_AFTER, "", {"level": LEVELS[0]})

    def campaign(self, soul: Soul) -> dict[str, str]:
        """What the address that somebody came by says."""
        source = SOURCES[soul.platform]
        content = source.contents[soul.who.number % len(source.contents)]
        return {"source": source.key, "medium": source.medium, "name": source.campaign, "content": content}
