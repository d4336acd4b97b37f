"""Everybody living, one act after another: who comes, who goes on, what each does with what reaches them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from siyu.world.living.doors import Message
from siyu.world.living.draws import Draw
from siyu.world.living.souls import DAY, Soul
from siyu.world.living.stories import Stage, Story
from siyu.world.population.behaviour import after_friend
from siyu.world.population.calendar import Rhythm, TradingCalendar, business_on
from siyu.world.population.people import PHONE_PREFIX, PHONE_STEP, PHONES

SLOT: Final = timedelta(seconds=10)
"""At most one comes in each such stretch; its number says who. So nobody comes twice, and who comes does not depend on when one
looks."""
NUMBERS: Final = 10_000_000
"""Identities hold a number of seven figures."""
SLOTS_AT_ONCE: Final = 8_640 * 3
DAYS_AHEAD: Final = timedelta(hours=1)
FRIENDS_FROM: Final = 5_000_000
"""Beyond all slots: numbers of newcomers whom a friend brought, so many at most."""
FRIENDS_MAX: Final = 4_000_000
NOBODY: Final = -1
ARRIVALS, NEW_DAY, FILE_OF_THE_DAY = "arrivals", "new day", "file of the day"
FILE_HOUR: Final = 23


@dataclass(slots=True)
class People:
    """All people of one brand."""

    stage: Stage
    story: Story
    rhythm: Rhythm
    acts: int = 0
    _per_turn: float = field(init=False)
    """How many come in a day that is as busy as the average."""

    def __post_init__(self) -> None:
        plan = self.stage.plan
        turns = TradingCalendar(plan.anchor_at, self.stage.souls.zone, self.rhythm).turns
        self._per_turn = plan.customers / turns * self.story.grown(self.rhythm.days)

    def begin(self, now: datetime) -> None:
        """Notes down what begins by itself: arrivals, days, the file of the day's orders."""
        for act in (ARRIVALS, NEW_DAY):
            self.stage.diary.note(now, NOBODY, act)
        self.story.begin(now)
        local = now.astimezone(self.stage.souls.zone)
        closing = local.replace(hour=FILE_HOUR, minute=0, second=0, microsecond=0)
        self.stage.diary.note(closing if closing > now else closing + DAY, NOBODY, FILE_OF_THE_DAY)

    def do(self, whose: int, act: str, step: int, now: datetime) -> None:
        """One entry of the diary. Who is gone does nothing any more."""
        if whose == NOBODY:
            self._of_nobody(act, now)
            return
        soul = self.stage.souls.of(whose, now)
        if soul.is_gone:
            return
        self.acts += 1
        phones = self.stage.telephones
        match act:
            case "arrive":
                self.story.arrive(soul, now)
            case "go on":
                self.story.go_on(soul, now)
            case "bring":
                self._bring(soul, now)
            case "look":
                phones.look(soul, now)
            case "open":
                phones.open(soul, step, now)
            case "reply":
                phones.reply(soul)
            case "like":
                phones.like(soul)
            case "fill":
                phones.fill(soul, step)
            case "read":
                phones.read(soul, step)
            case _:
                self.story.do(soul, act, step, now)

    def buzzed(self, unionid: str, external_userid: str, now: datetime) -> None:
        """Something reached the telephone of a person known by a unionid; strangers to this population are left alone."""
        number = self._number_of(unionid)
        if number is None:
            return
        soul = self.stage.souls.of(number, now)
        if not soul.external_userid:
            soul.external_userid = external_userid
        self.stage.telephones.buzz(soul, now)

    def rung(self, unionid: str, now: datetime) -> None:
        """The official account has shown something to somebody who follows it."""
        number = self._number_of(unionid)
        if number is not None:
            soul = self.stage.souls.of(number, now)
            soul.follows = True
            self.stage.telephones.buzz(soul, now)

    def posted(self, number: int, message: Message, now: datetime) -> None:
        """Something came to a person of this population otherwise than by WeCom."""
        self.stage.telephones.post(self.stage.souls.of(number, now), message, now)

    def invited(self, external_userid: str, chat_id: str, by: str, now: datetime) -> bool:
        """A member asks somebody into a group; they come if they are minded."""
        number = self._number_of(self.stage.wecom.unionid(external_userid))
        soul = self.stage.souls.of(number, now) if number is not None else None
        if soul is None or soul.is_gone:
            return False
        if not self.story.joins(soul):
            return False
        return self.stage.wecom.join(external_userid, chat_id, by)

    def _bring(self, soul: Soul, now: datetime) -> None:
        """A friend comes: one of those they know who has never come in, else somebody nobody has heard of. Both like it the better
        for the other."""
        souls, rules = self.stage.souls, self.stage.souls.rules
        known = [souls.of(number, now) for number in souls.cast.friends(soul.who.number)]
        strangers = [each for each in known if not each.has_paid and not each.is_gone]
        if strangers:
            friend = souls.draw(soul, "bring").one_of("who", strangers)
        else:
            seconds = int((now - self.stage.plan.anchor_at).total_seconds())
            friend = souls.of(self.stage.plan.customers + FRIENDS_FROM + seconds % FRIENDS_MAX, now)
        friend.platform = self.story.friend_source
        for each in (friend, soul):
            each.mood = after_friend(each.mood, rules)
        self.story.arrive(friend, now)

    def close(self, now: datetime) -> None:
        """The living end: what was sold since the last file is handed in."""
        self._hand_in(now)

    def _of_nobody(self, act: str, now: datetime) -> None:
        diary = self.stage.diary
        if act == ARRIVALS:
            until = now + DAYS_AHEAD
            for number, at in self._arrivals(now, until):
                diary.note(at, number, "arrive")
            diary.note(until, NOBODY, ARRIVALS)
        elif act == NEW_DAY:
            self._new_day(now)
            local = now.astimezone(self.stage.souls.zone)
            diary.note(local.replace(hour=0, minute=0, second=0, microsecond=0) + DAY, NOBODY, NEW_DAY)
        elif act == FILE_OF_THE_DAY:
            self._hand_in(now)
            diary.note(now + DAY, NOBODY, FILE_OF_THE_DAY)

    def _arrivals(self, since: datetime, until: datetime) -> list[tuple[int, datetime]]:
        """(number, when) of who comes between two instants."""
        plan, zone = self.stage.plan, self.stage.souls.zone
        anchor = plan.anchor_at
        first, end = -(-(since - anchor) // SLOT), -(-(until - anchor) // SLOT)
        hours = self._busy_hours()
        found = []
        for slot in range(max(first, 0), min(end, first + SLOTS_AT_ONCE)):
            at = anchor + slot * SLOT
            local = at.astimezone(zone)
            likely = self._per_turn * business_on(local, self.rhythm) * hours.get(local.hour, 0.0) * (SLOT / DAY)
            if Draw(plan.seed, "arrival", slot).happens("comes", likely):
                found.append((plan.customers + slot, at))
        return found

    def _busy_hours(self) -> dict[int, float]:
        """{hour of the day: how busy, 1 being what it is on average}."""
        hours, first = self.rhythm.hours, self.rhythm.first_hour
        return {(first + place) % 24: 24 * weight / sum(hours) for place, weight in enumerate(hours)}

    def _new_day(self, now: datetime) -> None:
        """Who of the history has a moment for the brand until midnight."""
        plan, souls = self.stage.plan, self.stage.souls
        local = now.astimezone(souls.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        day, likely = midnight.toordinal(), self.story.acts_a_day
        for number in range(plan.customers):
            draw = Draw(plan.seed, number, "day", day)
            if not draw.happens("has a moment", likely):
                continue
            at = souls.hour_on(souls.cast.of(number), midnight, draw)
            if at >= now:
                self.stage.diary.note(at, number, "go on")

    def _hand_in(self, now: datetime) -> None:
        """The course platform's file of the day; where Siyu does not take it, tomorrow's holds it too."""
        sold = self.stage.sold
        name = f"订单_{now.astimezone(self.stage.souls.zone).date():%Y%m%d}.csv"
        if sold and self.stage.siyu.hand_in(name, list(sold)):
            sold.clear()

    def number_of_phone(self, phone: str) -> int | None:
        """Whose telephone it is; None for nobody of this population's."""
        figures = phone.removeprefix(PHONE_PREFIX)
        if not phone.startswith(PHONE_PREFIX) or not figures.isdecimal():
            return None
        number = (int(figures) * pow(PHONE_STEP, -1, PHONES) - 1) % PHONES
        return number if number < NUMBERS and self.stage.souls.cast.of(number).phone.value == phone else None

    def _number_of(self, unionid: str) -> int | None:
        """Whose unionid it is: the last seven figures say so, if they are one of ours."""
        if not unionid[-7:].isdecimal():
            return None
        number = int(unionid[-7:])
        return number if self.stage.souls.cast.of(number).unionid.value == unionid else None
