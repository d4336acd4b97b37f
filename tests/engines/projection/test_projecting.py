"""The columns hold what the log holds, and nothing twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ALL_CHANNELS, ConsentState, ConsentWord, Identity, Introduction
from siyu.engines.projection.projecting import NOT_SEEN, columns_projector
from siyu.engines.projection.rebuilding import rebuild_columns
from siyu.kernel.actors import system_actor
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import CUSTOMER_OF
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database
from tests.conftest import START
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, identify, put
from tests.platform.eventlog.test_log import sequence

SIYU = system_actor("test")


def project(database: Database, columns: Columns) -> None:
    while project_once(database, columns_projector(columns)):
        pass


def picture(columns: Columns) -> dict[str, Any]:
    """Everything a reader can see."""
    return {
        "events": columns.query(
            "SELECT position, n, name, event_id, profile_id, occurred_at, source FROM events ORDER BY 1, 2"
        ),
        "customers": columns.query("SELECT customer_id, unit_path, attributes FROM customers FINAL ORDER BY 1"),
        "seen": columns.query(
            "SELECT :customer AS c, count() FROM events WHERE name = 'page_seen' GROUP BY c ORDER BY c".replace(
                ":customer", CUSTOMER_OF
            )
        ),
    }


def test_what_is_in_the_log_is_in_the_columns(database: Database, columns: Columns) -> None:
    put(database, track(1), identify(2, "u1", "a1", city="上海", age=30), track(3, userId=..., anonymousId="a1"))
    events = drained(database)
    project(database, columns)
    seen = picture(columns)
    assert [row[:5] for row in seen["events"]] == [(e.position, e.n, e.name, e.event_id, e.profile_id) for e in events]
    assert seen["customers"] == [(1, "", {"age": 30, "city": "上海"})]
    assert seen["seen"] == [(1, 2)]


def test_a_merge_counts_for_events_written_long_before(database: Database, columns: Columns) -> None:
    put(database, track(1, userId="u"), track(2, userId=..., anonymousId="a"), track(3, userId="other"))
    drained(database)
    project(database, columns)
    assert [count for _, count in picture(columns)["seen"]] == [1, 1, 1]
    put(database, identify(4, "u", "a"))
    drained(database)
    project(database, columns)
    seen = picture(columns)
    assert sorted(count for _, count in seen["seen"]) == [1, 2]
    assert len(seen["customers"]) == 2


def test_who_was_one_from_the_start_is_one_in_the_columns(database: Database, columns: Columns) -> None:
    """An event under the second identity of somebody who never was two counts for the customer; made anew, too."""
    identities = (Identity("external_userid", "wm1"), Identity("unionid", "o1"))
    with database.begin() as work:
        customers.introduce(work, SIYU, [Introduction(identities, START, {"name": "小满"}, START)], "wecom")
        work.record([NewEvent("page_seen", work.ids.new_id(), 2, START, "test", {})])
    with database.autocommit() as driver:
        sequence_once(driver)
    project(database, columns)
    seen = picture(columns)
    assert seen["customers"] == [(1, "", {"name": "小满"})]
    assert seen["seen"] == [(1, 1)]
    rebuild_columns(database, columns, lambda *_: None)
    assert picture(columns) == seen


def test_a_stretch_written_twice_counts_once(database: Database, columns: Columns) -> None:
    put(database, track(1), identify(2, "u1", "a1", city="上海"))
    drained(database)
    project(database, columns)
    before = picture(columns)
    with database.autocommit() as driver:
        driver.execute("UPDATE log.consumers SET projecting_to = position, position = 0 WHERE name = 'columns'")
    project(database, columns)
    assert picture(columns) == before


def test_columns_made_anew_give_the_same_answers(database: Database, columns: Columns) -> None:
    put(
        database,
        track(1, userId="u"),
        track(2, userId=..., anonymousId="a"),
        identify(3, "u", "a", city="上海", name="x"),
    )
    drained(database)
    put(database, track(4, userId="v"), identify(5, "w", "b", city="北京"))
    drained(database)
    project(database, columns)
    before = picture(columns)
    steps: list[tuple[int, int]] = []
    assert rebuild_columns(database, columns, lambda done, total: steps.append((done, total))) == len(before["events"])
    assert picture(columns) == before
    assert steps[-1] == (2, 2)
    put(database, track(6, userId="u"))
    drained(database)
    project(database, columns)
    assert sum(count for _, count in picture(columns)["seen"]) == 4


def test_a_rebuild_after_a_crash_repeats_nothing(database: Database, columns: Columns) -> None:
    """The projector had promised a stretch, even written it, and died before it moved its cursor."""
    put(database, track(1), track(2))
    drained(database)
    project(database, columns)
    before = picture(columns)
    with database.autocommit() as driver:
        driver.execute("UPDATE log.consumers SET projecting_to = position, position = 0 WHERE name = 'columns'")
    rebuild_columns(database, columns, lambda done, total: None)
    project(database, columns)
    assert picture(columns) == before


def test_a_token_that_is_remembered_without_its_rows_loses_nothing(database: Database, columns: Columns) -> None:
    """However it came to be so: a second try is dropped as already done, and what is missing is written all the same."""
    put(
        database,
        *[track(number, userId=f"u{number % 3}") for number in range(30)],
        identify(99, "u1", "a1", city="上海"),
    )
    drained(database)
    project(database, columns)
    before = picture(columns)
    for lost in ("n % 2 = 1", "1 = 1"):
        columns.command(f"DELETE FROM events WHERE {lost}")  # noqa: S608  # one of two constants
        columns.command("DELETE FROM customers WHERE 1 = 1")
        assert picture(columns) != before
        with database.begin() as work:  # as if the stretch had been promised, and the cursor never moved
            work.driver.execute(
                "UPDATE log.consumers SET projecting_to = position, position = 0 WHERE name = 'columns'"
            )
        project(database, columns)
        assert picture(columns) == before


ROW = "SELECT staff_ids, consents, identity_kinds, entry_channel, first_seen_at FROM customers FINAL WHERE customer_id = 1"


def test_a_row_says_who_keeps_them_what_they_said_how_they_are_known_and_how_they_came(
    database: Database, columns: Columns
) -> None:
    """Of all their profiles together, in the order in which they were seen and not in which they were told of."""
    at = database.clock.now()
    words = [
        ("marketing", "sms", ConsentState.GRANTED, 1),
        ("marketing", "sms", ConsentState.WITHDRAWN, 2),
        ("profiling", ALL_CHANNELS, ConsentState.WITHDRAWN, 1),
    ]
    with database.begin() as work:
        company.ensure_first_admin(work, "a@example.com", "correct horse", "云岭咖啡")
    with database.begin() as work:
        one, other = Identity("openid", "o-1"), Identity("phone", "13800000001")
        earlier = at - timedelta(days=3)
        profiles = customers.resolve(work, SIYU, {(one,): at}, channels={(one,): "import:crm"})
        profiles |= customers.resolve(work, SIYU, {(other,): earlier}, channels={(other,): "mini"})
        (unit,) = company.list_units(work, SIYU)
        staff = [
            company.create_staff(
                work, SIYU, "店员", f"{number}@example.com", "correct horse", Role.FRONTLINE, unit.unit_id
            ).staff_id
            for number in range(2)
        ]
        for customer_id, staff_id in zip(profiles.values(), staff, strict=True):
            customers.set_custody(work, SIYU, customer_id, unit_id=unit.unit_id, staff_id=staff_id)
        customers.record_consents(
            work,
            SIYU,
            [
                ConsentWord(profile_id, purpose, channel, state, at - timedelta(days=9 - day))
                for profile_id, (purpose, channel, state, day) in zip([2, 1, 2], words, strict=True)
            ],
        )
    sequence(database)
    project(database, columns)
    assert columns.query(ROW) == [([staff[0]], ["marketing:sms:withdrawn"], ["openid"], "import:crm", at)]
    with database.begin() as work:
        customers.merge(work, SIYU, [1, 2], "同一个人")
    sequence(database)
    project(database, columns)
    said = ["profiling:*:withdrawn", "marketing:sms:withdrawn"]
    assert columns.query(ROW) == [(staff, said, ["openid", "phone"], "mini", earlier)]
    with database.begin() as work:
        customers.forget_profiles(work, SIYU, [1, 2])
    sequence(database)
    project(database, columns)
    assert columns.query(ROW) == [([], [], [], "", NOT_SEEN)]


def test_who_is_kept_in_a_unit_that_is_moved_is_found_where_it_is_now(database: Database, columns: Columns) -> None:
    put(database, track(1, userId="u1"), track(2, userId="u2"))
    drained(database)
    with database.begin() as work:
        company.ensure_first_admin(work, "a@example.com", "correct horse", "云岭咖啡")
        (root,) = company.list_units(work, SIYU)
        east, west = (company.create_unit(work, SIYU, name, root.unit_id) for name in ("华东", "华西"))
        shop = company.create_unit(work, SIYU, "门店", east.unit_id)
        customers.set_custody(work, SIYU, 1, unit_id=shop.unit_id, staff_id=None)
        customers.set_custody(work, SIYU, 2, unit_id=west.unit_id, staff_id=None)
    sequence(database)
    project(database, columns)
    assert [row[1] for row in picture(columns)["customers"]] == [shop.path, west.path]
    with database.begin() as work:
        company.move_unit(work, SIYU, east.unit_id, west.unit_id)
    sequence(database)
    project(database, columns)
    assert [row[1] for row in picture(columns)["customers"]] == [
        f"{west.path}{east.unit_id}.{shop.unit_id}.",
        west.path,
    ]
