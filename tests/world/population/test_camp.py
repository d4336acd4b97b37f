"""The made-up people of the course brand: the same for the same seed, and going as far as their playbook says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from siyu.domain.customers.contracts import Identity, normal_identity
from siyu.engines.intake.contracts import OWN_EVENTS
from siyu.engines.intake.rules import event_name
from siyu.world.population.camp import brand, catalogue
from siyu.world.population.camp.calibration import calibrate, chance_of_step, rates_of
from siyu.world.population.camp.population import Population, eases_of, group_in, teacher_in
from siyu.world.population.camp.survey import QUESTIONS
from siyu.world.population.camp.terms import opens_at, term_for
from siyu.world.population.camp.walk import STEPS, Ask, Way
from siyu.world.population.deeds import Deed
from siyu.world.population.playbook import CampPlaybook, load_playbook, parse_playbook
from siyu.world.population.playbook_fields import PlaybookError
from tests.world.population.test_playbook import written

SHANGHAI = ZoneInfo("Asia/Shanghai")
ANCHOR = datetime(2026, 6, 3, tzinfo=SHANGHAI)
BEGINS_AT = ANCHOR - timedelta(days=90)
PEOPLE, LIVES = 2_000, 500
BOOK = load_playbook("camp")
FUNNEL = BOOK.camp.funnel


def a_population(seed: int = 7, customers: int = PEOPLE) -> Population:
    return Population(seed, customers, ANCHOR, SHANGHAI)


@pytest.fixture(scope="module")
def ways() -> Sequence[Way]:
    population = a_population()
    return [population.way_of(number) for number in range(PEOPLE)]


@pytest.fixture(scope="module")
def lives() -> Sequence[tuple[int, Deed]]:
    """Everything that a smaller population did: (whose, what)."""
    return [(number, deed) for _, number, _, deed in a_population(customers=LIVES).deeds()]


def test_who_pays_does_so_while_their_term_is_open(ways: Sequence[Way]) -> None:
    paid = [(way.term, way.paid_at) for way in ways if way.term is not None and way.paid_at is not None]
    assert all(opens_at(term, SHANGHAI) <= at < opens_at(term + timedelta(days=7), SHANGHAI) for term, at in paid)


def test_some_come_to_the_assistant_after_their_teacher_where_her_code_hangs(ways: Sequence[Way]) -> None:
    population, rules = a_population(), BOOK.camp.assistant
    calls = [
        (person, way, call)
        for number, way in enumerate(ways)
        if (call := population.call_of(person := population.person(number), way)) is not None
    ]
    for person, way, call in calls:
        assert way.added_at is not None
        assert way.added_at < call.at < ANCHOR
        if call.channel == brand.ACCOUNT_MENU:
            assert person.source == brand.ACCOUNT_SOURCE
            assert not call.is_by_map
        else:
            local = call.at.astimezone(SHANGHAI)
            assert call.channel == brand.ROOMS[person.city]
            assert local.weekday() >= 5
            assert brand.ROOMS_OPEN_HOURS[0] <= local.hour < brand.ROOMS_OPEN_HOURS[1]
    assert {call.channel for *_, call in calls} == {brand.ACCOUNT_MENU, *brand.ROOMS.values()}
    assert abs(sum(call.adds for *_, call in calls) / len(calls) - rules.adds_share) < 0.15


def campers(ways: Sequence[Way]) -> list[Way]:
    """Those whose camp, and what comes right after it, is over."""
    over = (ANCHOR - timedelta(days=14)).date()
    return [way for way in ways if way.term is not None and way.term < over]


def test_as_many_get_as_far_as_the_playbook_says(ways: Sequence[Way]) -> None:
    paid = campers(ways)
    added = [way for way in paid if way.added_at]

    def share(of: Sequence[Way], which: str) -> float:
        return sum(getattr(way, which) is not None for way in of) / len(of)

    assert abs(share(ways, "paid_at") - FUNNEL.pays) < 0.04
    assert abs(share(paid, "surveyed_at") - FUNNEL.answers_survey) < 0.04
    assert abs(share(paid, "added_at") - FUNNEL.adds_teacher) < 0.04
    assert abs(share(paid, "joined_at") - FUNNEL.joins_group) < 0.04
    assert abs(share(paid, "completed_at") - FUNNEL.completes) < 0.04
    assert abs(share(paid, "bought_at") - FUNNEL.buys) < 0.025
    assert abs(share(added, "blocked_at") - FUNNEL.blocks) < 0.025
    for day, rate in enumerate(FUNNEL.opens, 1):
        on_time = [
            way
            for way in paid
            for lesson in way.lessons
            if way.term is not None
            and lesson.day == day
            and lesson.opened_at.astimezone(SHANGHAI).date() == way.term + timedelta(days=day - 1)
        ]
        assert abs(len(on_time) / len(paid) - rate) < 0.05
    bought = [way for way in ways if way.bought_at]
    assert 0 < sum(way.refunded_at is not None for way in bought) < 0.15 * len(bought)
    assert 0 < sum(way.vip_at is not None for way in bought) < 0.2 * len(bought)
    assert any(way.term_again for way in ways)
    assert any(way.left_at for way in ways)


def test_a_way_goes_forward(ways: Sequence[Way]) -> None:
    """Nobody learns who has not paid, joins who knows no teacher, takes back money that was not given."""
    for way in ways:
        after = [
            (way.came_at, way.paid_at),
            (way.paid_at, way.surveyed_at),
            (way.paid_at, way.added_at),
            (way.added_at, way.joined_at),
            (way.joined_at, way.left_at),
            (way.added_at, way.blocked_at),
            (way.paid_at, way.bought_at),
            (way.bought_at, way.refunded_at),
            (way.bought_at, way.vip_at),
        ]
        for earlier, later in after:
            assert later is None or (earlier is not None and earlier < later < ANCHOR)
        assert way.refunded_at is None or way.vip_at is None
        assert way.blocked_at is None or way.bought_at is None
        if way.bought_at and way.refunded_at:
            assert way.refunded_at - way.bought_at < timedelta(days=7, hours=8)
        if way.paid_at is None:
            assert not way.lessons
            assert way.term is None
            continue
        assert way.term == term_for(way.paid_at, SHANGHAI)
        assert way.term.weekday() == 0
        for lesson in way.lessons:
            assert lesson.opened_at.astimezone(SHANGHAI).date() >= way.term
        finished = {lesson.day for lesson in way.lessons if lesson.finished_at and lesson.finished_at < ANCHOR}
        assert (finished == set(range(1, 8))) == (way.completed_at is not None)


def test_the_same_seed_is_the_same_world_and_a_part_is_a_part_of_it(lives: Sequence[tuple[int, Deed]]) -> None:
    population = a_population(customers=LIVES)
    part = [(number, deed) for _, number, _, deed in population.deeds(100, 60)]
    assert part == [(number, deed) for number, deed in lives if 100 <= number < 160]
    assert population == a_population(customers=LIVES)
    other = a_population(seed=8, customers=LIVES)
    assert [other.person(n).name for n in range(20)] != [population.person(n).name for n in range(20)]


def test_another_day_is_the_same_people_later() -> None:
    before, later = a_population(), replace(a_population(), anchor=ANCHOR + timedelta(days=1))
    for number in range(0, PEOPLE, 97):
        one, other = before.person(number), later.person(number)
        assert (one.name, one.city, one.source, one.invited_by, one.character) == (
            *(other.name, other.city, other.source, other.invited_by),
            other.character,
        )


def test_everything_happened_in_the_history_and_is_told_as_intake_takes_it(lives: Sequence[tuple[int, Deed]]) -> None:
    instants = [deed.at for _, deed in lives]
    assert instants == sorted(instants)
    assert instants[0] >= BEGINS_AT
    assert instants[-1] < ANCHOR
    assert {at.tzinfo for at in instants} == {UTC}
    assert {deed.name for _, deed in lives if not deed.is_telling} == catalogue.EVENT_NAMES
    assert all(event_name(name) == name for name in catalogue.EVENT_NAMES)
    assert catalogue.EVENT_NAMES.isdisjoint(OWN_EVENTS)
    for _, deed in lives:
        assert all(normal_identity(*identity) == identity for identity in deed.identities)
    assert 10 < len(lives) / LIVES < 25
    owner: dict[Identity, int] = {}
    for whose, deed in lives:
        assert all(owner.setdefault(identity, whose) == whose for identity in deed.identities)


def test_a_life_tells_what_its_way_was(lives: Sequence[tuple[int, Deed]]) -> None:
    population = a_population(customers=LIVES)
    told: dict[int, list[Deed]] = {}
    for whose, deed in lives:
        told.setdefault(whose, []).append(deed)
    for number in range(LIVES):
        way, deeds = population.way_of(number), told[number]
        assert deeds[0].at == way.came_at
        assert deeds[0].properties["utm_source"] == population.person(number).source
        known = [deed for deed in deeds if deed.is_telling]
        assert [deed.at for deed in known][:1] == ([way.paid_at] if way.paid_at else [])
        strangers = [deed for deed in deeds if deed.identities[0].kind == "anonymous_id"]
        assert all(way.paid_at is None or deed.at < way.paid_at for deed in strangers)
        opened = [deed for deed in deeds if deed.name == catalogue.LESSON_OPENED]
        assert len(opened) == len([each for each in way.lessons + way.lessons_again if each.opened_at < ANCHOR])
        assert {deed.properties["term"] for deed in opened} <= {str(way.term), str(way.term_again)}
        orders = [deed.properties for deed in deeds if deed.name == catalogue.ORDER_COMPLETED]
        bought = (
            [brand.CAMP] * bool(way.paid_at) + [brand.COURSE] * bool(way.bought_at) + [brand.VIP] * bool(way.vip_at)
        )
        seconds = timedelta(seconds=2)
        if way.paid_at is None or way.paid_at + seconds < ANCHOR:
            assert [round(order["total"] * 100) for order in orders] == [each.price_fen for each in bought]
        for order in orders:
            assert order["total"] == sum(line["price"] * line["quantity"] for line in order["products"])
        refunds = [deed.properties for deed in deeds if deed.name == catalogue.ORDER_REFUNDED]
        assert len(refunds) == bool(way.refunded_at)
        assert all(refund["order_id"] == orders[1]["order_id"] for refund in refunds)
        assert all(refund["total_fen"] == brand.COURSE.price_fen for refund in refunds)
    ids = [deed.properties["order_id"] for _, deed in lives if deed.name == catalogue.ORDER_COMPLETED]
    assert len(set(ids)) == len(ids)


def test_the_live_show_is_on_its_evening(lives: Sequence[tuple[int, Deed]]) -> None:
    shows = [deed for _, deed in lives if deed.properties.get("title") == brand.LIVE_TITLE]
    local = [deed.at.astimezone(SHANGHAI) for deed in shows]
    assert len(shows) > 20
    assert {(at.weekday(), at.hour) for at in local} == {(brand.LIVE_DAY - 1, 20)}


def test_north_star_people_consume_content_day_by_day(lives: Sequence[tuple[int, Deed]]) -> None:
    """There is not one day, from the first term on, without anybody who learns something."""
    days: dict[date, set[int]] = {}
    for whose, deed in lives:
        if deed.name in catalogue.CONTENT:
            days.setdefault(deed.at.astimezone(SHANGHAI).date(), set()).add(whose)
    learning = [len(days[(ANCHOR - timedelta(days=back)).date()]) for back in range(1, 81)]
    assert min(learning) >= 5


def test_friends_bring_friends(lives: Sequence[tuple[int, Deed]]) -> None:
    population = a_population(customers=LIVES)
    invited = [person for n in range(LIVES) if (person := population.person(n)).invited_by is not None]
    assert 0.06 < len(invited) / LIVES < 0.16
    for person in invited:
        assert person.source == brand.FRIEND_SOURCE
        assert person.invited_by in population.friends_of(person.number)
        assert person.invited_by is not None
        assert person.invited_by < person.number
    sharers = {whose for whose, deed in lives if deed.properties.get("purpose") == "invitation"}
    assert sharers
    assert sharers <= {person.invited_by for person in invited}


def test_terms_have_classes_and_classes_have_teachers() -> None:
    """All who pay for one term of a large population: none of its classes is over-full."""
    population = a_population(customers=20_000)
    term = population.terms.all[5]
    count = population.terms.classes(term)
    first, last = 5_600, 9_200
    ways = [population.way_of(number) for number in range(first, last, 6)]
    sizes = Counter(way.class_number for way in ways if way.term == term)
    assert set(sizes) == set(range(1, count + 1))
    assert max(sizes.values()) * 6 < 1.35 * brand.CLASS_PEOPLE_MAX
    assert sum(sizes.values()) * 6 / count < 0.85 * brand.CLASS_PEOPLE_MAX
    teachers = {teacher.number for way in ways if way.term == term and (teacher := teacher_in(way))}
    assert len(teachers) == count <= len(brand.CLASS_TEACHERS)
    assert all(
        (group.term, group.class_number) == (way.term, way.class_number) for way in ways if (group := group_in(way))
    )


def test_questions_are_answered_by_those_who_said_so(ways: Sequence[Way]) -> None:
    population = a_population()
    answered = [number for number in range(0, 300) if ways[number].surveyed_at]
    for number in answered:
        survey = population.survey_of(number)
        assert survey is not None
        assert survey.at == ways[number].surveyed_at
        assert set(survey.answers) == set(QUESTIONS)
        assert all(set(taken) <= set(QUESTIONS[key][1]) for key, taken in survey.answers.items())
    number = next(each for each in range(300) if not ways[each].surveyed_at)
    assert population.survey_of(number) is None
    whose = next(each for each in range(PEOPLE) if ways[each].blocked_at)
    assert population.blocks_at(whose) == ways[whose].blocked_at
    assert population.known_to_wechat_at(whose) == ways[whose].paid_at
    assert population.teacher_of(whose) == teacher_in(ways[whose])
    assert population.group_of(whose) == group_in(ways[whose])


def test_everybody_stands_where_their_way_has_led_them(ways: Sequence[Way]) -> None:
    population = a_population()
    for number in range(0, PEOPLE, 23):
        way, standing = ways[number], population.standing_of(number)
        assert standing.source == population.person(number).source
        assert standing.is_known == (way.paid_at is not None)
        assert standing.has_left == (way.blocked_at is not None)
        assert standing.term == way.term
        assert standing.finished == {lesson.day for lesson in way.lessons if lesson.finished_at}
        assert standing.check_ins <= len(way.lessons)
        assert standing.has_course == (way.bought_at is not None and way.refunded_at is None)
        assert 0 <= standing.mood.drive <= 1


def test_who_wants_more_or_is_asked_louder_is_likelier_to_act() -> None:
    eases = eases_of(BOOK)
    assert set(eases) == set(STEPS) == set(rates_of(FUNNEL))
    for step in STEPS:
        least = chance_of_step(Ask(step, 0.3, 0.5, 0.5), eases, BOOK.behaviour)
        assert 0 <= least <= chance_of_step(Ask(step, 0.6, 0.5, 0.5), eases, BOOK.behaviour)
        assert least <= chance_of_step(Ask(step, 0.3, 1.0, 0.5), eases, BOOK.behaviour)
        assert least <= chance_of_step(Ask(step, 0.3, 0.5, 1.0), eases, BOOK.behaviour) <= 1


def test_a_playbook_that_asks_for_more_than_people_give_is_refused() -> None:
    """Half of those who paid cannot finish where a third opens the last lesson."""
    book = parse_playbook("camp", written("camp").replace("completes = 0.27", "completes = 0.5"))
    assert isinstance(book, CampPlaybook)
    sample = Population(0, 250, ANCHOR, SHANGHAI, 90, book)
    until = ANCHOR + timedelta(days=400)
    with pytest.raises(PlaybookError, match=r"camp\.funnel\.completes cannot be reached"):
        calibrate(250, lambda number: sample.walk_of(number, until), book.camp.funnel, book.behaviour)
