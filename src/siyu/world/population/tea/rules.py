"""How the tea brand's people come, buy, look around and leave. All is told, line by line, in `playbooks/tea.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from siyu.world.population.playbook_fields import number, numbers, share, span, table, weights


@dataclass(frozen=True, slots=True)
class Source:
    """Where people come from: how common that is, and how many of them tell who they are."""

    weight: float = number(0, 1_000)
    registers: float = share()


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How people come, and what is settled when they do."""

    launch_share: float = share()
    launch_days: int = number(1, 3_650)
    growth: float = number(0.01, 1.99)
    sources: Mapping[str, Source] = weights()
    at_once: float = share()
    turns_to_register: float = number(0.01, 1_000)
    adopts_app: float = share()
    turns_to_adopt_app: float = number(0.01, 1_000)
    registers_seconds: tuple[int, ...] = span(0, 86_400)
    second_device: float = share()
    second_device_days: tuple[int, ...] = span(0, 365)
    consents: float = share()
    withdraws: float = share()
    adds_adviser: float = share()
    adds_minutes: float = number(0.1, 10_000)
    follows: float = share()


@dataclass(frozen=True, slots=True)
class Visits:
    """Looking without buying."""

    per_turn: float = number(0.0001, 10)
    evenness: float = number(0.05, 100)
    turns_of_interest: float = number(0.1, 10_000)
    most: int = number(1, 10_000)
    stays_away: float = share()
    looks_at_products: float = share()
    products_most: int = number(1, 20)
    next_seconds: tuple[float, ...] = span(0.1, 3_600)
    puts_into_cart: float = share()
    reads: float = share()
    reads_seconds: tuple[int, ...] = span(1, 36_000)
    claims_coupon: float = share()
    shares: float = share()


@dataclass(frozen=True, slots=True)
class Orders:
    """Buying, until somebody stays away."""

    buys: float = share()
    per_turn: float = number(0.0001, 10)
    evenness: float = number(0.05, 100)
    leaves: tuple[float, ...] = numbers(2, 0.01, 100)
    most: int = number(1, 10_000)
    first_at_once: float = share()
    first_sooner: float = number(0.01, 10)
    first_minutes: tuple[float, ...] = span(0, 1_440)
    cart_minutes: tuple[float, ...] = span(0.1, 1_440)
    looks_before_cart: float = share()
    in_app: float = share()
    newcomer_coupon: float = share()
    member_day_coupon: float = share()
    other_coupon: float = share()


@dataclass(frozen=True, slots=True)
class Baskets:
    """What an order is made of."""

    group_order: float = share()
    group_cups_median: float = number(1, 1_000)
    group_cups_spread: float = number(0, 3)
    group_kinds: tuple[int, ...] = span(1, 6)
    cups_most: int = number(6, 10_000)
    median_fen: float = number(100, 10_000_000)
    spread: float = number(0, 3)
    near_fen: int = number(0, 1_000_000)
    lines_most: int = number(1, 100)
    favourite: float = share()


@dataclass(frozen=True, slots=True)
class Group:
    """The community."""

    joins: float = share()
    accepts: float = share()
    turns_to_join: float = number(0.01, 1_000)
    check_ins_per_turn: float = number(0.0001, 10)
    evenness: float = number(0.05, 100)
    most: int = number(2, 10_000)


@dataclass(frozen=True, slots=True)
class TeaRules:
    """What only the tea brand's playbook says."""

    arrivals: Arrivals = table()
    visits: Visits = table()
    orders: Orders = table()
    baskets: Baskets = table()
    group: Group = table()
