"""What the demo's customers did, taken in as if it had come through the door when it happened.

Deeds go in by batches, each in a transaction under the time at which its last deed was done. A batch is the same in every run
and takes itself as one: where its deeds are known already, nothing of it is done again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

from siyu.assembly.demo_company import ACTOR, StoreTeam
from siyu.domain.customers import service as customers
from siyu.domain.customers.reading import current_customer_ids
from siyu.engines.intake.draining import Arrival, record_arrivals
from siyu.kernel.clock import ManualClock
from siyu.kernel.ids import SeededIds, derived_hex, derived_id
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.world.lives import Deed
from siyu.world.population import Population

PEOPLE_AT_ONCE = 5_000
"""Whose lives are in memory together; within them the log is in the order of time."""
DEEDS_MIN, DEEDS_MAX = 200, 2_500
"""A batch ends with a day: what Siyu concludes from it (a merge, a custody) is dated at its end."""
NIGHT = timedelta(hours=5)
"""Hours in which nobody does anything."""
SOURCE = "intake:miniprogram"
OWN_CUSTOMERS_SHARE = 3
"""In a store with staff who keep customers, one customer in so many is kept by one of them."""

PersonsDeed = tuple[int, int, Deed]
"""(whose, the how-manieth of theirs, what)."""


def load_history(
    database: Database,
    clock: ManualClock,
    population: Population,
    teams: Mapping[str, StoreTeam],
    on_progress: Callable[[float], None],
) -> None:
    """Takes in everything the population did. May be cut off anywhere and be run again."""
    for first in range(0, population.customers, PEOPLE_AT_ONCE):
        people = min(PEOPLE_AT_ONCE, population.customers - first)
        deeds = [(number, n, deed) for _, number, n, deed in population.deeds(first, people)]
        done = 0
        for place, batch in enumerate(_batches(deeds)):
            clock.set(batch[-1][2].at + timedelta(minutes=1))
            database.ids = SeededIds(derived_id("demo", population.seed, first, place).int)
            with database.begin() as work:
                if record_arrivals(work, [_arrival(population.seed, *each) for each in batch]):
                    _give_into_custody(work, batch, teams)
            done += len(batch)
            on_progress((first + people * done / len(deeds)) / population.customers)


def _batches(deeds: Sequence[PersonsDeed]) -> Iterator[Sequence[PersonsDeed]]:
    batch: list[PersonsDeed] = []
    for each in deeds:
        is_next_day = bool(batch) and each[2].at - batch[-1][2].at > NIGHT
        if (is_next_day and len(batch) >= DEEDS_MIN) or len(batch) >= DEEDS_MAX:
            yield batch
            batch = []
        batch.append(each)
    if batch:
        yield batch


def _arrival(seed: int, number: int, n: int, deed: Deed) -> Arrival:
    return Arrival(
        message_id=derived_hex("demo", str(seed), str(number), str(n)),
        hour=int(deed.at.timestamp() // 3600),
        name=deed.name,
        at=deed.at,
        source=SOURCE,
        identities=deed.identities,
        document=json.dumps(deed.properties, ensure_ascii=False, separators=(",", ":")).encode(),
        traits=deed.properties if deed.is_telling else None,
    )


def _give_into_custody(work: UnitOfWork, batch: Sequence[PersonsDeed], teams: Mapping[str, StoreTeam]) -> None:
    """Those who registered go into the keeping of their store."""
    registered = {
        (deed.identities[0],): (number, deed)
        for number, _, deed in batch
        if deed.is_telling and deed.properties.get("store") in teams
    }
    if not registered:
        return
    profile_of = customers.resolve(work, ACTOR, {group: deed.at for group, (_, deed) in registered.items()})
    customer_of = current_customer_ids(work, list(profile_of.values()))
    for (identity,), (number, deed) in registered.items():
        team = teams[deed.properties["store"]]
        is_kept = bool(team.staff_ids) and number % OWN_CUSTOMERS_SHARE == 0
        kept_by = team.staff_ids[number % len(team.staff_ids)] if is_kept else None
        customers.set_custody(work, ACTOR, customer_of[profile_of[identity]], unit_id=team.unit_id, staff_id=kept_by)
