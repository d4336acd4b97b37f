"""Staff work follows what happens: custody, segments, orders; staff are reminded; leads come back by themselves."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from siyu.domain.company.contracts import Letter, PostRefusedError, Staff
from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import CUSTODY_CHANGED
from siyu.domain.entries import reading as entries_reading
from siyu.domain.entries import service as entries
from siyu.domain.entries.leads_rules import rules_document
from siyu.domain.orders import service as orders
from siyu.domain.orders.contracts import ORDER_PAID, PaidOrder
from siyu.domain.segments.contracts import SEGMENT_ENTERED
from siyu.domain.tasks import reading as tasks_reading
from siyu.domain.tasks import service as tasks
from siyu.domain.tasks.contracts import TaskRequest, TaskView
from siyu.engines.advising import following
from siyu.engines.advising.contracts import STAFF_WORK_CONSUMER
from siyu.engines.advising.working import expire_once, keep_leads_once, remind_once
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.eventlog.consuming import Consumer
from siyu.platform.postgres.database import Database
from tests.conftest import START
from tests.domain.offices import Office
from tests.engines.scenery import SIYU, drain, some_customers, tell

CONSUMER = Consumer(
    STAFF_WORK_CONSUMER,
    {
        CUSTODY_CHANGED: [following.follow_keepers],
        SEGMENT_ENTERED: [following.follow_segment],
        ORDER_PAID: [following.follow_orders],
    },
)


class Post:
    """A way to staff that keeps letters, or refuses them."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses
        self.letters: list[tuple[str, Letter]] = []

    def post(self, to: Staff, letter: Letter) -> None:
        if self.refuses:
            raise PostRefusedError
        self.letters.append((to.name, letter))


def test_tasks_and_leads_follow_what_happens(database: Database, clock: ManualClock) -> None:
    office = Office(database)
    kept, entered, bought = some_customers(database, 3)
    with database.begin() as work:
        document = {**rules_document(entries_reading.lead_rules(work).rules), "segment_id": 9}
        entries.set_lead_rules(work, SIYU, document, version=0)
        entries.open_leads(work, SIYU, [kept, bought], "form")
        due = START + timedelta(minutes=20)
        tasks.request_tasks(
            work,
            SIYU,
            [TaskRequest("k", kept, None, None, "问候", "", None, due, expires_at=START + timedelta(hours=2))],
        )
        orders.record_paid(work, SIYU, [PaidOrder("default", "o1", bought, START, 100, "CNY")])
    office.keep(kept, office.store, office.ann)
    tell(database, SEGMENT_ENTERED, 9, [entered])
    tell(database, SEGMENT_ENTERED, 8, [bought])
    drain(database, CONSUMER)
    ann, bob = office.actor(office.ann), office.actor(office.bob)
    with database.read() as reading:
        assert [each.task_key for each in tasks_reading.list_tasks(reading, ann, PageRequest()).rows] == ["k"]
        leads = {who: entries.leads_of_customer(reading, SIYU, who) for who in (kept, entered, bought)}
    assert [(each.staff_id, each.given_how) for each in leads[kept]] == [(office.ann, "kept")]
    assert [each.source for each in leads[entered]] == ["segment"]
    assert [each.state for each in leads[bought]] == ["won"]
    refusing, post = Post(refuses=True), Post()
    assert remind_once(database, {}, "", ZoneInfo("Asia/Shanghai")) == 0
    assert remind_once(database, {"wecom": refusing, "mail": post}, "https://x", ZoneInfo("Asia/Shanghai")) == 1
    ((name, letter),) = post.letters
    assert (name, letter.brief) == ("ann", "最早的在 12:20 到期 · the first is due at 12:20")
    office.keep(kept, office.store, None)
    drain(database, CONSUMER)
    with database.read() as reading:
        assert [
            each.task_key for each in tasks_reading.list_tasks(reading, bob, PageRequest(), TaskView.UNASSIGNED).rows
        ] == ["k"]
        assert entries.leads_of_customer(reading, SIYU, kept)[0].staff_id is None
    with database.begin() as work:
        entries.assign_leads(work, SIYU, [leads[kept][0].lead_id], [office.bob])
    drain(database, CONSUMER)
    with database.read() as reading:
        assert customers.keepers_of(reading, [kept]) == {kept: office.bob}
        assert tasks_reading.list_tasks(reading, bob, PageRequest()).rows[0].staff_id == office.bob
    clock.advance(timedelta(days=8))
    assert expire_once(database) == 1
    assert keep_leads_once(database) == 1
    assert keep_leads_once(database) == 0
