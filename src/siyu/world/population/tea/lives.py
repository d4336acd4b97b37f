"""One person's life with the brand, from the first glance to the last cup.

Orders come by chance at the person's own rate until they stay away for good, which may happen after any order (the model is
known as BG/NBD); visits go on for a while. All of it is even in the calendar's turns, so it is lively on lively days.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from siyu.domain.customers.contracts import Identity
from siyu.world.population.calendar import TradingCalendar
from siyu.world.population.chance import Chance
from siyu.world.population.deeds import Deed
from siyu.world.population.playbook import load_playbook
from siyu.world.population.tea import catalogue
from siyu.world.population.tea.baskets import Basket, a_basket
from siyu.world.population.tea.brand import (
    ARTICLES,
    COUPONS,
    LEVELS,
    MEMBER_DAY_COUPON,
    NEWCOMER_COUPON,
    PAGES,
    PRODUCT_CHOICES,
    Coupon,
    Product,
)
from siyu.world.population.tea.persons import RATE_LEAST, Person

_RULES = load_playbook("tea").tea
_ARRIVALS, _ORDERS, _VISITS, _GROUP = _RULES.arrivals, _RULES.orders, _RULES.visits, _RULES.group
CHANNEL = "webhook"
STAFF_CHANNEL = "wecom"
TEXT_CHANNEL = "sms"


@dataclass(slots=True)
class _Life:
    person: Person
    calendar: TradingCalendar
    chance: Chance
    favourite: Product
    deeds: list[Deed] = field(default_factory=list)
    registered_at: datetime | None = None
    has_app_from: datetime | None = None
    spent_fen: int = 0
    orders: int = 0

    before_app: tuple[Identity, ...] = field(init=False)
    in_app: tuple[Identity, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.before_app = (self.person.member if self.person.is_from_store else self.person.device(0),)
        self.in_app = (self.person.user,)

    def known_as(self, at: datetime) -> tuple[Identity, ...]:
        return self.in_app if self.is_app(at) else self.before_app

    def do(self, at: datetime, name: str, /, **properties: Any) -> None:
        if name in catalogue.ONLINE:
            device, location = {"type": self.person.device_type}, {"city": self.person.store.city}
            properties["context"] = {"device": device, "location": location}
        self.deeds.append(Deed(at, name, self.known_as(at), properties))

    def tell(self, at: datetime, /, *identities: Identity, **traits: Any) -> None:
        self.deeds.append(Deed(at, "", identities, traits))

    def is_app(self, at: datetime) -> bool:
        return self.has_app_from is not None and at >= self.has_app_from


def live(person: Person, calendar: TradingCalendar, chance: Chance) -> list[Deed]:
    """Everything the person did before the calendar's anchor, in order."""
    life = _Life(person, calendar, chance, favourite=chance.pick(PRODUCT_CHOICES))
    begin = _arrive(life)
    last = _buy(life, begin) if person.buys and life.registered_at is not None else begin
    _look_around(life, last + chance.waiting(_VISITS.turns_of_interest))
    if person.joins_group and life.registered_at is not None:
        _take_part(life, begin, last + chance.waiting(_VISITS.turns_of_interest))
    if person.consents and person.withdraws and life.registered_at is not None:
        _withdraw(life, begin)
    return sorted((deed for deed in life.deeds if deed.at < calendar.anchor), key=lambda deed: deed.at)


def known_to_wechat_at(person: Person, calendar: TradingCalendar, chance: Chance) -> datetime | None:
    """When the brand learnt the person's unionid; None where it had not before the calendar's anchor. The chance is the life's."""
    life = _Life(person, calendar, chance, favourite=chance.pick(PRODUCT_CHOICES))
    _arrive(life)
    told = (deed.at for deed in life.deeds if person.unionid in deed.identities and deed.at < calendar.anchor)
    return next(told, None)


def _arrive(life: _Life) -> float:
    """The first contact, and telling who they are; gives the turn from which they may buy."""
    person, calendar, chance = life.person, life.calendar, life.chance
    first_at = calendar.moment(calendar.day_of(person.arrives_turn), chance)
    if person.is_from_store:
        life.registered_at = first_at
        _register(life, first_at, person.member, person.phone)
        adopts_turn = person.arrives_turn + chance.waiting(_ARRIVALS.turns_to_adopt_app)
        if person.uses_app and adopts_turn < calendar.turns:
            at = calendar.moment(calendar.day_of(adopts_turn), chance)
            life.has_app_from = max(at, first_at + timedelta(minutes=20))
            known_by = (person.user, person.phone, person.device(0), person.openid, person.unionid)
            life.tell(life.has_app_from, *known_by)
        return person.arrives_turn
    _visit(life, first_at)
    turn = person.arrives_turn + (
        0.0 if chance.happens(_ARRIVALS.at_once) else chance.waiting(_ARRIVALS.turns_to_register)
    )
    if not person.registers or turn >= calendar.turns:
        return person.arrives_turn
    at = max(calendar.moment(calendar.day_of(turn), chance), first_at + timedelta(minutes=3))
    life.registered_at = life.has_app_from = at
    _register(life, at, person.user, person.phone, person.device(0), person.openid, person.unionid)
    if person.has_second_device:
        _read_elsewhere(life, calendar.day_of(person.arrives_turn), calendar.day_of(turn))
    return turn


