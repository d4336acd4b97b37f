"""What must hold of the staff's work: tasks and leads, and what the log tells of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from siyu.assembly.simulation.company import LEAD_IDLE_DAYS
from siyu.assembly.simulation.people import Deed
from siyu.assembly.simulation.whose import Whose, customers_of
from siyu.domain.customers.reading import keepers_of
from siyu.domain.entries.contracts import LEAD_LOST, LEAD_OPENED, LEAD_WON
from siyu.domain.tasks.contracts import TASK_ENDED, TASK_REQUESTED
from siyu.platform.eventlog.reading import Stretch, head_position, read_events
from siyu.platform.postgres.database import Reading

TOLD = (TASK_REQUESTED, TASK_ENDED, LEAD_OPENED, LEAD_WON, LEAD_LOST)


def staff_faults(reading: Reading, deeds: Collection[Deed], now: datetime, *, is_anybody_gone: bool) -> Iterator[str]:
    """A sentence for each thing that does not hold. What was erased is told of and not there any more."""
    head = head_position(reading.driver)
    told = Counter(event.name for event in read_events(reading.driver, Stretch(0, head, 0), TOLD))
    there = _Told(told, is_anybody_gone)
    yield from _task_faults(reading, there)
    yield from _lead_faults(reading, there)
    yield from _won_faults(reading, deeds)
    yield from _idle_faults(reading, now)


@dataclass(frozen=True, slots=True)
class _Told:
    """How often the log tells of each thing."""

    told: Counter[str]
    is_anybody_gone: bool

    def faults(self, what: str, there: int, name: str) -> Iterator[str]:
        """Where there are as many, nothing; of more the log may tell where somebody was erased."""
        if there != self.told[name] and not (self.is_anybody_gone and there < self.told[name]):
            yield f"There are {there} {what}, the log tells of {self.told[name]}."


def _task_faults(reading: Reading, told: _Told) -> Iterator[str]:
    """Each task was told of once, and none is open after its time or without a journey that waits for it."""
    states = Counter(dict(reading.driver.execute("SELECT state, count(*) FROM tasks.tasks GROUP BY 1").fetchall()))
    yield from told.faults("tasks", states.total(), TASK_REQUESTED)
    yield from told.faults("ended tasks", states.total() - states["open"], TASK_ENDED)
    if states["open"]:
        yield f"{states['open']} tasks are open when all should be over."


def _lead_faults(reading: Reading, told: _Told) -> Iterator[str]:
    """Each lead was told of; nobody is two of them; and who has one is at work and keeps the customer."""
    rows = reading.driver.execute(
        "SELECT l.lead_id, l.state, p.customer_id, l.staff_id, s.is_active FROM entries.leads l"
        " JOIN customers.profiles p USING (profile_id) LEFT JOIN company.staff s ON s.staff_id = l.staff_id ORDER BY 1"
    ).fetchall()
    keepers = keepers_of(reading, {row[2] for row in rows})
    states = Counter(row[1] for row in rows)
    yield from told.faults("leads", len(rows), LEAD_OPENED)
    yield from told.faults("won leads", states["won"], LEAD_WON)
    yield from told.faults("lost leads", states["lost"], LEAD_LOST)
    for customer_id, count in Counter(row[2] for row in rows if row[1] == "open").items():
        if count > 1:
            yield f"Customer {customer_id} is {count} leads at once."
    for lead_id, state, customer_id, staff_id, is_active in rows:
        keeper_id = keepers.get(customer_id)
        if state == "open" and staff_id is not None and (keeper_id != staff_id or not is_active):
            yield f"Lead {lead_id} is with {staff_id}, customer {customer_id} with {keeper_id}; at work: {is_active}."


def _won_faults(reading: Reading, deeds: Collection[Deed]) -> Iterator[str]:
    """Who bought after they had become a lead has been won."""
    whose, bought = Whose.of(reading), dict[int, list[Deed]]()
    customer_of = customers_of(reading)
    for deed in deeds:
        if deed.name == "order_completed":
            bought.setdefault(customer_of[deed.user_id], []).append(deed)
    rows = reading.driver.execute(
        "SELECT l.lead_id, p.customer_id, l.opened_at FROM entries.leads l JOIN customers.profiles p USING (profile_id)"
        " WHERE l.state = 'open'"
    ).fetchall()
    for lead_id, customer_id, opened_at in rows:
        later = [deed for deed in bought.get(customer_id, ()) if deed.at > opened_at]
        if later and whose.is_one_since(customer_id, opened_at):
            yield f"Lead {lead_id} is open, and its customer bought at {later[0].at.isoformat()}."


def _idle_faults(reading: Reading, now: datetime) -> Iterator[str]:
    """What nobody cares for, because they are ill or have better things to do, goes back to the pool."""
    rows = reading.driver.execute(
        "SELECT lead_id, staff_id, touched_at FROM entries.leads WHERE state = 'open' AND staff_id IS NOT NULL"
        " AND touched_at < %s ORDER BY 1",
        (now - 2 * timedelta(days=LEAD_IDLE_DAYS),),
    ).fetchall()
    for lead_id, staff_id, touched_at in rows:
        yield f"Lead {lead_id} has been with {staff_id} since {touched_at.isoformat()}, and nobody cares for it."
