"""The demo brand's customer service: its accounts answer by the brand's rules."""

from __future__ import annotations

from siyu.assembly.demo.brand import ACTOR, DemoBrand
from siyu.assembly.installation import Installation
from siyu.assembly.serving import desk_of, keep_all_accounts
from siyu.assembly.wecom import WecomClients
from siyu.domain.service import service
from siyu.kernel.actors import Actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import UnitOfWork


def design_service(work: UnitOfWork, actor: Actor, brand: DemoBrand) -> None:
    """Makes and publishes the rules by the operator's own hand."""
    made = service.create_rules(work, actor, *brand.service)
    service.publish_rules(work, actor, made.rules_id)


def open_service(installation: Installation, brand: DemoBrand) -> None:
    """Brings in the accounts that the corp has, and lets those answer that nobody chose rules for."""
    clients = WecomClients(installation.database)
    try:
        keep_all_accounts(desk_of(installation.database, installation.settings.zone), clients)
    finally:
        clients.close()
    with installation.database.begin() as work:
        known = service.list_rules(work, ACTOR, PageRequest(size=50)).rows
        rules_id = next((each.rules_id for each in known if each.name == brand.service[0]), None)
        for account in service.list_accounts(work, ACTOR):
            if account.rules_id is None and rules_id is not None:
                service.choose_rules(work, ACTOR, account.account_id, rules_id)
