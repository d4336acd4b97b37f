"""The course brand's company: its departments, and the people who work there, each by the persona that they play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from siyu.assembly.demo.brand import ACTOR, Keeping, People
from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork
from siyu.world.population.camp.brand import BRAND_NAME, CLASS_TEACHERS, PERSONAS
from siyu.world.population.camp.catalogue import ORDER_COMPLETED
from siyu.world.population.camp.population import Population
from siyu.world.population.camp.terms import teacher_of_class
from siyu.world.population.deeds import Deed

DEMO_EMAIL = "demo@mingli.example"
DEMO_PASSWORD = "mingli-demo"  # noqa: S105 - of made-up people, on loopback; the command line prints it
OPERATOR_EMAIL = "chenyu@mingli.example"

HEAD_OFFICE, OPERATIONS, TEACHING, GROWTH = "总部", "运营部", "教学部", "增长部"
FOUNDER, ASSISTANT, EXPERT = "laozhou", "xiaoman", "fanglaoshi"
TEACHERS: Final = ("an", "he", "nan", "miao", "qing", "tong", "xi", "xia")
"""Of the class teachers, in the order of the brand."""
PEOPLE: Final[Sequence[tuple[str, str, str, Role]]] = (
    (HEAD_OFFICE, PERSONAS[0].name, FOUNDER, Role.MANAGER),
    (HEAD_OFFICE, "顾清", "guqing", Role.ANALYST),
    (HEAD_OFFICE, "陈雨", "chenyu", Role.OPERATOR),
    (HEAD_OFFICE, "方正", "fangzheng", Role.AUDITOR),
    (OPERATIONS, PERSONAS[1].name, ASSISTANT, Role.FRONTLINE),
    (GROWTH, "罗一舟", "luoyizhou", Role.OPERATOR),
    (TEACHING, PERSONAS[2].name, EXPERT, Role.MANAGER),
    (GROWTH, "马达", "mada", Role.PARTNER),
    *((TEACHING, name, userid, Role.FRONTLINE) for name, userid in zip(CLASS_TEACHERS, TEACHERS, strict=True)),
)
"""(department, name, the name of their account, role). The head office is the company itself."""


def found_company(work: UnitOfWork) -> None:
    """Makes the departments and the staff of every role; changes nothing where there is a company already."""
    if not company.ensure_first_admin(work, DEMO_EMAIL, DEMO_PASSWORD, BRAND_NAME, name="体验账号"):
        return
    root = company.list_units(work, ACTOR)[0]
    units = {name: company.create_unit(work, ACTOR, name, root.unit_id) for name in (OPERATIONS, TEACHING, GROWTH)}
    units[HEAD_OFFICE] = root
    for place, name, userid, role in PEOPLE:
        company.create_staff(work, ACTOR, name, email_of(userid), DEMO_PASSWORD, role, units[place].unit_id)


def email_of(userid: str) -> str:
    """The address of somebody's account."""
    return f"{userid}@mingli.example"


def staff_ids(reading: Reading) -> dict[str, int]:
    """{the name of their account: staff id} of everybody."""
    rows = company.list_staff(reading, ACTOR, PageRequest(size=100)).rows
    return {each.email.partition("@")[0]: each.staff_id for each in rows}


def keeping(reading: Reading, people: People) -> Keeping:
    """Who pays is their class teacher's."""
    if not isinstance(people, Population):
        raise TypeError("the course brand keeps its own people")
    known = staff_ids(reading)
    unit_id = next(unit.unit_id for unit in company.list_units(reading, ACTOR) if unit.name == TEACHING)

    def keepers(deeds: Sequence[tuple[int, Deed]]) -> Mapping[int, tuple[int, int | None]]:
        found: dict[int, tuple[int, int | None]] = {}
        for number, deed in deeds:
            term = deed.properties.get("term") if deed.name == ORDER_COMPLETED else None
            if isinstance(term, str) and number not in found:
                monday = date.fromisoformat(term)
                teacher = teacher_of_class(monday, people.terms.class_of(monday, number))
                found[number] = (unit_id, known[TEACHERS[teacher]])
        return found

    return keepers
