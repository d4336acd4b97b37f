"""Customer service joined to WeCom: where conversations are read and done, and when accounts are looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from siyu.assembly.wecom import WecomClients
from siyu.channels.wecom.service import WecomService
from siyu.domain.company.service import record_audit
from siyu.domain.contacts.contracts import SourceRefusedError
from siyu.domain.contacts.reading import corps_with_contacts
from siyu.domain.service.contracts import ServiceSource
from siyu.domain.service.reading import corps_with_accounts
from siyu.domain.service.service import get_account
from siyu.engines.service.contracts import Desk
from siyu.engines.service.doing import do_once, end_silent_once, keep_accounts
from siyu.engines.service.health import look_at_accounts
from siyu.engines.service.receiving import read_once
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database

STEPS_AT_ONCE = 20
SCENE = re.compile(r"[0-9a-zA-Z_-]{0,32}")
ACCOUNTS_EVERY = timedelta(minutes=10)
"""How often one looks which accounts there are and who looks after them."""

log = get_logger(__name__)


def desk_of(database: Database, zone: ZoneInfo) -> Desk:
    """Where conversations are kept."""
    return Desk(database, zone)


def sources(database: Database, clients: WecomClients) -> dict[str, ServiceSource]:
    """{corp: its customer service} of those that are connected and have accounts."""
    with database.read() as reading:
        corp_ids = corps_with_accounts(reading)
    found = {corp_id: clients.find(corp_id) for corp_id in corp_ids}
    return {corp_id: WecomService(wecom) for corp_id, wecom in found.items() if wecom is not None}


def serve_once(desk: Desk, clients: WecomClients) -> bool:
    """Says and does what waits, and reads one account; whether there was any of it. What waits goes first: a welcome dies soon."""
    there = sources(desk.database, clients)
    done = 0
    while there and done < STEPS_AT_ONCE and do_once(desk, there):
        done += 1
    return (bool(there) and read_once(desk, there)) or done > 0


def find_service(clients: WecomClients, corp_id: str) -> ServiceSource | None:
    """The customer service of a corp; None where it is not connected."""
    wecom = clients.find(corp_id)
    return WecomService(wecom) if wecom is not None else None


def keep_all_accounts(desk: Desk, clients: WecomClients) -> int:
    """Brings the accounts of every corp up to how they are there; gives how many. A corp that refuses stands as it was."""
    with desk.database.read() as reading:
        corp_ids = sorted({*corps_with_contacts(reading), *corps_with_accounts(reading)})
    count = 0
    for corp_id in corp_ids:
        source = find_service(clients, corp_id)
        if source is None:
            continue
        try:
            count += keep_accounts(desk, corp_id, source)
        except SourceRefusedError as error:
            log.warning("service_accounts_refused", errcode=error.errcode)
    return count


def looked_after(desk: Desk, clients: WecomClients) -> Callable[[], bool]:
    """What is done seldom: accounts kept up, silent conversations ended, personas' accounts looked at."""
    next_at: datetime | None = None

    def step() -> bool:
        nonlocal next_at
        now = desk.database.clock.now()
        if next_at is None or now >= next_at:
            next_at = now + ACCOUNTS_EVERY
            keep_all_accounts(desk, clients)
        look_at_accounts(desk)
        return end_silent_once(desk)

    return step


def refresh_accounts(database: Database, actor: Actor, zone: ZoneInfo) -> int:
    """Looks now which accounts there are, because somebody asked for it; gives how many."""
    actor.require("service.write")
    clients = WecomClients(database)
    try:
        found = keep_all_accounts(desk_of(database, zone), clients)
    finally:
        clients.close()
    with database.begin() as work:
        record_audit(work, actor, "service.refresh_accounts", "service_account", count=found)
    return found


def account_link(database: Database, actor: Actor, account_id: int, scene: str) -> str:
    """The address at which customers enter an account; conversations tell the `scene` that they came by."""
    actor.require("service.write")
    if not SCENE.fullmatch(scene):
        raise InvalidError("At most 32 letters, digits, - and _.", field="scene")
    with database.read() as reading:
        account = get_account(reading, actor, account_id)
    clients = WecomClients(database)
    try:
        source = find_service(clients, account.corp_id)
        if source is None:
            raise NotFoundError(f"The corp of account {account_id} is not connected.")
        link = source.link(account.open_kfid, scene)
    finally:
        clients.close()
    with database.begin() as work:
        record_audit(work, actor, "channels.make_link", f"service_account:{account_id}")
    return link
