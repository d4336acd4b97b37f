"""The whole made-up population: who there is, and what they all did up to a day."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cache
from operator import itemgetter

from siyu.world.population.behaviour import Mood
from siyu.world.population.calendar import TradingCalendar
from siyu.world.population.chance import Chance
from siyu.world.population.deeds import Deed
from siyu.world.population.people import Characters
from siyu.world.population.playbook import load_playbook
from siyu.world.population.standing import Standing
from siyu.world.population.tea.lives import known_to_wechat_at, live
from siyu.world.population.tea.persons import Person, a_person

_PERSON, _LIFE = 1, 2
_RHYTHM = load_playbook("tea").rhythm


@cache
def characters() -> Characters:
    """Everybody's character under this brand's playbook."""
    return Characters(load_playbook("tea").people)


@dataclass(frozen=True)
class Population:
    """`customers` people under `seed`, seen from `anchor` (the beginning of a business day in `zone`, after all their deeds).

    A person depends on the seed, their number and the size of the population alone; so any part can be made by itself.
    """

    seed: int
    customers: int
    anchor: datetime
    zone: tzinfo
    days: int = _RHYTHM.days
    calendar: TradingCalendar = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "calendar", TradingCalendar(self.anchor, self.zone, _RHYTHM, self.days))

    def person(self, number: int) -> Person:
        """Person `number`, from 0; higher numbers come later."""
        return a_person(number, self.customers, Chance(self.seed, number, _PERSON), self.calendar)

    def deeds_of(self, number: int) -> list[Deed]:
        """Everything one person did, in order."""
        return live(self.person(number), self.calendar, Chance(self.seed, number, _LIFE))

    def known_to_wechat_at(self, number: int) -> datetime | None:
        """When the brand learnt a person's unionid; None where it never did. Far cheaper than all that they did."""
        return known_to_wechat_at(self.person(number), self.calendar, Chance(self.seed, number, _LIFE))

    def standing_of(self, number: int) -> Standing:
        """Where a person stands at the anchor; their interest is as it was."""
        person = self.person(number)
        is_known = person.is_from_store or self.known_to_wechat_at(number) is not None
        return Standing(Mood(characters().of(self.seed, number).interest), person.source, is_known)

    def deeds(self, first: int = 0, size: int | None = None) -> Iterator[tuple[datetime, int, int, Deed]]:
        """(when, whose, the how-manieth of theirs, what) of `size` people from number `first` on, in the order of time."""
        numbers = range(first, self.customers if size is None else min(first + size, self.customers))
        lives = [[(deed.at, number, n, deed) for n, deed in enumerate(self.deeds_of(number))] for number in numbers]
        return heapq.merge(*lives, key=itemgetter(0, 1, 2))
