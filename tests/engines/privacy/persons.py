"""A small shop with persons whose data are easy to tell apart, driven through the real thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from siyu.assembly.installation import Installation
from siyu.assembly.loops import loops
from siyu.assembly.privacy import privacy_of
from siyu.domain.customers import reading as customers
from siyu.domain.customers import service as customers_service
from siyu.domain.customers.contracts import ConsentState, Identity
from siyu.domain.privacy import service as privacy_room
from siyu.domain.privacy.contracts import ERASURE_WORDS, Reason, Request
from siyu.domain.segments import service as segments
from siyu.engines.audience.refresh import refresh_now
from siyu.engines.insight.summary import summary
from siyu.engines.privacy.contracts import Privacy
from siyu.engines.privacy.erasing import erase_waiting
from siyu.kernel.actors import Actor, Scope, system_actor
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import put

SIYU: Actor = system_actor("test")
SECRET = "a secret of the test"

LEI = {
    "phone": "13800138001",
    "email": "lilei.unique@example.com",
    "name": "李雷雷",
    "address": "上海市徐汇区漕溪北路 398 号",
}
MEI = {"phone": "13900139002", "email": "hanmeimei.unique@example.com", "name": "韩梅梅"}
NOTE = "请打 13700137003 或写 secretnote.unique@example.com"
"""Free text in an event of Lei's, with contacts in it."""

VALUES_OF_LEI = (
    LEI["phone"],
    LEI["email"],
    "user-lei-0001",
    "device-lei-00",
    "13700137003",
    "secretnote.unique@example.com",
)


def a_shop(database: Database, columns: Columns, home: Path) -> Installation:
    settings = Settings(home=home, intake_shards=1)
    return Installation(settings, database, columns, SECRET)


def order(number: int, user: str, total: float, **properties: Any) -> dict[str, Any]:
    told = {"order_id": f"order-{number}", "total": total, "products": [{"sku": "tea-1", "quantity": 2}], **properties}
    return track(number, event="Order Completed", userId=user, properties=told)


def identify(number: int, user: str, device: str | None, traits: Mapping[str, Any]) -> dict[str, Any]:
    return track(
        number,
        type="identify",
        userId=user,
        anonymousId=device if device is not None else ...,
        event=...,
        properties=...,
        traits=dict(traits),
    )


def settle(installation: Installation) -> None:
    """Every loop, turn by turn, until none has anything left to do."""
    steps = [loop.step for group in ("intake", "columns", "flow") for loop in loops(installation, group)]
    while True:
        with installation.database.autocommit() as driver:
            sequenced = sequence_once(driver)
        if not sum([step() for step in steps]) and not sequenced:
            return


def a_history(installation: Installation) -> None:
    """Lei and Mei, both known by several identities, with orders, free texts and consents."""
    seen = track(
        1, userId=..., anonymousId="device-lei-00", event="Page Seen", properties={"title": "春茶 13700137003"}
    )
    put(installation.database, seen)
    settle(installation)  # so that her device and her names are two before they are one
    put(
        installation.database,
        identify(2, "user-lei-0001", "device-lei-00", LEI),
        order(3, "user-lei-0001", 128.5, note=NOTE, coupon="SPRING"),
        track(4, userId="user-lei-0001", event="Support Asked", properties={"text": NOTE, "phone": LEI["phone"]}),
        identify(5, "user-mei-0002", "device-mei-00", MEI),
        order(6, "user-mei-0002", 66, note="送人"),
        order(7, "user-lei-0001", 20),
        track(8, userId=..., anonymousId="device-passer", event="Page Seen", properties={"title": "首页"}),
    )
    settle(installation)
    for user in ("user-lei-0001", "user-mei-0002"):
        with installation.database.begin() as work:
            customers_service.set_consents(
                work,
                SIYU,
                {profile_of(installation, user): work.clock.now()},
                channel="webhook",
                purpose="marketing",
                state=ConsentState.GRANTED,
            )
    settle(installation)


def profile_of(installation: Installation, user: str) -> int:
    with installation.database.begin() as work:
        found = customers_service.resolve(work, SIYU, {(Identity("user_id", user),): work.clock.now()})
    return next(iter(found.values()))


def customer_of(installation: Installation, user: str) -> int:
    profile_id = profile_of(installation, user)
    with installation.database.read() as reading:
        return customers.current_customer_ids(reading, [profile_id])[profile_id]


def a_segment(installation: Installation, definition: Mapping[str, Any]) -> int:
    with installation.database.begin() as work:
        made = segments.create(work, SIYU, "买过的人", definition)
        segments.publish(work, SIYU, made.segment_id)
    refresh(installation, made.segment_id)
    return made.segment_id


def refresh(installation: Installation, segment_id: int) -> None:
    from siyu.assembly.loops import audience

    settle(installation)
    refresh_now(audience(installation), SIYU, segment_id)
    settle(installation)


BUYERS = {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 1}


def ask(installation: Installation, *customer_ids: int) -> list[Request]:
    """Asks for the erasure of customers and approves it."""
    with installation.database.begin() as work:
        made = privacy_room.ask_erasures(work, SIYU, customer_ids, Reason.ASKED_BY_CUSTOMER)
        privacy_room.approve_erasures(work, SIYU, [each.request_id for each in made], ERASURE_WORDS[0])
    return made


def erase(installation: Installation, *customer_ids: int) -> list[Request]:
    """Erases customers; the requests as they ended."""
    asked = ask(installation, *customer_ids)
    erase_waiting(privacy_of(installation))
    return reread(installation, asked)


def reread(installation: Installation, requests: Sequence[Request]) -> list[Request]:
    with installation.database.read() as reading:
        return [privacy_room.get_request(reading, SIYU, each.request_id) for each in requests]


def totals(installation: Installation) -> dict[str, Any]:
    """Every number that has to stay as it was."""
    now = installation.database.clock.now()
    shown = summary(installation.columns, now, installation.settings.zone, Scope(), currency="CNY")
    with installation.database.read() as reading:
        rows = reading.driver.execute("SELECT count(*), sum(total_fen), sum(quantity) FROM orders.orders").fetchone()
        profiles = customers.count_customers(reading, SIYU)
    events = installation.columns.query(
        "SELECT name, count(), sum(properties.total_fen) FROM events"
        " WHERE name NOT IN ('customer_erased', 'segment_exited', 'segment_entered', 'journey_exited', 'message_held')"
        " GROUP BY name ORDER BY name"
    )
    return {
        "summary": (shown.customers, shown.buyers, shown.repeat_buyers, shown.orders, shown.revenue_fen),
        "months": shown.revenue_by_month,
        "orders": rows,
        "customers": profiles,
        "events": events,
    }


def the_privacy(installation: Installation) -> Privacy:
    return privacy_of(installation)
