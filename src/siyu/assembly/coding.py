"""Channel codes and welcomes of groups joined to WeCom: where they are made, what who comes by a code is greeted with, what WeCom
tells of links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from siyu.assembly.installation import Installation
from siyu.assembly.sending import pictures_of
from siyu.assembly.wecom import WecomClients
from siyu.channels.wecom.carrying import Carrier, Fetch
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.codes import WecomCodes, WecomLinks
from siyu.channels.wecom.group_welcomes import WecomGroupWelcomes
from siyu.channels.wecom.welcome import message_for
from siyu.channels.wecom.welcomes_store import Welcome
from siyu.domain.company.contracts import WecomCallback, WelcomeMessage
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.contacts.reading import corps_with_contacts
from siyu.domain.entries.contracts import WaySource
from siyu.engines.acquisition.greeting import find_welcome
from siyu.engines.acquisition.links import apply_link_callback, read_first_quota, sync_links
from siyu.engines.acquisition.ways import plan_once, work_ways_once
from siyu.engines.mirror.welcomes import look_at_welcomes, work_welcomes_once
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database

STEPS_AT_ONCE = 20

log = get_logger(__name__)


def keep_ways_once(installation: Installation, clients: WecomClients, fetch: Fetch) -> bool:
    """Brings the ways of codes, and welcomes of groups, up to what they should be by one step; whether there was any to take."""
    database, settings = installation.database, installation.settings
    with database.read() as reading:
        corp_ids = corps_with_contacts(reading)
    found = {corp_id: clients.find(corp_id) for corp_id in corp_ids}
    sources: dict[str, WaySource] = {
        corp_id: WecomCodes(wecom) for corp_id, wecom in found.items() if wecom is not None
    }
    plan_once(database, settings.zone)
    greetings_of = {
        corp_id: WecomGroupWelcomes(wecom, Carrier(wecom, database.clock, fetch))
        for corp_id, wecom in found.items()
        if wecom is not None
    }
    greeted = bool(greetings_of) and work_welcomes_once(database, greetings_of)
    done = 0
    while sources and done < STEPS_AT_ONCE and work_ways_once(database, sources, settings.code_ways_max):
        done += 1
    if done:
        _read_first_quotas(database, {corp_id: WecomLinks(wecom) for corp_id, wecom in found.items() if wecom})
    return greeted or done > 0


def _read_first_quotas(database: Database, sources: Mapping[str, WecomLinks]) -> None:
    for corp_id, source in sources.items():
        try:
            read_first_quota(database, source, corp_id)
        except SourceRefusedError as error:  # it is read again in the night
            log.warning("quota_not_read", corp_id=corp_id, refusal=error.refusal.value, errcode=error.errcode)


def greetings(
    database: Database, clients: WecomClients, zone: ZoneInfo
) -> Callable[[Welcome], tuple[Wecom, WelcomeMessage] | None]:
    """What a welcome says: what its code has for it, or else the corp's plan."""

    def find(welcome: Welcome) -> tuple[Wecom, WelcomeMessage] | None:
        greeting = clients.greeting(welcome.corp_id)
        if greeting is None:
            return None
        with database.read() as reading:
            own = find_welcome(reading, welcome.state, welcome.greeted.external_userid, zone)
        message = own or message_for(greeting[1], welcome.state)
        return (greeting[0], message) if message is not None else None

    return find


def told_of_link(database: Database, clients: WecomClients, callback: WecomCallback) -> bool:
    """Does what WeCom tells of an acquisition link; False for what is nobody's business here."""
    wecom = clients.find(callback.corp_id)
    if wecom is None:
        raise SourceRefusedError(Refusal.CONFIGURATION, 0)
    return apply_link_callback(database, WecomLinks(wecom), callback)


def sync_entries(installation: Installation) -> None:
    """Reads the quota of acquisition links and who came by them, and whether welcomes of groups are still there, of every corp:
    callbacks get lost, and of some things there are none. What one corp refuses does not stop the others."""
    database, clock = installation.database, installation.database.clock
    fetch = pictures_of(installation.settings)
    clients = WecomClients.of_installation(installation)
    try:
        with database.read() as reading:
            corp_ids = corps_with_contacts(reading)
        for corp_id in corp_ids:
            wecom = clients.find(corp_id)
            if wecom is None:
                continue
            try:
                look_at_welcomes(database, corp_id, WecomGroupWelcomes(wecom, Carrier(wecom, clock, fetch)))
                sync_links(database, WecomLinks(wecom), corp_id)
            except SourceRefusedError as error:
                log.warning("entries_not_read", corp_id=corp_id, refusal=error.refusal.value, errcode=error.errcode)
    finally:
        clients.close()
