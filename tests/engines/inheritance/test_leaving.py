"""Somebody leaves: customers and groups go to others, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from siyu.domain.company import reading as company_reading
from siyu.domain.company import service as company
from siyu.domain.company.contracts import Letter, PostRefusedError, Role, Staff, StaffPost
from siyu.domain.contacts import reading as contacts_reading
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import HandoverState, Sharing
from siyu.domain.customers.contracts import Identity
from siyu.domain.customers.reading import customers_known_as
from siyu.engines.inheritance.contracts import Wish
from siyu.engines.inheritance.planning import outline
from siyu.engines.inheritance.telling import tell_once
from siyu.engines.mirror.syncing import sync_corp
from siyu.engines.orchestration import advance_once
from siyu.kernel.paging import PageRequest
from siyu.world.wecom.building import Size
from siyu.world.wecom.faults import Fault, FaultKind
from siyu.world.wecom.people import Relation
from tests.engines.inheritance.conftest import ACTOR, Estate
from tests.engines.orchestration.orchestrating import follow, numbers, requested
from tests.engines.scenery import a_journey, a_segment, enter, send, wait

Estates = Callable[[Size], Estate]


class KilledError(BaseException):
    """Stands for the end of the process."""


def test_the_leaver(estate_of: Estates) -> None:
    """Customers go to two others but the one who refuses, and that one to a third; groups go too; nobody is lost in between."""
    estate = estate_of(Size(members=4, customers=40, chats=4))
    (leaver, giver_id), (one, one_id), (two, two_id), (three, three_id) = estate.members().items()
    everybody = estate.customers_of(leaver)
    shared_before = everybody & estate.customers_of(one)
    owned = {each.chat_id for each in estate.mirrored.api.corp.chats.chats.values() if each.owner == leaver}
    events_before = estate.mirrored.events("contact_lost", "contact_handed_over")
    estate.resign(leaver)
    with estate.database.read() as reading:
        (gone,) = contacts.list_givers(reading, ACTOR, PageRequest(), who="left").rows
        wish = Wish(giver_id, [one_id, two_id], group_ids=None)
        found = outline(reading, ACTOR, wish)
    assert (gone.member_id, gone.customers) == (giver_id, len(everybody))
    assert (found.chosen, found.customers, found.obstacles, found.groups) == (
        len(everybody),
        len(everybody),
        {},
        len(owned),
    )
    begun = estate.begin(wish)
    assert estate.begin(wish).inheritance_id == begun.inheritance_id  # asked twice with one key
    estate.work_off()
    assert estate.get(begun.inheritance_id).counts == {"waiting": len(everybody)}
    assert {
        each.chat_id: each.owner for each in estate.mirrored.api.corp.chats.chats.values() if each.owner == leaver
    } == {}
    owners = dict(estate.mirrored.rows("SELECT chat_id, owner_userid FROM groups.groups"))
    assert all(owners[each] == estate.mirrored.api.corp.chats.chats[each].owner for each in owned)

    refuser = sorted(everybody - shared_before)[0]
    estate.mirrored.api.door("customer/refuse-transfer", external_userid=refuser)
    estate.pass_day()
    ended = estate.get(begun.inheritance_id)
    assert ended.counts == {"done": len(everybody) - 1, "refused": 1}
    assert ended.ended_at is not None
    assert estate.customers_of(leaver) == {refuser}
    assert everybody - {refuser} <= estate.customers_of(one) | estate.customers_of(two)
    truth = {key for key in estate.mirrored.truth() if key[1] != refuser}
    assert {key for key in estate.mirrored.mirrored() if key[1] != refuser} == truth
    assert not estate.mirrored.rows(
        "SELECT 1 FROM customers.custody k JOIN customers.profiles p USING (profile_id) JOIN contacts.members m"
        " ON m.staff_id = k.staff_id WHERE m.member_id = %s AND p.value <> %s",
        giver_id,
        refuser,
    )
    events = estate.mirrored.events("contact_lost", "contact_handed_over", "handover_refused")
    assert events.get("contact_lost", 0) == events_before.get("contact_lost", 0)
    assert (events["contact_handed_over"], events["handover_refused"]) == (len(everybody) - 1, 1)

    again = estate.begin(Wish(giver_id, [three_id], again_of=begun.inheritance_id), "k2")
    assert again.counts == {"planned": 1}
    estate.work_off()
    estate.pass_day()
    assert refuser in estate.customers_of(three)
    assert estate.customers_of(leaver) == set()


def test_killed_at_any_statement_nobody_is_handed_over_twice(
    estate_of: Estates, monkeypatch: pytest.MonkeyPatch
) -> None:
    estate = estate_of(Size(members=3, customers=12, chats=1))
    (giver, giver_id), (_, taker_id), *_ = estate.members().items()
    everybody = estate.customers_of(giver)
    begun = estate.begin(Wish(giver_id, [taker_id], group_ids=None))
    left = 0
    genuine = psycopg.Connection.execute

    def execute(self: psycopg.Connection[Any], query: Any, *rest: Any, **more: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            raise KilledError
        return genuine(self, query, *rest, **more)

    monkeypatch.setattr(psycopg.Connection, "execute", execute)
    kills = 0
    for place in range(1, 200, 3):
        left = place
        try:
            estate.work_off()
        except KilledError:
            kills += 1
            left = 0
            estate.mirrored.pass_time(minutes=6)  # what was asked is due again
        else:
            left = 0
            if estate.get(begun.inheritance_id).ended_at is not None:
                break
            estate.mirrored.pass_time(hours=25)
    assert kills >= 8
    ended = estate.get(begun.inheritance_id)
    assert ended.counts == {"done": len(everybody)}
    assert all(each.state == "done" for each in estate.handovers(begun.inheritance_id))
    assert estate.mirrored.events("contact_handed_over") == {"contact_handed_over": len(everybody)}
    transfers = estate.mirrored.api.corp.transfers
    assert all(len(transfers.of_customer(estate.mirrored.api.corp.people.number_of(each))) == 1 for each in everybody)


def test_what_wecom_refuses_is_told_and_waits_or_ends(estate_of: Estates) -> None:
    """An address that is not allowed stops all until it is; a customer handed over twice waits for ninety days; an answer that was
    lost is asked for again."""
    estate = estate_of(Size(members=3, customers=12, chats=1))
    (giver, giver_id), (_, taker_id), *_ = estate.members().items()
    everybody = sorted(estate.customers_of(giver))
    corp = estate.mirrored.api.corp
    corp.faults.add(Fault(FaultKind.ERRCODE, "/cgi-bin/externalcontact/transfer_customer", errcode=60020))
    begun = estate.begin(Wish(giver_id, [taker_id], sharing=Sharing.LEAST_BUSY))
    estate.work_off()
    stopped = estate.get(begun.inheritance_id)
    assert (stopped.refusal, stopped.counts) == (60020, {"planned": len(everybody)})
    corp.rules = replace(corp.rules, transfers_per_customer=0)
    corp.faults.add(Fault(FaultKind.LOSE_ANSWER, "/cgi-bin/externalcontact/transfer_customer"))
    estate.mirrored.pass_time(minutes=11)
    estate.work_off()
    assert estate.get(begun.inheritance_id).counts == {"asked": len(everybody)}
    estate.mirrored.pass_time(minutes=6)
    estate.work_off()
    ended = estate.get(begun.inheritance_id)
    assert (ended.refusal, ended.counts) == (0, {"limited": len(everybody)})
    assert {each.errcode for each in estate.handovers(begun.inheritance_id)} == {40128}
    assert {each.state for each in estate.handovers(begun.inheritance_id)} == {HandoverState.LIMITED}


class Box:
    """A way to staff that keeps what it is given, or refuses."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.letters: list[tuple[str, str]] = []
        self.refuses = refuses

    def post(self, to: Staff, letter: Letter) -> None:
        if self.refuses:
            raise PostRefusedError
        self.letters.append((to.name, letter.title))


