"""Departments and members of the corp, as far as the application sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.gates import Priority

ROOT_DEPARTMENT = 1


@dataclass(frozen=True, slots=True)
class Department:
    """A department; the root has no parent (0)."""

    department_id: int
    name: str
    parent_id: int
    order: int


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the staff. Phone and e-mail are told to old applications alone. Status: 1 active, 2 disabled, 4 not yet
    active, 5 left."""

    userid: str
    name: str
    department_ids: tuple[int, ...]
    main_department_id: int
    position: str
    status: int
    mobile: str
    email: str


def list_departments(wecom: Wecom, department_id: int | None = None) -> list[Department]:
    """A department and all below it, or all that are visible."""
    query = {} if department_id is None else {"id": department_id}
    return [
        Department(int(one["id"]), str(one.get("name", "")), int(one.get("parentid", 0)), int(one.get("order", 0)))
        for one in wecom.call("department/list", query=query)["department"]
    ]


def list_members(wecom: Wecom, department_id: int = ROOT_DEPARTMENT, *, is_deep: bool = True) -> list[Member]:
    """The visible members of a department, with those of departments below it."""
    query = {"department_id": department_id, "fetch_child": int(is_deep)}
    return [_member(one) for one in wecom.call("user/list", query=query, priority=Priority.BULK)["userlist"]]


def list_addresses(wecom: Wecom) -> list[str]:
    """The addresses that WeCom's callbacks come from."""
    return [str(one) for one in wecom.call("getcallbackip")["ip_list"]]


def _member(one: dict[str, Any]) -> Member:
    departments = tuple(int(each) for each in one.get("department", ()))
    return Member(
        str(one["userid"]),
        str(one.get("name", "")),
        departments,
        int(one.get("main_department") or (departments[0] if departments else 0)),
        str(one.get("position", "")),
        int(one.get("status", 1)),
        str(one.get("mobile", "")),
        str(one.get("biz_mail") or one.get("email") or ""),
    )