def _read_elsewhere(life: _Life, day: int, registered_day: int) -> None:
    """An article in the browser, where they are strangers until, some day, they log in there too."""
    chance, calendar = life.chance, life.calendar
    log_in_day = registered_day + chance.whole(*_ARRIVALS.second_device_days)
    if log_in_day < calendar.days:
        article = {"title": chance.one_of(ARTICLES), "seconds": chance.whole(*_VISITS.reads_seconds)}
        life.deeds.append(Deed(calendar.moment(day, chance), catalogue.ARTICLE_READ, (life.person.device(1),), article))
        life.tell(calendar.moment(log_in_day, chance), life.person.user, life.person.device(1))


def _register(life: _Life, at: datetime, *identities: Identity) -> None:
    person = life.person
    traits = {
        "name": person.name,
        "gender": person.gender,
        "birthday": person.birthday.isoformat(),
        "city": person.store.city,
        "province": person.store.province,
        "store": person.store.name,
        "channel": person.source,
        "level": LEVELS[0].name,
    }
    life.tell(at, *identities, **traits)
    if person.consents:
        life.do(at + timedelta(seconds=20), catalogue.CONSENT_GRANTED, channel=CHANNEL, purpose="marketing")
        life.do(at + timedelta(seconds=21), catalogue.CONSENT_GRANTED, channel=STAFF_CHANNEL, purpose="marketing")
        life.do(at + timedelta(seconds=22), catalogue.CONSENT_GRANTED, channel=TEXT_CHANNEL, purpose="marketing")


def _buy(life: _Life, begin: float) -> float:
    """Orders until they stay away; gives the turn of the last."""
    person, calendar, chance = life.person, life.calendar, life.chance
    turn = last = (
        begin
        if chance.happens(_ORDERS.first_at_once)
        else begin + chance.waiting(_ORDERS.first_sooner / person.orders_per_turn)
    )
    earliest = life.registered_at or calendar.begins_at
    while turn < calendar.turns and life.orders < _ORDERS.most:
        day = calendar.day_of(turn)
        at = max(calendar.moment(day, chance), earliest + timedelta(minutes=chance.between(*_ORDERS.first_minutes)))
        _order(life, day, at)
        last, earliest = turn, at
        if chance.happens(person.leaves_after_order):
            break
        turn += chance.waiting(1 / person.orders_per_turn)
    return last


def _order(life: _Life, day: int, at: datetime) -> None:
    chance = life.chance
    life.orders += 1
    basket = a_basket(chance, life.favourite)
    in_app = life.is_app(at - timedelta(minutes=30)) and chance.happens(_ORDERS.in_app)
    coupon = _coupon(life, day) if in_app else None
    if in_app:
        _fill_cart(life, at, basket, coupon)
    off_fen = basket.off_fen(coupon)
    total_fen = basket.price_fen - off_fen
    order: dict[str, Any] = {
        "order_id": f"CX{life.person.number:07d}{life.orders:04d}",
        "total": total_fen / 100,
        "currency": "CNY",
        "store": life.person.store.name,
        "scene": "小程序" if in_app else "门店",
        "products": basket.products(),
    }
    if coupon is not None and off_fen:
        order |= {"coupon": coupon.name, "discount": off_fen / 100}
    life.do(at, catalogue.ORDER_COMPLETED, **order)
    _rise(life, at, total_fen)


def _fill_cart(life: _Life, at: datetime, basket: Basket, coupon: Coupon | None) -> None:
    """What comes before an order in the mini-program."""
    chance = life.chance
    begin = at - timedelta(minutes=chance.between(*_ORDERS.cart_minutes))
    step = (at - begin) / (2 * len(basket.lines) + 3)
    life.do(begin, catalogue.PAGE_VIEWED, path="/menu", title="点单菜单")
    if coupon is not None:
        life.do(begin + step / 2, catalogue.COUPON_CLAIMED, coupon_id=coupon.coupon_id, name=coupon.name)
    for place, (product, quantity) in enumerate(basket.lines):
        if place == 0 or chance.happens(_ORDERS.looks_before_cart):
            life.do(begin + step * (2 * place + 1), catalogue.PRODUCT_VIEWED, **_shown(product))
        life.do(begin + step * (2 * place + 2), catalogue.CART_ADDED, **_shown(product), quantity=quantity)


