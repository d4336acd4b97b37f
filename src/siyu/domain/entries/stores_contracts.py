"""Stores: where they are, when they are open, and which codes lead to their staff and groups. Part of `contracts`.

Places are told as maps in China tell them (GCJ-02, of Amap and Tencent), not as satellites do (WGS-84), which lie up to half a
kilometre beside. Where a visitor is, is used to find the nearest store, and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

NUMBER_LENGTH_MAX = 40
STORE_LINE_MAX = 200
HOURS_MAX = 21
IMPORT_ROWS_MAX = 20_000


class Place(NamedTuple):
    """A place in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class OpenHours:
    """When a store is open on some weekdays (Monday is 1), from one minute of the day to another; one that ends before it begins
    ends on the next day."""

    weekdays: tuple[int, ...]
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class StoreDraft:
    """A store as somebody tells it. `number` is the company's own, and its only one. Without hours it is always open. `code_id` is
    the code of its advisers, `group_code_id` that of its groups."""

    number: str
    name: str
    city: str
    address: str
    place: Place
    hours: Sequence[OpenHours] = ()
    unit_id: int | None = None
    code_id: int | None = None
    group_code_id: int | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Store:
    """A store as it is kept, with the names of what it mentions."""

    store_id: int
    draft: StoreDraft
    unit_name: str
    code_name: str
    group_code_name: str


@dataclass(frozen=True, slots=True)
class NearStore:
    """A store, and how far it is; None where nobody said from where."""

    store_id: int
    name: str
    city: str
    address: str
    place: Place
    hours: tuple[OpenHours, ...]
    code_id: int | None
    group_code_id: int | None
    metres: float | None = None


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in a row of a file (the first below the heading is 2), in Chinese and English."""

    row: int
    reason_zh: str
    reason: str


@dataclass(frozen=True, slots=True)
class StoresImported:
    """What a file of stores came to; with any fault nothing was changed."""

    created: int = 0
    updated: int = 0
    faults: Sequence[RowFault] = ()


class UnknownStoreError(NotFoundError):
    """There is no such store."""

    code = "unknown_store"


class StoreNumberTakenError(ConflictError):
    """Another store has this number."""

    code = "store_number_taken"


class BadStoreError(InvalidError):
    """This is no store."""

    code = "bad_store"


class CodeLeadsToStoreError(ConflictError):
    """A store leads to this code: give the store another one first."""

    code = "code_leads_to_store"
