"""What the living have to know of this demo: keys of their own, and the addresses that they come in by."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from siyu.assembly.demo.brand import ACTOR
from siyu.assembly.demo.plan import DemoPlan
from siyu.assembly.installation import Installation
from siyu.assembly.processes import address_of
from siyu.domain.company import service as company
from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.entries import service as entries
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import UnitOfWork
from siyu.platform.settings import Settings
from siyu.world.living.plan import PLAN_FILE, LivingPlan

WRITE_KEY, IMPORT_KEY, LEADER_KEY = "演示 · 课程平台", "演示 · 订单文件", "演示 · 主管交接"
DESIGNS_MAX: Final = 200


def living_path(settings: Settings) -> Path:
    """Where the outside reads what the living have to know."""
    return settings.home / PLAN_FILE


def forget_moved(settings: Settings) -> None:
    """A plan for another address than Siyu listens at is none: the living wait for the next."""
    path = living_path(settings)
    known = _find(path)
    if known is not None and known.siyu_url != address_of(settings):
        path.unlink()


def wake_living(installation: Installation, demo: DemoPlan) -> None:
    """Writes it down; keys that the living have already stay theirs."""
    path, settings = living_path(installation.settings), installation.settings
    known = _find(path)
    with installation.database.begin() as work:
        if known is not None and known.leader_key is not None:
            write_key, import_key, leader_key = known.write_key, known.import_key, known.leader_key
        else:
            _revoke_lost(work)
            write_key = company.create_key(work, ACTOR, KeyKind.WRITE, WRITE_KEY).secret
            import_key = company.create_key(work, ACTOR, KeyKind.API, IMPORT_KEY, Role.OPERATOR).secret
            leader_key = company.create_key(work, ACTOR, KeyKind.API, LEADER_KEY, Role.MANAGER).secret
        codes = entries.list_codes(work, ACTOR, PageRequest(size=DESIGNS_MAX), settings.zone).rows
        forms = entries.list_forms(work, ACTOR, PageRequest(size=DESIGNS_MAX)).rows
    addresses, brand = installation.addresses, demo.brand
    code_urls = {
        brand.code_purpose(each.name): addresses.code_url(each.code_id)
        for each in codes
        if each.status is DefinitionStatus.LIVE
    }
    form_id = next((each.form_id for each in forms if each.status is DefinitionStatus.LIVE), None)
    form_urls = {"survey": addresses.form_url(form_id)} if form_id is not None else {}
    plan = LivingPlan(
        brand=brand.key,
        seed=brand.seed,
        customers=demo.customers,
        anchor=demo.anchor.isoformat(),
        zone=settings.timezone,
        siyu_url=address_of(settings),
        write_key=write_key,
        code_urls=code_urls,
        form_urls=form_urls,
        import_key=import_key,
        leader_key=leader_key,
    )
    if plan != known:
        plan.write(path)


def _revoke_lost(work: UnitOfWork) -> None:
    for key in company.list_keys(work, ACTOR, PageRequest(size=DESIGNS_MAX)).rows:
        if key.name in (WRITE_KEY, IMPORT_KEY, LEADER_KEY) and key.revoked_at is None:
            company.revoke_key(work, ACTOR, key.key_id)


def _find(path: Path) -> LivingPlan | None:
    with suppress(OSError, ValueError, TypeError):
        return LivingPlan.from_json(path.read_text(encoding="utf-8"))
    return None
