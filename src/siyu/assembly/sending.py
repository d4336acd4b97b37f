"""Sends joined to the rest: what moves runs and mass tasks on, and the corps whose tasks these are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from siyu.assembly.installation import Installation
from siyu.assembly.wecom import WecomClients
from siyu.channels.wecom.carrying import Carrier
from siyu.channels.wecom.group_mass import WecomGroupPosts
from siyu.channels.wecom.mass import WecomMassTasks
from siyu.channels.wecom.moments import WecomMoments
from siyu.domain.company.reading import has_wecom
from siyu.domain.contacts.reading import corps_with_contacts
from siyu.domain.sends.contracts import WECOM_CHANNEL, MassTasks, PostKind, PostTasks
from siyu.engines.reach.abandoning import end_abandoned_posts_once, end_abandoned_tasks_once
from siyu.engines.reach.ending import give_up_stranded_once
from siyu.engines.reach.gate import Reach
from siyu.engines.reach.planning_rules import rules_of
from siyu.engines.reach.planning_runs import ask_messages_once, end_runs_once, start_runs_once
from siyu.engines.reach.posts_planning import plan_posts_once
from siyu.engines.reach.posts_working import work_posts_once
from siyu.engines.reach.tasks_planning import plan_tasks_once
from siyu.engines.reach.tasks_working import work_tasks_once
from siyu.platform.columns.client import Columns
from siyu.platform.http import HttpLimits, OutgoingHttp, OutgoingHttpError
from siyu.platform.inner import is_inner
from siyu.platform.postgres.database import Database, Reading
from siyu.platform.settings import Settings

PICTURE_LIMITS = HttpLimits(answer_bytes_max=10 << 20)


def move_sends_once(database: Database, columns: Columns, zone: ZoneInfo) -> bool:
    """Begins runs, asks for their messages, ends those that are over; whether there was anything to do."""
    with database.read() as reading:
        rules = rules_of(reading)
    done = start_runs_once(database, columns, rules, zone)
    done += ask_messages_once(database, zone)
    done += end_runs_once(database)
    return done > 0


def work_mass_tasks_once(installation: Installation, clients: WecomClients, reach: Reach) -> bool:
    """Makes tasks of messages that wait for one, and follows those there are; whether there was anything to do."""
    database, fetch = installation.database, pictures_of(installation.settings)
    with database.read() as reading:
        rules = rules_of(reading)
        corp_ids = corps_with_contacts(reading)
    ports: dict[str, MassTasks] = {
        corp_id: WecomMassTasks(wecom, Carrier(wecom, database.clock, fetch))
        for corp_id in corp_ids
        if (wecom := clients.find(corp_id)) is not None
    }
    done = plan_tasks_once(database, reach, rules) if ports else 0
    done += end_abandoned_tasks_once(database, list(ports))
    return done + work_tasks_once(database, ports, rules) > 0


def work_posts_of_once(installation: Installation, clients: WecomClients) -> bool:
    """Makes tasks of what is to be posted to groups and in moments, and follows those there are; whether anything was done."""
    database, settings = installation.database, installation.settings
    fetch = pictures_of(settings)
    with database.read() as reading:
        rules = rules_of(reading)
        corp_ids = corps_with_contacts(reading)
    ports: dict[tuple[str, PostKind], PostTasks] = {}
    for corp_id in corp_ids:
        if (wecom := clients.find(corp_id)) is not None:
            ports[corp_id, PostKind.GROUP] = WecomGroupPosts(wecom, Carrier(wecom, database.clock, fetch))
            ports[corp_id, PostKind.MOMENT] = WecomMoments(wecom, database.clock, fetch)
    done = plan_posts_once(database, settings.zone, {corp_id for corp_id, _ in ports}) if ports else 0
    done += end_abandoned_posts_once(database, {corp_id for corp_id, _ in ports})
    return done + work_posts_once(database, ports, rules) > 0


def pictures_of(settings: Settings) -> Callable[[str], bytes | None]:
    """Gets pictures that stand at an address of somebody's; None where there is none, or within the company's own network."""

    def fetch(url: str) -> bytes | None:
        if not settings.inner_addresses and is_inner(url) and not url.startswith(f"{settings.base_url}/"):
            return None
        try:
            with OutgoingHttp(PICTURE_LIMITS) as http:
                answer = http.get(url)
        except OutgoingHttpError:
            return None
        return answer.body if answer.is_success and not answer.is_cut else None

    return fetch


def present_channels(reading: Reading, reach: Reach) -> set[str]:
    """The channels by which something can go out at this moment; WeCom only where some corp is connected."""
    found = set(reach.channels)
    return found if has_wecom(reading) else found - {WECOM_CHANNEL}


def give_up_once(database: Database, reach: Reach) -> bool:
    """Gives up messages that waited too long for a channel that is not there any more; whether there were any."""
    with database.read() as reading:
        present = present_channels(reading, reach)
    return give_up_stranded_once(database, present) > 0


@contextmanager
def gate_of(settings: Settings, database: Database, columns: Columns, secret_key: str) -> Iterator[Reach]:
    """The gate for a face that asks it what would become of messages; nothing is sent through it."""
    from siyu.assembly.wiring import reach  # knows this module, and all that workers do

    installation = Installation(settings, database, columns, secret_key)
    try:
        yield reach(installation)
    finally:
        if "http" in vars(installation):
            installation.http.close()
