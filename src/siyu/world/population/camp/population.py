"""The whole made-up population of the course brand: who there is, and what they all did up to a day."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache

from siyu.world.population.calendar import TradingCalendar
from siyu.world.population.camp.assistant import Call, call_in
from siyu.world.population.camp.calibration import Eases, calibrate, run
from siyu.world.population.camp.lives import Life
from siyu.world.population.camp.persons import Person, Sources, a_person, arrival_turn
from siyu.world.population.camp.survey import Survey, answers
from siyu.world.population.camp.terms import Terms, teacher_of_class
from siyu.world.population.camp.walk import Ask, Walk, Way
from siyu.world.population.chance import Chance
from siyu.world.population.deeds import Deed
from siyu.world.population.people import Characters
from siyu.world.population.playbook import CampPlaybook, load_playbook
from siyu.world.population.standing import Standing

_PERSON, _WALK, _LIFE, _SURVEY, _ASSISTANT = 1, 2, 3, 4, 5
_SAMPLE = 1_200
_SAMPLE_ANCHOR, _SAMPLE_UNTIL = datetime(2026, 6, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Teacher:
    """Somebody's class teacher: `number` is a place in `brand.CLASS_TEACHERS`."""

    number: int
    term: date
    class_number: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class ClassGroup:
    """The group of the class that somebody joined; a class of a term has one."""

    term: date
    class_number: int
    joined_at: datetime
    left_at: datetime | None


