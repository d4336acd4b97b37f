"""How the course brand's people come, learn, buy and leave. All is told, line by line, in `playbooks/camp.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from siyu.world.population.playbook_fields import number, share, shares, span, table, weights

LESSONS = 7
"""A camp has one a day, from its Monday on."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How people come, and what is settled when they do."""

    growth: float = number(0.01, 1.99)
    sources: Mapping[str, float] = weights()
    contents_most: int = number(1, 20)
    next_content_seconds: tuple[int, ...] = span(1, 3_600)
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
    pays_hours_most: float = number(0.1, 1_000)
    pays_minutes: tuple[float, ...] = span(0, 1_440)
    answers_survey: float = share()
    adds_teacher: float = share()
    joins_group: float = share()
    opens: tuple[float, ...] = shares(LESSONS)
    completes: float = share()
    blocks: float = share()
    buys: float = share()
    buys_within: float = share()
    lingers_days: int = number(0, 30)
    buys_untaught: float = share()
    refunds: float = share()
    goes_vip: float = share()
    studies_again: float = share()
    waits_terms: tuple[int, ...] = span(0, 10)
    stays_again_most: float = share()
    leaves_group: float = share()


@dataclass(frozen=True, slots=True)
class Soon:
    """How long something takes that is mostly done at once: never less than so many minutes; else so many hours on average."""

    minutes_least: float = number(0, 1_440)
    hours: float = number(0.1, 1_000)


@dataclass(frozen=True, slots=True)
class Waits:
    """How long lies between one step of the way and the next."""

    at_once: float = share()
    at_once_hours: float = number(0, 24)
    hours_most: float = number(0.1, 1_000)
    survey: Soon = table()
    teacher: Soon = table()
    group: Soon = table()
    withdraws_days: tuple[float, ...] = span(0, 365)
    blocks_days: tuple[float, ...] = span(0, 90)
    refunds_days: tuple[float, ...] = span(0, 365)
    vip_parts: tuple[float, ...] = span(0, 10)
    leaves_days: tuple[float, ...] = span(0, 90)


@dataclass(frozen=True, slots=True)
class Assistant:
    """Who comes to the assistant as well, and when."""

    looks_share: float = share()
    room_share: float = share()
    by_map_share: float = share()
    adds_share: float = share()
    days: tuple[int, ...] = span(0, 30)
    week_ends: tuple[int, ...] = span(0, 10)


@dataclass(frozen=True, slots=True)
class Content:
    """How long people look at what is shown to them, in seconds."""

    video_seconds: tuple[int, ...] = span(1, 36_000)
    article_seconds: tuple[int, ...] = span(1, 36_000)
    live_seconds: tuple[int, ...] = span(1, 36_000)


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a lesson that was opened leads to."""

    opens_hour: int = number(0, 23)
    finishes: float = share()
    seconds_median: float = number(10, 100_000)
    seconds_spread: float = number(0, 3)
    seconds_most: int = number(10, 100_000)
    catches_up: tuple[float, ...] = span(0.01, 1)
    checks_in: float = share()
    checks_in_seconds: tuple[int, ...] = span(0, 86_400)
    hands_in: float = share()
    hands_in_seconds: tuple[int, ...] = span(0, 86_400)
    takes_quiz: float = share()
    quiz_tens: tuple[int, ...] = span(0, 10)
    joins_live: float = share()
    live_hour: int = number(0, 23)
    live_late_seconds: tuple[int, ...] = span(0, 86_400)
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
    first_after_minutes: float = number(0, 10_000)
    looks_in: float = share()
    looks_seconds: tuple[int, ...] = span(0, 3_600)
    student_joins_live: float = share()
    looks_at_content: float = share()
    is_video: float = share()
    pays_later: float = share()
    buys_later: float = share()
    later_minutes: tuple[float, ...] = span(0, 1_440)
    vip_after_days: float = number(1, 365)


@dataclass(frozen=True, slots=True)
class Answers:
    """What people say of themselves before a camp, as weights of the survey's choices; savings by what somebody earns."""

    experience: Mapping[str, float] = weights()
    risk: Mapping[str, float] = weights()
    saving: Mapping[str, Mapping[str, float]] = weights()


@dataclass(frozen=True, slots=True)
class CampRules:
    """What only the course brand's playbook says."""

    class_people_mean: float = number(1, 150)
    arrivals: Arrivals = table()
    prompts: Prompts = table()
    funnel: Funnel = table()
    waits: Waits = table()
    assistant: Assistant = table()
    content: Content = table()
    lessons: Lessons = table()
    afterwards: Afterwards = table()
    answers: Answers = table()
