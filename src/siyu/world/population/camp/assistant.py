"""Who comes to the assistant too, beside their class teacher: by her code in the account's menu, or at the door of a room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from siyu.world.population.calendar import TradingCalendar
from siyu.world.population.camp.brand import ACCOUNT_MENU, ACCOUNT_SOURCE, ROOMS, ROOMS_OPEN_HOURS
from siyu.world.population.camp.persons import Person
from siyu.world.population.camp.rules import Assistant
from siyu.world.population.camp.walk import DAY, Way
from siyu.world.population.chance import Chance
from siyu.world.population.people import Characters

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody saw the assistant's code: where it hangs (its channel), when, whether the map led there, whether they added her."""

    channel: str
    at: datetime
    is_by_map: bool
    adds: bool


def call_in(
    person: Person,
    way: Way,
    calendar: TradingCalendar,
    characters: Characters,
    rules: Assistant,
    chance: Chance,
) -> Call | None:
    """The one call of somebody who has added their class teacher, if there was one before the calendar's anchor."""
    if way.added_at is None:
        return None
    day = int((way.added_at - calendar.begins_at) / DAY)
    room = ROOMS.get(person.city) if chance.happens(rules.room_share) else None
    is_by_map = room is not None and chance.happens(rules.by_map_share)
    if room is not None:
        day += 1 + (SATURDAY - calendar.weekday(day + 1)) % 7 + 7 * chance.whole(*rules.week_ends)
        opens, closes = ROOMS_OPEN_HOURS
        hour = opens + chance.share() * (closes - opens)
    elif person.source == ACCOUNT_SOURCE and chance.happens(rules.looks_share):
        day += chance.whole(*rules.days)
        hour = characters.hour(person.character, chance) + chance.share()
    else:
        return None
    at = calendar.begins_at + timedelta(days=day, hours=hour)
    if not way.added_at < at < calendar.anchor:
        return None
    return Call(room or ACCOUNT_MENU, at, is_by_map, chance.happens(rules.adds_share))