def test_who_should_know_is_told_once(estate_of: Estates) -> None:
    """The manager of the leaver's unit of whom is left behind, whoever asked of what came of it; by the first way that takes it."""
    estate = estate_of(Size(members=3, customers=12, chats=0))
    (leaver, giver_id), (_, taker_id), *_ = estate.members().items()
    with estate.database.begin() as work:
        giver = contacts.get_giver(work, ACTOR, giver_id)
        company.create_staff(work, ACTOR, "店长", "boss@siyu.example", "a long password", Role.MANAGER, giver.unit_id)
        admin = company.list_staff(work, ACTOR, PageRequest(size=1)).rows[0]
    with estate.database.read() as reading:
        found = company_reading.find_reader(reading, admin.staff_id)
    assert found is not None
    estate.resign(leaver)
    assert tell_once(estate.database, {}, "https://siyu.example") == 0
    box = Box()
    posts: dict[str, StaffPost] = {"wecom": Box(refuses=True), "mail": box}
    assert tell_once(estate.database, posts, "https://siyu.example") == 1
    ((to, title),) = box.letters
    assert (to, f"{giver.customers} 位客户无人照看" in title) == ("店长", True)
    estate.begin(Wish(giver_id, [taker_id]), actor=found[1])
    estate.work_off()
    estate.pass_day()
    assert tell_once(estate.database, posts, "https://siyu.example") == 1
    assert box.letters[1][0] == admin.name
    assert tell_once(estate.database, posts, "https://siyu.example") == 0


