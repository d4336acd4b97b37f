"""Answering: once holds, a page sent again changes nothing, and what follows follows."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentState, Identity
from siyu.domain.entries import reading, service
from siyu.domain.entries.contracts import (
    AlreadyAnsweredError,
    BadAnswersError,
    Fault,
    FormClosedError,
    FormHasAnswersError,
    FormState,
    PersonalFormError,
    Respondent,
    UnknownFormError,
)
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.conftest import START
from tests.domain.entries.forms import AGREE, LEVEL, PHONE, SHOP, SIYU, SURVEY, ZONE, a_form, form_of, send, visitor
from tests.engines.scenery import some_customers, the_log

FULL = {"level": "some", "goals": ["sell", "brew"], "shop": "小茶馆", "phone": "138 0013 8000", "agree": "yes"}


def attributes(database: Database, profile_id: int) -> dict[str, Any]:
    with database.read() as reading:
        customer_id = customers_reading.current_customer_ids(reading, [profile_id])[profile_id]
        return customers_reading.attributes_of(reading, [customer_id])[customer_id]


def test_an_answer_tells_all_that_follows_and_nothing_that_was_typed(database: Database) -> None:
    form_id = a_form(database)
    answered = send(database, form_id, visitor(), FULL)
    (event,) = the_log(database, "form_answered")
    assert event.source == "entries"
    assert event.properties == {
        "form_id": form_id,
        "form": "报名调查",
        "version": 1,
        "answer_id": answered.answer_id,
        "tags": [12, 20],
        "answers": {"level": "some", "goals": ["brew", "sell"], "agree": True},
        "score": 10,
        "band": "hot",
    }
    told = attributes(database, event.profile_id)
    assert (told["tea_level"], told["goals"], told["intent"], told["intent_score"], told["phone"]) == (
        "有基础", ["冲泡", "开店"], "高意向", 10, "13800138000",
    )  # fmt: skip
    with database.read() as picture:
        (word,) = customers_reading.list_consent_records(picture, SIYU, event.profile_id, PageRequest()).rows
        stored = picture.driver.execute("SELECT choices::text, sealed FROM entries.answers").fetchone()
        (row,) = service.list_answers(picture, SIYU, form_id, PageRequest()).rows
    assert (word.state, word.channel, word.actor_kind) == (ConsentState.GRANTED, "sms", "customer")
    assert (word.evidence.notice, word.evidence.source) == ("同意接收短信", "form")
    assert stored is not None
    assert "小茶馆" not in stored[0]
    assert "小茶馆".encode() not in bytes(stored[1])
    assert row.values == {
        "level": "some", "goals": ["brew", "sell"], "shop": "小茶馆", "phone": "138****8000", "agree": True,
    }  # fmt: skip


def test_a_page_sent_again_changes_nothing(database: Database) -> None:
    form_id = a_form(database, form_of(LEVEL, answering="many"))
    first = send(database, form_id, visitor(), {"level": "some"}, page_id="a")
    again = send(database, form_id, visitor(), {"level": "none"}, page_id="a")
    assert (again.answer_id, again.is_repeated) == (first.answer_id, True)
    assert not send(database, form_id, visitor(), {"level": "none"}, page_id="b").is_repeated
    assert [event.properties["answers"]["level"] for event in the_log(database, "form_answered")] == ["some", "none"]


def test_once_is_once_and_may_be_changed_where_the_form_says_so(database: Database, clock: ManualClock) -> None:
    strict, lenient = a_form(database), a_form(database, {**SURVEY, "may_change": True})
    for form_id in (strict, lenient):
        send(database, form_id, visitor(), FULL, page_id="a")
    clock.advance(timedelta(minutes=1))
    with pytest.raises(AlreadyAnsweredError):
        send(database, strict, visitor(), {"level": "none"}, page_id="b")
    changed = send(database, lenient, visitor(), {"level": "none"}, page_id="b")
    assert changed.is_changed
    event = the_log(database, "form_answered")[-1]
    assert (event.properties["score"], event.properties["band"]) == (1, "cold")
    assert attributes(database, event.profile_id)["tea_level"] == "零基础"
    with database.read() as picture:
        numbers = service.form_numbers(picture, SIYU, lenient, ZONE)
    assert (numbers.answers, numbers.questions["level"].counts) == (1, {"none": 1})


def test_two_tabs_at_once_are_one_answer(database: Database) -> None:
    form_id = a_form(database, form_of(LEVEL, answers_max=5))
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def tab(number: int) -> None:
        barrier.wait()
        try:
            send(database, form_id, visitor("same"), {"level": "some"}, page_id=f"tab{number}")
            outcomes.append("answered")
        except AlreadyAnsweredError:
            outcomes.append("refused")

    tabs = [threading.Thread(target=tab, args=(number,)) for number in range(4)]
    for each in tabs:
        each.start()
    for each in tabs:
        each.join()
    assert sorted(outcomes) == ["answered", "refused", "refused", "refused"]
    assert len(the_log(database, "form_answered")) == 1


def test_never_more_answers_than_the_form_allows(database: Database) -> None:
    form_id = a_form(database, form_of(LEVEL, answers_max=3))
    outcomes: list[str] = []
    barrier = threading.Barrier(6)

    def person(number: int) -> None:
        barrier.wait()
        try:
            send(database, form_id, visitor(f"p{number}"), {"level": "some"})
            outcomes.append("answered")
        except FormClosedError as error:
            outcomes.append(error.state.value)

    people = [threading.Thread(target=person, args=(number,)) for number in range(6)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert sorted(outcomes) == ["answered"] * 3 + ["full"] * 3


def test_what_breaks_off_leaves_nothing(database: Database) -> None:
    form_id = a_form(database)
    with database.engine.connect() as connection:
        work = UnitOfWork(connection, database.clock, database.ids, database.keys)
        service.answer_form(work, SIYU, form_id, 1, visitor(), {"level": ["some"], "goals": ["brew"]}, "a")
        work.append_recorded()
        connection.rollback()
    assert the_log(database, "form_answered") == []
    assert not send(database, form_id, visitor(), {"level": "some"}, page_id="a").is_repeated


def test_two_who_answered_and_are_one_keep_both_and_the_later_attribute(database: Database, clock: ManualClock) -> None:
    form_id = a_form(database)
    she, other = some_customers(database, 2)
    send(database, form_id, Respondent(other), {"level": "some"})
    clock.advance(timedelta(minutes=1))
    send(database, form_id, Respondent(she), {"level": "none"})
    with database.begin() as work:
        customers.merge(work, SIYU, [she, other], "同一个人")
    assert attributes(database, other)["tea_level"] == "零基础"
    with database.read() as picture:
        rows = service.list_answers(picture, SIYU, form_id, PageRequest()).rows
    assert [(row.customer_id, row.values["level"]) for row in rows] == [(she, "none"), (she, "some")]
    with pytest.raises(AlreadyAnsweredError):
        send(database, form_id, Respondent(other), {"level": "none"}, page_id="b")


def test_a_phone_typed_by_a_stranger_joins_nobody(database: Database) -> None:
    form_id = a_form(database)
    with database.begin() as work:
        owner = customers.resolve(work, SIYU, {(Identity("phone", "13800138000"),): START})
    send(database, form_id, visitor(), FULL)
    (event,) = the_log(database, "form_answered")
    with database.read() as picture:
        kinds = {each.kind for each in customers_reading.identities_of(picture, [event.profile_id])[event.profile_id]}
    assert kinds == {"anonymous_id"}
    assert event.profile_id not in owner.values()
    assert the_log(database, "customers_merged") == []


def test_by_a_personal_link_a_phone_becomes_an_identity(database: Database) -> None:
    form_id = a_form(database)
    (she,) = some_customers(database, 1)
    send(database, form_id, Respondent(she), FULL)
    with database.read() as picture:
        assert Identity("phone", "13800138000") in customers_reading.identities_of(picture, [she])[she]
    unasked = a_form(database, form_of({**PHONE, "identifies": False}))
    send(database, unasked, Respondent(she), {"phone": "13900139000"})
    with database.read() as picture:
        assert Identity("phone", "13900139000") not in customers_reading.identities_of(picture, [she])[she]


def test_opening_is_told_once_a_business_day(database: Database, clock: ManualClock) -> None:
    form_id = a_form(database)
    for hours in (0, 1, 24):
        clock.set(START + timedelta(hours=hours))
        with database.begin() as work:
            assert not service.open_form(work, SIYU, form_id, visitor(), ZONE)
    assert len(the_log(database, "form_opened")) == 2
    send(database, form_id, visitor(), FULL)
    with database.begin() as work:
        assert service.open_form(work, SIYU, form_id, visitor(), ZONE)
    with database.read() as picture:
        numbers = service.form_numbers(picture, SIYU, form_id, ZONE)
    assert (numbers.opened, numbers.respondents, numbers.mean_score) == (1, 1, 10.0)


def test_a_form_takes_answers_only_while_it_is_open(database: Database, clock: ManualClock) -> None:
    day = timedelta(days=1)
    opens, closes = (START + day).isoformat(), (START + 2 * day).isoformat()
    form_id = a_form(database, form_of(LEVEL, opens_at=opens, closes_at=closes))
    states = []
    for at in (START, START + day, START + 2 * day):
        clock.set(at)
        with database.read() as picture:
            states.append(service.get_published(picture, form_id).state)
    assert states == [FormState.NOT_YET, FormState.OPEN, FormState.ENDED]
    with pytest.raises(FormClosedError):
        send(database, form_id, visitor(), {"level": "some"})
    clock.set(START + day)
    with database.begin() as work:
        service.stop_form(work, SIYU, form_id)
    with pytest.raises(FormClosedError) as stopped:
        send(database, form_id, visitor(), {"level": "some"})
    assert stopped.value.state is FormState.STOPPED


def test_who_had_the_version_before_is_answered_by_its_words(database: Database) -> None:
    form_id = a_form(database, form_of(LEVEL))
    with database.begin() as work:
        service.save_form(work, SIYU, form_id, "报名调查", form_of(LEVEL, {**SHOP, "show_if": None}))
        service.publish_form(work, SIYU, form_id)
    send(database, form_id, visitor("old"), {"level": "some"}, version=1)
    with pytest.raises(BadAnswersError) as refused:
        send(database, form_id, visitor("new"), {"level": "some"}, version=2)
    assert refused.value.faults == {"shop": Fault("required")}
    with pytest.raises(UnknownFormError):
        send(database, form_id, visitor("odd"), {"level": "some"}, version=9)


def test_a_form_for_personal_links_takes_no_strangers(database: Database) -> None:
    form_id = a_form(database, form_of(AGREE, who="personal"))
    with pytest.raises(PersonalFormError):
        send(database, form_id, visitor(), {"agree": "yes"})
    (she,) = some_customers(database, 1)
    send(database, form_id, Respondent(she), {"agree": "yes"})


def test_what_was_answered_is_deleted_by_nobody_and_erased_with_the_person(database: Database) -> None:
    form_id = a_form(database)
    (she,) = some_customers(database, 1)
    send(database, form_id, Respondent(she), FULL)
    with pytest.raises(FormHasAnswersError), database.begin() as work:
        service.delete_form(work, SIYU, form_id)
    with database.read() as picture:
        (told,) = reading.told_of(picture, [she])
    assert told["answers"] == {
        "您的基础？": "some", "想学什么？": ["brew", "sell"], "店名": "小茶馆", "手机号": "13800138000", "同意接收短信": True,
    }  # fmt: skip
    with database.begin() as work:
        assert service.forget_answers(work, SIYU, [she])["entries.answers"] == {she: 1}
        customers.lock_erasing(work, SIYU)
        customers.forget_profiles(work, SIYU, [she])
    with database.read() as picture:
        assert reading.told_of(picture, [she]) == []
    with pytest.raises(UnknownFormError):
        send(database, form_id, Respondent(she), FULL, page_id="b")


def test_old_texts_go_and_choices_stay(database: Database, clock: ManualClock) -> None:
    form_id = a_form(database)
    send(database, form_id, visitor(), FULL)
    clock.advance(timedelta(days=400))
    with database.begin() as work:
        assert service.forget_texts(work, SIYU, START, 100) == 0
        assert service.forget_texts(work, SIYU, work.clock.now(), 100) == 1
    with database.read() as picture:
        (row,) = service.list_answers(picture, SIYU, form_id, PageRequest()).rows
    assert row.values == {"level": "some", "goals": ["brew", "sell"], "agree": True}


def test_a_page_sent_again_changes_nothing_though_the_answer_is_anothers_by_now(database: Database) -> None:
    """She answered under one number, and changes it under another that has become hers: a double click is still one change."""
    form_id = a_form(database, {**SURVEY, "may_change": True})
    she, other = some_customers(database, 2)
    send(database, form_id, Respondent(she), {"level": "some"}, page_id="a")
    with database.begin() as work:
        customers.merge(work, SIYU, [she, other], "同一个人")
    changed = send(database, form_id, Respondent(other), {"level": "none"}, page_id="b")
    again = send(database, form_id, Respondent(other), {"level": "none"}, page_id="b")
    assert (changed.is_changed, again.is_repeated) == (True, True)
    assert len(the_log(database, "form_answered")) == 2
