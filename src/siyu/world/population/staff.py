"""How a brand's staff are, of whom its people's telephones hear."""

from __future__ import annotations

from dataclasses import dataclass

from siyu.world.population.playbook_fields import number, share, span


@dataclass(frozen=True, slots=True)
class StaffManners:
    """Shares of members, days and tasks. All is told, line by line, in the playbook's file."""

    ill_share: float = share()
    ignored_share: float = share()
    delay_hours_median: float = number(0.01, 1_000)
    delay_spread: float = number(0, 3)
    resigns_a_day: float = number(0, 1)
    stays_share: float = share()
    days_off_a_week: int = number(0, 6)
    begins_hour: tuple[float, ...] = span(0, 24)
    ends_hour: tuple[float, ...] = span(0, 24)
    looks_minutes_least: float = number(0.1, 1_440)
    looks_minutes: float = number(0.1, 1_440)
    chats_at_once: int = number(1, 100)
    inherits_after_days: float = number(0, 365)
    invites_share: float = share()
