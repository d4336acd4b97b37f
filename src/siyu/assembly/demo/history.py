"""What the demo's customers did, taken in as if it had come through the door when it happened.

Deeds go in by batches, each under the time at which its last deed was done, and some batches in one transaction: everybody who
reads the log looks up whenever it has grown. A batch is the same in every run and takes itself as one: where it is known
already, nothing of it is done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from siyu.assembly.demo.brand import ACTOR, Keeping, People
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.customers.reading import current_customer_ids
from siyu.engines.intake.draining import Arrival, record_new
from siyu.kernel.clock import ManualClock
from siyu.kernel.ids import SeededIds, derived_hex, derived_id
from siyu.platform.inbox.message_ids import remember_new
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.world.population.deeds import Deed

PEOPLE_AT_ONCE = 10_000
"""Whose lives are in memory together; within them the log is in the order of time."""
DEEDS_MIN, DEEDS_MAX = 200, 2_500
"""A batch ends with a day: what Siyu concludes from it (a merge, a custody) is dated at its end."""
DEEDS_AT_ONCE = 20_000
"""So many are committed together, about."""
NIGHT = timedelta(hours=5)
"""Hours in which nobody does anything."""
FOR_GOOD = 0
"""The hour under which batches are remembered: ids of this one are never forgotten, and loading may go on another day."""

PersonsDeed = tuple[int, int, Deed]
"""(whose, the how-manieth of theirs, what)."""
Batch = tuple[int, Sequence[PersonsDeed]]
"""(its place, its deeds)."""

_encode = msgspec.json.Encoder().encode


def load_history(
    database: Database,
    clock: ManualClock,
    people: People,
    keeping: Keeping,
    source: str,
    on_progress: Callable[[float], None],
) -> None:
    """Takes in everything the population did. May be cut off anywhere and be run again."""
    for first in range(0, people.customers, PEOPLE_AT_ONCE):
        some = min(PEOPLE_AT_ONCE, people.customers - first)
        deeds = [(number, n, deed) for _, number, n, deed in people.deeds(first, some)]
        done = 0
        for batches in _together(enumerate(_batches(deeds))):
            with database.begin() as work:
                seen_at: dict[int, datetime] = {}
                for place, batch in batches:
                    clock.set(batch[-1][2].at + timedelta(minutes=1))
                    work.ids = SeededIds(derived_id("demo", people.seed, first, place).int)
                    key = derived_hex("demo", str(people.seed), str(first), str(place))
                    if remember_new(work.driver, [(FOR_GOOD, key)]):
                        # later days of the same people come later
                        seen_at |= record_new(work, [_arrival(people.seed, source, *each) for each in batch])
                        _give_into_keeping(work, batch, keeping)
                        work.append_recorded()  # each its own batch of the log: those who follow it take as many as they can
                    done += len(batch)
                    on_progress((first + some * done / len(deeds)) / people.customers)
                customers.mark_seen(work, ACTOR, seen_at)


def _together(batches: Iterable[Batch]) -> Iterator[Sequence[Batch]]:
    """The batches by transactions."""
    some: list[Batch] = []
    size = 0
    for each in batches:
        some.append(each)
        size += len(each[1])
        if size >= DEEDS_AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some


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


def _arrival(seed: int, source: str, number: int, n: int, deed: Deed) -> Arrival:
    return Arrival(
        message_id=derived_hex("demo", str(seed), str(number), str(n)),
        hour=int(deed.at.timestamp() // 3600),
        name=deed.name,
        at=deed.at,
        source=source,
        identities=deed.identities,
        document=_encode(deed.properties),
        traits=deed.properties if deed.is_telling else None,
    )


def _give_into_keeping(work: UnitOfWork, batch: Sequence[PersonsDeed], keeping: Keeping) -> None:
    """Those whom their deeds brought to somebody are theirs from now on."""
    keepers = keeping([(number, deed) for number, _, deed in batch])
    if not keepers:
        return
    known: dict[int, Deed] = {}
    for number, _, deed in batch:
        if number in keepers:
            known.setdefault(number, deed)
    groups: dict[Sequence[Identity], datetime] = {(deed.identities[0],): deed.at for deed in known.values()}
    profile_of = customers.resolve(work, ACTOR, groups)
    customer_of = current_customer_ids(work, list(profile_of.values()))
    given: Mapping[int, tuple[int, int | None]] = {
        customer_of[profile_of[deed.identities[0]]]: keepers[number] for number, deed in known.items()
    }
    customers.give_custody(work, ACTOR, given)
