"""A term of the camp as the living go through it: seven days of lessons, an offer, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from siyu.world.living.camp_order import Cashier
from siyu.world.living.camp_way import Will
from siyu.world.living.draws import Draw
from siyu.world.living.souls import DAY, HOUR, Soul
from siyu.world.living.stories import Stage
from siyu.world.population.behaviour import after_missing, after_taking_part, after_useful
from siyu.world.population.camp import catalogue
from siyu.world.population.camp.brand import COURSE, LESSONS, LIVE_DAY, LIVE_TITLE, OFFER_DAYS, QUIZ_DAYS, VIP
from siyu.world.population.camp.rules import CampRules
from siyu.world.population.camp.terms import begins_at, term_for
from siyu.world.population.camp.walk import COMPLETES, OPENS, score_of

LAST: Final = len(LESSONS)
QUIZ_TOLD_AFTER: Final = timedelta(seconds=90)
LATE_SHARE: Final = 0.3
"""More than came within the last three weeks, whose term may still go on."""


@dataclass(slots=True)
class Term:
    """The camp's week."""

    stage: Stage
    rules: CampRules
    will: Will
    cashier: Cashier

    @property
    def acts(self) -> Mapping[str, Callable[[Soul, int, datetime], None]]:
        """What is noted down in the diary, and what is then done."""
        return {
            "lesson": self._lesson,
            "offer": self._offer,
            "buy": self._buy,
            "refund": lambda soul, _step, now: self.cashier.give_back(soul, now),
            "vip": lambda soul, _step, now: self.cashier.order(soul, now, VIP),
            "close": self._close,
        }

    def begin(self, now: datetime) -> None:
        """Who is in the midst of a term, or waits for it, goes on with it. Of the history they came last, so they have the highest
        numbers; who has done something since may be anybody."""
        souls, customers = self.stage.souls, self.stage.plan.customers
        today = now.astimezone(souls.zone).date()
        lived = (soul.who.number for soul in souls.everybody)
        for number in sorted({*range(int(customers * (1 - LATE_SHARE)), customers), *lived}):
            term = self._term_of(number)
            day = (today - term).days + 1 if term is not None else None
            if day is not None and day <= LAST + self.rules.funnel.lingers_days:
                soul = souls.of(number, now)
                soul.keeper = self.stage.keeper(soul)
                self.note(soul, now, max(day, 1) + (day in soul.finished))

    def _term_of(self, number: int) -> date | None:
        """The term that somebody has paid for who has not left."""
        soul = self.stage.souls.find(number)
        if soul is not None:
            return soul.term if soul.has_paid and not soul.is_gone else None
        standing = self.stage.souls.cast.standing(number)
        return standing.term if standing is not None and standing.is_known and not standing.has_left else None

    def note(self, soul: Soul, now: datetime, day: int = 1) -> None:
        """Notes down the lessons from a day on, one leading to the next; the offer, and the term's end."""
        self._note_lesson(soul, day, now)
        if soul.term is None:
            return
        draw, funnel = Draw(self.stage.souls.seed, soul.who.number, "offer", soul.term.isoformat()), self.rules.funnel
        within = draw.happens("within", funnel.buys_within)
        offered = draw.one_of("day", OFFER_DAYS) if within else LAST + 1 + draw.whole("after", 0, funnel.lingers_days)
        closes = LAST + 1 + draw.between("closes", *self.rules.waits.leaves_days)
        for act, on_day in (("offer", offered), ("close", closes)):
            at = self._opens(soul.term, on_day)
            if at > now:
                self.stage.note_when(soul, act, at, int(on_day))

    def _note_lesson(self, soul: Soul, day: int, now: datetime) -> None:
        if soul.term is not None and day <= LAST:
            draw, opens = self._draw(soul, f"lesson {day}"), self._opens(soul.term, day)
            at = self.stage.souls.hour_on(soul.who, self._at(soul.term, day, 0), draw)
            earliest = max(opens, now + timedelta(minutes=1))
            if at >= earliest:
                self.stage.note(soul, "lesson", at, day)
            else:
                self.stage.note_when(soul, "lesson", earliest, day)

    def _opens(self, term: date, day: float) -> datetime:
        """When what a day of a term (1 is its Monday) brings can be had, by the clocks of the camp's zone."""
        return self._at(term, day, self.rules.lessons.opens_hour)

    def _at(self, term: date, day: float, hour: int) -> datetime:
        return begins_at(term, self.stage.souls.zone) + (day - 1) * DAY + hour * HOUR

    def _lesson(self, soul: Soul, day: int, now: datetime) -> None:
        """A day of the camp: whoever is minded opens the lesson; streaks, a teacher and a group help."""
        draw, lessons, rules = self._draw(soul, "lesson"), self.rules.lessons, self.stage.souls.rules
        self._note_lesson(soul, day + 1, now + timedelta(hours=2))
        if not self.will.acts(soul, OPENS[day - 1], draw, self.will.prompt(soul)):
            soul.mood = after_missing(soul.mood)
            return
        self.stage.tell(soul, now, catalogue.LESSON_OPENED, self._about(soul, day))
        took = draw.log_normal("seconds", lessons.seconds_median, lessons.seconds_spread)
        seconds = int(min(took, lessons.seconds_most))
        end = now + timedelta(seconds=seconds + 20)
        if day == LIVE_DAY:
            self._join_live(soul, end, draw)
        is_last = day == LAST
        if not (self.will.acts(soul, COMPLETES, draw) if is_last else draw.happens("finishes", lessons.finishes)):
            return
        soul.mood = after_useful(soul.mood, rules)
        self._finish(soul, day, end, seconds, draw)
        if is_last:
            self._catch_up(soul, end, seconds, draw)

    def _join_live(self, soul: Soul, now: datetime, draw: Draw) -> None:
        """The live show in the evening of its day; who opened the lesson later has missed it."""
        lessons = self.rules.lessons
        if soul.term is None or not draw.happens("live", lessons.joins_live):
            return
        late = timedelta(seconds=draw.whole("live late", *lessons.live_late_seconds))
        at = self._at(soul.term, LIVE_DAY, lessons.live_hour) + late
        if at >= now:
            live = {"title": LIVE_TITLE, "seconds": draw.whole("live seconds", *self.rules.content.live_seconds)}
            self.stage.tell(soul, at, catalogue.LIVE_JOINED, live)

    def _finish(self, soul: Soul, day: int, at: datetime, seconds: int, draw: Draw) -> None:
        lessons, told = self.rules.lessons, self._about(soul, day)
        soul.finished.add(day)
        self.stage.tell(soul, at, catalogue.LESSON_FINISHED, told | {"seconds": seconds, "share": 1.0})
        short = {"term": told["term"], "day": day}
        checks_in = draw.happens("checks in", lessons.checks_in)
        if checks_in:
            soul.check_ins += 1
            soul.mood = after_taking_part(soul.mood, self.stage.souls.rules)
            checked_at = at + timedelta(seconds=draw.whole("checks in after", *lessons.checks_in_seconds))
            self.stage.tell(soul, checked_at, catalogue.CHECKED_IN, short | {"times": soul.check_ins})
            chat_id = self.will.group(soul)
            if chat_id:
                self.stage.wecom.write_chat(soul.external_userid, chat_id, f"第{day}天打卡")
            if draw.happens("shares", lessons.shares):
                self.stage.show_friends(soul, checked_at, LESSONS[day - 1], "朋友圈", draw)
        if draw.happens("hands in", lessons.hands_in):
            handed_at = at + timedelta(seconds=draw.whole("hands in after", *lessons.hands_in_seconds))
            self.stage.tell(soul, handed_at, catalogue.HOMEWORK_HANDED_IN, short)
        if day in QUIZ_DAYS and draw.happens("quiz", lessons.takes_quiz):
            score = score_of(draw.whole("score", *lessons.quiz_tens), checks_in=checks_in)
            self.stage.tell(soul, at + QUIZ_TOLD_AFTER, catalogue.QUIZ_TAKEN, short | {"score": score})

    def _catch_up(self, soul: Soul, at: datetime, seconds: int, draw: Draw) -> None:
        """Who completes the camp makes up, the same evening, for all that they missed."""
        catches_up = self.rules.lessons.catches_up
        for day in range(1, LAST):
            if day in soul.finished:
                continue
            soul.finished.add(day)
            about, took = self._about(soul, day), int(seconds * draw.between(f"again {day}", *catches_up))
            self.stage.tell(soul, at + timedelta(seconds=30), catalogue.LESSON_OPENED, about)
            at += timedelta(seconds=30 + took)
            self.stage.tell(soul, at, catalogue.LESSON_FINISHED, about | {"seconds": took, "share": 1.0})

    def _offer(self, soul: Soul, day: int, now: datetime) -> None:
        """The course is offered, once a term; who has the will and the money buys, the likelier the more they have learnt."""
        learnt = len(soul.finished) / min(day, LAST)
        if not soul.has_course and self.will.buys(soul, min(learnt, 1.0), self._draw(soul, "offer")):
            self._buy(soul, day, now)

    def _buy(self, soul: Soul, _step: int, now: datetime) -> None:
        if soul.has_course:
            return
        draw, funnel, waits = self._draw(soul, "buy"), self.rules.funnel, self.rules.waits
        soul.has_course = True
        self.cashier.order(soul, now, COURSE)
        if draw.happens("refunds", funnel.refunds):
            self.stage.note_when(soul, "refund", now + draw.between("after", *waits.refunds_days) * DAY)
        elif draw.happens("vip", funnel.goes_vip):
            days = self.rules.afterwards.vip_after_days * draw.between("after", *waits.vip_parts)
            self.stage.note_when(soul, "vip", now + days * DAY)

    def _close(self, soul: Soul, _step: int, now: datetime) -> None:
        """The camp is over for who was in its group: some leave it, some who did not complete come again."""
        draw, funnel, chat_id = self._draw(soul, "close"), self.rules.funnel, self.will.group(soul)
        if not chat_id:
            return
        if draw.happens("leaves", funnel.leaves_group):
            self.stage.wecom.leave(soul.external_userid, chat_id)
        elif len(soul.finished) < LAST and not soul.has_course and draw.happens("again", funnel.studies_again):
            soul.term, soul.finished = term_for(now, self.stage.souls.zone), set()
            self.note(soul, now)

    def _about(self, soul: Soul, day: int) -> dict[str, Any]:
        return {"term": soul.term.isoformat() if soul.term else "", "day": day, "title": LESSONS[day - 1]}

    def _draw(self, soul: Soul, what: str) -> Draw:
        return self.stage.souls.draw(soul, what)
