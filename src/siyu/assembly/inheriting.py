"""Inheritance joined to WeCom: where customers and groups are handed over, and who is told of it."""

from __future__ import annotations

from siyu.assembly.wecom import WecomClients
from siyu.channels.wecom.inheriting import WecomInheritance
from siyu.domain.company.contracts import WecomCallback
from siyu.domain.contacts.reading import corps_with_contacts
from siyu.domain.contacts.service import hurry_handovers
from siyu.engines.inheritance.contracts import ACTOR
from siyu.engines.inheritance.working import hand_over_once
from siyu.platform.postgres.database import Database

TOLD_OF = frozenset({"add_external_contact", "del_external_contact", "del_follow_user", "transfer_fail"})
"""Changes after which one looks what became of a customer who is on the way."""


def inherit_once(database: Database, clients: WecomClients) -> bool:
    """Does one call of what is handed over in each corp; whether there was any."""
    with database.read() as reading:
        corp_ids = corps_with_contacts(reading)
    found = {corp_id: clients.find(corp_id) for corp_id in corp_ids}
    sources = {corp_id: WecomInheritance(wecom) for corp_id, wecom in found.items() if wecom is not None}
    return hand_over_once(database, sources)


def hear(database: Database, callback: WecomCallback) -> None:
    """Something was told of a customer: if they are on the way, one looks at once how that stands."""
    external_userid = callback.fields.get("ExternalUserID")
    if callback.change in TOLD_OF and isinstance(external_userid, str):
        with database.begin() as work:
            hurry_handovers(work, ACTOR, callback.corp_id, external_userid)
