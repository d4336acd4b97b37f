"""Who decides about a send or a post: who sees all whom it reaches, or asked for it. And quotas that two count at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from siyu.domain.company import service as company
from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.company.rules import actor_of
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import MadeElsewhereError
from siyu.domain.definitions.rules import KEPT_BY_MAKERS, publish_right, write_right
from siyu.domain.sends import reading as sends_reading
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import MassQuota, RunState
from siyu.kernel.actors import Actor, Scope
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.conftest import START
from tests.engines.reach.sending import ZONE, a_send
from tests.engines.scenery import SIYU, a_segment

Deed = Callable[[UnitOfWork, Actor, int], object]
DEEDS: dict[str, Deed] = {
    "approve": lambda work, actor, send_id: sends.approve_send(work, actor, send_id, 1, ZONE),
    "refuse": lambda work, actor, send_id: sends.refuse_send(work, actor, send_id, 1),
    "cancel": sends.cancel_send,
    "save": lambda work, actor, send_id: sends.save_send(work, actor, send_id, "x", _document(work, send_id)),
}
OF_RUNNING: dict[str, Deed] = {"pause": sends.pause_send, "resume": sends.resume_send, "cancel": sends.cancel_send}


@pytest.mark.parametrize(
    ("scope", "other", "covers"),
    [
        (Scope(), Scope(), True),
        (Scope(), Scope("1.2.", own_only=True), True),
        (Scope("1.2."), Scope("1.2."), True),
        (Scope("1.2."), Scope("1.2.3.", own_only=True), True),
        (Scope("1.2."), Scope("1.20."), False),
        (Scope("1.2."), Scope(), False),
        (Scope("1.2."), Scope(own_only=True), False),
        (Scope("1.2.", own_only=True), Scope("1.2.", own_only=True), False),
    ],
)
def test_a_scope_covers_what_lies_within_it(scope: Scope, other: Scope, covers: bool) -> None:
    assert scope.covers(other) is covers


@pytest.fixture
def staff(database: Database) -> dict[str, Actor]:
    """Two regions with operators, one operator of a shop in the east, and head office."""
    with database.begin() as work:
        company.ensure_first_admin(work, "head@example.com", "a long password", "晨曦茶饮")
        (root,) = company.list_units(work, SIYU)
        units = {"head": root.unit_id}
        for name, parent in (("east", "head"), ("west", "head"), ("shop", "east")):
            units[name] = company.create_unit(work, SIYU, name, units[parent]).unit_id
        paths = {each.unit_id: each.path for each in company.list_units(work, SIYU)}
        found = {}
        for name in ("head", "east", "east2", "west", "shop"):
            unit_id = units[name.rstrip("2")]
            email = f"{name}2@example.com"
            one = company.create_staff(work, SIYU, name, email, "a long password", Role.OPERATOR, unit_id)
            found[name] = actor_of(one, paths[unit_id])
    return found


def _document(work: UnitOfWork, send_id: int) -> object:
    return definitions.get(work, SIYU, send_id, "send").latest


def _ask(work: UnitOfWork, actor: Actor, send_id: int, above: int = 10) -> None:
    sends.ask_for_send(work, actor, send_id, ZONE, recipients=11, approve_above=above)


def _asked(database: Database, segment_id: int, actor: Actor, above: int = 10) -> int:
    with database.begin() as work:
        made = sends.create_send(work, actor, "周末半价", a_send(segment_id))
        _ask(work, actor, made.send_id, above)
    return made.send_id


def _done(database: Database, deed: Deed, actor: Actor, send_id: int) -> bool:
    """Whether it was theirs to do; it is undone."""
    with database.engine.connect() as connection:
        work = UnitOfWork(connection, database.clock, database.ids, database.keys)
        try:
            deed(work, actor, send_id)
        except MadeElsewhereError:
            return False
        except Exception:
            return True
        finally:
            connection.rollback()
    return True


SEES = {
    "head": {"head"},
    "east": {"head", "east", "east2"},
    "shop": {"head", "east", "east2", "shop"},
    "west": {"head", "west"},
}
"""Who decides about what who asked for."""


def test_who_does_not_see_all_whom_a_send_reaches_neither_sees_nor_decides_it(
    database: Database, staff: dict[str, Actor]
) -> None:
    segment_id = a_segment(database)
    waiting = {by: _asked(database, segment_id, staff[by]) for by in SEES}
    planned = {by: _asked(database, segment_id, staff[by], above=100) for by in SEES}
    for by, deciding in SEES.items():
        for name, actor in staff.items():
            for said, deed in DEEDS.items():
                assert _done(database, deed, actor, waiting[by]) is (name in deciding), (by, name, said)
            for said, deed in OF_RUNNING.items():
                assert _done(database, deed, actor, planned[by]) is (name in deciding), (by, name, said)
    with database.read() as reading:
        for name, actor in staff.items():
            shown = {each.run.send_id for each in sends.list_approvals(reading, actor)}
            assert shown == {waiting[by] for by, deciding in SEES.items() if name in deciding}, name
    with database.begin() as work:
        approved = sends.approve_send(work, staff["east"], waiting["shop"], 1, ZONE)
    assert approved.run is not None
    assert approved.run.state is RunState.PLANNED


def test_what_was_asked_for_moves_with_its_unit(database: Database, staff: dict[str, Actor]) -> None:
    send_id = _asked(database, a_segment(database), staff["shop"])
    with database.begin() as work:
        units = {each.name: each for each in company.list_units(work, SIYU)}
        company.move_unit(work, SIYU, units["shop"].unit_id, units["west"].unit_id)
    with database.read() as reading:
        shop = replace(staff["shop"], scope=Scope(f"{units['west'].path}{units['shop'].unit_id}."))
        shown = {
            name: [each.run.send_id for each in sends.list_approvals(reading, actor)]
            for name, actor in {**staff, "shop": shop}.items()
        }
    assert {name for name, ids in shown.items() if ids == [send_id]} == {"head", "west", "shop"}


def test_posts_are_decided_where_they_were_asked_for(database: Database, staff: dict[str, Actor]) -> None:
    document = {"kind": "group", "targets": {"all": True}, "content": {"title": "秋茶", "body": "秋茶到店"}}
    with database.begin() as work:
        held = {
            by: sends.post_now(
                work, staff[by], "秋茶", document, [1], asked_key="once", people=11, approve_above=10
            ).post_id
            for by in SEES
        }
    for by, deciding in SEES.items():
        for name, actor in staff.items():
            for deed in (sends.approve_post, sends.refuse_post, sends.cancel_post):
                assert _done(database, deed, actor, held[by]) is (name in deciding), (by, name, deed)
    with database.read() as reading:
        for name, actor in staff.items():
            shown = {each.post_id for each, _ in sends.list_post_approvals(reading, actor)}
            assert shown == {held[by] for by, deciding in SEES.items() if name in deciding}, name


def test_with_what_key_a_post_was_asked_for_is_forgotten(
    database: Database, clock: ManualClock, staff: dict[str, Actor]
) -> None:
    document = {"kind": "group", "targets": {"all": True}, "content": {"title": "秋茶", "body": "秋茶到店"}}

    def asked(key: str) -> int:
        with database.begin() as work:
            return sends.post_now(work, staff["head"], "秋茶", document, [1], asked_key=key).post_id

    first = asked("first")
    clock.advance(timedelta(days=30))
    assert asked("first") == first
    clock.advance(timedelta(seconds=1))
    asked("second")
    with database.read() as reading:
        assert reading.driver.execute("SELECT asked_key FROM sends.post_asks").fetchall() == [("second",)]


@pytest.mark.parametrize("kind", sorted(KEPT_BY_MAKERS))
def test_what_is_kept_by_its_makers_is_changed_by_those_of_their_scope(
    database: Database, staff: dict[str, Actor], kind: str
) -> None:
    deeds: list[Deed] = [
        lambda work, actor, each: definitions.save_draft(work, actor, each, "x", {}),
        definitions.publish,
        definitions.stop,
        definitions.resume,
        definitions.delete,
    ]
    rights = frozenset({write_right(kind), publish_right(kind)})  # to publish some of them is head office's right alone
    able = {name: replace(actor, rights=rights) for name, actor in staff.items()}
    for by, deciding in SEES.items():
        with database.begin() as work:
            made = definitions.create(work, able[by], kind, "x", {}).definition_id
        for name, actor in able.items():
            for deed in deeds:
                assert _done(database, deed, actor, made) is (name in deciding), (by, name, deed)


def test_what_a_program_made_is_changed_by_those_of_its_unit(database: Database, staff: dict[str, Actor]) -> None:
    shop = int(str(staff["shop"].scope.unit_path).split(".")[-2])
    with database.begin() as work:
        secret = company.create_key(work, SIYU, KeyKind.API, "收银", Role.OPERATOR, shop).secret
        made = definitions.create(work, company.actor_of_key(work, secret), "segment", "x", {}).definition_id
    alone = replace(staff["shop"], scope=replace(staff["shop"].scope, own_only=True))
    for name, actor in {**staff, "alone": alone}.items():
        assert _done(database, definitions.publish, actor, made) is (name in SEES["shop"]), name


def test_two_who_plan_at_once_do_not_both_count_a_customers_last_slot(database: Database) -> None:
    """The second waits until the first has said what it gave."""
    day = START.date()
    with database.begin() as first, database.begin() as second:
        assert sends_reading.lock_slots_left(first, [1], MassQuota.DAILY, day) == {}
        second.driver.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable), second.driver.transaction():
            sends_reading.lock_slots_left(second, [1], MassQuota.DAILY, day)
        first.driver.execute(
            "WITH t AS (INSERT INTO sends.tasks (task_key, corp_id, content_key, body, sender, worth_fen, state, asked_at,"
            " due_at, ends_at) VALUES ('k', 'ww1', 'c', '{}', '', 0, 'new', now(), now(), now()) RETURNING task_id)"
            " INSERT INTO sends.task_parts (task_id, message_id, profile_id, definition_id, version, counted_on)"
            " SELECT task_id, 1, 1, 1, 1, %s FROM t",
            (day,),
        )
        first.connection.commit()
        assert sends_reading.lock_slots_left(second, [1], MassQuota.DAILY, day) == {1: 0}
