"""What somebody has become by now: whom they know, how they feel about the brand, what their telephone has still to show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import TypeVar

from siyu.world.living.doors import Message, Page
from siyu.world.living.draws import Draw
from siyu.world.living.somebody import Cast, Somebody
from siyu.world.population.behaviour import BehaviourRules, Mood, after_days, after_taking_part

Thing = TypeVar("Thing")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
HOURS_LOOKED_AT = 72
WAITING_MAX = 6
"""So many links and pages somebody keeps in mind; what comes beyond pushes the oldest out."""


@dataclass(slots=True)
class Soul:
    """One person who has done or met something since the history ended."""

    who: Somebody
    mood: Mood
    mood_at: datetime
    external_userid: str = ""
    keeper: str = ""
    seen: int = 0
    looks_at: datetime | None = None
    has_spoken: bool = False
    has_warned: bool = False
    is_gone: bool = False
    """They blocked the brand, and nothing comes of them any more."""
    steps: int = 0
    links: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    inbox: list[Message] = field(default_factory=list)
    """What came otherwise than by WeCom, and was not looked at yet."""
    follows: bool = False
    """The brand's official account."""
    account_seen: int = 0
    term: date | None = None
    has_paid: bool = False
    has_course: bool = False
    order_id: str = ""
    finished: set[int] = field(default_factory=set)
    """The days of the term whose lessons they finished."""
    check_ins: int = 0
    platform: str = ""

    def keep_link(self, link: str) -> int:
        """Remembers a link; its place is what an entry's step says."""
        return _kept(self.links, link)

    def keep_page(self, page: Page) -> int:
        return _kept(self.pages, page)


def _kept(things: list[Thing], thing: Thing) -> int:
    if thing in things:
        return things.index(thing)
    if len(things) >= WAITING_MAX:
        things[0] = thing
        return 0
    things.append(thing)
    return len(things) - 1


class Souls:
    """Everybody who is somebody by now; others are as the history left them. As many as there are people, and small."""

    def __init__(self, seed: int, cast: Cast, rules: BehaviourRules, zone: tzinfo, begins_at: datetime) -> None:
        """`begins_at` is part of all chances: who is begun anew another day does not live the same day again."""
        self.seed, self.cast, self.rules, self.zone = seed, cast, rules, zone
        self._run = int(begins_at.timestamp()) // 60
        self._souls: dict[int, Soul] = {}

    def __len__(self) -> int:
        return len(self._souls)

    def of(self, number: int, now: datetime) -> Soul:
        """The soul of person `number`, with the mood of now."""
        soul = self._souls.get(number)
        if soul is None:
            soul = self._souls[number] = self._begun(number, now)
        days = (now - soul.mood_at) / DAY
        if days > 0:
            soul.mood, soul.mood_at = after_days(soul.mood, days, soul.who.character.interest, self.rules), now
        return soul

    def _begun(self, number: int, now: datetime) -> Soul:
        """Somebody new, or one of the history as that has left them."""
        who, standing = self.cast.of(number), self.cast.standing(number)
        if standing is None:
            return Soul(who, Mood(who.character.interest), now)
        return Soul(
            who,
            standing.mood,
            now,
            is_gone=standing.has_left,
            platform=standing.source,
            has_paid=standing.is_known,
            term=standing.term,
            finished=set(standing.finished),
            check_ins=standing.check_ins,
            has_course=standing.has_course,
        )

    @property
    def everybody(self) -> list[Soul]:
        """Everybody who is somebody by now, in the order in which they became it."""
        return list(self._souls.values())

    def resume(self, souls: Iterable[Soul]) -> None:
        """These go on as they were."""
        self._souls.update((soul.who.number, soul) for soul in souls)

    def find(self, number: int) -> Soul | None:
        return self._souls.get(number)

    def draw(self, soul: Soul, what: str) -> Draw:
        """Chances of the soul's next step."""
        soul.steps += 1
        return Draw(self.seed, soul.who.number, self._run, what, soul.steps)

    def when(self, who: Somebody, earliest: datetime, draw: Draw) -> datetime:
        """When somebody has time, at `earliest` or later: in an hour that is theirs."""
        hour_begins = earliest.astimezone(self.zone).replace(minute=0, second=0, microsecond=0)
        for ahead in range(HOURS_LOOKED_AT):
            hour = hour_begins + ahead * HOUR
            presence = self.cast.presence(who, hour.hour)
            if presence > 0 and draw.happens(f"there {ahead}", presence):
                if ahead == 0:
                    return earliest
                return hour + timedelta(seconds=int(draw.share(f"second {ahead}") * HOUR.total_seconds()))
        return earliest + HOURS_LOOKED_AT * HOUR

    def hour_on(self, who: Somebody, midnight: datetime, draw: Draw) -> datetime:
        """When on a day somebody is there, who has not been waiting for anything."""
        hour = self.cast.hour_at(who, draw.share("hour"))
        return midnight + hour * HOUR + draw.share("in the hour") * HOUR

    def took_part(self, soul: Soul) -> None:
        """They did something of their own: that pulls them along."""
        soul.mood = after_taking_part(soul.mood, self.rules)
