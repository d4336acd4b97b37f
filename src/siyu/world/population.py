"""The whole made-up population: who there is, and what they all did up to a day."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from operator import itemgetter

from siyu.world.calendar import HISTORY_DAYS, TradingCalendar
from siyu.world.chance import Chance
from siyu.world.lives import Deed, known_to_wechat_at, live
from siyu.world.persons import Person, a_person

_PERSON, _LIFE = 1, 2


@dataclass(frozen=True)
class Population:
    """`customers` people under `seed`, seen from `anchor` (the beginning of a business day in `zone`, after all their deeds).

    A person depends on the seed, their number and the size of the population alone; so any part can be made by itself.
    """

    seed: int
    customers: int
    anchor: datetime
    zone: tzinfo
    days: int = HISTORY_DAYS
    calendar: TradingCalendar = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "calendar", TradingCalendar(self.anchor, self.zone, self.days))

    def person(self, number: int) -> Person:
        """Person `number`, from 0; higher numbers come later."""
        return a_person(number, self.customers, Chance(self.seed, number, _PERSON), self.calendar)

    def deeds_of(self, number: int) -> list[Deed]:
        """Everything one person did, in order."""
        return live(self.person(number), self.calendar, Chance(self.seed, number, _LIFE))

    def known_to_wechat_at(self, number: int) -> datetime | None:
        """When the brand learnt a person's unionid; None where it never did. Far cheaper than all that they did."""
        return known_to_wechat_at(self.person(number), self.calendar, Chance(self.seed, number, _LIFE))

    def deeds(self, first: int = 0, size: int | None = None) -> Iterator[tuple[datetime, int, int, Deed]]:
        """(when, whose, the how-manieth of theirs, what) of `size` people from number `first` on, in the order of time."""
        numbers = range(first, self.customers if size is None else min(first + size, self.customers))
        lives = [[(deed.at, number, n, deed) for n, deed in enumerate(self.deeds_of(number))] for number in numbers]
        return heapq.merge(*lives, key=itemgetter(0, 1, 2))
