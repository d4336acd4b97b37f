"""The tea brand's people: a look at the menu, a membership, an adviser at the store, a cup now and then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from siyu.world.living.draws import Draw
from siyu.world.living.souls import Soul
from siyu.world.living.stories import Stage
from siyu.world.population.behaviour import chance_of_doing
from siyu.world.population.chance import Chance
from siyu.world.population.tea.baskets import a_basket
from siyu.world.population.tea.brand import ARTICLES, LEVELS, PAGES, PRODUCT_CHOICES, STORE_CHOICES
from siyu.world.population.tea.rules import TeaRules

REGISTERS_SHARE, ADDS_SHARE, ORDERS_SHARE, CHECKS_IN_SHARE = 0.8, 0.35, 0.45, 0.1
RE_TRIES: Final = 3
EASY_VISIT = 0.95
_BASKET = 37


@dataclass(slots=True)
class TeaLife:
    """The story of the tea brand."""

    stage: Stage
    rules: TeaRules
    _acts: dict[str, Callable[[Soul, int, datetime], None]] = field(init=False)

    def __post_init__(self) -> None:
        self._acts = {"register": self._register, "add": self._add, "order": self._order}

    @property
    def acts_a_day(self) -> float:
        return 0.12

    def do(self, soul: Soul, act: str, step: int, now: datetime) -> bool:
        doing = self._acts.get(act)
        if doing is None:
            return False
        doing(soul, step, now)
        return True

    def begin(self, now: datetime) -> None:
        """Nobody is in the midst of anything over a cup of tea."""

    def arrive(self, soul: Soul, now: datetime) -> None:
        """A first look at the menu; most become members."""
        draw = self._draw(soul, "arrive")
        soul.platform = draw.pick("source", {name: each.weight for name, each in self.rules.arrivals.sources.items()})
        self._look_around(soul, now, draw, is_known=False)
        if draw.happens("registers", REGISTERS_SHARE):
            self.stage.note(soul, "register", now + timedelta(seconds=draw.whole("in", 60, 900)))

    def go_on(self, soul: Soul, now: datetime) -> None:
        """A look at the menu, an article, a cup."""
        draw, rules = self._draw(soul, "go on"), self.stage.souls.rules
        if not draw.happens("prompt", chance_of_doing(soul.mood, EASY_VISIT, 1.0, rules)):
            return
        soul.keeper = soul.keeper or self._keeper(soul)
        self._look_around(soul, now, draw, is_known=soul.has_paid)
        if not soul.has_paid:
            return
        if draw.happens("reads", 0.2):
            article = {"title": draw.one_of("article", ARTICLES), "seconds": draw.whole("seconds", 15, 240)}
            self.stage.tell(soul, now + timedelta(minutes=2), "article_read", article)
        if draw.happens("checks in", CHECKS_IN_SHARE):
            self.stage.tell(soul, now + timedelta(minutes=3), "checked_in", {"times": soul.steps})
        if draw.happens("orders", ORDERS_SHARE):
            self.stage.note(soul, "order", now + timedelta(minutes=draw.between("order in", 2, 12)))

    def _register(self, soul: Soul, _step: int, now: datetime) -> None:
        draw, who = self._draw(soul, "register"), soul.who
        soul.has_paid = True
        store = draw.one_of("store", STORE_CHOICES.choices)
        known = {"name": who.name, "gender": "女" if who.is_woman else "男", "phone": who.phone.value}
        shop = {"city": store.city, "province": store.province, "store": store.name, "level": LEVELS[0].name}
        self.stage.tell(soul, now, "", known | shop | {"unionid": who.unionid.value, "channel": soul.platform})
        for second, channel in enumerate(("webhook", "wecom", "sms"), 1):
            agreed = {"channel": channel, "purpose": "marketing"}
            self.stage.tell(soul, now + timedelta(seconds=second), "consent_granted", agreed)
        if draw.happens("adds", ADDS_SHARE):
            self.stage.note_when(soul, "add", now + timedelta(minutes=draw.waiting("add in", 60)))
        if draw.happens("orders", ORDERS_SHARE):
            self.stage.note(soul, "order", now + timedelta(minutes=draw.between("order in", 2, 30)))

    def _add(self, soul: Soul, tries: int, now: datetime) -> None:
        url = self.stage.code_url(soul.platform)
        if url is None:
            return
        page = self.stage.siyu.open_page(soul.who, url)
        is_done = page.kind in ("code", "stores") and self.stage.telephones.use(soul, page, now)
        if not is_done and tries < RE_TRIES:
            self.stage.note_when(soul, "add", now + timedelta(minutes=5), tries + 1)

    def _order(self, soul: Soul, _step: int, now: datetime) -> None:
        seconds = int(now.timestamp())
        chance = Chance(self.stage.plan.seed, soul.who.number, _BASKET, seconds)
        basket = a_basket(chance, chance.pick(PRODUCT_CHOICES))
        store = chance.pick(STORE_CHOICES)
        order = {
            "order_id": f"L{soul.who.number:07d}{seconds:x}",
            "total": basket.price_fen / 100,
            "currency": "CNY",
            "store": store.name,
            "scene": "小程序",
            "products": basket.products(),
        }
        self.stage.tell(soul, now, "order_completed", order)
        self.stage.souls.took_part(soul)

    def _look_around(self, soul: Soul, now: datetime, draw: Draw, *, is_known: bool) -> None:
        path, title = draw.one_of("page", PAGES.choices)
        self.stage.tell(soul, now, "page_viewed", {"path": path, "title": title}, is_known=is_known)
        product = draw.one_of("product", PRODUCT_CHOICES.choices)
        shown = {"product_id": product.product_id, "name": product.name, "category": product.category}
        viewed = shown | {"price": product.price_fen / 100}
        self.stage.tell(soul, now + timedelta(seconds=40), "product_viewed", viewed, is_known=is_known)

    def _keeper(self, soul: Soul) -> str:
        external_userid = self.stage.wecom.find(soul.who)
        if external_userid is None:
            return ""
        soul.external_userid = external_userid
        return next(iter(self.stage.wecom.friends(external_userid)), "")

    def _draw(self, soul: Soul, what: str) -> Draw:
        return self.stage.souls.draw(soul, what)
