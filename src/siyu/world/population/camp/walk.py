"""The way of one person with the course brand: comes, pays a yuan, is asked, learns for a week, buys or does not, goes.

A walk is a dialogue: at each step that takes will it asks whether the person acts, with how motivated and able they are and how
strongly they are prompted; whoever runs it answers by chance. So the same walk makes the past and finds out, beforehand, how easy
each step has to be for the playbook's rates to come true (see `calibration`).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from siyu.world.population import behaviour
from siyu.world.population.behaviour import Mood
from siyu.world.population.calendar import TradingCalendar
from siyu.world.population.camp.brand import OFFER_DAYS, QUIZ_DAYS
from siyu.world.population.camp.persons import Person
from siyu.world.population.camp.rules import LESSONS, Funnel, Soon
from siyu.world.population.camp.terms import Terms
from siyu.world.population.chance import Chance
from siyu.world.population.people import Character, Characters
from siyu.world.population.playbook import CampPlaybook

PAYS, ANSWERS, ADDS, JOINS, COMPLETES, BLOCKS, BUYS = (
    "pays",
    "answers_survey",
    "adds_teacher",
    "joins_group",
    "completes",
    "blocks",
    "buys",
)
OPENS = tuple(f"opens_{day}" for day in range(1, LESSONS + 1))
STEPS = (PAYS, ANSWERS, ADDS, JOINS, *OPENS, COMPLETES, BLOCKS, BUYS)
"""In the order in which anybody is asked for them."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ask:
    """Does somebody who feels like this act?"""

    step: str
    motivation: float
    ability: float
    prompt: float


def offer(mood: Mood, character: Character, learnt: float, prompt: float, funnel: Funnel) -> Ask:
    """The course is offered to somebody who has finished so much (0 to 1) of what there was to learn."""
    taught = funnel.buys_untaught + (1.0 - funnel.buys_untaught) * learnt
    return Ask(BUYS, mood.drive, character.ability * taught, prompt)


def score_of(tens: int, *, checks_in: bool) -> int:
    """What somebody gets in a quiz: so many tens, and ten more who checks in; never more than a hundred."""
    return min(100, 10 * (tens + checks_in))


@dataclass(slots=True)
class Lesson:
    """A lesson that was opened, and what became of it."""

    day: int
    opened_at: datetime
    seconds: int
    finished_at: datetime | None = None
    checks_in: bool = False
    hands_in: bool = False
    score: int | None = None


@dataclass(slots=True)
class Way:
    """How far somebody got before the walk's end; what did not happen is None. Instants are UTC."""

    came_at: datetime
    contents: int = 1
    paid_at: datetime | None = None
    term: date | None = None
    class_number: int = 0
    surveyed_at: datetime | None = None
    added_at: datetime | None = None
    joined_at: datetime | None = None
    left_at: datetime | None = None
    lessons: list[Lesson] = field(default_factory=list)
    completed_at: datetime | None = None
    blocked_at: datetime | None = None
    bought_at: datetime | None = None
    refunded_at: datetime | None = None
    vip_at: datetime | None = None
    term_again: date | None = None
    lessons_again: list[Lesson] = field(default_factory=list)
    mood: Mood = field(default_factory=lambda: Mood(0.0))

    @property
    def is_student(self) -> bool:
        return self.bought_at is not None and self.refunded_at is None