def _coupon(life: _Life, day: int) -> Coupon | None:
    if life.orders == 1:
        return NEWCOMER_COUPON if life.chance.happens(_ORDERS.newcomer_coupon) else None
    if life.calendar.is_special_day(day):
        return MEMBER_DAY_COUPON if life.chance.happens(_ORDERS.member_day_coupon) else None
    return life.chance.one_of(COUPONS[2:]) if life.chance.happens(_ORDERS.other_coupon) else None


def _rise(life: _Life, at: datetime, total_fen: int) -> None:
    """A higher level, where enough has been spent by now."""
    reached = [level for level in LEVELS if life.spent_fen < level.from_fen <= life.spent_fen + total_fen]
    life.spent_fen += total_fen
    if reached:
        life.tell(at + timedelta(seconds=30), *life.known_as(at), level=reached[-1].name)


def _look_around(life: _Life, until: float) -> None:
    """Visits without an order."""
    person, calendar, chance = life.person, life.calendar, life.chance
    turn, visits = person.arrives_turn, 0
    while visits < _VISITS.most:
        turn += chance.waiting(1 / max(person.visits_per_turn, RATE_LEAST))
        if turn > until or turn >= calendar.turns:
            return
        at = calendar.moment(calendar.day_of(turn), chance)
        if life.is_app(at) or not person.is_from_store:
            _visit(life, at)
            visits += 1


def _visit(life: _Life, at: datetime) -> None:
    """A few minutes in the mini-program."""
    chance = life.chance

    def later() -> datetime:
        nonlocal at
        at += timedelta(seconds=chance.between(*_VISITS.next_seconds))
        return at

    path, title = chance.pick(PAGES)
    life.do(at, catalogue.PAGE_VIEWED, path=path, title=title)
    if chance.happens(_VISITS.looks_at_products):
        for _ in range(chance.whole(1, _VISITS.products_most)):
            product = chance.pick(PRODUCT_CHOICES)
            life.do(later(), catalogue.PRODUCT_VIEWED, **_shown(product))
            if life.is_app(at) and chance.happens(_VISITS.puts_into_cart):
                life.do(later(), catalogue.CART_ADDED, **_shown(product), quantity=1)
    if chance.happens(_VISITS.reads):
        at_article, title = later(), chance.one_of(ARTICLES)
        life.do(at_article, catalogue.ARTICLE_READ, title=title, seconds=chance.whole(*_VISITS.reads_seconds))
    if life.is_app(at) and chance.happens(_VISITS.claims_coupon):
        coupon = chance.one_of(COUPONS[1:])
        life.do(later(), catalogue.COUPON_CLAIMED, coupon_id=coupon.coupon_id, name=coupon.name)
    if life.registered_at is not None and at > life.registered_at and chance.happens(_VISITS.shares):
        life.do(later(), catalogue.SHARE_SENT, title=chance.one_of(ARTICLES), to=chance.one_of(("朋友圈", "微信好友")))


def _take_part(life: _Life, begin: float, until: float) -> None:
    """The community: checking in while it is fun. That somebody joined a group, WeCom tells."""
    calendar, chance = life.calendar, life.chance
    turn = begin + chance.waiting(_GROUP.turns_to_join)
    if turn >= calendar.turns:
        return
    at = calendar.moment(calendar.day_of(turn), chance)
    joined_at = max(at, (life.registered_at or at) + timedelta(minutes=5))
    rate, day = chance.gamma(_GROUP.evenness, _GROUP.check_ins_per_turn), calendar.day_of(turn)
    for streak in range(1, _GROUP.most):
        turn += chance.waiting(1 / max(rate, RATE_LEAST))
        if turn > until or turn >= calendar.turns or calendar.day_of(turn) == day:
            break
        day = calendar.day_of(turn)
        life.do(max(calendar.moment(day, chance), joined_at), catalogue.CHECKED_IN, times=streak)


def _withdraw(life: _Life, begin: float) -> None:
    calendar, chance = life.calendar, life.chance
    day = calendar.day_of(begin + chance.share() * (calendar.turns - begin))
    at = max(calendar.moment(day, chance), (life.registered_at or calendar.begins_at) + timedelta(hours=1))
    life.do(at, catalogue.CONSENT_WITHDRAWN, channel=CHANNEL, purpose="marketing")


def _shown(product: Product) -> dict[str, Any]:
    return {
        "product_id": product.product_id,
        "name": product.name,
        "category": product.category,
        "price": product.price_fen / 100,
    }
