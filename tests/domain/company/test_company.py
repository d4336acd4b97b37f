"""Units, staff, log-in, keys and the audit, below the face."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from siyu.domain.company import rules, service, store
from siyu.domain.company.contracts import (
    SESSION_AGE_MAX,
    AuditFilter,
    EmailTakenError,
    KeyKind,
    LastAdminError,
    OpenedSession,
    PartnerScopeError,
    RefusedLogIn,
    Role,
    Staff,
    UnauthenticatedError,
    Unit,
    UnitCycleError,
    WeakPasswordError,
)
from siyu.domain.company.reading import find_reader
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import ForbiddenError, InvalidError, NotFoundError
from siyu.kernel.paging import PageRequest
from siyu.platform import crypto
from siyu.platform.postgres.database import Database

EMAIL = "admin@example.com"
PASSWORD = "correct horse battery"
ADDRESS = "203.0.113.9"
SYSTEM = system_actor("test")
ALL = PageRequest(size=500)


@pytest.fixture
def company(database: Database) -> Database:
    """A company with its root unit and one administrator."""
    with database.begin() as work:
        assert service.ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    return database


def _unit(company: Database, name: str, parent_id: int = 1) -> Unit:
    with company.begin() as work:
        return service.create_unit(work, SYSTEM, name, parent_id)


def _staff(company: Database, name: str, role: Role, unit_id: int) -> tuple[Staff, Actor]:
    with company.begin() as work:
        staff = service.create_staff(work, SYSTEM, name, f"{name}@example.com", PASSWORD, role, unit_id)
    return staff, _session(company, f"{name}@example.com").actor


def _session(company: Database, email: str = EMAIL, password: str = PASSWORD) -> OpenedSession:
    opened = _log_in(company, email, password)
    assert isinstance(opened, OpenedSession)
    return opened


def _log_in(
    company: Database, email: str = EMAIL, password: str = PASSWORD, address: str = ADDRESS
) -> OpenedSession | RefusedLogIn:
    with company.begin() as work:
        return service.log_in(work, email, password, address)


def _error(outcome: OpenedSession | RefusedLogIn) -> Exception:
    assert isinstance(outcome, RefusedLogIn)
    return outcome.error


# --- units


def test_whatever_moves_a_path_is_the_parents_path_and_the_own_id(company: Database) -> None:
    chance = random.Random(20260601)
    for _ in range(120):
        with company.read() as reading:
            units = service.list_units(reading, SYSTEM)
        one, other = chance.choice(units), chance.choice(units)
        if len(units) < 25:
            _unit(company, f"unit {len(units)}", one.unit_id)
            continue
        with company.begin() as work:
            try:
                service.move_unit(work, SYSTEM, one.unit_id, other.unit_id)
            except UnitCycleError:
                assert other.path.startswith(one.path)
            else:
                assert not other.path.startswith(one.path)
        with company.read() as reading:
            after = {unit.unit_id: unit for unit in service.list_units(reading, SYSTEM)}
        assert len(after) == len(units)
        for unit in after.values():
            parent = after[unit.parent_id] if unit.parent_id is not None else None
            assert unit.path == (parent.path if parent else "") + f"{unit.unit_id}."
    with company.read() as reading:
        assert service.list_units(reading, SYSTEM)[0].path == "1."


def test_a_move_is_an_event(company: Database) -> None:
    east, south, shanghai = _unit(company, "华东"), _unit(company, "华南"), _unit(company, "上海", 2)
    with company.begin() as work:
        service.move_unit(work, SYSTEM, shanghai.unit_id, south.unit_id)
    with company.read() as reading:
        found = reading.driver.execute("SELECT profile_id, properties FROM log.events WHERE name = 'unit_moved'")
        expected = {"unit_id": 4, "old_path": f"1.{east.unit_id}.4.", "new_path": f"1.{south.unit_id}.4."}
        assert found.fetchall() == [(0, expected)]


def test_the_tree_is_not_deeper_than_its_limit(company: Database) -> None:
    last = 1
    for n in range(rules.TREE_DEPTH_MAX - 1):
        last = _unit(company, str(n), last).unit_id
    with pytest.raises(InvalidError):
        _unit(company, "one more", last)
    top = _unit(company, "top")
    _unit(company, "below", top.unit_id)
    with company.begin() as work, pytest.raises(InvalidError):
        service.move_unit(work, SYSTEM, top.unit_id, last - 1)


# --- scope


def test_a_scope_is_a_unit_and_all_below_it(company: Database) -> None:
    east, south = _unit(company, "华东"), _unit(company, "华南")
    shanghai = _unit(company, "上海", east.unit_id)
    _, local = _staff(company, "east", Role.ADMIN, east.unit_id)
    _staff(company, "shanghai", Role.FRONTLINE, shanghai.unit_id)
    far, _ = _staff(company, "south", Role.FRONTLINE, south.unit_id)
    assert local.scope == Scope(unit_path=east.path)
    with company.begin() as work:
        assert [unit.name for unit in service.list_units(work, local)] == ["华东", "上海"]
        assert [staff.name for staff in service.list_staff(work, local, ALL).rows] == ["east", "shanghai"]
        for verb, arguments in (
            (service.create_unit, ("x", south.unit_id)),
            (service.move_unit, (shanghai.unit_id, south.unit_id)),
            (service.move_unit, (south.unit_id, shanghai.unit_id)),
            (service.create_staff, ("x", "x@example.com", PASSWORD, Role.MANAGER, south.unit_id)),
            (service.change_password, (far.staff_id, PASSWORD)),
            (service.deactivate_staff, (far.staff_id,)),
            (service.create_key, (KeyKind.API, "x", Role.ANALYST, south.unit_id)),
        ):
            with pytest.raises(NotFoundError):
                verb(work, local, *arguments)
        with pytest.raises(ForbiddenError):
            service.move_unit(work, local, east.unit_id, shanghai.unit_id)


def test_a_unit_whose_number_begins_alike_is_not_in_the_scope(company: Database) -> None:
    for n in range(20):
        _unit(company, f"unit {n}")
    with company.read() as reading:
        everywhere = {unit.path for unit in service.list_units(reading, SYSTEM)}
        assert {"1.2.", "1.20.", "1.21."} <= everywhere
        assert [unit.path for unit in service.list_units(reading, _in("1.2.", "company.read"))] == ["1.2."]
        assert service.list_units(reading, _in("1.%", "company.read")) == []


def test_keys_and_audit_are_seen_in_their_scope_only(company: Database) -> None:
    east, south = _unit(company, "华东"), _unit(company, "华南")
    _, local = _staff(company, "east", Role.ADMIN, east.unit_id)
    _, other = _staff(company, "south", Role.ADMIN, south.unit_id)
    with company.begin() as work:
        everywhere = service.create_key(work, SYSTEM, KeyKind.API, "all", Role.ANALYST)
        own = service.create_key(work, local, KeyKind.API, "own", Role.ANALYST)
        assert service.actor_of_key(work, everywhere.secret).scope == Scope()
        assert service.actor_of_key(work, own.secret).scope == Scope(unit_path=east.path)
        with pytest.raises(ForbiddenError):  # what is sent with such a key is about customers of all
            service.create_key(work, local, KeyKind.WRITE, "site")
        assert [key.name for key in service.list_keys(work, local, ALL).rows] == ["own"]
        with pytest.raises(NotFoundError):
            service.revoke_key(work, other, own.key.key_id)
        actors = {row.actor_name for row in service.list_audit(work, local, ALL).rows}
        assert actors == {"east"}
        of_other = AuditFilter(staff_id=int(other.actor_id))
        assert service.list_audit(work, local, ALL, of_other).rows == []
        assert {row.actor_name for row in service.list_audit(work, SYSTEM, ALL, of_other).rows} == {"south"}
        everybody = {row.actor_name for row in service.list_audit(work, SYSTEM, ALL).rows}
        assert {"east", "south", "test"} <= everybody


def _in(unit_path: str, *rights: str) -> Actor:
    return Actor(ActorKind.STAFF, "7", frozenset(rights), Scope(unit_path=unit_path))


# --- staff


def test_the_first_admin_is_made_once(company: Database) -> None:
    with company.begin() as work:
        assert not service.ensure_first_admin(work, "second@example.com", PASSWORD, "x")
    opened = _session(company)
    assert opened.staff.unit_name == "晨曦茶饮"
    assert opened.actor == Actor(ActorKind.STAFF, "1", rules.RIGHTS)


def test_frontline_staff_see_their_own_customers_only(company: Database) -> None:
    store = _unit(company, "徐汇店")
    _, frontline = _staff(company, "front", Role.FRONTLINE, store.unit_id)
    _, manager = _staff(company, "boss", Role.MANAGER, store.unit_id)
    assert frontline.scope == Scope(unit_path=store.path, own_only=True)
    assert manager.scope == Scope(unit_path=store.path)


def test_a_partner_is_never_given_the_whole_company(company: Database) -> None:
    distributor = _unit(company, "华东经销商")
    own, actor = _staff(company, "partner", Role.PARTNER, 1)
    assert actor.scope == Scope(own_only=True)
    with company.begin() as work:
        known = ("伙伴", "team@example.com", PASSWORD, Role.PARTNER)
        with pytest.raises(PartnerScopeError):
            service.create_staff(work, SYSTEM, *known, 1, own_only=False)
        with pytest.raises(PartnerScopeError):
            service.create_key(work, SYSTEM, KeyKind.API, "x", Role.PARTNER)
        service.create_staff(work, SYSTEM, *known, distributor.unit_id, own_only=False)
        store.update_staff(work.connection, own.staff_id, own_only=False)
        found = find_reader(work, own.staff_id)
        assert found is not None
        assert found[1].scope == Scope(own_only=True)


@pytest.mark.parametrize("password", ["short", "12345678", "PASSWORD", "x" * 201])
def test_a_password_is_not_too_weak(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        rules.checked_password(password)


@pytest.mark.parametrize("email", ["", "x", "x@", "@example.com", "a b@example.com", "x@example", "x\x00@example.com"])
def test_an_email_has_a_shape(email: str) -> None:
    with pytest.raises(InvalidError):
        rules.checked_email(email)


def test_staff_without_name_email_or_password_is_refused(company: Database) -> None:
    with company.begin() as work:
        for name, email, password in (("", "x@x.cn", PASSWORD), ("x", "x", PASSWORD), ("x", "x@x.cn", "short")):
            with pytest.raises(InvalidError):
                service.create_staff(work, SYSTEM, name, email, password, Role.ADMIN, 1)
        with pytest.raises(WeakPasswordError):
            service.change_password(work, SYSTEM, 1, "short")


def test_an_email_is_one_persons_however_it_is_written(company: Database) -> None:
    with company.begin() as work, pytest.raises(EmailTakenError):
        service.create_staff(work, SYSTEM, "x", " ADMIN@Example.com ", PASSWORD, Role.ADMIN, 1)


def test_two_admins_cannot_remove_each_other_at_once(company: Database) -> None:
    _staff(company, "second", Role.ADMIN, 1)
    start = threading.Barrier(2, timeout=30)

    def remove(staff_id: int) -> str:
        start.wait()
        try:
            with company.begin() as work:
                service.deactivate_staff(work, SYSTEM, staff_id)
        except LastAdminError:
            return "refused"
        return "removed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, [1, 2])) == ["refused", "removed"]


# --- log-in


def test_a_password_hash_of_weaker_make_is_renewed(company: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with company.read() as reading:
        before = reading.driver.execute("SELECT password_hash FROM company.staff").fetchone()
    monkeypatch.setattr(crypto, "_hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    _session(company)
    with company.read() as reading:
        after = reading.driver.execute("SELECT password_hash FROM company.staff").fetchone()
    assert before is not None
    assert after is not None
    assert (",t=1," in before[0], ",t=2," in after[0]) == (True, True)
    _session(company)


def test_a_session_ends_in_the_end_however_much_it_is_used(company: Database, clock: ManualClock) -> None:
    token = _session(company).token
    started = clock.now()
    while clock.now() - started < SESSION_AGE_MAX:
        with company.begin() as work:
            live = service.actor_of_session(work, token)
        assert live.expires_at <= started + SESSION_AGE_MAX
        clock.advance(timedelta(hours=11))
    with company.begin() as work, pytest.raises(UnauthenticatedError):
        service.actor_of_session(work, token)


# --- the audit


def test_the_audit_cannot_be_changed(company: Database) -> None:
    for statement in ("UPDATE company.audit SET verb = 'x'", "DELETE FROM company.audit", "TRUNCATE company.audit"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), company.begin() as work:
            work.connection.execute(sa.text(statement))
    with pytest.raises(psycopg.errors.RaiseException), company.autocommit() as driver:
        driver.execute("DELETE FROM company.audit")


def test_the_audit_masks_what_could_be_a_persons(company: Database) -> None:
    with company.begin() as work:
        service.record_audit(
            work,
            SYSTEM,
            "trials.do",
            "customer:12345678",
            email="somebody@example.com",
            phone="call 13800138000 now",
            count=7,
            is_done=True,
            nothing=None,
            text="x" * 500 + "\x00",
        )
        row = service.list_audit(work, SYSTEM, PageRequest(size=1)).rows[0]
    assert row.subject == "customer:12345678"
    assert row.fields == {
        "email": "***",
        "phone": "***",
        "count": 7,
        "is_done": True,
        "text": "x" * rules.AUDIT_TEXT_LENGTH_MAX,
    }
