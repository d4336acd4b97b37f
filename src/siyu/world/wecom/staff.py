"""Departments and members, and who of them an app sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from siyu.world.wecom.apps import ROOT_DEPARTMENT, App

ACTIVE, DISABLED, NOT_ACTIVATED, LEFT = 1, 2, 4, 5


@dataclass(slots=True)
class Department:
    """A unit of the corp; all hang below the root."""

    department_id: int
    name: str
    parent_id: int
    order: int = 0
    leaders: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Member:
    """One member of the staff. `has_customers` is the right to customer contact."""

    userid: str
    name: str
    departments: list[int] = field(default_factory=lambda: [ROOT_DEPARTMENT])
    position: str = ""
    alias: str = ""
    gender: int = 0
    mobile: str = ""
    email: str = ""
    status: int = ACTIVE
    is_verified: bool = True
    has_customers: bool = True
    left_at: int | None = None

    @property
    def is_here(self) -> bool:
        return self.left_at is None

    @property
    def may_have_customers(self) -> bool:
        return self.is_here and self.status == ACTIVE and self.is_verified and self.has_customers


class Staff:
    """Everybody who works here or did."""

    def __init__(self, corp_name: str) -> None:
        self.departments: dict[int, Department] = {
            ROOT_DEPARTMENT: Department(ROOT_DEPARTMENT, corp_name, 0, order=100_000_000)
        }
        self._members: dict[str, Member] = {}
        self._left: dict[str, Member] = {}

    def add_department(self, name: str, parent_id: int = ROOT_DEPARTMENT) -> Department:
        department_id = max(self.departments) + 1
        made = Department(department_id, name, parent_id, order=100_000_000 - department_id * 1000)
        self.departments[department_id] = made
        return made

    def add(self, member: Member) -> None:
        self._members[member.userid.lower()] = member

    def find(self, userid: str) -> Member | None:
        """A member who works here; upper and lower case are the same."""
        return self._members.get(userid.lower())

    def find_left(self, userid: str) -> Member | None:
        """A member who left."""
        return self._left.get(userid.lower())

    def leave(self, userid: str, at_seconds: int) -> Member | None:
        """Takes a member out of the staff."""
        member = self._members.pop(userid.lower(), None)
        if member is not None:
            member.left_at, member.status = at_seconds, LEFT
            self._left[userid.lower()] = member
        return member

    @property
    def members(self) -> Iterable[Member]:
        return self._members.values()

    @property
    def left(self) -> Iterable[Member]:
        return self._left.values()

    def below(self, department_ids: Iterable[int]) -> set[int]:
        """These departments and all below them."""
        children: dict[int, list[int]] = {}
        for department in self.departments.values():
            children.setdefault(department.parent_id, []).append(department.department_id)
        found: set[int] = set()
        waiting = [known for known in department_ids if known in self.departments]
        while waiting:
            here = waiting.pop()
            if here not in found:
                found.add(here)
                waiting += children.get(here, [])
        return found

    def of_departments(self, department_ids: Iterable[int]) -> list[Member]:
        """The members of these departments alone."""
        wanted = set(department_ids)
        return [member for member in self._members.values() if wanted.intersection(member.departments)]

    def is_visible(self, app: App, userid: str) -> bool:
        """Whether an app's visible range has this member, or had one who left."""
        if ROOT_DEPARTMENT in app.departments or userid in app.users:
            return True
        member = self.find(userid) or self.find_left(userid)
        return member is not None and bool(self.below(app.departments).intersection(member.departments))

    def visible(self, app: App) -> list[Member]:
        """All members whom an app sees."""
        if ROOT_DEPARTMENT in app.departments:
            return list(self._members.values())
        below = self.below(app.departments)
        return [
            member
            for member in self._members.values()
            if member.userid in app.users or below.intersection(member.departments)
        ]
