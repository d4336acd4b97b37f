"""A brand that lives, before a Siyu that really listens: its orders come in as a file, and what members left behind is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import OutsideMember
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.engines.intake.importing_files import import_folder
from siyu.engines.intake.importing_uploads import run_uploaded
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.world.living.siyu_doors import SiyuOverHttp
from siyu.world.population.camp.brand import COURSE
from tests.engines.intake.test_draining import drained, named
from tests.faces.api.listening import listening
from tests.faces.api.test_inheritances import CORP, a_world
from tests.world.living.worlds import PLAN, World

SYSTEM = system_actor("test")
BUYERS = range(60, 66)


def test_orders_of_the_day_come_in_by_a_file_beside_what_the_same_people_did(
    context: ApiContext, client: TestClient, clock: ManualClock
) -> None:
    database = context.database
    with database.begin() as work:
        write = company.create_key(work, SYSTEM, KeyKind.WRITE, "platform").secret
        orders = company.create_key(work, SYSTEM, KeyKind.API, "orders", Role.OPERATOR).secret
        leader = company.create_key(work, SYSTEM, KeyKind.API, "leader", Role.MANAGER).secret
    with listening(context) as url:
        own = replace(PLAN, customers=60, siyu_url=url, write_key=write, import_key=orders, leader_key=leader)
        siyu = SiyuOverHttp(own, clock, count(0, 60).__next__)
        world = World(clock=clock, real=siyu)
        souls = world.living.people.stage.souls
        for number in BUYERS:
            souls.of(number, clock.now()).platform = "抖音"
            world.living.diary.note(clock.now(), number, "pay")
            world.living.diary.note(clock.now() + timedelta(hours=1), number, "buy")
        assert siyu.left_behind() == ([], [])
        world.run(12)
        while siyu.is_due:
            siyu.flush()
        assert world.living.people.stage.sold == [], "Siyu took the file"
        headers = {"Authorization": f"Bearer {orders}"}
        (found,) = client.get("/api/imports", headers=headers).json()["rows"]
        assert found["state"] == "waiting"
        drained(database)
        run_uploaded(database, import_folder(context.settings), found["import_id"])
    done = client.get(f"/api/imports/{found['import_id']}", headers=headers).json()
    assert (done["state"], done["rows_refused"], done["rows_known"]) == ("done", 0, 0)
    assert done["rows_new"] >= len(BUYERS)
    now = clock.now()
    users: dict[Sequence[Identity], datetime] = {(souls.of(number, now).who.user,): now for number in BUYERS}
    with database.begin() as work:
        profiles = customers.resolve(work, SYSTEM, users)
    events, whose = drained(database), set(profiles.values())
    by_event = {each.profile_id for each in named(events, "order_completed")}
    by_file = {each.profile_id: each.properties["total_fen"] for each in named(events, "order_paid")}
    assert len(whose) == len(BUYERS)
    assert whose <= by_event, "who bought is who paid the yuan"
    assert {by_file[each] for each in whose} == {COURSE.price_fen}


def test_a_leader_of_the_living_hands_over_what_a_member_left_behind(context: ApiContext, clock: ManualClock) -> None:
    members, _, _ = a_world(context.database)
    with context.database.begin() as work:
        staying = [OutsideMember("mei", "梅", 2), OutsideMember("wu", "吴", 3)]
        contacts.keep_members(work, SYSTEM, CORP, staying, [each.userid for each in staying])
        leader = company.create_key(work, SYSTEM, KeyKind.API, "leader", Role.MANAGER).secret
    with listening(context) as url:
        siyu = SiyuOverHttp(replace(PLAN, siyu_url=url, leader_key=leader), clock)
        leavers, takers = siyu.left_behind()
        assert [(each.member_id, each.left) for each in leavers] == [(members["li"], 6)], "five customers and a group"
        assert takers == [members["mei"]], "who has customers may take some over"
        assert siyu.hand_over(leavers[0], takers)
        assert siyu.hand_over(leavers[0], takers), "asked the same again"
        assert [each.left for each in siyu.left_behind()[0]] in ([], [1])
    with context.database.read() as reading:
        (asked,) = contacts.list_inheritances(reading, SYSTEM, PageRequest()).rows
    assert (asked.giver_id, asked.has_left) == (members["li"], True)
