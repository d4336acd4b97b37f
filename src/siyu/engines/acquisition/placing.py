"""Somebody says where they are, or chooses a store: the nearest open store that can serve them, and whom they get there.

A place is used and forgotten: it is in no row, no event and no line of a log. The store alone is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from siyu.domain.entries import reading as looking
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import Code, NearStore, NobodyReason, Place, PublishedCode
from siyu.engines.acquisition.contracts import ACTOR, Served
from siyu.engines.acquisition.serving import choosable, fills_of, serve, tags_of
from siyu.platform.postgres.database import Database, Reading

TRIES_MAX = 5
"""So often another store is looked for because its last place went to somebody else in between."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: who they are, if that is known, and the store that they were led to earlier today, or 0."""

    profile_id: int | None = None
    store_id: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """The store and its code that somebody is led to, and who serves them there; None where they were led there before, so that the
    code's own page knows whom they got."""

    store: NearStore
    code_id: int
    served: Served | None


def place_by(
    database: Database, code_id: int, wanted: Place | int, visitor: Visitor, zone: ZoneInfo
) -> Placed | NobodyReason:
    """The nearest store from where somebody is, or from the one that they chose; or why none can serve them."""
    passed: set[int] = set()
    with database.read() as reading:
        published = entries.find_published_code(reading, code_id)
    if published is None or published.code.mode != "stores":
        return NobodyReason.CLOSED
    for _ in range(TRIES_MAX):
        with database.read() as reading:
            found, is_any_open = _nearest(reading, published, wanted, passed, visitor, zone)
        if found is None:
            _count(database, published, 0, zone)
            return NobodyReason.FULL if is_any_open else NobodyReason.OFF_DUTY
        lead_id = lead_of(published.code, found)
        if found.store_id == visitor.store_id:
            return Placed(found, lead_id, None)
        with database.begin() as work:
            served = serve(work, lead_id, zone, visitor.profile_id)
            if served is not None and served.turn.reason is None and visitor.profile_id is not None:
                entries.record_view(work, ACTOR, served.published, visitor.profile_id, zone)
        if served is not None and served.turn.reason in (None, NobodyReason.PREPARING):
            _count(database, published, found.store_id, zone)
            return Placed(found, lead_id, served)
        passed.add(found.store_id)
    _count(database, published, 0, zone)
    return NobodyReason.FULL


def lead_of(code: Code, store: NearStore) -> int:
    """The code of a store that a code of stores leads to."""
    return (store.group_code_id if code.leads_to == "groups" else store.code_id) or 0


def _nearest(
    reading: Reading,
    published: PublishedCode,
    wanted: Place | int,
    passed: Collection[int],
    visitor: Visitor,
    zone: ZoneInfo,
) -> tuple[NearStore | None, bool]:
    """The nearest that is open and can serve, and whether any that could at all is open. The stores are asked one after the other,
    since the first mostly can."""
    local = reading.clock.now().astimezone(zone)
    left = _stores(reading, published.code, wanted)
    is_any_open = any(looking.is_store_open(each, local) for each in left)
    able = {each.store_id for each in left} - set(passed)
    chosen = next((each for each in left if each.store_id == wanted and each.store_id in able), None)
    if chosen is not None and _can_serve(reading, published.code, chosen, visitor, zone):
        return chosen, is_any_open  # who chose it may come when it is shut: its code's own duty says who serves
    while (found := looking.nearest_store(left, local, able)) is not None:
        if _can_serve(reading, published.code, found, visitor, zone):
            return found, is_any_open
        able.discard(found.store_id)
    return None, is_any_open


def _stores(reading: Reading, code: Code, wanted: Place | int) -> Sequence[NearStore]:
    if isinstance(wanted, Place):
        return looking.stores_near(reading, code, wanted)
    chosen = looking.find_store_of(reading, code, wanted)
    return looking.stores_near(reading, code, chosen.place, is_by_satellite=False) if chosen is not None else ()


def _can_serve(reading: Reading, code: Code, store: NearStore, visitor: Visitor, zone: ZoneInfo) -> bool:
    """Who was led there today has their place there already."""
    lead = entries.find_published_code(reading, lead_of(code, store))
    if lead is None or lead.code.mode in ("stores", "link"):  # a form may not send anybody to WeCom's own address
        return False
    if store.store_id == visitor.store_id:
        return True
    if lead.code.mode == "groups":
        return looking.has_group(reading, lead, fills_of(reading, lead.code), tags_of(reading, visitor.profile_id))
    return looking.may_serve(reading, lead, choosable(reading, lead.code), zone)


def _count(database: Database, published: PublishedCode, store_id: int, zone: ZoneInfo) -> None:
    with database.begin() as work:
        entries.count_visit(work, ACTOR, published, store_id, zone)
