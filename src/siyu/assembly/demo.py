"""The demo: a made-up brand in an installation of its own, with an outside that answers.

Whether and how far it is loaded stands in the database itself, as a definition of kind `world`: a draft while it is being loaded,
published in the transaction that ends it. The day it is seen from is kept there, so a loading that was cut off goes on as it began.
"""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from siyu.assembly.demo_channels import connect_demo_channels, vendors_port
from siyu.assembly.demo_company import ACTOR, DEMO_EMAIL, DEMO_PASSWORD, found_company, store_teams
from siyu.assembly.demo_designs import SCHEMES, design
from siyu.assembly.demo_history import load_history
from siyu.assembly.demo_plans import close_reviews, plan_campaigns
from siyu.assembly.demo_ports import LOOPBACK, outside_port
from siyu.assembly.demo_wecom import Brand, join_wecom, plan_path
from siyu.assembly.estimates import compute_all
from siyu.assembly.flow import consumers
from siyu.assembly.installation import Installation
from siyu.assembly.processes import address_of
from siyu.assembly.wiring import reach
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.engines.insight.rfm import with_found_cuts
from siyu.engines.intake.telling import ToldOrders
from siyu.engines.projection.projecting import COLUMNS_CONSUMER
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import SiyuError
from siyu.kernel.ids import SystemIds
from siyu.kernel.paging import PageRequest
from siyu.platform.crypto import derive_key
from siyu.platform.eventlog.consuming import Consumer, slowest_position
from siyu.platform.eventlog.reading import head_position, properties_after
from siyu.platform.postgres.database import Database, Reading
from siyu.platform.processes import ProcessSpec
from siyu.platform.settings import Settings, ensure_secret_key
from siyu.world.brand import BRAND_NAME
from siyu.world.catalogue import EVENT_NAMES
from siyu.world.population import Population
from siyu.world.receiver import HEALTH_PATH, MESSAGES_PATH
from siyu.world.wecom.brand import CORP_ID

__all__ = [
    "DEMO_EMAIL",
    "DEMO_NAME",
    "DEMO_PASSWORD",
    "demo_settings",
    "demo_specs",
    "fill_demo",
    "is_filled",
    "join_outside",
]

DEMO_NAME = BRAND_NAME
SEED = 20
KIND = "world"
STALLED_SECONDS = 90.0
LOADED_SHARE = 0.75
"""How far the bar has come when everything is in the log; the rest is everybody's reading it."""

OnProgress = Callable[[str, float], None]


class WorkersAwayError(SiyuError):
    """The demo's events are in the log, but nobody carries them on; the workers have to run."""

    code = "workers_away"


@dataclass(frozen=True, slots=True)
class _Plan:
    """The demo that was begun: who it is about and the day it is seen from."""

    definition_id: int
    seed: int
    customers: int
    anchor: datetime
    is_done: bool


def demo_settings(settings: Settings) -> Settings:
    """The settings of a demo: the brand, and messages that go to the made-up outside and nowhere else."""
    return replace(
        settings,
        is_demo=True,
        analysts_sql=True,
        brand_name=DEMO_NAME,
        webhook_url=f"http://{LOOPBACK}:{outside_port(settings)}{MESSAGES_PATH}",
        webhook_secret=derive_key(ensure_secret_key(settings), "webhook of the demo").hex(),
    )


def demo_specs(settings: Settings) -> list[ProcessSpec]:
    """The processes a demo has beside those of every installation: its outside. `settings` are those of `demo_settings`."""
    port = outside_port(settings)
    command = [sys.executable, "-P", "-m", "siyu.world", "--port", str(port), "--seed", str(SEED)]
    command += ["--wecom-plan", str(plan_path(settings)), "--wecom-port", str(outside_port(settings, 2))]
    command += ["--callbacks-url", f"{address_of(settings)}/callbacks/wecom/{CORP_ID}", "--siyu-url", settings.base_url]
    command += ["--vendors-port", str(vendors_port(settings)), "--siyu-address", address_of(settings)]
    return [
        ProcessSpec(
            name="world",
            command=command,
            environment={"SIYU_WEBHOOK_SECRET": settings.webhook_secret},
            is_ready=lambda: _is_there(port),
            stop_seconds=5,
        )
    ]


def is_filled(installation: Installation) -> bool:
    """Whether the whole demo is loaded."""
    with installation.database.read() as reading:
        plan = _find_plan(reading)
    return plan is not None and plan.is_done


