"""Who somebody of the living is: one of the brand's history, or somebody new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Protocol

from siyu.domain.customers.contracts import Identity
from siyu.world.population.chance import Chance
from siyu.world.population.names import FEMALE, MALE, a_name
from siyu.world.population.people import Character, Characters, Known, PeopleRules, friends_of
from siyu.world.population.standing import Standing

PEOPLE_KEPT = 8_192
_NEWCOMER = 31


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person. `is_new` for who was not there when the history ended."""

    number: int
    name: str
    is_woman: bool
    user: Identity
    phone: Identity
    unionid: Identity
    device: Identity
    device_type: str
    character: Character
    is_new: bool = False


class BrandPerson(Protocol):
    """What a person of any brand's history tells of themselves."""

    @property
    def name(self) -> str: ...

    @property
    def gender(self) -> str: ...

    @property
    def user(self) -> Identity: ...

    @property
    def phone(self) -> Identity: ...

    @property
    def unionid(self) -> Identity: ...

    @property
    def device_type(self) -> str: ...

    def device(self, number: int) -> Identity: ...


class History(Protocol):
    """The population of a brand's history."""

    @property
    def seed(self) -> int: ...

    @property
    def customers(self) -> int: ...

    def person(self, number: int) -> BrandPerson: ...

    def standing_of(self, number: int) -> Standing: ...


def _newcomers_like(known: BrandPerson) -> Callable[[int], Known]:
    """Makes the identities of who comes later, of the shape that the brand's people have."""
    of_brand = known.user.value.rstrip("0123456789")

    class Newcomer(Known):
        short: ClassVar[str] = of_brand

        def __init__(self, number: int) -> None:
            self.number = number

    return Newcomer


class Cast:
    """Everybody there is. Numbers below `customers` are the history's; whoever comes later has a higher one."""

    def __init__(self, history: History, rules: PeopleRules) -> None:
        self._history, self._female_share, self._ties = history, rules.female_share, rules.ties
        self._newcomer = _newcomers_like(history.person(0))
        self._characters = Characters(rules)
        self.of = lru_cache(PEOPLE_KEPT)(self._of)

    @property
    def customers(self) -> int:
        """How many the history has."""
        return self._history.customers

    def presence(self, who: Somebody, hour: int) -> float:
        """How much somebody is there in an hour of the day, from 0 to 1."""
        return self._characters.presence(who.character, hour)

    def hour_at(self, who: Somebody, share: float) -> int:
        """The hour of a day in which somebody is there; the same share, the same hour."""
        return self._characters.hour_at(who.character, share)

    def standing(self, number: int) -> Standing | None:
        """Where somebody of the history stood when it ended; None for who came later."""
        return self._history.standing_of(number) if number < self.customers else None

    def friends(self, number: int) -> tuple[int, ...]:
        """Whom somebody of the history knows; of who came later nobody has heard."""
        history = self._history
        return friends_of(history.seed, number, history.customers, self._ties) if number < history.customers else ()

    def _of(self, number: int) -> Somebody:
        seed = self._history.seed
        character = self._characters.of(seed, number)
        if number < self.customers:
            known = self._history.person(number)
            return Somebody(
                number,
                known.name,
                known.gender == FEMALE,
                known.user,
                known.phone,
                known.unionid,
                known.device(0),
                known.device_type,
                character,
            )
        chance, of_new = Chance(seed, number, _NEWCOMER), self._newcomer(number)
        gender = FEMALE if chance.happens(self._female_share) else MALE
        name = a_name(chance, gender)
        return Somebody(
            number,
            name,
            gender == FEMALE,
            of_new.user,
            of_new.phone,
            of_new.unionid,
            of_new.device(0),
            of_new.device_type,
            character,
            is_new=True,
        )
