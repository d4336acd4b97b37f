"""What all made-up people have, whatever brand they meet: why they come, what they earn, when they are awake for it, whom they
know, how much they bear. A person depends on the seed, their number and the size of the population alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from siyu.domain.customers.contracts import Identity
from siyu.world.population.chance import Chance, Weighted
from siyu.world.population.playbook_fields import number, numbers, share, table, weights

HOURS_OF_A_DAY, DAYS_OF_A_YEAR = 24, 365
PHONE_PREFIX = "10"
"""No Chinese mobile number begins like this, so these belong to nobody."""
PHONES, PHONE_STEP = 10**9, 387_420_489
"""The step has no factor in common with their number, so no two people have the same."""
_CHARACTER = 7
_MASK = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Need:
    """Why somebody comes: how common it is, and how much interest people with it bring along (the mean)."""

    weight: float = number(0, 1_000)
    interest: float = number(0.01, 0.99)


@dataclass(frozen=True, slots=True)
class Money:
    """What somebody earns: how common it is, and how easy it makes spending."""

    weight: float = number(0, 1_000)
    ability: float = share()


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody has time: how common it is, and how likely each hour of the day is, from midnight on."""

    weight: float = number(0, 1_000)
    day: tuple[float, ...] = numbers(HOURS_OF_A_DAY, 0, 1_000)


@dataclass(frozen=True, slots=True)
class Ties:
    """Whom people know: those around them by number, some steps of so much apart, and a few far away."""

    apart_share: float = share()
    near: int = number(1, 20)
    kept_share: float = share()
    far: int = number(0, 10)
    far_share: float = share()


@dataclass(frozen=True, slots=True)
class PeopleRules:
    """Who there is. All is told, line by line, in the playbook's file."""

    female_share: float = share()
    age_median: float = number(14, 90)
    age_spread: float = number(0, 2)
    age_most: float = number(14, 110)
    interest_evenness: float = number(0.5, 100)
    patience_mean: float = number(0.01, 0.99)
    patience_evenness: float = number(0.5, 100)
    needs: Mapping[str, Need] = weights()
    money: Mapping[str, Money] = weights()
    hours: Mapping[str, Hours] = weights()
    ties: Ties = table()


@dataclass(frozen=True, slots=True)
class Character:
    """What somebody is like. `need`, `money` and `hours` are keys of the playbook's tables; the rest is from 0 to 1."""

    need: str
    money: str
    hours: str
    interest: float
    ability: float
    patience: float


class Characters:
    """Everybody's character under a playbook."""

    def __init__(self, rules: PeopleRules) -> None:
        self._rules = rules
        self._needs = Weighted({key: need.weight for key, need in rules.needs.items()})
        self._money = Weighted({key: money.weight for key, money in rules.money.items()})
        self._hours = Weighted({key: hours.weight for key, hours in rules.hours.items()})
        self._hour_of = {key: Weighted(dict(enumerate(hours.day))) for key, hours in rules.hours.items()}

    def of(self, seed: int, whose: int) -> Character:
        """The character of person number `whose`."""
        rules, chance = self._rules, Chance(seed, whose, _CHARACTER)
        need, money = chance.pick(self._needs), chance.pick(self._money)
        mean, evenness = rules.needs[need].interest, rules.interest_evenness
        calm = rules.patience_mean
        return Character(
            need=need,
            money=money,
            hours=chance.pick(self._hours),
            interest=chance.beta(mean * evenness, (1 - mean) * evenness),
            ability=rules.money[money].ability,
            patience=chance.beta(calm * rules.patience_evenness, (1 - calm) * rules.patience_evenness),
        )

    def hour(self, character: Character, chance: Chance) -> int:
        """An hour of the day, 0 to 23, in which somebody like this is there."""
        return self.hour_at(character, chance.share())

    def hour_at(self, character: Character, share: float) -> int:
        """The same for a share (0 to 1) that was drawn elsewhere."""
        return self._hour_of[character.hours].at(share)

    def presence(self, character: Character, hour: int) -> float:
        """How much somebody like this is there in that hour: 1 in their best, 0 where never."""
        day = self._rules.hours[character.hours].day
        return day[hour % HOURS_OF_A_DAY] / max(day)


class Known:
    """By what a person is known. `short` sets brands apart."""

    __slots__ = ()
    number: int
    short: ClassVar[str]

    @property
    def phone(self) -> Identity:
        return Identity("phone", f"{PHONE_PREFIX}{(self.number + 1) * PHONE_STEP % PHONES:09d}")

    @property
    def user(self) -> Identity:
        """As the mini-program, or the course platform, knows them."""
        return Identity("user_id", f"{self.short}{self.number:07d}")

    @property
    def openid(self) -> Identity:
        return Identity("openid", f"o{self.short.upper()}{self.number * 2_654_435_761 % 2**32:08x}{self.number:07d}")

    @property
    def unionid(self) -> Identity:
        """As WeChat knows them to all that the brand has there: the mini-program and WeCom."""
        return Identity("unionid", f"oU{self.number * 2_246_822_519 % 2**32:08x}{self.number:07d}")

    @property
    def device_type(self) -> str:
        """What their telephone says it is."""
        lot_of_phone = self.number * 40_503 % 100
        return "android" if lot_of_phone < 56 else "ios" if lot_of_phone < 90 else "harmony"

    def device(self, which: int) -> Identity:
        """As the mini-program (0) or a page in the browser (1) knows them before they log in."""
        return Identity("anonymous_id", f"{('mp', 'h5')[which]}-{self.number * 40_503 % 65_536:04x}-{self.number:07d}")


def a_birthday(chance: Chance, rules: PeopleRules, from_at: datetime) -> date:
    """Of somebody as old as the rules say, seen from an instant."""
    age_days = int(min(chance.log_normal(rules.age_median, rules.age_spread), rules.age_most) * 365.25) + chance.whole(
        0, DAYS_OF_A_YEAR - 1
    )
    return from_at.date() - timedelta(days=age_days)


def lot(*what: int) -> float:
    """A number from 0 up to, not including, 1 that belongs to `what`, always the same; far cheaper than a Chance.

    SplitMix64, once for each part: each bit of it turns about half of the bits.
    """
    state = 0x6A09E667F3BCC909
    for each in what:
        state = ((state ^ each) + 0x9E3779B97F4A7C15) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        state ^= state >> 31
    return (state >> 11) / 2.0**53


def friends_of(seed: int, whose: int, customers: int, ties: Ties) -> tuple[int, ...]:
    """Whom person number `whose` knows, from the lowest number. Who is known knows too; friends' friends are often friends, and yet
    everybody is few hands away from everybody: the network is a small world."""
    found: set[int] = set()
    apart = max(1, round(customers * ties.apart_share))
    for step in range(apart, apart * ties.near + 1, apart):
        for other in ((whose + step) % customers, (whose - step) % customers):
            if _is_tie(seed, whose, other, step, ties.kept_share):
                found.add(other)
    for jump in range(ties.far):
        step = 1 + int(lot(seed, customers, jump) * (customers - 1))
        for other in ((whose + step) % customers, (whose - step) % customers):
            if _is_tie(seed, whose, other, step, ties.far_share):
                found.add(other)
    found.discard(whose)
    return tuple(sorted(found))


def _is_tie(seed: int, one: int, other: int, step: int, probability: float) -> bool:
    least, most = (one, other) if one < other else (other, one)
    return lot(seed, least, most, step) < probability
