"""Staff tasks: whom they come to, who may do what with them, how they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.company.rules import RIGHTS_OF
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange
from siyu.domain.tasks import reading, service
from siyu.domain.tasks.contracts import (
    TASK_ENDED,
    TASK_REQUESTED,
    BadTaskError,
    EndedTaskError,
    TakenTaskError,
    TaskCounts,
    TaskDraft,
    TaskRequest,
    TaskResult,
    TaskState,
    TaskView,
    UnknownColleagueError,
    UnknownTaskError,
)
from siyu.domain.tasks.rules import shared_out
from siyu.kernel.clock import ManualClock
from siyu.kernel.events import Event
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.conftest import START
from tests.domain.offices import Office
from tests.engines.scenery import SIYU, some_customers, the_log

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def wanted(key: str, customer_id: int, staff_id: int | None = None, due_at: datetime = START + HOUR) -> TaskRequest:
    return TaskRequest(key, customer_id, staff_id, None, "问候 {{ name|朋友 }}", "{{ city }}", None, due_at, 7, 1, 2)


def told(database: Database) -> list[Event]:
    return the_log(database, TASK_REQUESTED, TASK_ENDED)


def keys(tasks: Sequence[object]) -> list[str]:
    return [str(getattr(each, "task_key", "")) for each in tasks]


def test_a_task_comes_to_the_keeper_a_named_one_or_the_list(database: Database, office: Office) -> None:
    kept, loose, anyone, gone = some_customers(database, 4)
    office.keep(kept, office.store, office.ann)
    office.keep(loose, office.other, None)
    asked = [
        wanted("a", kept),
        wanted("b", loose),
        wanted("c", anyone),
        wanted("d", kept, staff_id=office.bob),
        wanted("e", 10**9),
    ]
    with database.begin() as work:
        assert service.request_tasks(work, SIYU, asked) == 4
        assert service.request_tasks(work, SIYU, asked) == 0, "the same keys are the same tasks"
        assert service.request_tasks(work, SIYU, []) == 0
    ann, tom, mia = office.actor(office.ann), office.actor(office.tom), office.actor(office.mia)
    with database.read() as found:
        mine = reading.list_tasks(found, ann, PageRequest())
        assert keys(mine.rows) == ["a"]
        assert reading.texts_of(found, mine.rows)[mine.rows[0].task_id].title == "问候 朋友"
        unassigned = [
            keys(reading.list_tasks(found, who, PageRequest(), TaskView.UNASSIGNED).rows) for who in (ann, tom)
        ]
        assert unassigned == [["c"], ["b", "c"]], "a list is for who is of the unit or below it"
        assert keys(reading.list_tasks(found, mia, PageRequest(), TaskView.TEAM).rows) == ["a", "d"]
        assert keys(reading.tasks_of_customer(found, ann, kept)) == ["a", "d"]
        assert reading.tasks_of_customer(found, ann, loose) == []
    (first, *_) = told(database)
    assert (first.name, first.profile_id, first.properties["task_key"]) == (TASK_REQUESTED, kept, "a")
    assert gone not in {each.profile_id for each in told(database)}


def test_a_text_shows_no_identity_past_the_mask(database: Database, office: Office) -> None:
    (customer,) = some_customers(database, 1)
    with database.begin() as work:
        told = AttributeChange(customer, {"name": "安", "phone_number": "13800001234"}, START)
        customers.set_attributes(work, SIYU, [told])
        request = replace(wanted("k", customer), title="{{ name }} {{ phone_number }}", body="{{ phone_number }}")
        service.request_tasks(work, SIYU, [request])
        texts = reading.texts_of(work, reading.tasks_of_customer(work, SIYU, customer))
    assert [(each.title, each.body) for each in texts.values()] == [("安 138****1234", "138****1234")]


def test_a_task_is_taken_handed_on_and_ended_once(database: Database, office: Office) -> None:
    (customer,) = some_customers(database, 1)
    with database.begin() as work:
        service.request_tasks(work, SIYU, [wanted("k", customer)])
    ann, bob, mia, tom = (office.actor(each) for each in (office.ann, office.bob, office.mia, office.tom))
    with database.begin() as work:
        ((task,)) = reading.list_tasks(work, ann, PageRequest(), TaskView.UNASSIGNED).rows
        with pytest.raises(UnknownTaskError):
            service.end_task(work, ann, task.task_id, is_done=True)
        assert service.claim_task(work, ann, task.task_id).staff_id == office.ann
        with pytest.raises(TakenTaskError):
            service.claim_task(work, bob, task.task_id)
        assert reading.tasks_of_customer(work, ann, customer), "who nobody kept is kept by who took the task"
        with pytest.raises(UnknownColleagueError):
            service.hand_task(work, ann, task.task_id, office.tom, "")
        partner = replace(ann, rights=RIGHTS_OF[Role.PARTNER])
        with pytest.raises(UnknownColleagueError):
            service.hand_task(work, partner, task.task_id, office.bob, "")
        company.create_staff(work, SIYU, "ivy", "ivy@example.com", "long enough", Role.AUDITOR, office.store)
        theirs = {"ann": {"ann", "bob", "mia"}, "partner": set(), "team": {"ann", "bob", "mia"}}
        seers = {"ann": ann, "partner": partner, "team": replace(partner, scope=mia.scope)}
        assert {each: {name for _, name in reading.colleagues_of(work, seers[each])} for each in theirs} == theirs
        handed = service.hand_task(work, ann, task.task_id, office.bob, " 我今天休息 ")
        assert (handed.staff_id, handed.handed_by, handed.handed_note) == (office.bob, office.ann, "我今天休息")
        for stranger in (ann, tom):
            with pytest.raises(UnknownTaskError):
                service.end_task(work, stranger, task.task_id, is_done=True)
        assert service.get_task(work, mia, task.task_id).state is TaskState.OPEN
        service.follow_keepers(work, SIYU, {customer: office.ann})
        assert service.get_task(work, bob, task.task_id).staff_id == office.bob, "what was handed on stays there"
    with database.begin() as work:
        done = service.end_task(work, bob, task.task_id, is_done=True, result=TaskResult.REACHED, note="约好周五")
        assert (done.state, done.ended_by, done.note) == (TaskState.DONE, office.bob, "约好周五")
        with pytest.raises(EndedTaskError):
            service.end_task(work, bob, task.task_id, is_done=False)
    ended = told(database)[-1]
    facts = {name: ended.properties[name] for name in ("task_key", "outcome", "result", "staff_id", "is_late", "step")}
    assert facts == {
        "task_key": "k",
        "outcome": "done",
        "result": "reached",
        "staff_id": office.bob,
        "is_late": False,
        "step": 2,
    }


def test_tasks_go_with_the_keeping_expire_and_leave_with_nobody(
    database: Database, office: Office, clock: ManualClock
) -> None:
    kept, other = some_customers(database, 2)
    office.keep(kept, office.store, office.ann)
    with database.begin() as work:
        service.request_tasks(
            work,
            SIYU,
            [
                wanted("keeper", kept),
                replace(wanted("waited", kept), expires_at=START + HOUR),
                wanted("named", other, staff_id=office.tom, due_at=START + timedelta(days=1)),
            ],
        )
        assert service.follow_keepers(work, SIYU, {kept: office.bob}) == 2
        assert service.take_reminders(work, SIYU, timedelta(minutes=30)) == []
        due = service.take_reminders(work, SIYU, HOUR)
        assert {each.staff_id for each in due} == {office.bob}
        assert service.take_reminders(work, SIYU, HOUR) == [], "of each somebody is reminded once"
    clock.advance(HOUR + timedelta(minutes=1))
    bob, mia, tom = office.actor(office.bob), office.actor(office.mia), office.actor(office.tom)
    with database.begin() as work:
        assert service.expire_tasks(work, SIYU) == 1
        assert reading.count_tasks(work, bob, TaskView.MINE, ZONE) == TaskCounts(1, 0, 0, 1)
        company.deactivate_staff(work, SIYU, office.tom)
        assert service.expire_tasks(work, SIYU) == 1, "who has left has no tasks"
        keeper = reading.list_tasks(work, bob, PageRequest()).rows[0]
        service.end_task(work, bob, keeper.task_id, is_done=True)
        (numbers,) = reading.numbers_of(work, mia, 7, 1)
        assert (numbers.step, numbers.staff_id, numbers.late, numbers.expired) == (2, office.bob, 1, 1)
        assert [each.late for each in reading.team_numbers(work, mia, START)] == [1]
        rest = reading.list_tasks(work, tom, PageRequest(), TaskView.UNASSIGNED).rows
        assert keys(rest) == ["named"]
        assert service.end_requested(work, SIYU, ["named", "never"]) == 1
        ended = reading.list_tasks(work, bob, PageRequest(size=1), are_open=False)
        more = reading.list_tasks(work, bob, PageRequest(size=1, after=ended.next_after), are_open=False)
        assert keys([*ended.rows, *more.rows]) == ["waited", "keeper"] or keys([*ended.rows, *more.rows]) == [
            "keeper",
            "waited",
        ]
        assert service.forget_tasks(work, SIYU, [kept]) == {kept: 2}
    outcomes = {
        each.properties["task_key"]: each.properties["outcome"] for each in told(database) if each.name == TASK_ENDED
    }
    assert outcomes == {"waited": "expired", "keeper": "done", "named": "skipped"}


def test_people_set_tasks(database: Database, office: Office) -> None:
    (customer,) = some_customers(database, 1)
    office.keep(customer, office.store, office.ann)
    ann, mia = office.actor(office.ann), office.actor(office.mia)
    draft, key = TaskDraft(customer, "回电", "", START + HOUR, office.ann), uuid4()
    with database.begin() as work:
        mine = service.create_task(work, ann, draft, key)
        assert mine.staff_id == office.ann
        assert service.create_task(work, ann, replace(draft, due_at=START), key) == mine, (
            "a second try, when its time is over"
        )
        assert service.create_task(work, mia, replace(draft, staff_id=office.bob), key).staff_id == office.bob
        with pytest.raises(UnknownColleagueError):
            service.create_task(work, mia, replace(draft, staff_id=office.tom), uuid4())
        ages = START + timedelta(days=365 * 7000)
        for wrong, field in (
            (replace(draft, title=" "), "title"),
            (replace(draft, due_at=START), "due_at"),
            (replace(draft, due_at=ages), "due_at"),
            (replace(draft, script_id=10**6), "script_id"),
        ):
            with pytest.raises(BadTaskError) as raised:
                service.create_task(work, ann, wrong, uuid4())
            assert raised.value.fields["field"] == field


def test_the_least_busy_gets_the_next() -> None:
    assert shared_out(["a", "b", "c", "d"], {1: 2, 2: 0, 3: 1}) == {"a": 2, "b": 2, "c": 3, "d": 1}