@dataclass(frozen=True)
class Population:
    """`customers` people under `seed`, seen from `anchor` (the beginning of a business day in `zone`, after all their deeds).

    A person depends on the seed, their number and the size of the population alone; so any part can be made by itself.
    Whoever wants several things of one person takes `way_of`, which tells them all at the cost of one.
    """

    seed: int
    customers: int
    anchor: datetime
    zone: tzinfo
    days: int = load_playbook("camp").rhythm.days
    playbook: CampPlaybook = field(default=load_playbook("camp"), repr=False, compare=False)
    calendar: TradingCalendar = field(init=False, repr=False, compare=False)
    terms: Terms = field(init=False, repr=False, compare=False)
    characters: Characters = field(init=False, repr=False, compare=False)
    _sources: Sources = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        book = self.playbook
        calendar = TradingCalendar(self.anchor, self.zone, book.rhythm, self.days)
        object.__setattr__(self, "calendar", calendar)
        object.__setattr__(self, "terms", Terms(self.seed, self.customers, calendar, self.zone, book.camp))
        object.__setattr__(self, "characters", Characters(book.people))
        object.__setattr__(self, "_sources", Sources(self.seed, self.customers, book))

    def person(self, number: int) -> Person:
        """Person `number`, from 0; higher numbers come later."""
        chance, character = Chance(self.seed, number, _PERSON), self.characters.of(self.seed, number)
        of = self._sources.of
        return a_person(number, self.customers, chance, self.calendar, self.playbook, of, character)

    def way_of(self, number: int) -> Way:
        """How far a person got by the anchor: when they paid, added their teacher, learnt, bought, blocked."""
        return self._way(self.person(number))

    def deeds_of(self, number: int) -> list[Deed]:
        """Everything one person did, in order."""
        person = self.person(number)
        chance = Chance(self.seed, number, _LIFE)
        way, brings = self._way(person), self._sources.invited_by(number)
        life = Life(person, way, self.calendar, self.characters, self.playbook, chance, self.terms)
        life.brings_at = tuple(self._comes_at(friend) for friend in brings)
        return life.live()

    def deeds(self, first: int = 0, size: int | None = None) -> Iterator[tuple[datetime, int, int, Deed]]:
        """(when, whose, the how-manieth of theirs, what) of `size` people from number `first` on, in the order of time."""
        numbers = range(first, self.customers if size is None else min(first + size, self.customers))
        found = [(deed.at, number, n, deed) for number in numbers for n, deed in enumerate(self.deeds_of(number))]
        found.sort(key=lambda each: each[:3])
        return iter(found)

    def known_to_wechat_at(self, number: int) -> datetime | None:
        """When the brand learnt a person's unionid; None where it never did."""
        return self.way_of(number).paid_at

    def teacher_of(self, number: int) -> Teacher | None:
        """The class teacher whom a person added, and when."""
        return teacher_in(self.way_of(number))

    def group_of(self, number: int) -> ClassGroup | None:
        """The group of their class, where a person joined it."""
        return group_in(self.way_of(number))

    def survey_of(self, number: int) -> Survey | None:
        """What a person answered before the camp."""
        at = self.way_of(number).surveyed_at
        return None if at is None else self.survey_at(number, at)

    def survey_at(self, number: int, at: datetime) -> Survey:
        """What a person answers whenever they are asked; cheaper for whoever has the way already."""
        character = self.characters.of(self.seed, number)
        return Survey(at, answers(character, Chance(self.seed, number, _SURVEY)))

    def call_of(self, person: Person, way: Way) -> Call | None:
        """When and where somebody who went that way saw the assistant's code."""
        chance = Chance(self.seed, person.number, _ASSISTANT)
        return call_in(person, way, self.calendar, self.characters, self.playbook.camp.assistant, chance)

    def blocks_at(self, number: int) -> datetime | None:
        """When a person blocked their class teacher."""
        return self.way_of(number).blocked_at

    def standing_of(self, number: int) -> Standing:
        """Where a person stands at the anchor, with the mood that their way has left them in."""
        person = self.person(number)
        way = self._way(person)
        return Standing(
            mood=way.mood,
            source=person.source,
            is_known=way.paid_at is not None,
            has_left=way.blocked_at is not None,
            term=way.term,
            finished=frozenset(lesson.day for lesson in way.lessons if lesson.finished_at is not None),
            check_ins=sum(lesson.checks_in for lesson in way.lessons),
            has_course=way.is_student,
        )

    def friends_of(self, number: int) -> tuple[int, ...]:
        """Whom a person knows."""
        return self._sources.friends_of(number)

    def walk_of(self, number: int, until: datetime) -> Generator[Ask, bool, Way]:
        """A person's walk, for who answers it otherwise; up to `until`."""
        return self._walk(self.person(number), Chance(self.seed, number, _WALK), until)

    def _walk(self, person: Person, chance: Chance, until: datetime) -> Generator[Ask, bool, Way]:
        return Walk(person, self.calendar, self.terms, self.characters, self.playbook, chance, until).steps()

    def _way(self, person: Person) -> Way:
        chance = Chance(self.seed, person.number, _WALK)
        walk = self._walk(person, chance, self.calendar.anchor)
        return run(walk, eases_of(self.playbook), self.playbook.behaviour, chance)

    def _comes_at(self, friend: int) -> datetime:
        """About when a friend came who was invited: when the invitation must have been sent."""
        growth = self.playbook.camp.arrivals.growth
        turn = arrival_turn(friend / self.customers, self.calendar, growth)
        return self.calendar.begins_at + timedelta(days=self.calendar.day_of(turn), hours=7)


def teacher_in(way: Way) -> Teacher | None:
    """The class teacher whom somebody added on their way."""
    if way.added_at is None or way.term is None:
        return None
    return Teacher(teacher_of_class(way.term, way.class_number), way.term, way.class_number, way.added_at)


def group_in(way: Way) -> ClassGroup | None:
    """The class's group that somebody joined on their way."""
    if way.joined_at is None or way.term is None:
        return None
    return ClassGroup(way.term, way.class_number, way.joined_at, way.left_at)


@cache
def eases_of(playbook: CampPlaybook) -> Eases:
    """How easy each step is under a playbook; found once for each, by a sample that is the same whoever asks."""
    sample = Population(0, _SAMPLE, _SAMPLE_ANCHOR, UTC, playbook.rhythm.days, playbook)
    funnel = playbook.camp.funnel
    return calibrate(_SAMPLE, lambda number: sample.walk_of(number, _SAMPLE_UNTIL), funnel, playbook.behaviour)
