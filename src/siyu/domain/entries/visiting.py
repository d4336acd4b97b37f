"""What visitors of a code of stores ask: the nearest ones, those of a city. Where somebody is, is kept nowhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from siyu.domain.entries import stores_store as store
from siyu.domain.entries.codes_contracts import Code
from siyu.domain.entries.stores_contracts import NearStore, Place
from siyu.domain.entries.stores_rules import hours_text, is_open, nearest, on_maps_of_china
from siyu.kernel.paging import like
from siyu.platform.postgres.database import Reading

LOOKED_AT = 50
"""So many of the nearest are looked at for one that is open and can serve."""
SHOWN_MAX = 30
CITIES_MAX = 40
SEARCH_LENGTH_MAX = 40


def stores_near(reading: Reading, code: Code, here: Place, *, is_by_satellite: bool = True) -> list[NearStore]:
    """The nearest stores of a code, the nearest first; `here` as satellites tell it, or as maps of China do."""
    place = on_maps_of_china(here) if is_by_satellite else here
    return store.nearest_stores(reading.driver, place, _among(code), LOOKED_AT)


def nearest_store(stores: Sequence[NearStore], local: datetime, able: Collection[int]) -> NearStore | None:
    """The nearest that is open and able to serve."""
    return nearest(stores, local, able)


def stores_like(reading: Reading, code: Code, search: str) -> list[NearStore]:
    """Stores of a code by a part of their city, name, address or number."""
    return store.stores_like(reading.driver, like(search[:SEARCH_LENGTH_MAX]), _among(code), SHOWN_MAX)


def cities_of(reading: Reading, code: Code) -> list[str]:
    """Cities with stores of a code, those with the most first."""
    return store.cities(reading.driver, _among(code), CITIES_MAX)


def find_store_of(reading: Reading, code: Code, store_id: int) -> NearStore | None:
    """A store of a code; None where it is none of its own, or is given up."""
    return store.find_near_store(reading.driver, store_id, _among(code))


def is_store_open(each: NearStore, local: datetime) -> bool:
    """Whether a store is open at a local time."""
    return is_open(each, local)


def shown_hours(each: NearStore) -> str:
    """When a store is open, for people to read; empty where always."""
    return hours_text(each.hours)


def _among(code: Code) -> store.Among:
    return store.Among(list(code.store_ids) or None, code.leads_to == "groups")
