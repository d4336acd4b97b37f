"""A term of the camp as the living go through it: seven days of lessons, an offer, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from siyu.world.living.camp_order import Cashier
from siyu.world.living.camp_way import Will
from siyu.world.living.draws import Draw
from siyu.world.living.souls import DAY, Soul
from siyu.world.living.stories import Stage
from siyu.world.population.behaviour import after_missing, after_taking_part, after_useful
from siyu.world.population.camp import catalogue
from siyu.world.population.camp.brand import COURSE, LESSONS, LIVE_DAY, LIVE_TITLE, OFFER_DAYS, QUIZ_DAYS, VIP
from siyu.world.population.camp.rules import CampRules
from siyu.world.population.camp.terms import begins_at, term_for
from siyu.world.population.camp.walk import COMPLETES, LINGERS_DAYS, OPENS

LAST: Final = len(LESSONS)
OPENS_AT: Final = timedelta(hours=6)
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
            if day is not None and day <= LAST + LINGERS_DAYS:
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
        draw = Draw(self.stage.souls.seed, soul.who.number, "offer", soul.term.isoformat())
        within = draw.happens("within", self.rules.funnel.buys_within)
        offered = draw.one_of("day", OFFER_DAYS) if within else LAST + 1 + draw.whole("after", 0, LINGERS_DAYS)
        for act, on_day in (("offer", offered), ("close", LAST + draw.between("closes", 1.5, 9))):
            at = self._begins(soul.term) + (on_day - 1) * DAY + OPENS_AT
            if at > now:
                self.stage.note_when(soul, act, at, int(on_day))

    def _note_lesson(self, soul: Soul, day: int, now: datetime) -> None:
        """The lesson of a day opens at six in the morning of the camp's zone."""
        if soul.term is not None and day <= LAST:
            opens = self._begins(soul.term) + (day - 1) * DAY + OPENS_AT
            self.stage.note_when(soul, "lesson", max(opens, now + timedelta(minutes=1)), day)

    def _begins(self, term: date) -> datetime:
        return begins_at(term, self.stage.souls.zone)

    def _lesson(self, soul: Soul, day: int, now: datetime) -> None:
        """A day of the camp: whoever is minded opens the lesson; streaks, a teacher and a group help."""
        draw, lessons, rules = self._draw(soul, "lesson"), self.rules.lessons, self.stage.souls.rules
        self._note_lesson(soul, day + 1, now + timedelta(hours=2))
        if not self.will.acts(soul, OPENS[day - 1], draw, self.will.prompt(soul)):
            soul.mood = after_missing(soul.mood)
            return
        self.stage.tell(soul, now, catalogue.LESSON_OPENED, self._about(soul, day))
        seconds = int(min(draw.log_normal("seconds", lessons.seconds_median, 0.35), 3_000))
        end = now + timedelta(seconds=seconds + 20)
        if day == LIVE_DAY and draw.happens("live", lessons.joins_live):
            live = {"title": LIVE_TITLE, "seconds": draw.whole("live seconds", 300, 4_800)}
            self.stage.tell(soul, end + timedelta(minutes=40), catalogue.LIVE_JOINED, live)
        is_last = day == LAST
        if not (self.will.acts(soul, COMPLETES, draw) if is_last else draw.happens("finishes", lessons.finishes)):
            return
        soul.mood = after_useful(soul.mood, rules)
        self._finish(soul, day, end, seconds, draw)
        if is_last:
            self._catch_up(soul, end, seconds, draw)

    def _finish(self, soul: Soul, day: int, at: datetime, seconds: int, draw: Draw) -> None:
        lessons, told = self.rules.lessons, self._about(soul, day)
        soul.finished.add(day)
        self.stage.tell(soul, at, catalogue.LESSON_FINISHED, told | {"seconds": seconds, "share": 1.0})
        short = {"term": told["term"], "day": day}
        if draw.happens("checks in", lessons.checks_in):
            soul.check_ins += 1
            soul.mood = after_taking_part(soul.mood, self.stage.souls.rules)
            checked_at = at + timedelta(seconds=draw.whole("checks in after", 100, 900))
            self.stage.tell(soul, checked_at, catalogue.CHECKED_IN, short | {"times": soul.check_ins})
            chat_id = self.will.group(soul)
            if chat_id:
                self.stage.wecom.write_chat(soul.external_userid, chat_id, f"第{day}天打卡")
            if draw.happens("shares", lessons.shares):
                self.stage.show_friends(soul, checked_at, LESSONS[day - 1], "朋友圈", draw)
        if draw.happens("hands in", lessons.hands_in):
            self.stage.tell(soul, at + timedelta(minutes=9), catalogue.HOMEWORK_HANDED_IN, short)
        if day in QUIZ_DAYS and draw.happens("quiz", lessons.takes_quiz):
            score = short | {"score": draw.whole("score", 5, 10) * 10}
            self.stage.tell(soul, at + timedelta(minutes=14), catalogue.QUIZ_TAKEN, score)

    def _catch_up(self, soul: Soul, at: datetime, seconds: int, draw: Draw) -> None:
        """Who completes the camp makes up, the same evening, for all that they missed."""
        for day in range(1, LAST):
            if day in soul.finished:
                continue
            soul.finished.add(day)
            about, took = self._about(soul, day), int(seconds * draw.between(f"again {day}", 0.5, 0.8))
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
        draw, funnel = self._draw(soul, "buy"), self.rules.funnel
        soul.has_course = True
        self.cashier.order(soul, now, COURSE)
        if draw.happens("refunds", funnel.refunds):
            self.stage.note_when(soul, "refund", now + draw.between("after", 0.2, 6.5) * DAY)
        elif draw.happens("vip", funnel.goes_vip):
            days = self.rules.afterwards.vip_after_days * draw.between("after", 0.5, 1.5)
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
