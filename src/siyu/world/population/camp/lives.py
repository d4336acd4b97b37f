"""One person's life with the course brand as events tell it: what the course platform and the brand's pages heard of.

The survey, the class teacher and the group are no events of the platform: forms and WeCom tell of them (see `population`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from siyu.domain.customers.contracts import Identity
from siyu.world.population.calendar import TradingCalendar
from siyu.world.population.camp import catalogue
from siyu.world.population.camp.brand import (
    ARTICLES,
    CAMP,
    COURSE,
    LANDING,
    LESSONS,
    LEVELS,
    LIVE_DAY,
    LIVE_TITLE,
    LIVES,
    PAGES,
    SOURCES,
    STUDENT_PAGES,
    VIDEOS,
    VIP,
    Product,
)
from siyu.world.population.camp.persons import Person
from siyu.world.population.camp.terms import Terms
from siyu.world.population.camp.walk import DAY, Lesson, Way
from siyu.world.population.chance import Chance
from siyu.world.population.deeds import Deed
from siyu.world.population.people import Characters
from siyu.world.population.playbook import CampPlaybook

CHANNELS = ("webhook", "wecom", "sms")
"""Whoever agrees to messages agrees to them by all of these."""
REASONS = ("时间不够", "和想的不一样", "家里人不同意")


@dataclass(slots=True)
class Life:
    """A life in the making."""

    person: Person
    way: Way
    calendar: TradingCalendar
    characters: Characters
    playbook: CampPlaybook
    chance: Chance
    terms: Terms
    brings_at: tuple[datetime, ...] = ()
    deeds: list[Deed] = field(default_factory=list)
    orders: int = 0
    context: Mapping[str, Any] = field(init=False)
    stranger: tuple[Identity, ...] = field(init=False)
    camper: tuple[Identity, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.context = {"device": {"type": self.person.device_type}, "location": {"city": self.person.city}}
        self.stranger, self.camper = (self.person.device(0),), (self.person.user,)

    def live(self) -> list[Deed]:
        """Everything the person did before the calendar's anchor, in order."""
        way = self.way
        self._come(way)
        if way.paid_at is not None:
            self._pay(way.paid_at)
            self._learn(way)
            self._buy(way)
        self._go_on(way)
        for at in self.brings_at:
            if way.paid_at is not None and at > way.paid_at:
                self._do(at, catalogue.SHARE_SENT, title=CAMP.name, to="微信好友", purpose="invitation")
        anchor = self.calendar.anchor
        return sorted((deed for deed in self.deeds if deed.at < anchor), key=lambda deed: deed.at)

    def _do(self, at: datetime, name: str, /, **properties: Any) -> None:
        paid_at = self.way.paid_at
        if name in catalogue.ONLINE and "context" not in properties:
            properties["context"] = self.context
        self.deeds.append(
            Deed(at, name, self.camper if paid_at is not None and at >= paid_at else self.stranger, properties)
        )

    def _tell(self, at: datetime, /, *identities: Identity, **traits: Any) -> None:
        self.deeds.append(Deed(at, "", identities, traits))

    def _come(self, way: Way) -> None:
        """The landing page, with what its address says of where they come from, and some of what is shown there."""
        source = SOURCES[self.person.source]
        path, title = LANDING
        campaign = {
            "source": source.key,
            "medium": source.medium,
            "name": source.campaign,
            "content": self.person.content,
        }
        utm = {"utm_source": source.name, "utm_campaign": source.campaign, "utm_content": self.person.content}
        context = {**self.context, "campaign": campaign, "page": {"path": path, "title": title}}
        self._do(way.came_at, catalogue.PAGE_VIEWED, path=path, title=title, context=context, **utm)
        at = way.came_at
        for _ in range(way.contents):
            at += timedelta(seconds=self.chance.whole(*self.playbook.camp.arrivals.next_content_seconds))
            self._look(at, is_video=source.is_video, platform=source.name)

    def _look(self, at: datetime, *, is_video: bool, platform: str = "公众号文章") -> None:
        chance, rules = self.chance, self.playbook.camp.content
        if is_video:
            title, seconds = chance.one_of(VIDEOS), chance.whole(*rules.video_seconds)
            self._do(at, catalogue.VIDEO_WATCHED, title=title, seconds=seconds, platform=platform)
        else:
            title, seconds = chance.one_of(ARTICLES), chance.whole(*rules.article_seconds)
            self._do(at, catalogue.ARTICLE_READ, title=title, seconds=seconds)

    def _pay(self, at: datetime) -> None:
        """The yuan; to pay it they log in with WeChat and leave their number, so from now on they are known."""
        person = self.person
        source = SOURCES[person.source]
        traits = {
            "name": person.name,
            "gender": person.gender,
            "birthday": person.birthday.isoformat(),
            "city": person.city,
            "province": person.province,
            "channel": person.source,
            "utm_campaign": source.campaign,
            "utm_content": person.content,
            "level": LEVELS[0],
            "camp_term": self._term(),
            "camp_class": f"{self.way.class_number} 班",
        }
        known_by = (person.user, person.phone, person.device(0), person.openid, person.unionid)
        self._tell(at, *known_by, **traits)
        self._order(at + timedelta(seconds=2), CAMP, term=self._term())
        if person.consents:
            for place, channel in enumerate(CHANNELS):
                told_at = at + timedelta(seconds=3 + place)
                self._do(told_at, catalogue.CONSENT_GRANTED, channel=channel, purpose="marketing")
            if person.withdraws:
                later = at + self.chance.between(*self.playbook.camp.waits.withdraws_days) * DAY
                self._do(later, catalogue.CONSENT_WITHDRAWN, channel="sms", purpose="marketing")

    def _order(self, at: datetime, product: Product, **more: Any) -> str:
        self.orders += 1
        order_id = f"ML{self.person.number:07d}{self.orders:02d}"
        line = {
            "product_id": product.product_id,
            "name": product.name,
            "category": product.category,
            "price": product.price_fen / 100,
            "quantity": 1,
        }
        self._do(
            at,
            catalogue.ORDER_COMPLETED,
            order_id=order_id,
            total=product.price_fen / 100,
            currency="CNY",
            price_kind=product.price_kind,
            scene="课程平台",
            products=[line],
            **more,
        )
        return order_id

    def _learn(self, way: Way) -> None:
        term, lessons = self._term(), self.playbook.camp.lessons
        self._take_lessons(way.lessons, term)
        if way.term_again is not None:
            self._take_lessons(way.lessons_again, way.term_again.isoformat())
        if way.term is None:
            return
        # In the evening of that day, whenever they opened its lesson; who caught up on it later has missed the show.
        day_at = self.terms.starts_at(way.term) + (LIVE_DAY - 1) * DAY
        opened = any(each.day == LIVE_DAY and each.opened_at < day_at + DAY for each in way.lessons)
        if opened and self.chance.happens(lessons.joins_live):
            at = day_at + timedelta(hours=lessons.live_hour, seconds=self.chance.whole(*lessons.live_late_seconds))
            seconds = self.chance.whole(*self.playbook.camp.content.live_seconds)
            self._do(at, catalogue.LIVE_JOINED, title=LIVE_TITLE, seconds=seconds)

    def _take_lessons(self, lessons: list[Lesson], term: str) -> None:
        chance, rules, times = self.chance, self.playbook.camp.lessons, 0
        for lesson in lessons:
            day, title = lesson.day, LESSONS[lesson.day - 1]
            self._do(lesson.opened_at, catalogue.LESSON_OPENED, term=term, day=day, title=title)
            at = lesson.finished_at
            if at is None:
                continue
            told = {"term": term, "day": day}
            seconds = lesson.seconds
            self._do(at, catalogue.LESSON_FINISHED, **told, title=title, seconds=seconds, share=1.0)
            if lesson.score is not None:
                self._do(at + timedelta(seconds=90), catalogue.QUIZ_TAKEN, **told, score=lesson.score)
            if lesson.checks_in:
                times += 1
                at += timedelta(seconds=chance.whole(*rules.checks_in_seconds))
                self._do(at, catalogue.CHECKED_IN, **told, times=times)
                if chance.happens(rules.shares):
                    self._do(at + timedelta(seconds=40), catalogue.SHARE_SENT, title=title, to="朋友圈")
            if lesson.hands_in:
                handed_at = at + timedelta(seconds=chance.whole(*rules.hands_in_seconds))
                self._do(handed_at, catalogue.HOMEWORK_HANDED_IN, **told)

    def _buy(self, way: Way) -> None:
        """The course, perhaps money back, perhaps the year."""
        if way.bought_at is None:
            return
        order_id = self._order(way.bought_at, COURSE, term=self._term())
        self._tell(way.bought_at + timedelta(seconds=20), self.person.user, level=LEVELS[1])
        if way.refunded_at is not None:
            fen = COURSE.price_fen
            told = {"order_id": order_id, "total": fen / 100, "total_fen": fen, "currency": "CNY"}
            self._do(way.refunded_at, catalogue.ORDER_REFUNDED, **told, reason=self.chance.one_of(REASONS))
            self._tell(way.refunded_at + timedelta(seconds=20), self.person.user, level=LEVELS[0])
        elif way.vip_at is not None:
            self._order(way.vip_at, VIP)
            self._tell(way.vip_at + timedelta(seconds=20), self.person.user, level=LEVELS[2])

    def _go_on(self, way: Way) -> None:
        """Visits without a camp, until they are silent."""
        rules = self.playbook.camp.afterwards
        if way.is_student:
            begins_at, gap, quiet = way.bought_at, rules.student_gap_days, rules.student_quiet_days
        elif way.term is not None and way.paid_at is not None:
            begins_at, gap, quiet = way.paid_at, rules.camper_gap_days, rules.camper_quiet_days
        else:
            begins_at, gap, quiet = way.came_at, rules.passer_by_gap_days, rules.passer_by_quiet_days
        assert begins_at is not None  # noqa: S101 # who is a student has bought
        days = (begins_at - self.calendar.begins_at) / DAY
        ends = min(days + self.chance.waiting(quiet), float(self.calendar.days))
        for _ in range(rules.visits_most):
            days += self.chance.waiting(gap)
            if days >= ends:
                return
            earliest = begins_at + timedelta(minutes=rules.first_after_minutes)
            self._visit(max(self._hour_on(int(days)), earliest), is_student=way.is_student)

    def _visit(self, at: datetime, *, is_student: bool) -> None:
        chance, rules = self.chance, self.playbook.camp.afterwards
        path, title = chance.one_of(STUDENT_PAGES if is_student else PAGES)
        self._do(at, catalogue.PAGE_VIEWED, path=path, title=title)
        at += timedelta(seconds=chance.whole(*rules.looks_seconds))
        if is_student and chance.happens(rules.student_joins_live):
            title, seconds = chance.one_of(LIVES), chance.whole(*self.playbook.camp.content.live_seconds)
            self._do(at, catalogue.LIVE_JOINED, title=title, seconds=seconds)
        elif chance.happens(rules.looks_at_content):
            self._look(at, is_video=chance.happens(rules.is_video), platform="视频号")

    def _hour_on(self, day: int) -> datetime:
        hour = self.characters.hour(self.person.character, self.chance)
        return self.calendar.begins_at + timedelta(days=day, hours=hour, seconds=int(self.chance.share() * 3_600))

    def _term(self) -> str:
        return self.way.term.isoformat() if self.way.term is not None else ""
