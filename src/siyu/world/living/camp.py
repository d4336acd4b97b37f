"""The course brand's people: content, one yuan, a survey, a teacher, a group, seven days of lessons, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from siyu.world.living.doors import SoldOrder
from siyu.world.living.draws import Draw
from siyu.world.living.souls import DAY, Soul
from siyu.world.living.stories import Stage
from siyu.world.population.behaviour import after_friend, after_missing, chance_of_doing
from siyu.world.population.camp import catalogue
from siyu.world.population.camp.brand import (
    ARTICLES,
    CAMP,
    COURSE,
    FRIEND_SOURCE,
    LANDING,
    LESSONS,
    LIVE_DAY,
    LIVE_TITLE,
    OFFER_DAYS,
    QUIZ_DAYS,
    SOURCES,
    VIDEOS,
    VIP,
    Product,
)
from siyu.world.population.camp.rules import CampRules
from siyu.world.population.camp.terms import begins_at, term_for

OPENS_AT: Final = timedelta(hours=6)
RE_TRIES: Final = 4
LATE_SHARE: Final = 0.3
"""More than came within the last three weeks, whose term may still go on."""
EASY_LESSON, EASY_SHARE, EASY_VISIT = 0.9, 0.6, 0.9


@dataclass(slots=True)
class CampLife:
    """The story of the course brand, by its playbook."""

    stage: Stage
    rules: CampRules
    _acts: dict[str, Callable[[Soul, int, datetime], None]] = field(init=False)

    def __post_init__(self) -> None:
        self._acts = {
            "pay": self._pay,
            "survey": self._survey,
            "add": self._add,
            "lesson": self._lesson,
            "offer": self._offer,
            "refund": self._refund,
            "vip": self._vip,
            "bring": self._bring,
        }

    @property
    def acts_a_day(self) -> float:
        return 1.0 / (self.rules.afterwards.camper_gap_days + 1.0)

    def do(self, soul: Soul, act: str, step: int, now: datetime) -> bool:
        doing = self._acts.get(act)
        if doing is None:
            return False
        doing(soul, step, now)
        return True

    def begin(self, now: datetime) -> None:
        """Who is in the midst of a term, or waits for it, goes on with it. They came last, so they have the highest numbers."""
        souls, customers = self.stage.souls, self.stage.plan.customers
        today = now.astimezone(souls.zone).date()
        for number in range(int(customers * (1 - LATE_SHARE)), customers):
            standing = souls.cast.standing(number)
            if standing is None or standing.has_left or standing.term is None or not standing.is_known:
                continue
            day = (today - standing.term).days + 1
            if day <= len(LESSONS):
                soul = souls.of(number, now)
                soul.keeper = self._keeper(soul)
                self._note_lesson(soul, max(day, 1), now)

    def arrive(self, soul: Soul, now: datetime) -> None:
        """Sees something on a platform outside; some land on the page, and some of these pay."""
        draw, funnel = self._draw(soul, "arrive"), self.rules.funnel
        soul.platform = soul.platform or draw.pick("source", self.rules.arrivals.sources)
        self._see_content(soul, now, draw)
        at = now + timedelta(seconds=draw.whole("lands", 20, 240))
        path, title = LANDING
        self.stage.tell(
            soul,
            at,
            catalogue.PAGE_VIEWED,
            {"path": path, "title": title},
            is_known=False,
            campaign=self._campaign(soul),
        )
        if draw.happens("pays", funnel.pays):
            at_once = draw.happens("at once", funnel.pays_at_once)
            wait = timedelta(minutes=draw.between("minutes", 1, 9))
            later = timedelta(hours=draw.waiting("hours", funnel.pays_after_hours))
            self.stage.note_when(soul, "pay", at + (wait if at_once else later))

    def go_on(self, soul: Soul, now: datetime) -> None:
        """A visit; who never studied may join the next camp, who did may buy what comes after it."""
        draw, rules = self._draw(soul, "go on"), self.stage.souls.rules
        if not draw.happens("prompt", chance_of_doing(soul.mood, EASY_VISIT, self.rules.prompts.alone, rules)):
            soul.mood = after_missing(soul.mood)
            return
        soul.platform = soul.platform or draw.pick("source", self.rules.arrivals.sources)
        self._see_content(soul, now, draw)
        soul.keeper = soul.keeper or self._keeper(soul)
        if not soul.has_paid and draw.happens("again", self.rules.funnel.studies_again):
            self.stage.note_when(soul, "pay", now + timedelta(minutes=draw.between("minutes", 3, 90)))
        elif draw.happens("buys", self.rules.funnel.buys / 10):
            self.stage.note_when(soul, "offer", now + timedelta(minutes=15), OFFER_DAYS[-1])
        if draw.happens("shares", self.rules.lessons.shares):
            self._share(soul, now, draw)

    # --- the way in

    def _pay(self, soul: Soul, _step: int, now: datetime) -> None:
        """One yuan, and with it who they are."""
        if soul.has_paid:
            return
        draw, who = self._draw(soul, "pay"), soul.who
        soul.has_paid, soul.term = True, term_for(now, self.stage.souls.zone)
        traits = {"name": who.name, "gender": "女" if who.is_woman else "男", "phone": who.phone.value}
        self.stage.tell(soul, now, "", traits | {"unionid": who.unionid.value, "channel": soul.platform})
        if draw.happens("consents", self.rules.arrivals.consents):
            for second, channel in enumerate(("webhook", "wecom", "sms"), 1):
                agreed = {"channel": channel, "purpose": "marketing"}
                self.stage.tell(soul, now + timedelta(seconds=second), catalogue.CONSENT_GRANTED, agreed)
        self._order(soul, now + timedelta(seconds=8), CAMP, campaign=True)
        soul.external_userid = soul.external_userid or self.stage.wecom.find(who) or ""
        if draw.happens("survey", self.rules.funnel.answers_survey):
            self.stage.note(soul, "survey", now + timedelta(seconds=draw.whole("survey in", 40, 900)))
        if draw.happens("adds", self.rules.funnel.adds_teacher):
            self.stage.note_when(soul, "add", now + timedelta(minutes=draw.waiting("add in", 20)))
        self._note_lesson(soul, 1, now)

    def _survey(self, soul: Soul, _step: int, now: datetime) -> None:
        url = self.stage.form_url("survey")
        if url is not None:
            self.stage.telephones.use(soul, self.stage.siyu.open_page(soul.who, url), now)

    def _add(self, soul: Soul, tries: int, now: datetime) -> None:
        """The code's page, the picture, and the teacher is a friend; a code that is still being made is tried again."""
        url = self.stage.code_url(soul.platform)
        if url is None:
            return
        page = self.stage.siyu.open_page(soul.who, url)
        is_done = page.kind in ("code", "stores") and self.stage.telephones.use(soul, page, now)
        if not is_done and tries < RE_TRIES:
            self.stage.note_when(soul, "add", now + timedelta(minutes=4 * (tries + 1)), tries + 1)

    # --- the camp

    def _note_lesson(self, soul: Soul, day: int, now: datetime) -> None:
        """The lesson of a day opens at six in the morning of the camp's zone."""
        if soul.term is None or day > len(LESSONS):
            return
        opens = begins_at(soul.term, self.stage.souls.zone) + (day - 1) * DAY + OPENS_AT
        self.stage.note_when(soul, "lesson", max(opens, now + timedelta(minutes=1)), day)

    def _lesson(self, soul: Soul, day: int, now: datetime) -> None:
        """A day of the camp: whoever is minded opens the lesson; streaks, a teacher and a group help."""
        draw, lessons, souls = self._draw(soul, "lesson"), self.rules.lessons, self.stage.souls
        if day in OFFER_DAYS:
            self.stage.note_when(soul, "offer", now + timedelta(minutes=draw.whole("offer in", 30, 360)), day)
        self._note_lesson(soul, day + 1, now + timedelta(hours=2))
        prompts = self.rules.prompts
        prompt = prompts.teacher if soul.keeper else prompts.alone
        likely = chance_of_doing(soul.mood, EASY_LESSON, prompt, souls.rules)
        if not draw.happens("opens", (likely + self.rules.funnel.opens[day - 1]) / 2):
            soul.mood = after_missing(soul.mood)
            return
        about = {"term": _term_name(soul.term), "day": day, "title": LESSONS[day - 1]}
        soul.lessons += 1
        souls.took_part(soul)
        self.stage.tell(soul, now, catalogue.LESSON_OPENED, about)
        seconds = int(draw.log_normal("seconds", lessons.seconds_median, 0.5))
        if not draw.happens("finishes", lessons.finishes):
            return
        end = now + timedelta(seconds=seconds)
        self.stage.tell(soul, end, catalogue.LESSON_FINISHED, about | {"seconds": seconds, "share": 1.0})
        if draw.happens("checks in", lessons.checks_in):
            self.stage.tell(soul, end + timedelta(minutes=1), catalogue.CHECKED_IN, {"times": soul.lessons, "day": day})
            self._say_in_group(soul)
        if draw.happens("hands in", lessons.hands_in):
            homework = {"term": about["term"], "day": day}
            self.stage.tell(soul, end + timedelta(minutes=9), catalogue.HOMEWORK_HANDED_IN, homework)
        if day in QUIZ_DAYS and draw.happens("quiz", lessons.takes_quiz):
            score = {"term": about["term"], "day": day, "score": draw.whole("score", 5, 10) * 10}
            self.stage.tell(soul, end + timedelta(minutes=14), catalogue.QUIZ_TAKEN, score)
        if day == LIVE_DAY and draw.happens("live", lessons.joins_live):
            live = {"title": LIVE_TITLE, "seconds": draw.whole("live seconds", 300, 5400)}
            self.stage.tell(soul, end + timedelta(minutes=40), catalogue.LIVE_JOINED, live)
        if draw.happens("shares", lessons.shares):
            self._share(soul, end, draw)

    def _say_in_group(self, soul: Soul) -> None:
        groups = self.stage.wecom.groups(soul.external_userid) if soul.external_userid else ()
        if groups:
            self.stage.wecom.write_chat(soul.external_userid, groups[-1], f"第{soul.lessons}天打卡")

    def _offer(self, soul: Soul, day: int, now: datetime) -> None:
        """The course is offered on the last days; who has the will and the money buys."""
        draw, funnel = self._draw(soul, "offer"), self.rules.funnel
        if soul.has_course or (soul.lessons == 0 and day < OFFER_DAYS[-1]):
            return
        character = soul.who.character
        likely = funnel.buys / len(OFFER_DAYS) * (0.4 + 1.2 * soul.mood.drive) * (0.4 + 1.2 * character.ability)
        if not draw.happens("buys", likely):
            return
        soul.has_course = True
        self._order(soul, now, COURSE)
        if draw.happens("refunds", funnel.refunds):
            self.stage.note_when(soul, "refund", now + timedelta(days=draw.between("after", 0.5, 6)))
        elif draw.happens("vip", funnel.goes_vip):
            self.stage.note_when(soul, "vip", now + timedelta(days=self.rules.afterwards.vip_after_days))

    def _refund(self, soul: Soul, _step: int, now: datetime) -> None:
        refund = {"order_id": soul.order_id, "total": COURSE.price_fen / 100, "currency": "CNY"}
        self.stage.tell(soul, now, catalogue.ORDER_REFUNDED, refund)

    def _vip(self, soul: Soul, _step: int, now: datetime) -> None:
        self._order(soul, now, VIP)

    def _share(self, soul: Soul, now: datetime, draw: Draw) -> None:
        """Tells a friend, who may come."""
        self.stage.tell(
            soul, now, catalogue.SHARE_SENT, {"title": CAMP.name, "to": draw.one_of("to", ("朋友圈", "微信好友"))}
        )
        if draw.happens("comes", EASY_SHARE * 0.5):
            self.stage.note(soul, "bring", now + timedelta(minutes=draw.waiting("in", 90)))

    def _bring(self, soul: Soul, _step: int, now: datetime) -> None:
        """Somebody whom they told comes, in their own right; who brought somebody likes it the better."""
        seconds = int((now - self.stage.plan.anchor_at).total_seconds())
        number = self.stage.plan.customers + 5_000_000 + seconds % 4_000_000
        friend = self.stage.souls.of(number, now)
        friend.platform = FRIEND_SOURCE
        friend.mood = after_friend(friend.mood, self.stage.souls.rules)
        soul.mood = after_friend(soul.mood, self.stage.souls.rules)
        self.arrive(friend, now)

    # --- pieces

    def _see_content(self, soul: Soul, now: datetime, draw: Draw) -> None:
        campaign, seconds = self._campaign(soul), int(draw.log_normal("watched", 55, 0.8))
        if SOURCES[soul.platform].is_video:
            video = {"title": draw.one_of("video", VIDEOS), "seconds": seconds, "platform": soul.platform}
            self.stage.tell(soul, now, catalogue.VIDEO_WATCHED, video, is_known=soul.has_paid, campaign=campaign)
        else:
            article = {"title": draw.one_of("article", ARTICLES), "seconds": seconds}
            self.stage.tell(soul, now, catalogue.ARTICLE_READ, article, is_known=soul.has_paid, campaign=campaign)

    def _order(self, soul: Soul, at: datetime, product: Product, *, campaign: bool = False) -> None:
        """A small order is told at once; what is dear stands in the platform's file of the day, where there is a way for it."""
        order_id = soul.order_id = f"L{soul.who.number:07d}{int(at.timestamp()):x}"
        if product is not CAMP and self.stage.plan.import_key is not None:
            self.stage.sold.append(
                SoldOrder(order_id, soul.who.user.value, at, product.price_fen, product.product_id, product.name)
            )
            return
        price = product.price_fen / 100
        line = {
            "product_id": product.product_id,
            "name": product.name,
            "category": product.category,
            "price": price,
            "quantity": 1,
        }
        order = {"order_id": order_id, "total": price, "currency": "CNY", "products": [line]}
        self.stage.tell(soul, at, catalogue.ORDER_COMPLETED, order, campaign=self._campaign(soul) if campaign else None)

    def _campaign(self, soul: Soul) -> dict[str, str]:
        source = SOURCES[soul.platform]
        content = source.contents[soul.who.number % len(source.contents)]
        return {"source": source.key, "medium": source.medium, "name": source.campaign, "content": content}

    def _keeper(self, soul: Soul) -> str:
        external_userid = self.stage.wecom.find(soul.who)
        if external_userid is None:
            return ""
        soul.external_userid = external_userid
        return next(iter(self.stage.wecom.friends(external_userid)), "")

    def _draw(self, soul: Soul, what: str) -> Draw:
        return self.stage.souls.draw(soul, what)


def _term_name(term: date | None) -> str:
    return term.isoformat() if term is not None else ""
