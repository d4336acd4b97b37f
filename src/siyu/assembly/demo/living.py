"""What the living have to know of this demo: keys of their own, and the addresses that they come in by."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.brand import ACTOR
from siyu.assembly.demo.home import find_living, living_path
from siyu.assembly.demo.plan import DemoPlan
from siyu.assembly.installation import Installation
from siyu.assembly.processes import address_of
from siyu.domain.company import service as company
from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.entries import service as entries
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import UnitOfWork
from siyu.world.living.plan import LivingPlan

WRITE_KEY, IMPORT_KEY, LEADER_KEY = "演示 · 课程平台", "演示 · 订单文件", "演示 · 主管交接"
DESIGNS_MAX: Final = 200


def wake_living(installation: Installation, demo: DemoPlan) -> None:
    """Writes it down; keys that the living have already stay theirs."""
    settings = installation.settings
    known = find_living(settings)
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
        plan.write(living_path(settings))


def _revoke_lost(work: UnitOfWork) -> None:
    for key in company.list_keys(work, ACTOR, PageRequest(size=DESIGNS_MAX)).rows:
        if key.name in (WRITE_KEY, IMPORT_KEY, LEADER_KEY) and key.revoked_at is None:
            company.revoke_key(work, ACTOR, key.key_id)