def fill_demo(installation: Installation, customers: int, on_progress: OnProgress) -> None:
    """Loads the made-up brand. Running it again changes nothing; cut off, it goes on where it was, with the customers it
    began with. The workers have to run: segments are designed when everybody has read what happened, lest somebody be taken
    for asleep whose orders were still on the way."""
    on_progress("准备门店与员工 · stores and staff", 0.0)
    plan = _begin(installation, customers)
    if plan.is_done:
        on_progress("演示数据已在 · the demo is loaded", 1.0)
        return
    zone = installation.settings.zone
    population = Population(plan.seed, plan.customers, plan.anchor, zone)
    clock = ManualClock(population.calendar.begins_at)
    database = Database(installation.database.url, clock=clock, keys=installation.database.keys, pool_size=1)
    try:
        with database.read() as reading:
            teams = store_teams(reading)
        load_history(
            database,
            clock,
            population,
            teams,
            lambda share: on_progress("载入客户与订单 · customers and orders", share * LOADED_SHARE),
        )
        _wait_for_readers(installation, on_progress)
        on_progress("设计人群与旅程 · segments and journeys", 0.99)
        compute_all(installation)
        schemes = {name: with_found_cuts(installation.columns, scheme, plan.anchor) for name, scheme in SCHEMES.items()}
        database.ids = SystemIds()  # the operator's session has a secret
        with database.begin() as work:
            design(work, clock, plan.anchor, schemes, zone)
            plan_campaigns(work, clock, plan.anchor, zone, plan.customers)
            definitions.publish(work, ACTOR, plan.definition_id, kind=KIND)
        close_reviews(database, installation.columns, zone)
    finally:
        database.close()
    on_progress("演示数据已就绪 · the demo is loaded", 1.0)


def join_outside(installation: Installation) -> None:
    """Connects the demo, once it is loaded, with its WeCom; to be done at each start, for the address may be another."""
    with installation.database.read() as reading:
        plan = _find_plan(reading)
    if plan is None or not plan.is_done:
        raise RuntimeError("the demo is not loaded")
    brand = Brand(plan.seed, plan.customers, plan.anchor)
    join_wecom(installation, brand)
    connect_demo_channels(installation)


def _begin(installation: Installation, customers: int) -> _Plan:
    """The plan of this demo, made with its company if there is none yet."""
    with installation.database.read() as reading:
        found = _find_plan(reading)
    if found is not None:
        return found
    zone = installation.settings.zone
    today = installation.database.clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    founded_at = Population(SEED, customers, today, zone).calendar.begins_at
    database = Database(
        installation.database.url, clock=ManualClock(founded_at), keys=installation.database.keys, pool_size=1
    )
    try:
        with database.begin() as work:
            found_company(work)
            document = {"seed": SEED, "customers": customers, "anchor": today.isoformat()}
            definitions.create(work, ACTOR, KIND, DEMO_NAME, document)
        with database.read() as reading:
            begun = _find_plan(reading)
    finally:
        database.close()
    if begun is None:
        raise RuntimeError("the plan was committed and is not there")
    return begun


def _find_plan(reading: Reading) -> _Plan | None:
    rows = definitions.list_definitions(reading, ACTOR, KIND, PageRequest(size=1)).rows
    if not rows:
        return None
    document = rows[0].latest
    return _Plan(
        definition_id=rows[0].definition_id,
        seed=document["seed"],
        customers=document["customers"],
        anchor=datetime.fromisoformat(document["anchor"]),
        is_done=rows[0].status is DefinitionStatus.LIVE,
    )


def _readers(installation: Installation) -> list[Consumer]:
    return consumers(reach(installation), ToldOrders(installation.settings.currency))


def _wait_for_readers(installation: Installation, on_progress: OnProgress) -> None:
    """Returns when every reader of the log has read everything that was loaded; WorkersAwayError where they stand still."""
    names = [COLUMNS_CONSUMER, *(each.name for each in _readers(installation))]
    target, best, moved_at = 0, -1, time.monotonic()
    while True:
        with installation.database.read() as reading:
            head = head_position(reading.driver)
            if not target and not properties_after(reading.driver, head, EVENT_NAMES):
                target = head  # nothing of ours waits for its place in the log any more
            reached = slowest_position(reading.driver, names) or 0
        if target and reached >= target:
            return
        if head + reached > best:
            best, moved_at = head + reached, time.monotonic()
        elif time.monotonic() - moved_at > STALLED_SECONDS:
            raise WorkersAwayError
        share = reached / target if target else 0.0
        on_progress("整理与统计 · reading it all", LOADED_SHARE + (0.98 - LOADED_SHARE) * share)
        time.sleep(0.1)


def _is_there(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=1)
    try:
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