def test_a_journey_goes_on_under_who_took_over(estate_of: Estates) -> None:
    """Nothing of a journey names a member: whoever is half way stays there, and what comes next goes by who has them then."""
    estate = estate_of(Size(members=3, customers=8, chats=0))
    database = estate.database
    (leaver, giver_id), (taker, taker_id), *_ = estate.members().items()
    external = sorted(estate.customers_of(leaver) - estate.customers_of(taker))[0]
    with database.read() as reading:
        key = Identity("external_userid", external)
        she = customers_known_as(reading, [key])[key]
    segment = a_segment(database)
    journey = a_journey(database, segment, send(), wait(30 * 60), send(), exit_on_leave=False)
    enter(database, segment, [she])
    follow(database)
    advance_once(database)
    estate.resign(leaver)
    estate.begin(Wish(giver_id, [taker_id]))
    estate.work_off()
    estate.pass_day()
    follow(database)
    assert advance_once(database) == 0
    assert requested(database) == [(she, 0)]
    estate.mirrored.pass_time(hours=6)
    assert advance_once(database) == 1
    assert requested(database) == [(she, 0), (she, 2)]
    assert numbers(database, journey).completed == 1
    with database.read() as reading:
        ((_, _, userids),) = contacts_reading.addresses_of(reading, [she])[she]
    assert leaver not in userids
    assert taker in userids


def test_what_is_handed_over_in_wecoms_own_console(estate_of: Estates) -> None:
    """A sync finds who has the customers now; the leaver keeps those who wait, and those whom nobody tells of."""
    estate = estate_of(Size(members=2, customers=12, chats=0))
    (leaver, _), (taker, _) = estate.members().items()
    people, theirs = estate.mirrored.api.corp.people, sorted(estate.customers_of(leaver))
    estate.resign(leaver)
    moved = [each for each in theirs if not people.has(taker, people.number_of(each))][:2]
    assert len(moved) == 2
    shared = {each for each in theirs if people.has(taker, people.number_of(each))}
    before = estate.mirrored.events("contact_lost")
    for number in map(people.number_of, moved):
        people.remove(leaver, number)
        people.add(Relation(taker, number, estate.mirrored.api.corp.now_seconds, add_way=202))
    estate.mirrored.pass_time(hours=1)
    fault = Fault(FaultKind.ERRCODE, "/cgi-bin/externalcontact/get_unassigned_list", errcode=48002)
    estate.mirrored.api.corp.faults.add(fault)
    sync_corp(estate.database, estate.mirrored.corp)
    assert estate.customers_of(leaver) == set(theirs)  # WeCom did not say who waits
    sync_corp(estate.database, estate.mirrored.corp)
    assert estate.customers_of(leaver) == set(theirs) - set(moved)  # who is shared waits still
    assert shared | set(moved) <= estate.customers_of(taker)
    assert estate.mirrored.events("contact_lost") == before
    keepers = estate.mirrored.rows(
        "SELECT DISTINCT m.told_userid FROM customers.profiles p JOIN customers.custody k USING (profile_id)"
        " JOIN contacts.members m ON m.staff_id = k.staff_id WHERE p.value = ANY(%s)",
        moved,
    )
    assert keepers == [(taker,)]
