"""How the course brand's people come, learn, buy and leave. All is told, line by line, in `playbooks/camp.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from siyu.world.population.playbook_fields import number, share, shares, table, weights

LESSONS = 7
"""A camp has one a day, from its Monday on."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How people come, and what is settled when they do."""

    growth: float = number(0.01, 1.99)
    sources: Mapping[str, float] = weights()
    contents_most: int = number(1, 20)
    consents: float = share()
    withdraws: float = share()
    follows: float = share()


@dataclass(frozen=True, slots=True)
class Prompts:
    """How strongly somebody is asked, by where they are when they are asked."""

    alone: float = share()
    teacher: float = share()
    group: float = share()
    pushes_a_day: int = number(0, 20)


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many get how far. Each says of whom."""

    pays: float = share()
    pays_at_once: float = share()
    pays_after_hours: float = number(0.1, 1_000)
    answers_survey: float = share()
    adds_teacher: float = share()
    joins_group: float = share()
    opens: tuple[float, ...] = shares(LESSONS)
    completes: float = share()
    blocks: float = share()
    buys: float = share()
    buys_within: float = share()
    refunds: float = share()
    goes_vip: float = share()
    studies_again: float = share()
    leaves_group: float = share()


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a lesson that was opened leads to."""

    finishes: float = share()
    seconds_median: float = number(10, 100_000)
    checks_in: float = share()
    hands_in: float = share()
    takes_quiz: float = share()
    joins_live: float = share()
    shares: float = share()


@dataclass(frozen=True, slots=True)
class Afterwards:
    """How people go on without a camp: how many days lie between visits, and after how many they are silent; both on
    average. A later visit may still lead to the yuan, or to the course."""

    passer_by_gap_days: float = number(0.1, 3_650)
    passer_by_quiet_days: float = number(0.1, 3_650)
    camper_gap_days: float = number(0.1, 3_650)
    camper_quiet_days: float = number(0.1, 3_650)
    student_gap_days: float = number(0.1, 3_650)
    student_quiet_days: float = number(0.1, 3_650)
    visits_most: int = number(1, 1_000)
    pays_later: float = share()
    buys_later: float = share()
    vip_after_days: float = number(1, 365)


@dataclass(frozen=True, slots=True)
class CampRules:
    """What only the course brand's playbook says."""

    class_people_mean: float = number(1, 150)
    arrivals: Arrivals = table()
    prompts: Prompts = table()
    funnel: Funnel = table()
    lessons: Lessons = table()
    afterwards: Afterwards = table()
