"""Departments and members become units and staff, and stay what people here made of them."""

from __future__ import annotations

from collections.abc import Sequence

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role, Staff
from siyu.domain.contacts import reading as contacts_reading
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import OutsideDepartment, OutsideMember
from siyu.kernel.actors import system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database

ACTOR = system_actor("test")
CORP = "ww1"
DEPARTMENTS = [OutsideDepartment(1, "总公司", None), OutsideDepartment(2, "华东", 1), OutsideDepartment(3, "静安店", 2)]


def keep(
    database: Database, departments: Sequence[OutsideDepartment], members: Sequence[OutsideMember], *having: str
) -> None:
    with database.begin() as work:
        contacts.keep_departments(work, ACTOR, CORP, departments)
        contacts.keep_members(work, ACTOR, CORP, members, having)


def units(database: Database) -> dict[str, str | None]:
    """{unit: the one above it}."""
    with database.read() as reading:
        found = company.list_units(reading, ACTOR)
    names = {each.unit_id: each.name for each in found}
    return {each.name: names.get(each.parent_id) if each.parent_id else None for each in found}


def staff(database: Database) -> dict[str, Staff]:
    with database.read() as reading:
        return {each.name: each for each in company.list_staff(reading, ACTOR, PageRequest(size=50)).rows}


def test_departments_and_members_are_kept_without_taking_anything_away(database: Database) -> None:
    with database.begin() as work:
        company.ensure_first_admin(work, "admin@siyu.example", "a long password", "晨曦茶饮")
        (root,) = company.list_units(work, ACTOR)
        there = company.create_unit(work, ACTOR, "华东", root.unit_id)
        own = company.create_staff(
            work, ACTOR, "王经理", "wang@chenxi.example", "a long password", Role.MANAGER, there.unit_id
        )
    members = [
        OutsideMember("Wang", "王伟", 3, "wang@chenxi.example"),
        OutsideMember("li", "李娜", 3),
        OutsideMember("zhao", "赵敏", 9),
    ]
    keep(database, DEPARTMENTS, members, "li", "someone")
    assert units(database) == {"晨曦茶饮": None, "华东": "晨曦茶饮", "静安店": "华东"}  # the one of that name was found
    known = staff(database)
    assert known["王经理"] == own  # who was here stays as they were made here
    assert (known["李娜"].role, known["李娜"].unit_name, known["李娜"].own_only) == (Role.FRONTLINE, "静安店", True)
    assert known["赵敏"].unit_name == "晨曦茶饮"  # a department that nobody sees
    with database.read() as reading:
        assert contacts_reading.staff_of(reading, CORP, ["WANG", "nobody"]) == {"wang": own.staff_id}
    moved = [
        OutsideDepartment(1, "改名的总公司", None),
        OutsideDepartment(2, "华东大区", 1),
        OutsideDepartment(3, "静安店", 1),
    ]
    keep(database, moved, [OutsideMember("li", "李娜娜", 2)], "li")
    assert units(database) == {"晨曦茶饮": None, "华东大区": "晨曦茶饮", "静安店": "晨曦茶饮"}
    known = staff(database)
    assert known["李娜娜"].unit_name == "华东大区"
    assert not known["赵敏"].is_active  # gone there
    assert known["王经理"].is_active  # but who was made here is let go by people alone
    keep(database, moved[:2], [OutsideMember("li", "李娜娜", 2), OutsideMember("zhao", "赵敏", 2)])
    assert staff(database)["赵敏"].is_active
    assert set(units(database)) == {"晨曦茶饮", "华东大区", "静安店"}  # a unit is never taken away
    with database.read() as reading:
        listed = {each.userid: each.left_at is None for each in contacts_reading.list_members(reading, ACTOR, CORP)}
    assert listed == {"li": True, "zhao": True, "Wang": False}
