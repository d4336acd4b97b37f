"""The demo brand's company: its regions and stores, and the people who work there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from siyu.assembly.demo.brand import ACTOR, Keeping, People
from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role, Staff, Unit
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork
from siyu.world.population.deeds import Deed
from siyu.world.population.tea.brand import BRAND_NAME, REGIONS, STORES

DEMO_EMAIL = "demo@chenxi.example"
DEMO_PASSWORD = "chenxi-demo"  # noqa: S105 - of made-up people, on loopback; the command line prints it
OPERATOR_EMAIL = "linxiao@chenxi.example"

_HEAD_OFFICE: tuple[tuple[str, str, Role], ...] = (
    ("林晓", OPERATOR_EMAIL, Role.OPERATOR),
    ("沈知行", "shenzhixing@chenxi.example", Role.ANALYST),
    ("方正", "fangzheng@chenxi.example", Role.AUDITOR),
)
MANAGERS = {
    "华东": ("周岚", "zhoulan@chenxi.example"),
    "华南": ("梁嘉豪", "liangjiahao@chenxi.example"),
    "华北": ("郭铭", "guoming@chenxi.example"),
}
FRONTLINE = {
    "上海人民广场店": ("唐小满", "tangxiaoman@chenxi.example"),
    "杭州湖滨店": ("许诺", "xunuo@chenxi.example"),
    "广州天河城店": ("何乐怡", "heleyi@chenxi.example"),
    "北京三里屯店": ("宋一鸣", "songyiming@chenxi.example"),
}
FRANCHISED = {"苏州观前街店": ("顾阿姨", "guayi@chenxi.example")}
"""Stores of another firm: {store: their owner}, who runs what is theirs and knows nothing of the rest."""

OWN_CUSTOMERS_SHARE = 3
"""In a store with staff who keep customers, one customer in so many is kept by one of them."""


@dataclass(frozen=True, slots=True)
class StoreTeam:
    """A store's unit, and those of its staff who keep customers of their own."""

    unit_id: int
    staff_ids: Sequence[int] = field(default_factory=tuple)


def found_company(work: UnitOfWork) -> None:
    """Makes the tree of units and the staff of every role; changes nothing where there is a company already."""
    if not company.ensure_first_admin(work, DEMO_EMAIL, DEMO_PASSWORD, BRAND_NAME, name="体验账号"):
        return
    root = company.list_units(work, ACTOR)[0]
    for person in _HEAD_OFFICE:
        _hire(work, *person, root)
    for region in REGIONS:
        unit = company.create_unit(work, ACTOR, region, root.unit_id)
        _hire(work, *MANAGERS[region], Role.MANAGER, unit)
        for store in STORES:
            if store.region == region:
                place = company.create_unit(work, ACTOR, store.name, unit.unit_id)
                if store.name in FRONTLINE:
                    _hire(work, *FRONTLINE[store.name], Role.FRONTLINE, place)
                if store.name in FRANCHISED:
                    _hire(work, *FRANCHISED[store.name], Role.PARTNER, place, own_only=False)


def store_teams(reading: Reading) -> Mapping[str, StoreTeam]:
    """The team of every store that still has the name it was founded with."""
    staff = company.list_staff(reading, ACTOR, PageRequest(size=500)).rows
    names = {store.name for store in STORES}
    return {
        unit.name: StoreTeam(unit.unit_id, tuple(each.staff_id for each in staff if _keeps_customers(each, unit)))
        for unit in company.list_units(reading, ACTOR)
        if unit.name in names
    }


def keeping(reading: Reading, _: People) -> Keeping:
    """Those who registered go into the keeping of their store; of those with staff who keep customers, some are theirs."""
    teams = store_teams(reading)

    def keepers(deeds: Sequence[tuple[int, Deed]]) -> Mapping[int, tuple[int, int | None]]:
        found: dict[int, tuple[int, int | None]] = {}
        for number, deed in deeds:
            team = teams.get(deed.properties.get("store", "")) if deed.is_telling else None
            if team is not None:
                is_kept = bool(team.staff_ids) and number % OWN_CUSTOMERS_SHARE == 0
                found[number] = (team.unit_id, team.staff_ids[number % len(team.staff_ids)] if is_kept else None)
        return found

    return keepers


def _keeps_customers(staff: Staff, unit: Unit) -> bool:
    return staff.unit_id == unit.unit_id and staff.own_only and staff.is_active


def _hire(work: UnitOfWork, name: str, email: str, role: Role, unit: Unit, *, own_only: bool | None = None) -> None:
    company.create_staff(work, ACTOR, name, email, DEMO_PASSWORD, role, unit.unit_id, own_only=own_only)
