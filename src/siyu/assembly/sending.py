"""Sends joined to the rest: what moves runs and mass tasks on, and the corps whose tasks these are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from siyu.assembly.installation import Installation
from siyu.assembly.wecom import WecomClients
from siyu.channels.wecom.mass import WecomMassTasks
from siyu.domain.contacts.reading import corps_with_contacts
from siyu.domain.sends.contracts import MassTasks
from siyu.engines.reach.gate import Reach
from siyu.engines.reach.planning_rules import rules_of
from siyu.engines.reach.planning_runs import ask_messages_once, end_runs_once, start_runs_once
from siyu.engines.reach.tasks_planning import plan_tasks_once
from siyu.engines.reach.tasks_working import work_tasks_once
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings


def move_sends_once(database: Database, columns: Columns, zone: ZoneInfo) -> bool:
    """Begins runs, asks for their messages, ends those that are over; whether there was anything to do."""
    with database.read() as reading:
        rules = rules_of(reading)
    done = start_runs_once(database, columns, rules, zone)
    done += ask_messages_once(database, zone)
    done += end_runs_once(database)
    return done > 0


def work_mass_tasks_once(database: Database, clients: WecomClients, reach: Reach) -> bool:
    """Makes tasks of messages that wait for one, and follows those there are; whether there was anything to do."""
    with database.read() as reading:
        rules = rules_of(reading)
        corp_ids = corps_with_contacts(reading)
    ports: dict[str, MassTasks] = {
        corp_id: WecomMassTasks(wecom) for corp_id in corp_ids if (wecom := clients.find(corp_id)) is not None
    }
    done = plan_tasks_once(database, reach, rules) if ports else 0
    return done + work_tasks_once(database, ports, rules) > 0


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
