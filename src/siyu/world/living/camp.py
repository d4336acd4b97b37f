"""The course brand's people: content, one yuan, a survey, a teacher, and what comes after the camp's week (`camp_term`).

Each step that takes will is asked for as the history asks for it, with the eases that were found for the playbook's funnel: who
lives on acts by the same model as who lived before, and feels as what reached them has left them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from siyu.world.living.camp_order import Cashier
from siyu.world.living.camp_term import Term
from siyu.world.living.camp_way import Will
from siyu.world.living.draws import Draw
from siyu.world.living.souls import DAY, Soul
from siyu.world.living.stories import Stage
from siyu.world.population.behaviour import after_missing, after_useful, chance_of_doing
from siyu.world.population.camp import catalogue
from siyu.world.population.camp.brand import (
    ACCOUNT_SOURCE,
    ARTICLES,
    CAMP,
    FRIEND_SOURCE,
    LANDING,
    LEVELS,
    LIVES,
    PAGES,
    SOURCES,
    STUDENT_PAGES,
    VIDEOS,
)
from siyu.world.population.camp.rules import CampRules
from siyu.world.population.camp.terms import term_for
from siyu.world.population.camp.walk import ADDS, ANSWERS, JOINS, PAYS
from siyu.world.population.playbook import CampPlaybook

CHANNELS = ("webhook", "wecom", "sms")


@dataclass(slots=True)
class CampLife:
    """The story of the course brand, by its playbook."""

    stage: Stage
    playbook: CampPlaybook
    rules: CampRules = field(init=False)
    will: Will = field(init=False)
    cashier: Cashier = field(init=False)
    term: Term = field(init=False)
    _acts: dict[str, Callable[[Soul, int, datetime], None]] = field(init=False)

    def __post_init__(self) -> None:
        self.rules = self.playbook.camp
        self.will = Will(self.stage, self.playbook)
        self.cashier = Cashier(self.stage)
        self.term = Term(self.stage, self.rules, self.will, self.cashier)
        self._acts = {
            "pay": self._pay,
            "survey": self._survey,
            "add": self._add,
            "withdraw": self._withdraw,
            **self.term.acts,
        }

    @property
    def acts_a_day(self) -> float:
        return self.rules.afterwards.looks_in

    def grown(self, _days: int, /) -> float:
        return 1.0 + self.rules.arrivals.growth / 2

    @property
    def friend_source(self) -> str:
        return FRIEND_SOURCE

    def do(self, soul: Soul, act: str, step: int, now: datetime) -> bool:
        doing = self._acts.get(act)
        if doing is None:
            return False
        doing(soul, step, now)
        return True

    def joins(self, soul: Soul) -> bool:
        return self.will.acts(soul, JOINS, self._draw(soul, "joins"))

    def begin(self, now: datetime) -> None:
        self.term.begin(now)

    def arrive(self, soul: Soul, now: datetime) -> None:
        """Lands on the page and looks at what is shown there; some pay."""
        draw, arrivals, funnel = self._draw(soul, "arrive"), self.rules.arrivals, self.rules.funnel
        soul.platform = soul.platform or draw.pick("source", arrivals.sources)
        path, title = LANDING
        viewed = {"path": path, "title": title}
        campaign = self.cashier.campaign(soul)
        self.stage.tell(soul, now, catalogue.PAGE_VIEWED, viewed, is_known=soul.has_paid, campaign=campaign)
        at = now
        for place in range(draw.whole("contents", 1, arrivals.contents_most)):
            at += timedelta(seconds=draw.whole(f"after {place}", *arrivals.next_content_seconds))
            self._show(soul, at, draw, place, soul.platform)
        if soul.platform == ACCOUNT_SOURCE and draw.happens("follows", arrivals.follows):
            self.stage.telephones.follow(soul, now)
        if not soul.has_paid and self.will.acts(soul, PAYS, draw):
            hours = 0.0
            if not draw.happens("at once", funnel.pays_at_once):
                hours = min(draw.waiting("hours", funnel.pays_after_hours), funnel.pays_hours_most)
            wait = timedelta(minutes=draw.between("minutes", *funnel.pays_minutes), hours=hours)
            self.stage.note_when(soul, "pay", now + wait)

    def go_on(self, soul: Soul, now: datetime) -> None:
        """A visit; who never paid may join the next camp, who was in one may buy what comes after it."""
        draw, rules, afterwards = self._draw(soul, "go on"), self.stage.souls.rules, self.rules.afterwards
        easy = self.stage.telephones.rules.eases.visits
        if not draw.happens("prompt", chance_of_doing(soul.mood, easy, self.rules.prompts.alone, rules)):
            soul.mood = after_missing(soul.mood)
            return
        soul.platform = soul.platform or draw.pick("source", self.rules.arrivals.sources)
        soul.keeper = soul.keeper or self.stage.keeper(soul)
        path, title = draw.one_of("page", STUDENT_PAGES if soul.has_course else PAGES)
        self.stage.tell(soul, now, catalogue.PAGE_VIEWED, {"path": path, "title": title}, is_known=soul.has_paid)
        self._look(soul, now + timedelta(seconds=draw.whole("after", *afterwards.looks_seconds)), draw)
        if not soul.has_paid:
            if draw.happens("pays", afterwards.pays_later):
                self.stage.note_when(soul, "pay", self._later(now, draw))
        elif not soul.has_course and draw.happens("buys", afterwards.buys_later):
            self.stage.note_when(soul, "buy", self._later(now, draw))

    # --- the way in

    def _pay(self, soul: Soul, _step: int, now: datetime) -> None:
        """One yuan, and with it who they are."""
        if soul.has_paid:
            return
        draw, who, arrivals, waits = self._draw(soul, "pay"), soul.who, self.rules.arrivals, self.rules.waits
        soul.has_paid, soul.term = True, term_for(now, self.stage.souls.zone)
        traits = {
            "name": who.name,
            "gender": "女" if who.is_woman else "男",
            "phone": who.phone.value,
            "unionid": who.unionid.value,
            "channel": soul.platform,
            "level": LEVELS[0],
            "camp_term": soul.term.isoformat(),
        }
        self.stage.tell(soul, now, "", traits)
        if draw.happens("consents", arrivals.consents):
            for second, channel in enumerate(CHANNELS, 1):
                agreed = {"channel": channel, "purpose": "marketing"}
                self.stage.tell(soul, now + timedelta(seconds=second), catalogue.CONSENT_GRANTED, agreed)
            if draw.happens("withdraws", arrivals.withdraws):
                days = draw.between("withdraws in", *waits.withdraws_days)
                self.stage.note_when(soul, "withdraw", now + days * DAY)
        self.cashier.order(soul, now + timedelta(seconds=8), CAMP, campaign=True)
        if self.will.acts(soul, ANSWERS, draw):
            self.stage.note_when(soul, "survey", self.will.soon(waits.survey, now, draw, "survey"))
        if self.will.acts(soul, ADDS, draw):
            self.stage.note_when(soul, "add", self.will.soon(waits.teacher, now, draw, "add"))
        self.term.note(soul, now)

    def _survey(self, soul: Soul, _step: int, now: datetime) -> None:
        url = self.stage.form_url("survey")
        if url is not None:
            self.stage.telephones.use(soul, self.stage.siyu.open_page(soul.who, url), now)

    def _add(self, soul: Soul, tries: int, now: datetime) -> None:
        """The teacher is a friend, whose greeting is worth something."""
        if self.stage.add(soul, tries, now):
            soul.mood = after_useful(soul.mood, self.stage.souls.rules)

    def _withdraw(self, soul: Soul, _step: int, now: datetime) -> None:
        """No more text messages, they tell the platform."""
        self.stage.tell(soul, now, catalogue.CONSENT_WITHDRAWN, {"channel": "sms", "purpose": "marketing"})

    # --- pieces

    def _look(self, soul: Soul, at: datetime, draw: Draw) -> None:
        """What somebody looks at who has come in again: a live show who has the course, else mostly something short."""
        afterwards, content = self.rules.afterwards, self.rules.content
        if soul.has_course and draw.happens("live", afterwards.student_joins_live):
            live = {"title": draw.one_of("which live", LIVES), "seconds": draw.whole("live for", *content.live_seconds)}
            self.stage.tell(soul, at, catalogue.LIVE_JOINED, live)
        elif draw.happens("looks", afterwards.looks_at_content):
            is_video = draw.happens("is video", afterwards.is_video)
            self._show(soul, at, draw, 0, "视频号" if is_video else ACCOUNT_SOURCE)

    def _show(self, soul: Soul, at: datetime, draw: Draw, place: int, platform: str) -> None:
        """Something short on a platform; its campaign is the one that they came by."""
        campaign, content, known = self.cashier.campaign(soul), self.rules.content, soul.has_paid
        if SOURCES[platform].is_video:
            seconds = draw.whole(f"watched {place}", *content.video_seconds)
            video = {"title": draw.one_of(f"video {place}", VIDEOS), "seconds": seconds, "platform": platform}
            self.stage.tell(soul, at, catalogue.VIDEO_WATCHED, video, is_known=known, campaign=campaign)
        else:
            seconds = draw.whole(f"read {place}", *content.article_seconds)
            article = {"title": draw.one_of(f"article {place}", ARTICLES), "seconds": seconds}
            self.stage.tell(soul, at, catalogue.ARTICLE_READ, article, is_known=known, campaign=campaign)
        soul.mood = after_useful(soul.mood, self.stage.souls.rules)

    def _later(self, now: datetime, draw: Draw) -> datetime:
        """When somebody pays after all who had come for something else."""
        return now + timedelta(minutes=draw.between("minutes", *self.rules.afterwards.later_minutes))

    def _draw(self, soul: Soul, what: str) -> Draw:
        return self.stage.souls.draw(soul, what)
