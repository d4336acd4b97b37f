"""The mirror joined to WeCom: which corps there are, when they are compared, what is written there."""

from __future__ import annotations

from siyu.assembly.installation import Installation
from siyu.assembly.wecom import WecomClients
from siyu.channels.wecom.mirror import WecomMirror
from siyu.domain.contacts.contracts import SourceRefusedError, ToldBy
from siyu.domain.contacts.reading import corps_with_contacts
from siyu.engines.mirror.contracts import Corp
from siyu.engines.mirror.syncing import FETCHING_AT_ONCE, keep_staff, sync_corp
from siyu.engines.mirror.writing import WRITING_AT_ONCE, write_once
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.locks import held

log = get_logger(__name__)


def find_corp(clients: WecomClients, corp_id: str) -> Corp | None:
    """The way to a corp; None where it is not connected, or switched off."""
    connection = clients.connection(corp_id)
    if connection is None:
        return None
    staff = clients.of(connection, is_contacts=True) if connection.secrets.contacts_secret else None
    return Corp(corp_id, WecomMirror(clients.of(connection), staff))


def sync_contacts(installation: Installation, *, corp_id: str) -> None:
    """Compares a corp, because somebody asked for it; goes on where it was if the worker died."""
    _compare(installation, corp_id, ToldBy.SYNC)


def reconcile_contacts(installation: Installation) -> None:
    """Compares every corp that was compared before: callbacks get lost."""
    with installation.database.read() as reading:
        corp_ids = corps_with_contacts(reading)
    for corp_id in corp_ids:
        _compare(installation, corp_id, ToldBy.RECONCILE)


def keep_all_staff(installation: Installation) -> None:
    """Brings units and staff up to every corp that was compared before: three calls for each, and the next one is not kept waiting
    by one that refuses."""
    database, clients = installation.database, WecomClients.of_installation(installation)
    try:
        with database.read() as reading:
            corp_ids = corps_with_contacts(reading)
        for corp_id in corp_ids:
            corp = find_corp(clients, corp_id)
            if corp is None:
                continue
            try:
                keep_staff(database, corp, corp.source.followers())
            except SourceRefusedError as error:
                log.warning("staff_refused", corp_id=corp_id, errcode=error.errcode)
    finally:
        clients.close()


def _compare(installation: Installation, corp_id: str, by: ToldBy) -> None:
    """Does nothing while another process is at it: that one compares all there is."""
    database, clients = installation.database, WecomClients.of_installation(installation)
    at_once = min(FETCHING_AT_ONCE, installation.at_once_max)
    try:
        corp = find_corp(clients, corp_id)
        if corp is None:
            return
        with database.autocommit() as driver, held(driver, f"contacts.sync:{corp_id}") as is_ours:
            if is_ours:
                sync_corp(database, corp, by=by, fetching_at_once=at_once)
    finally:
        clients.close()


def write_contacts_once(database: Database, clients: WecomClients, at_once: int = WRITING_AT_ONCE) -> bool:
    """Writes what waits first, of each corp some; whether there was anything."""
    with database.read() as reading:
        corp_ids = corps_with_contacts(reading)
    found = {corp_id: find_corp(clients, corp_id) for corp_id in corp_ids}
    return write_once(database, {corp_id: corp for corp_id, corp in found.items() if corp is not None}, at_once)
