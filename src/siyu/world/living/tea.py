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
from siyu.world.population.tea.brand import (
    ACCOUNT_SOURCE,
    ARTICLES,
    FRIEND_SOURCE,
    LEVELS,
    PAGES,
    PRODUCT_CHOICES,
    STORE_CHOICES,
)
from siyu.world.population.tea.rules import TeaRules

CHANNELS: Final = ("webhook", "wecom", "sms")
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
        """Visits and orders of an average day, which is a turn."""
        return self.rules.visits.per_turn + self.rules.orders.per_turn

    def grown(self, days: int, /) -> float:
        """The rush of the launch is long over; since then more have come from day to day."""
        arrivals = self.rules.arrivals
        after_launch = (1.0 - arrivals.launch_share) / (1.0 - arrivals.launch_days / days)
        return after_launch * (1.0 + arrivals.growth / 2)

    @property
    def friend_source(self) -> str:
        return FRIEND_SOURCE

    def joins(self, soul: Soul) -> bool:
        likely = chance_of_doing(soul.mood, self.rules.group.accepts, 1.0, self.stage.souls.rules)
        return self._draw(soul, "joins").happens("joins", likely)

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
        draw, arrivals = self._draw(soul, "arrive"), self.rules.arrivals
        weights = {name: each.weight for name, each in arrivals.sources.items()}
        soul.platform = soul.platform or draw.pick("source", weights)
        self._look_around(soul, now, draw)
        if soul.platform == ACCOUNT_SOURCE and draw.happens("follows", arrivals.follows):
            self.stage.telephones.follow(soul, now)
        if not soul.has_paid and draw.happens("registers", arrivals.sources[soul.platform].registers):
            self.stage.note(soul, "register", now + timedelta(seconds=draw.whole("in", *arrivals.registers_seconds)))

    def go_on(self, soul: Soul, now: datetime) -> None:
        """A look at the menu, an article, a cup; who stays away for good does so whatever the day."""
        stays_away = Draw(self.stage.plan.seed, soul.who.number, "stays away")
        if not soul.who.is_new and stays_away.happens("for good", self.rules.visits.stays_away):
            return
        draw, rules = self._draw(soul, "go on"), self.stage.souls.rules
        visits, orders = self.rules.visits, self.rules.orders
        easy = self.stage.telephones.rules.eases.visits
        if not draw.happens("prompt", chance_of_doing(soul.mood, easy, 1.0, rules)):
            return
        soul.keeper = soul.keeper or self.stage.keeper(soul)
        self._look_around(soul, now, draw)
        if not soul.has_paid:
            return
        if draw.happens("reads", visits.reads):
            article = {
                "title": draw.one_of("article", ARTICLES),
                "seconds": draw.whole("seconds", *visits.reads_seconds),
            }
            self.stage.tell(soul, now + timedelta(minutes=2), "article_read", article)
        if draw.happens("shares", visits.shares):
            title, to = draw.one_of("shared", ARTICLES), draw.one_of("to", ("朋友圈", "微信好友"))
            self.stage.show_friends(soul, now + timedelta(minutes=2), title, to, draw)
        likely = self.rules.group.check_ins_per_turn / self.acts_a_day
        if draw.happens("checks in", likely) and soul.external_userid and self.stage.wecom.groups(soul.external_userid):
            soul.check_ins += 1
            self.stage.tell(soul, now + timedelta(minutes=3), "checked_in", {"times": soul.check_ins})
        if draw.happens("orders", orders.per_turn / self.acts_a_day):
            self.stage.note(soul, "order", now + timedelta(minutes=draw.between("order in", *orders.cart_minutes)))

    def _register(self, soul: Soul, _step: int, now: datetime) -> None:
        if soul.has_paid:
            return
        draw, who = self._draw(soul, "register"), soul.who
        arrivals, orders = self.rules.arrivals, self.rules.orders
        soul.has_paid = True
        store = draw.one_of("store", STORE_CHOICES.choices)
        known = {"name": who.name, "gender": "女" if who.is_woman else "男", "phone": who.phone.value}
        shop = {"city": store.city, "province": store.province, "store": store.name, "level": LEVELS[0].name}
        self.stage.tell(soul, now, "", known | shop | {"unionid": who.unionid.value, "channel": soul.platform})
        if draw.happens("consents", arrivals.consents):
            for second, channel in enumerate(CHANNELS, 1):
                agreed = {"channel": channel, "purpose": "marketing"}
                self.stage.tell(soul, now + timedelta(seconds=second), "consent_granted", agreed)
        if draw.happens("adds", arrivals.adds_adviser):
            self.stage.note_when(soul, "add", now + timedelta(minutes=draw.waiting("add in", arrivals.adds_minutes)))
        if draw.happens("orders", orders.buys * orders.first_at_once):
            self.stage.note(soul, "order", now + timedelta(minutes=draw.between("order in", *orders.first_minutes)))

    def _add(self, soul: Soul, tries: int, now: datetime) -> None:
        self.stage.add(soul, tries, now)

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

    def _look_around(self, soul: Soul, now: datetime, draw: Draw) -> None:
        path, title = draw.one_of("page", PAGES.choices)
        self.stage.tell(soul, now, "page_viewed", {"path": path, "title": title}, is_known=soul.has_paid)
        if not draw.happens("looks", self.rules.visits.looks_at_products):
            return
        product = draw.one_of("product", PRODUCT_CHOICES.choices)
        shown = {"product_id": product.product_id, "name": product.name, "category": product.category}
        viewed = shown | {"price": product.price_fen / 100}
        self.stage.tell(soul, now + timedelta(seconds=40), "product_viewed", viewed, is_known=soul.has_paid)

    def _draw(self, soul: Soul, what: str) -> Draw:
        return self.stage.souls.draw(soul, what)
