"""Departments and members of a corp, and the units and staff they stand for. Part of `service`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Unit
from siyu.domain.contacts import directory_store as store
from siyu.domain.contacts.contracts import OutsideDepartment, OutsideMember
from siyu.domain.contacts.rules import email_of, name_of, parents_first
from siyu.kernel.actors import Actor
from siyu.kernel.errors import SiyuError
from siyu.platform.postgres.database import UnitOfWork


class NoCompanyError(SiyuError):
    """There is no company yet whose units the departments could be."""

    code = "no_company"


def keep_departments(work: UnitOfWork, actor: Actor, corp_id: str, told: Sequence[OutsideDepartment]) -> None:
    """Brings the units up to the departments that were told, all of them: new ones become units (or are found among those of the
    same name), renamed and moved ones are renamed and moved. A unit is never deleted, and one that was arranged here by hand is
    left alone until its department changes."""
    actor.require("contacts.run")
    store.lock_directory(work.driver, corp_id)
    known = store.read_departments(work.driver, corp_id)
    units = company.list_units(work, actor)
    if not units:
        raise NoCompanyError
    unit_of = {each.department_id: each.unit_id for each in known.values()}
    there = {each.department_id for each in told}
    for department in parents_first(told):
        before = known.get(department.department_id)
        above = unit_of.get(department.parent_id, units[0].unit_id) if department.parent_id else None
        if before is None:
            unit_of[department.department_id] = _unit_for(work, actor, department, above, units, unit_of.values())
        else:
            _bring_up(work, actor, before, department, above)
        store.save_department(
            work.driver,
            corp_id,
            department.department_id,
            unit_of[department.department_id],
            department.name,
            department.parent_id if department.parent_id in there else None,
        )
    store.mark_departments_gone(work.driver, corp_id, set(known) - there, work.clock.now())


def _unit_for(
    work: UnitOfWork,
    actor: Actor,
    department: OutsideDepartment,
    above: int | None,
    units: Sequence[Unit],
    taken: Collection[int],
) -> int:
    if above is None:  # the root there is the company here
        return units[0].unit_id
    name = name_of(department.name, f"部门 {department.department_id}")
    for unit in units:
        if unit.parent_id == above and unit.name == name and unit.unit_id not in taken:
            return unit.unit_id
    return company.create_unit(work, actor, name, above).unit_id


def _bring_up(
    work: UnitOfWork, actor: Actor, before: store.KnownDepartment, department: OutsideDepartment, above: int | None
) -> None:
    if above is None:
        return  # what the company is called is its own matter
    if department.name != before.name:
        company.rename_unit(work, actor, before.unit_id, name_of(department.name, before.name))
    if department.parent_id != before.parent_id and before.parent_id is not None:
        company.move_unit(work, actor, before.unit_id, above)


def keep_members(
    work: UnitOfWork, actor: Actor, corp_id: str, told: Sequence[OutsideMember], followers: Collection[str]
) -> None:
    """Brings the staff up to the members that were told, all who are visible: who is new is found by e-mail or made, without any
    right but that of the front line; who is told no more has left. Of staff who were here before just the mapping is kept."""
    actor.require("contacts.run")
    store.lock_directory(work.driver, corp_id)
    known = store.read_known_members(work.driver, corp_id)
    units = {each.department_id: each.unit_id for each in store.read_departments(work.driver, corp_id).values()}
    having = {each.lower() for each in followers}
    for member in told:
        userid = member.userid.lower()
        before = known.get(userid)
        if before is None:
            member_id = _make(work, actor, corp_id, member, units)
            store.update_member(
                work.driver,
                member_id,
                name_of(member.name, member.userid),
                member.department_id,
                member.is_active,
                userid in having,
            )
        elif _is_changed(before, member, userid in having):
            _change(work, actor, before, member, units, has_customers=userid in having)
    there = {each.userid.lower() for each in told} | having
    left = [each for userid, each in known.items() if userid not in there and not each.is_gone]
    if told and left:
        _let_go(work, actor, left)


def _is_changed(before: store.KnownMember, member: OutsideMember, has_customers: bool) -> bool:
    now = (name_of(member.name, member.userid), member.department_id, member.is_active, has_customers, False)
    return (before.name, before.department_id, before.is_active, before.has_customers, before.is_gone) != now


def _change(
    work: UnitOfWork,
    actor: Actor,
    before: store.KnownMember,
    member: OutsideMember,
    units: Mapping[int, int],
    *,
    has_customers: bool,
) -> None:
    name = name_of(member.name, member.userid)
    if before.is_ours:
        is_moved = member.department_id != before.department_id
        unit_id = units.get(member.department_id) if is_moved and member.department_id is not None else None
        company.keep_adopted(work, actor, before.staff_id, name=name, unit_id=unit_id, is_active=member.is_active)
    store.update_member(work.driver, before.member_id, name, member.department_id, member.is_active, has_customers)


def _let_go(work: UnitOfWork, actor: Actor, left: Iterable[store.KnownMember]) -> None:
    gone = list(left)
    for each in gone:
        if each.is_ours:
            company.keep_adopted(work, actor, each.staff_id, name=each.name, unit_id=None, is_active=False)
    store.mark_members_left(work.driver, [each.member_id for each in gone], work.clock.now())


def _make(work: UnitOfWork, actor: Actor, corp_id: str, member: OutsideMember, units: Mapping[int, int]) -> int:
    root = company.list_units(work, actor)
    if not root:
        raise NoCompanyError
    unit_id = units.get(member.department_id or 0, root[0].unit_id)
    name = name_of(member.name, member.userid)
    email = email_of(member, corp_id)
    staff_id, is_new = company.adopt_staff(work, actor, name, email, unit_id)
    return store.insert_member(work.driver, corp_id, member.userid, staff_id, is_new, name, member.department_id)


def let_go_members(work: UnitOfWork, actor: Actor, corp_id: str, userids: Collection[str]) -> None:
    """Those members have left."""
    actor.require("contacts.run")
    store.lock_directory(work.driver, corp_id)
    known = store.read_known_members(work.driver, corp_id)
    _let_go(work, actor, [each for userid in userids if (each := known.get(userid.lower())) and not each.is_gone])


def ensure_members(
    work: UnitOfWork, actor: Actor, corp_id: str, userids: Collection[str]
) -> dict[str, tuple[int, int, int]]:
    """{userid in lower case: (member, staff, unit)}; who is not known is made, under no name but the userid."""
    actor.require("contacts.run")
    found = store.member_ids(work.driver, corp_id, userids)
    missing = {each.lower(): each for each in userids if each.lower() not in found}
    if missing:
        store.lock_directory(work.driver, corp_id)
        known = store.read_known_members(work.driver, corp_id)
        for lower, userid in sorted(missing.items()):
            if lower not in known:
                _make(work, actor, corp_id, OutsideMember(userid, userid, None), {})
        found = store.member_ids(work.driver, corp_id, userids)
    return found


def confirm_member(work: UnitOfWork, actor: Actor, member_id: int, staff_id: int) -> None:
    """This member has shown that they are that one of the staff."""
    actor.require("contacts.run")
    store.confirm_member(work.driver, member_id)
    company.record_audit(work, actor, "contacts.confirm_member", f"staff:{staff_id}", member_id=member_id)
