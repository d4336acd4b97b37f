"""Who lives in the made-up world: everything about a person that is settled before anything happens."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from siyu.domain.customers.contracts import Identity
from siyu.world.brand import SOURCES, STORE_CHOICES, STORE_SOURCE, Store
from siyu.world.calendar import TradingCalendar
from siyu.world.chance import Chance
from siyu.world.names import FEMALE, MALE, a_name

LAUNCH_SHARE = 0.16
"""How many of all customers the opening campaign brought."""
LAUNCH_DAYS = 40
FEMALE_SHARE = 0.66
REGISTERS_OF_SOURCE = {"门店扫码": 1.0, "小程序": 0.86, "公众号": 0.68, "朋友推荐": 0.88, "抖音": 0.6, "社群裂变": 0.8}
BUYS_SHARE = 0.79
"""Of those who register."""
ORDERS_PER_TURN = 0.06
ORDERS_SHAPE = 0.75
"""Small: most come seldom, a few nearly every day."""
LEAVING = (0.75, 3.6)
"""Parameters of how likely somebody does not come back after an order."""
VISITS_PER_TURN = 0.034
ADOPTS_APP_SHARE = 0.62
SECOND_DEVICE_SHARE = 0.13
JOINS_GROUP_SHARE = 0.3
CONSENTS_SHARE = 0.91
WITHDRAWS_SHARE = 0.06
PHONE_PREFIX = "10"
"""No Chinese mobile number begins like this, so these belong to nobody."""
_PHONES, _PHONE_STEP = 10**9, 387_420_489
"""The step has no factor in common with their number, so no two people have the same."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person. Turns are the calendar's; rates are per turn."""

    number: int
    name: str
    gender: str
    birthday: date
    store: Store
    source: str
    arrives_turn: float
    registers: bool
    buys: bool
    orders_per_turn: float
    leaves_after_order: float
    visits_per_turn: float
    joins_group: bool
    consents: bool
    withdraws: bool
    uses_app: bool
    has_second_device: bool

    @property
    def is_from_store(self) -> bool:
        return self.source == STORE_SOURCE

    @property
    def phone(self) -> Identity:
        return Identity("phone", f"{PHONE_PREFIX}{(self.number + 1) * _PHONE_STEP % _PHONES:09d}")

    @property
    def user(self) -> Identity:
        """As the mini-program knows them."""
        return Identity("user_id", f"cx{self.number:07d}")

    @property
    def member(self) -> Identity:
        """As the till knows them."""
        return Identity("member_id", f"M{self.number:08d}")

    @property
    def device_type(self) -> str:
        """What their telephone says it is."""
        lot = self.number * 40_503 % 100
        return "android" if lot < 56 else "ios" if lot < 90 else "harmony"

    @property
    def openid(self) -> Identity:
        return Identity("openid", f"oCX{self.number * 2_654_435_761 % 2**32:08x}{self.number:07d}")

    @property
    def unionid(self) -> Identity:
        """As WeChat knows them to all that the brand has there: the mini-program and WeCom."""
        return Identity("unionid", f"oU{self.number * 2_246_822_519 % 2**32:08x}{self.number:07d}")

    def device(self, number: int) -> Identity:
        """As the mini-program (0) or a page in the browser (1) knows them before they log in."""
        return Identity("anonymous_id", f"{('mp', 'h5')[number]}-{self.number * 40_503 % 65_536:04x}-{self.number:07d}")


def a_person(number: int, customers: int, chance: Chance, calendar: TradingCalendar) -> Person:
    """Person `number` (from 0) of `customers`; higher numbers come later."""
    gender = FEMALE if chance.happens(FEMALE_SHARE) else MALE
    source = chance.pick(SOURCES)
    registers = chance.happens(REGISTERS_OF_SOURCE[source])
    return Person(
        number=number,
        name=a_name(chance, gender),
        gender=gender,
        birthday=_birthday(chance, calendar),
        store=chance.pick(STORE_CHOICES),
        source=source,
        arrives_turn=_arrival((number + chance.share()) / customers, calendar),
        registers=registers,
        buys=registers and chance.happens(BUYS_SHARE),
        orders_per_turn=max(chance.gamma(ORDERS_SHAPE, ORDERS_PER_TURN), 1e-4),
        leaves_after_order=chance.beta(*LEAVING),
        visits_per_turn=chance.gamma(0.9, VISITS_PER_TURN),
        joins_group=registers and chance.happens(JOINS_GROUP_SHARE),
        consents=chance.happens(CONSENTS_SHARE),
        withdraws=chance.happens(WITHDRAWS_SHARE),
        uses_app=source != STORE_SOURCE or chance.happens(ADOPTS_APP_SHARE),
        has_second_device=source != STORE_SOURCE and chance.happens(SECOND_DEVICE_SHARE),
    )


def _arrival(share: float, calendar: TradingCalendar) -> float:
    """The turn at which that share of all have come: a rush at the launch, then growth."""
    launch = calendar.turn_of(LAUNCH_DAYS)
    if share < LAUNCH_SHARE:
        return share / LAUNCH_SHARE * launch
    rest = (share - LAUNCH_SHARE) / (1 - LAUNCH_SHARE)
    grown = (math.sqrt(0.36 + 1.6 * rest) - 0.6) / 0.8
    return launch + grown * (calendar.turns - launch)


def _birthday(chance: Chance, calendar: TradingCalendar) -> date:
    """Most are in their twenties."""
    age_days = int(min(chance.log_normal(25.5, 0.24), 62) * 365.25) + chance.whole(0, 364)
    return calendar.begins_at.date() - timedelta(days=age_days)
