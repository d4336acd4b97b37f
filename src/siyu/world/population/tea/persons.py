"""Who lives in the made-up world: everything about a person that is settled before anything happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from siyu.domain.customers.contracts import Identity
from siyu.world.population.calendar import TradingCalendar, grown_share
from siyu.world.population.chance import Chance, Weighted
from siyu.world.population.names import FEMALE, MALE, a_name
from siyu.world.population.people import Known, a_birthday
from siyu.world.population.playbook import load_playbook
from siyu.world.population.tea.brand import STORE_CHOICES, STORE_SOURCE, Store

_PLAYBOOK = load_playbook("tea")
_ARRIVALS, _ORDERS, _VISITS = _PLAYBOOK.tea.arrivals, _PLAYBOOK.tea.orders, _PLAYBOOK.tea.visits
RATE_LEAST = 1e-4
"""Seldom enough for never, and yet one can divide by it."""
_SOURCES = Weighted({name: source.weight for name, source in _ARRIVALS.sources.items()})


@dataclass(frozen=True, slots=True)
class Person(Known):
    """One person. Turns are the calendar's; rates are per turn."""

    short: ClassVar[str] = "cx"

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
    def member(self) -> Identity:
        """As the till knows them."""
        return Identity("member_id", f"M{self.number:08d}")


def a_person(number: int, customers: int, chance: Chance, calendar: TradingCalendar) -> Person:
    """Person `number` (from 0) of `customers`; higher numbers come later."""
    gender = FEMALE if chance.happens(_PLAYBOOK.people.female_share) else MALE
    source = chance.pick(_SOURCES)
    registers = chance.happens(_ARRIVALS.sources[source].registers)
    return Person(
        number=number,
        name=a_name(chance, gender),
        gender=gender,
        birthday=a_birthday(chance, _PLAYBOOK.people, calendar.begins_at),
        store=chance.pick(STORE_CHOICES),
        source=source,
        arrives_turn=_arrival((number + chance.share()) / customers, calendar),
        registers=registers,
        buys=registers and chance.happens(_ORDERS.buys),
        orders_per_turn=max(chance.gamma(_ORDERS.evenness, _ORDERS.per_turn), RATE_LEAST),
        leaves_after_order=chance.beta(_ORDERS.leaves[0], _ORDERS.leaves[1]),
        visits_per_turn=chance.gamma(_VISITS.evenness, _VISITS.per_turn),
        joins_group=registers and chance.happens(_PLAYBOOK.tea.group.joins),
        consents=chance.happens(_ARRIVALS.consents),
        withdraws=chance.happens(_ARRIVALS.withdraws),
        uses_app=source != STORE_SOURCE or chance.happens(_ARRIVALS.adopts_app),
        has_second_device=source != STORE_SOURCE and chance.happens(_ARRIVALS.second_device),
    )


def _arrival(share: float, calendar: TradingCalendar) -> float:
    """The turn at which that share of all have come: a rush at the launch, then growth."""
    launch = calendar.turn_of(_ARRIVALS.launch_days)
    if share < _ARRIVALS.launch_share:
        return share / _ARRIVALS.launch_share * launch
    rest = (share - _ARRIVALS.launch_share) / (1 - _ARRIVALS.launch_share)
    grown = grown_share(rest, _ARRIVALS.growth)
    return launch + grown * (calendar.turns - launch)
