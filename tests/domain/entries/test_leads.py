"""Leads: the pool and who takes from it, coming back, winning and losing, follow-ups, and whom it all concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest

from siyu.domain.company.contracts import Role
from siyu.domain.company.rules import RIGHTS_OF
from siyu.domain.customers import reading as customers
from siyu.domain.customers import service as customers_service
from siyu.domain.entries import leads_rules as rules
from siyu.domain.entries import reading, service
from siyu.domain.entries.leads_contracts import (
    FOLLOW_UP_RECORDED,
    LEAD_GIVEN,
    LEAD_LOST,
    LEAD_OPENED,
    LEAD_RETURNED,
    LEAD_WON,
    BadLeadError,
    ClaimLimitError,
    FollowUpDraft,
    FollowUpWay,
    Intent,
    Lead,
    LeadChange,
    LeadCoolingError,
    LeadDraft,
    LeadEndedError,
    LeadFilter,
    LeadOpenError,
    LeadRules,
    LeadStage,
    LeadState,
    LeadTakenError,
    LeadView,
    UnknownLeadError,
    UnknownOwnerError,
)
from siyu.kernel.actors import Actor, Scope
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import ConflictError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database, Reading, UnitOfWork
from tests.conftest import START
from tests.domain.offices import Office
from tests.engines.scenery import SIYU, some_customers, the_log

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
ALL = LeadFilter()


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def people(found: Reading, actor: Actor, view: LeadView, wanted: LeadFilter = ALL) -> list[int]:
    return sorted(each.customer_id for each in service.list_leads(found, actor, PageRequest(), view, wanted).rows)


def the_lead(found: Reading, customer_id: int) -> Lead:
    return service.leads_of_customer(found, SIYU, customer_id)[0]


def set_rules(work: UnitOfWork, **changes: object) -> None:
    document = {**rules.rules_document(reading.lead_rules(work).rules), **changes}
    service.set_lead_rules(work, SIYU, document, version=reading.lead_rules(work).version)


def names_of(database: Database) -> list[str]:
    told = the_log(database, LEAD_OPENED, LEAD_GIVEN, LEAD_RETURNED, LEAD_WON, LEAD_LOST, FOLLOW_UP_RECORDED)
    return [each.name for each in told]


def test_taken_from_the_pool_within_the_rules(database: Database, office: Office, clock: ManualClock) -> None:
    near, far, free = some_customers(database, 3)
    office.keep(near, office.store, None)
    office.keep(far, office.other, None)
    ann, bob, mia, tom = (office.actor(each) for each in (office.ann, office.bob, office.mia, office.tom))
    with database.begin() as work:
        assert service.open_leads(work, SIYU, [near, far, free], "form") == 3
        assert service.open_leads(work, SIYU, [near, far, free], "form") == 0
        assert people(work, ann, LeadView.POOL) == [near, free]
        assert people(work, tom, LeadView.POOL) == [far, free]
        partner = replace(ann, rights=RIGHTS_OF[Role.PARTNER])
        assert people(work, partner, LeadView.POOL) == []
        with pytest.raises(UnknownLeadError):
            service.claim_leads(work, partner, [the_lead(work, free).lead_id], ZONE)
        with_team = replace(partner, scope=Scope(mia.scope.unit_path))
        assert people(work, with_team, LeadView.POOL) == [near]
        assert people(work, mia, LeadView.TEAM) == [near]
        with pytest.raises(UnknownLeadError):
            service.claim_leads(work, ann, [the_lead(work, far).lead_id], ZONE)
        (claimed,) = service.claim_leads(work, ann, [the_lead(work, near).lead_id], ZONE)
        assert (claimed.staff_id, claimed.given_how) == (office.ann, "claimed")
        assert customers.keepers_of(work, [near]) == {near: office.ann}
        assert people(work, ann, LeadView.MINE) == [near]
        with pytest.raises(UnknownLeadError):
            service.claim_leads(work, bob, [claimed.lead_id], ZONE)
        with pytest.raises(LeadTakenError):
            service.claim_leads(work, mia, [claimed.lead_id], ZONE)
        set_rules(work, claims_per_day=1)
        with pytest.raises(ClaimLimitError):
            service.claim_leads(work, ann, [the_lead(work, free).lead_id], ZONE)
        assert service.return_leads(work, ann, [claimed.lead_id]) == 1
        assert customers.keepers_of(work, [near]) == {}
        assert the_lead(work, near).recycled == 1
    clock.advance(DAY)
    with database.begin() as work:
        with pytest.raises(LeadCoolingError):
            service.claim_leads(work, ann, [claimed.lead_id], ZONE)
        assert service.claim_leads(work, bob, [claimed.lead_id], ZONE)[0].staff_id == office.bob
    clock.advance(3 * DAY)
    with database.begin() as work:
        service.return_leads(work, mia, [claimed.lead_id])
        assert service.claim_leads(work, ann, [claimed.lead_id], ZONE)
    assert names_of(database) == [LEAD_OPENED] * 3 + [LEAD_GIVEN, LEAD_RETURNED, LEAD_GIVEN, LEAD_RETURNED, LEAD_GIVEN]


def test_a_kept_customers_lead_is_the_keepers(database: Database, office: Office, clock: ManualClock) -> None:
    kept, handed, told = some_customers(database, 3)
    for each in (kept, handed, told):
        office.keep(each, office.store, office.ann)
    ann, bob = office.actor(office.ann), office.actor(office.bob)
    with database.begin() as work:
        set_rules(work, assigning="least_busy")
        assert service.open_leads(work, SIYU, [kept], "segment") == 1
        assert service.open_lead(work, ann, LeadDraft(told, "展会")).staff_id == office.ann
        assert people(work, bob, LeadView.POOL) == []
        assert service.share_leads(work, SIYU) == 0
        assert customers.keepers_of(work, [kept]) == {kept: office.ann}
        assert service.hand_over(work, SIYU, [("k", handed)], None, "") == 1
        assert customers.keepers_of(work, [handed]) == {}, "what a journey puts into the pool nobody keeps"
        assert people(work, bob, LeadView.POOL) == [handed]
        assert (the_lead(work, handed).recycled, the_lead(work, handed).source) == (0, "journey")
        far_off = FollowUpDraft(FollowUpWay.CALL, "x", next_at=clock.now() + timedelta(days=4000))
        with pytest.raises(BadLeadError):
            service.record_follow_up(work, ann, kept, far_off, uuid4())
        service.record_follow_up(work, ann, kept, replace(far_off, next_at=clock.now() + DAY), uuid4())
        assert len(service.due_follow_ups(work, ann, clock.now() + 2 * DAY)) == 1
    office.keep(kept, office.store, office.bob)
    with database.read() as found:
        assert service.due_follow_ups(found, ann, clock.now() + 2 * DAY) == [], "she is bob's to talk to now"


def test_an_idle_lead_returns_and_care_keeps_it(database: Database, office: Office, clock: ManualClock) -> None:
    idle, cared, dated = some_customers(database, 3)
    ann, mia = office.actor(office.ann), office.actor(office.mia)
    with database.begin() as work:
        for each in (idle, cared, dated):
            service.open_lead(work, SIYU, LeadDraft(each, "展会"))
        leads = [the_lead(work, each).lead_id for each in (idle, cared, dated)]
        service.claim_leads(work, ann, leads, ZONE)
    clock.advance(6 * DAY)
    with database.begin() as work:
        assert service.recycle_leads(work, SIYU) == 0
        said, key = FollowUpDraft(FollowUpWay.CALL, " 想周末来 ", Intent.HIGH, clock.now() + DAY), uuid4()
        made = service.record_follow_up(work, ann, cared, said, key)
        assert (made.text, made.staff_id, made.is_latest) == ("想周末来", office.ann, True)
        assert the_lead(work, cared).intent is Intent.HIGH
        service.record_follow_up(
            work, ann, dated, FollowUpDraft(FollowUpWay.WECOM, "月底再说", next_at=clock.now() + 20 * DAY), uuid4()
        )
    clock.advance(2 * DAY)
    with database.begin() as work:
        assert service.recycle_leads(work, SIYU) == 1
        assert people(work, ann, LeadView.MINE) == [cared, dated]
        assert [each.customer_id for each in service.due_follow_ups(work, ann, clock.now())] == [cared]
        service.record_follow_up(work, ann, cared, FollowUpDraft(FollowUpWay.CALL, "来过了"), uuid4())
        assert service.record_follow_up(work, ann, cared, said, key).follow_up_id == made.follow_up_id, "a second try"
        assert service.due_follow_ups(work, ann, clock.now() + DAY) == []
        assert reading.latest_follow_ups(work, [cared])[cared].text == "来过了"
        first = service.list_follow_ups(work, ann, cared, PageRequest(size=1))
        rest = service.list_follow_ups(work, ann, cared, PageRequest(size=1, after=first.next_after))
        assert [each.text for each in (*first.rows, *rest.rows)] == ["来过了", "想周末来"]
        for wrong in (FollowUpDraft(FollowUpWay.CALL, " "), FollowUpDraft(FollowUpWay.CALL, "x", next_at=START)):
            with pytest.raises(BadLeadError):
                service.record_follow_up(work, ann, cared, wrong, uuid4())
    clock.advance(9 * DAY)
    with database.begin() as work:
        assert service.recycle_leads(work, SIYU) == 1
        assert people(work, ann, LeadView.MINE) == [dated], "a date that was agreed on is care"
        counts = service.count_leads(work, mia, LeadView.TEAM)
        assert (counts.open, counts.unowned) == (3, 2)
    properties = the_log(database, LEAD_RETURNED)[0].properties
    assert (properties["staff_id"], properties["reason"]) == (office.ann, "idle")
    assert "想周末来" not in str([each.properties for each in the_log(database)]), "what was said stays in the room"


def test_won_lost_changed_and_counted(database: Database, office: Office) -> None:
    ids = some_customers(database, 4)
    ann, mia = office.actor(office.ann), office.actor(office.mia)
    with database.begin() as work:
        for each in ids:
            office_lead = service.open_lead(work, SIYU, LeadDraft(each, "渠道码"))
            service.claim_leads(work, ann, [office_lead.lead_id], ZONE)
        won, lost, bought, _ = (the_lead(work, each) for each in ids)
        with pytest.raises(LeadOpenError):
            service.open_lead(work, ann, LeadDraft(ids[0], "x"))
        changed = service.change_lead(work, ann, won.lead_id, LeadChange("offered", Intent.HIGH, None, "要发票"))
        assert (changed.stage, changed.note) == ("offered", "要发票")
        with pytest.raises(BadLeadError):
            service.change_lead(work, ann, won.lead_id, LeadChange("nowhere", Intent.HIGH, None, ""))
        assert dict(service.count_leads(work, ann, LeadView.MINE).by_stage)["offered"] == 1
        assert people(work, ann, LeadView.MINE, LeadFilter(stage="offered", intent=Intent.HIGH)) == [ids[0]]
        assert service.win_lead(work, ann, won.lead_id).state is LeadState.WON
        with pytest.raises(BadLeadError):
            service.lose_lead(work, ann, lost.lead_id, "不喜欢")
        assert service.lose_lead(work, ann, lost.lead_id, "嫌贵").loss_reason == "嫌贵"
        with pytest.raises(LeadEndedError):
            service.lose_lead(work, ann, lost.lead_id, "嫌贵")
        assert service.win_leads(work, SIYU, {bought.customer_id: START - DAY}) == 0, "an order of before it was opened"
        assert service.win_leads(work, SIYU, {bought.customer_id: START}) == 1
        set_rules(work, wins_on_order=False)
        assert service.win_leads(work, SIYU, dict.fromkeys(ids, START)) == 0
        (numbers,) = service.lead_numbers(work, mia, START, by_staff=True)
        assert (numbers.staff_id, numbers.opened, numbers.won, numbers.lost, numbers.open) == (office.ann, 4, 2, 1, 1)
        (numbers,) = service.lead_numbers(work, mia, START, by_staff=False)
        assert (numbers.source, numbers.opened) == ("渠道码", 4)
        assert service.list_lead_sources(work, SIYU) == service.list_lead_sources(work, ann) == ["渠道码"]
        assert people(work, ann, LeadView.MINE, LeadFilter(is_open=False)) == ids[:3]
        with pytest.raises(ConflictError):
            service.set_lead_rules(work, SIYU, {}, version=0)


def test_journeys_hand_over_custody_is_followed_and_sharing_shares(
    database: Database, office: Office, clock: ManualClock
) -> None:
    ids = some_customers(database, 6)
    ann, mia = office.actor(office.ann), office.actor(office.mia)
    with database.begin() as work:
        pairs = [("k1", ids[0]), ("k2", ids[1])]
        assert service.hand_over(work, SIYU, pairs, office.ann, "想买课") == 2
        assert service.hand_over(work, SIYU, pairs, None, "再来一次") == 0, "with the same key nothing happens again"
        assert the_lead(work, ids[0]).note == "想买课"
        assert service.hand_over(work, SIYU, [("k3", ids[0])], None, "放回去") == 1
        assert (the_lead(work, ids[0]).staff_id, the_lead(work, ids[0]).note) == (None, "放回去\n想买课")
        with pytest.raises(BadLeadError):
            service.hand_over(work, SIYU, [("k4", ids[2])], 10**6, "")
        assert service.follow_keepers(work, SIYU, {ids[1]: office.bob, ids[0]: None}) == 1
        assert the_lead(work, ids[1]).staff_id == office.bob
        assert service.follow_keepers(work, SIYU, {ids[1]: None}) == 1
        set_rules(work, assigning="least_busy", open_max=2)
        service.open_leads(work, SIYU, ids[2:], "form")
        office_of = {each: the_lead(work, each) for each in ids}
        service.assign_leads(work, mia, [office_of[ids[1]].lead_id], [office.ann, office.bob])
        with pytest.raises(UnknownOwnerError):
            service.assign_leads(work, mia, [office_of[ids[1]].lead_id], [office.tom])
        assert service.share_leads(work, SIYU) == 4
        loads = [len(people(work, office.actor(each), LeadView.MINE)) for each in (office.ann, office.bob, office.tom)]
        assert sum(loads) == 5
        assert max(loads) == 2
    with database.begin() as work:
        winner = customers_service.merge(work, SIYU, ids[2:4], "一个人")
    with database.begin() as work:
        assert service.recycle_leads(work, SIYU) == 1
        states = [each.state for each in service.leads_of_customer(work, SIYU, winner)]
        assert states == [LeadState.OPEN, LeadState.JOINED]
        assert service.forget_leads(work, SIYU, [ids[1]]) == {"entries.leads": {ids[1]: 1}, "entries.follow_ups": {}}
        assert reading.told_of_leads(work, [ids[1]]) == {"leads": [], "follow_ups": []}
        assert ann.scope.own_only


def shares(lead_ids: Sequence[int], loads: dict[int, int], most: int | None, *, by_load: bool) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {member: [] for member in loads}
    for lead_id, member in rules.shared(lead_ids, loads, LeadRules(open_max=most), by_load=by_load).items():
        found[member].append(lead_id)
    return found


def test_sharing_is_fair_and_stops_at_the_limit() -> None:
    assert shares([1, 2, 3], {7: 2, 8: 0}, None, by_load=True) == {7: [3], 8: [1, 2]}
    assert shares([1, 2, 3, 4], {7: 2, 8: 0}, None, by_load=False) == {7: [2, 4], 8: [1, 3]}
    assert shares([1, 2, 3, 4], {7: 1, 8: 2}, 2, by_load=True) == {7: [1], 8: []}


def test_rules_are_read_strictly() -> None:
    assert rules.parse_rules(rules.rules_document(LeadRules())) == LeadRules()
    twice = {"stages": [rules.rules_document(LeadRules())["stages"][0]] * 2}
    for wrong, field in (({"idle_days": 0}, "idle_days"), (twice, "stages"), ({"more": 1}, "more")):
        with pytest.raises(BadLeadError) as raised:
            rules.parse_rules(wrong)
        assert raised.value.fields["field"] == field
    kept = LeadRules(stages=(LeadStage("b", "乙"), LeadStage("a", "甲")))
    assert rules.stages_in_order({"a": 1, "gone": 2}, kept) == [("b", 0), ("a", 1), ("gone", 2)]


def test_a_file_makes_leads_once_and_a_split_opens_a_joined_one_again(database: Database, office: Office) -> None:
    first, second, kept = some_customers(database, 3)
    office.keep(kept, office.store, office.ann)
    notes = {"a": (first, " 展会留资 "), "b": (second, ""), "c": (kept, "")}
    with database.begin() as work:
        assert service.bring_leads(work, SIYU, notes, "展会") == 3
        assert service.bring_leads(work, SIYU, notes, "展会") == 0
        assert (the_lead(work, first).note, the_lead(work, first).source) == ("展会留资", "展会")
        assert the_lead(work, kept).staff_id == office.ann, "who keeps the customer has the lead"
        service.lose_lead(work, office.actor(office.ann), the_lead(work, kept).lead_id, "其他")
        assert service.bring_leads(work, SIYU, notes, "展会") == 0, "the same file opens nothing that has ended"
        with pytest.raises(BadLeadError):
            service.bring_leads(work, SIYU, notes, " ")
    with database.begin() as work:
        customers_service.merge(work, SIYU, [first, second], "同一人")
        service.recycle_leads(work, SIYU)
        assert [each.state for each in service.leads_of_customer(work, SIYU, first)] == ["open", "joined"]
        assert service.recycle_leads(work, SIYU) == 0, "what is joined stays so while they are one"
    with database.begin() as work:
        customers_service.split(work, SIYU, first, profile_ids=[second], reason="是两个人")
        assert service.recycle_leads(work, SIYU) == 1
        assert [the_lead(work, each).state for each in (first, second)] == ["open", "open"]
        assert service.recycle_leads(work, SIYU) == 0


def test_of_two_that_are_written_down_at_once_one_is_the_latest(database: Database, office: Office) -> None:
    (kept,) = some_customers(database, 1)
    office.keep(kept, office.store, office.ann)
    ann = office.actor(office.ann)
    said = FollowUpDraft(FollowUpWay.CALL, "聊过", Intent.HIGH, None)
    with database.begin() as first, database.begin() as second:
        service.record_follow_up(first, ann, kept, said, uuid4())
        second.driver.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable), second.driver.transaction():
            service.record_follow_up(second, ann, kept, said, uuid4())
        first.connection.commit()
        service.record_follow_up(second, ann, kept, said, uuid4())
    with database.read() as found:
        told = service.list_follow_ups(found, ann, kept, PageRequest()).rows
    assert [each.is_latest for each in told] == [True, False]