@dataclass(slots=True)
class Walk:
    """One person's walk, up to `until`."""

    person: Person
    calendar: TradingCalendar
    terms: Terms
    characters: Characters
    playbook: CampPlaybook
    chance: Chance
    until: datetime

    def steps(self) -> Generator[Ask, bool, Way]:
        """Asks for each step in turn; gives, in the end, what came of it."""
        way = yield from self._come()
        if way.paid_at is None:
            return way
        yield from self._prepare(way, way.paid_at)
        assert way.term is not None  # noqa: S101 # who has paid has a term
        starts_at = self.terms.starts_at(way.term)
        yield from self._learn(way, starts_at)
        if starts_at + (OFFER_DAYS[0] - 1) * DAY < self.until:
            yield from self._decide(way, starts_at)
            self._afterwards(way, starts_at)
        return way

    def _come(self) -> Generator[Ask, bool, Way]:
        chance, rules, funnel = self.chance, self.playbook.behaviour, self.playbook.camp.funnel
        way = Way(self._moment(self.calendar.day_of(self.person.arrives_turn)))
        mood = Mood(self.person.character.interest)
        if self.person.invited_by is not None:
            mood = behaviour.after_friend(mood, rules)
        way.contents = chance.whole(1, self.playbook.camp.arrivals.contents_most)
        for _ in range(way.contents):
            mood = behaviour.after_useful(mood, rules)
        way.mood = mood
        if (yield self._ask(PAYS, mood)):
            hours, most = 0.0, funnel.pays_hours_most
            if not chance.happens(funnel.pays_at_once):
                hours = min(chance.waiting(funnel.pays_after_hours), most)
            at = way.came_at + timedelta(minutes=chance.between(*funnel.pays_minutes), hours=hours)
            way.paid_at = self._past(self._awake(at))
        return way

    def _prepare(self, way: Way, paid_at: datetime) -> Generator[Ask, bool, None]:
        """The survey, the class teacher, the group."""
        waits = self.playbook.camp.waits
        way.term = self.terms.term_for(paid_at)
        way.class_number = self.terms.class_of(way.term, self.person.number)
        if (yield self._ask(ANSWERS, way.mood)):
            way.surveyed_at = self._soon(paid_at, waits.survey)
        if not (yield self._ask(ADDS, way.mood)):
            return
        way.added_at = self._soon(way.surveyed_at or paid_at, waits.teacher)
        if way.added_at is None:
            return
        way.mood = behaviour.after_useful(way.mood, self.playbook.behaviour)
        if (yield self._ask(JOINS, way.mood)):
            way.joined_at = self._soon(way.added_at, waits.group)

    def _learn(self, way: Way, starts_at: datetime) -> Generator[Ask, bool, None]:
        """A lesson a day, and the mood that each leaves."""
        rules, person = self.playbook.behaviour, self.person.character
        for day in range(1, LESSONS + 1):
            day_at = starts_at + (day - 1) * DAY
            if day_at >= self.until:
                return
            mood = behaviour.after_days(way.mood, 1, person.interest, rules)
            for _ in range(self.playbook.camp.prompts.pushes_a_day if way.added_at else 0):
                mood = behaviour.after_push(mood, person.patience, rules)
            if (yield self._ask(OPENS[day - 1], mood, self._prompt(way))):
                lesson = self._lesson(day, day_at)
                way.lessons.append(lesson)
                mood = behaviour.after_useful(mood, rules) if lesson.finished_at else mood
                mood = behaviour.after_taking_part(mood, rules) if lesson.checks_in else mood
                if day == LESSONS and lesson.opened_at < self.until:
                    self._close(way, lesson, (yield self._ask(COMPLETES, mood)))
            else:
                mood = behaviour.after_missing(mood)
            way.mood = mood
        way.lessons = [lesson for lesson in way.lessons if lesson.opened_at < self.until]

    def _lesson(self, day: int, day_at: datetime) -> Lesson:
        chance, rules = self.chance, self.playbook.camp.lessons
        opened_at = self._awake(self._hour_of_day(day_at))
        seconds = min(chance.log_normal(rules.seconds_median, rules.seconds_spread), rules.seconds_most)
        lesson = Lesson(day, opened_at, int(seconds))
        if day < LESSONS and chance.happens(rules.finishes):
            self._finish(lesson)
        return lesson

    def _finish(self, lesson: Lesson) -> None:
        chance, rules = self.chance, self.playbook.camp.lessons
        lesson.finished_at = lesson.opened_at + timedelta(seconds=lesson.seconds + 20)
        lesson.checks_in = chance.happens(rules.checks_in)
        lesson.hands_in = chance.happens(rules.hands_in)
        if lesson.day in QUIZ_DAYS and chance.happens(rules.takes_quiz):
            lesson.score = score_of(chance.whole(*rules.quiz_tens), checks_in=lesson.checks_in)

    def _close(self, way: Way, last: Lesson, completes: bool) -> None:
        """The last lesson: who completes catches up, the same evening, on all that they missed."""
        if not completes:
            return
        self._finish(last)
        at = last.opened_at + timedelta(seconds=last.seconds + 60)
        opened = {lesson.day: lesson for lesson in way.lessons}
        for day in range(1, LESSONS):
            lesson = opened.get(day)
            if lesson is not None and lesson.finished_at is not None:
                continue
            again = Lesson(day, at, int(last.seconds * self.chance.between(*self.playbook.camp.lessons.catches_up)))
            again.finished_at = at + timedelta(seconds=again.seconds)
            way.lessons.append(again)
            at = again.finished_at + timedelta(seconds=30)
        way.completed_at = self._past(at)

    def _decide(self, way: Way, starts_at: datetime) -> Generator[Ask, bool, None]:
        """What the offer of the last days leads to: the course, or blocking who made it."""
        character, chance, camp = self.person.character, self.chance, self.playbook.camp
        ends_at = starts_at + LESSONS * DAY
        if way.added_at is not None:
            able = behaviour.ability_to_block(character.patience, self.playbook.behaviour)
            if (yield Ask(BLOCKS, way.mood.annoyance, able, 1.0)):
                way.blocked_at = self._past(self._awake(ends_at + chance.between(*camp.waits.blocks_days) * DAY))
                return
        learnt = len({lesson.day for lesson in way.lessons if lesson.finished_at}) / LESSONS
        if (yield offer(way.mood, character, learnt, self._prompt(way), camp.funnel)):
            is_within = chance.happens(camp.funnel.buys_within)
            day = chance.one_of(OFFER_DAYS) - 1 if is_within else LESSONS + chance.whole(0, camp.funnel.lingers_days)
            way.bought_at = self._past(self._awake(self._hour_of_day(starts_at + day * DAY)))

    def _afterwards(self, way: Way, starts_at: datetime) -> None:
        chance, funnel, waits = self.chance, self.playbook.camp.funnel, self.playbook.camp.waits
        ends_at = starts_at + LESSONS * DAY
        if way.bought_at is not None:
            if chance.happens(funnel.refunds):
                way.refunded_at = self._past(self._awake(way.bought_at + chance.between(*waits.refunds_days) * DAY))
            elif chance.happens(funnel.goes_vip):
                days = self.playbook.camp.afterwards.vip_after_days * chance.between(*waits.vip_parts)
                way.vip_at = self._past(self._awake(way.bought_at + days * DAY))
        if way.joined_at is None:
            return
        if way.blocked_at is not None or chance.happens(funnel.leaves_group):
            way.left_at = self._past(self._awake(ends_at + chance.between(*waits.leaves_days) * DAY))
        elif way.completed_at is None and way.bought_at is None and chance.happens(funnel.studies_again):
            self._study_again(way, ends_at)

    def _study_again(self, way: Way, from_at: datetime) -> None:
        """The next term but one at the latest; who comes again is likelier to stay."""
        funnel = self.playbook.camp.funnel
        starts_at = from_at + 7 * self.chance.whole(*funnel.waits_terms) * DAY
        way.term_again = self.terms.term_for(starts_at - DAY)
        for day in range(1, LESSONS + 1):
            stays = min(funnel.stays_again_most, funnel.opens[day - 1] / max(funnel.joins_group, 0.01))
            if self.chance.happens(stays):
                lesson = self._lesson(day, starts_at + (day - 1) * DAY)
                if lesson.opened_at < self.until:
                    way.lessons_again.append(lesson)

    def _ask(self, step: str, mood: Mood, prompt: float = 1.0) -> Ask:
        return Ask(step, mood.drive, 1.0, prompt)

    def _prompt(self, way: Way) -> float:
        prompts = self.playbook.camp.prompts
        return prompts.group if way.joined_at else prompts.teacher if way.added_at else prompts.alone

    def _moment(self, day: int) -> datetime:
        return self._hour_of_day(self.calendar.begins_at + day * DAY)

    def _hour_of_day(self, day_at: datetime) -> datetime:
        hour = self.characters.hour(self.person.character, self.chance)
        return day_at + timedelta(hours=hour, seconds=int(self.chance.share() * 3_600))

    def _soon(self, at: datetime, soon: Soon) -> datetime | None:
        """Shortly after, if that is before the walk's end: mostly at once, sometimes the next day."""
        chance, waits = self.chance, self.playbook.camp.waits
        if chance.happens(waits.at_once):
            hours = waits.at_once_hours * chance.share()
        else:
            hours = min(chance.waiting(soon.hours), waits.hours_most)
        return self._past(self._awake(at + timedelta(minutes=soon.minutes_least, hours=hours)))

    def _awake(self, at: datetime) -> datetime:
        """The same instant, or in the morning where it is night."""
        seconds = (at - self.calendar.begins_at).total_seconds() % 86_400
        ends = self.playbook.rhythm.first_hour
        return at + timedelta(hours=ends) if seconds < 3_600 * (ends - 1) else at

    def _past(self, at: datetime) -> datetime | None:
        return at if at < self.until else None
