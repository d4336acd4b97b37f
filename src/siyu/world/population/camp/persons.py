"""Who meets the course brand: everything about a person that is settled before anything happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from siyu.world.population.calendar import TradingCalendar, grown_share
from siyu.world.population.camp.brand import CITIES, FRIEND_SOURCE, SOURCES
from siyu.world.population.chance import Chance, Weighted
from siyu.world.population.names import FEMALE, MALE, a_name
from siyu.world.population.people import Character, Known, a_birthday, friends_of, lot
from siyu.world.population.playbook import CampPlaybook

_SOURCE, _INVITED = 12, 13


@dataclass(frozen=True, slots=True)
class Person(Known):
    """One person. The turn is the calendar's; `invited_by` is the friend whose poster they came by."""

    short: ClassVar[str] = "ml"

    number: int
    name: str
    gender: str
    birthday: date
    city: str
    province: str
    source: str
    content: str
    invited_by: int | None
    arrives_turn: float
    consents: bool
    withdraws: bool
    character: Character

    @property
    def is_female(self) -> bool:
        return self.gender == FEMALE


class Sources:
    """Where people come from, and by whom: cheap, so that one may ask it of all friends of somebody."""

    def __init__(self, seed: int, customers: int, playbook: CampPlaybook) -> None:
        self._seed, self._customers, self._ties = seed, customers, playbook.people.ties
        self._choices = Weighted(dict(playbook.camp.arrivals.sources))
        self._others = Weighted({n: w for n, w in playbook.camp.arrivals.sources.items() if n != FRIEND_SOURCE})

    def friends_of(self, whose: int) -> tuple[int, ...]:
        return friends_of(self._seed, whose, self._customers, self._ties)

    def of(self, whose: int) -> tuple[str, int | None]:
        """(the source's name, who invited them, if anybody): a friend who was there before; who knows nobody came by another."""
        share = lot(self._seed, whose, _SOURCE)
        name = self._choices.at(share)
        if name != FRIEND_SOURCE:
            return name, None
        before = [friend for friend in self.friends_of(whose) if friend < whose]
        if not before:
            return self._others.at(lot(self._seed, whose, _SOURCE, 1)), None
        return name, before[int(lot(self._seed, whose, _INVITED) * len(before))]

    def invited_by(self, whose: int) -> list[int]:
        """Whom somebody brought along, from the lowest number."""
        return [friend for friend in self.friends_of(whose) if friend > whose and self.of(friend)[1] == whose]


def a_person(
    number: int,
    customers: int,
    chance: Chance,
    calendar: TradingCalendar,
    playbook: CampPlaybook,
    source_of: Callable[[int], tuple[str, int | None]],
    character: Character,
) -> Person:
    """Person `number` (from 0) of `customers`; higher numbers come later."""
    people, arrivals = playbook.people, playbook.camp.arrivals
    gender = FEMALE if chance.happens(people.female_share) else MALE
    city, province = chance.pick(CITIES)
    source, invited_by = source_of(number)
    return Person(
        number=number,
        name=a_name(chance, gender),
        gender=gender,
        birthday=a_birthday(chance, people, calendar.begins_at),
        city=city,
        province=province,
        source=source,
        content=chance.one_of(SOURCES[source].contents),
        invited_by=invited_by,
        arrives_turn=arrival_turn((number + chance.share()) / customers, calendar, arrivals.growth),
        consents=chance.happens(arrivals.consents),
        withdraws=chance.happens(arrivals.withdraws),
        character=character,
    )


def arrival_turn(share: float, calendar: TradingCalendar, growth: float) -> float:
    """The turn at which that share of all have come."""
    return grown_share(share, growth) * calendar.turns
