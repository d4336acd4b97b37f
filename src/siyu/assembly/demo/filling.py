"""Loading the demo, once and whole, and joining it to its outside at each start."""

from __future__ import annotations

import time
from collections.abc import Callable

from siyu.assembly.demo.brand import DemoBrand, Designing
from siyu.assembly.demo.channels import connect_demo_channels
from siyu.assembly.demo.desk import ask_service, lay_desk
from siyu.assembly.demo.enquiries import ask_around
from siyu.assembly.demo.errands import end_errands, run_errands
from siyu.assembly.demo.history import load_history
from siyu.assembly.demo.hooks import connect_program
from siyu.assembly.demo.living import wake_living
from siyu.assembly.demo.plan import DemoPlan, begin_plan, end_plan, find_plan
from siyu.assembly.demo.posts import post_around
from siyu.assembly.demo.sends import offer_sends
from siyu.assembly.demo.shelf import stock_shelf
from siyu.assembly.demo.staff_work import give_staff_work
from siyu.assembly.demo.wecom import join_wecom, prepare_wecom
from siyu.assembly.estimates import compute_all
from siyu.assembly.flow import consumers
from siyu.assembly.installation import Installation
from siyu.assembly.wechat_followers import sync_followers
from siyu.assembly.wiring import reach
from siyu.engines.insight.rfm import with_found_cuts
from siyu.engines.intake.telling import ToldOrders
from siyu.engines.projection.projecting import COLUMNS_CONSUMER
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import SiyuError
from siyu.platform.eventlog.consuming import Consumer, slowest_position
from siyu.platform.eventlog.reading import head_position, properties_after
from siyu.platform.postgres.database import Database

STALLED_SECONDS = 90.0
SETTLED_SECONDS, SETTLING_SECONDS = 600.0, 2.0
LOADED_SHARE = 0.75
"""How far the bar has come when everything is in the log; the rest is everybody's reading it."""

OnProgress = Callable[[str, float], None]


class WorkersAwayError(SiyuError):
    """The demo's events are in the log, but nobody carries them on; the workers have to run."""

    code = "workers_away"


def is_filled(installation: Installation) -> bool:
    """Whether the whole demo is loaded."""
    with installation.database.read() as reading:
        plan = find_plan(reading)
    return plan is not None and plan.is_done


def fill_demo(installation: Installation, brand: DemoBrand, customers: int, on_progress: OnProgress) -> None:
    """Loads the made-up brand. Running it again changes nothing; cut off, it goes on where it was, with the customers it
    began with. The workers have to run: segments are designed when everybody has read what happened, lest somebody be taken
    for asleep whose orders were still on the way."""
    on_progress("准备组织与员工 · units and staff", 0.0)
    plan = _begin(installation, brand, customers)
    if plan.is_done:
        on_progress("演示数据已在 · the demo is loaded", 1.0)
        return
    prepare_wecom(installation, plan)
    zone, brand = installation.settings.zone, plan.brand
    people = brand.people(brand.seed, plan.customers, plan.anchor, zone)
    clock = ManualClock(people.calendar.begins_at)
    database = Database(installation.database.url, clock=clock, keys=installation.database.keys, pool_size=1)
    try:
        with database.read() as reading:
            keeping = brand.keeping(reading, people)
        load_history(
            database,
            clock,
            people,
            keeping,
            brand.source,
            lambda share: on_progress("载入客户与订单 · customers and orders", share * LOADED_SHARE),
        )
        _wait_for_readers(installation, brand, on_progress)
        on_progress("设计人群与旅程 · segments and journeys", 0.99)
        compute_all(installation)
        schemes = {
            name: with_found_cuts(installation.columns, scheme, plan.anchor) for name, scheme in brand.schemes.items()
        }
        with database.begin() as work:
            brand.design(Designing(brand, work, clock, plan.anchor, zone, plan.customers, schemes))
            end_plan(work, plan)
        brand.look_back(database, installation.columns, zone)
    finally:
        database.close()
    on_progress("演示数据已就绪 · the demo is loaded", 1.0)


def join_outside(installation: Installation) -> None:
    """Connects the demo, once it is loaded, with its outside; to be done at each start, for the address may be another."""
    with installation.database.read() as reading:
        plan = find_plan(reading)
    if plan is None or not plan.is_done:
        raise RuntimeError("the demo is not loaded")
    brand = plan.brand
    join_wecom(installation, plan)
    connect_demo_channels(installation, brand)
    connect_program(installation, brand)
    offer_sends(installation, brand)
    stock_shelf(installation, brand.shelf)
    give_staff_work(installation, brand.staff_work)
    ask_around(installation, brand)
    lay_desk(installation, brand)
    run_errands(installation, brand)
    wake_living(installation, plan)


def settle_demo(installation: Installation) -> None:
    """Waits for what Siyu has still to hear from the corp, and does what is left then."""
    with installation.database.read() as reading:
        plan = find_plan(reading)
    until = time.monotonic() + SETTLED_SECONDS
    while plan is not None and not plan.brand.settle(installation) and time.monotonic() < until:
        time.sleep(SETTLING_SECONDS)
    if plan is not None:
        sync_followers(installation.database)
        offer_sends(installation, plan.brand)  # of segments that nobody had counted yet
        post_around(installation, plan.brand)
        ask_service(installation, plan.brand)
        end_errands(installation, plan.brand)
        wake_living(installation, plan)


def _begin(installation: Installation, brand: DemoBrand, customers: int) -> DemoPlan:
    """The plan of this demo, made with its company if there is none yet."""
    with installation.database.read() as reading:
        found = find_plan(reading)
    if found is not None:
        return found
    zone = installation.settings.zone
    today = installation.database.clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    founded_at = brand.people(brand.seed, customers, today, zone).calendar.begins_at
    database = Database(
        installation.database.url, clock=ManualClock(founded_at), keys=installation.database.keys, pool_size=1
    )
    try:
        with database.begin() as work:
            brand.found_company(work)
            begin_plan(work, brand, customers, today)
        with database.read() as reading:
            begun = find_plan(reading)
    finally:
        database.close()
    if begun is None:
        raise RuntimeError("the plan was committed and is not there")
    return begun


def _readers(installation: Installation) -> list[Consumer]:
    return consumers(reach(installation), ToldOrders(installation.settings.currency))


def _wait_for_readers(installation: Installation, brand: DemoBrand, on_progress: OnProgress) -> None:
    """Returns when every reader of the log has read everything that was loaded; WorkersAwayError where they stand still."""
    names = [COLUMNS_CONSUMER, *(each.name for each in _readers(installation))]
    target, best, moved_at = 0, -1, time.monotonic()
    while True:
        with installation.database.read() as reading:
            head = head_position(reading.driver)
            if not target and not properties_after(reading.driver, head, brand.event_names):
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
