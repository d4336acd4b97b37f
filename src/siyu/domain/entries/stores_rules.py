"""Which store is the nearest that is open, and what a row of a file says. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from siyu.domain.entries.codes_contracts import DAY_MINUTES, CodeSlot
from siyu.domain.entries.codes_rules import is_in_slot
from siyu.domain.entries.stores_contracts import (
    HOURS_MAX,
    NUMBER_LENGTH_MAX,
    STORE_LINE_MAX,
    BadStoreError,
    NearStore,
    OpenHours,
    Place,
    StoreDraft,
)

EARTH_METRES: Final = 6_371_008.8
COLUMNS: Final = {
    "number": ("门店编号", "number"),
    "name": ("门店名称", "name"),
    "city": ("城市", "city"),
    "address": ("地址", "address"),
    "latitude": ("纬度", "latitude"),
    "longitude": ("经度", "longitude"),
    "hours": ("营业时间", "hours"),
    "unit": ("所属组织", "unit"),
    "code": ("顾问活码", "code"),
    "group_code": ("群活码", "group_code"),
}
"""Column of a file → what it may be called."""
NEEDED: Final = ("number", "name", "city", "latitude", "longitude")

_AXIS, _FLATNESS = 6_378_245.0, 0.00669342162296594323
_CHINA: Final = ((0.8293, 55.8271), (72.004, 137.8347))
_HOURS = re.compile(r"(?:([1-7])(?:-([1-7]))?\s+)?(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def metres_between(one: Place, other: Place) -> float:
    """Along the surface (haversine); the store reads the same in SQL."""
    lat_one, lat_other = math.radians(one.latitude), math.radians(other.latitude)
    north = math.sin((lat_other - lat_one) / 2) ** 2
    east = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    share = min(1.0, north + math.cos(lat_one) * math.cos(lat_other) * east)
    return 2 * EARTH_METRES * math.asin(math.sqrt(share))


def on_maps_of_china(place: Place) -> Place:
    """A place as satellites tell it (WGS-84), as maps in China show it (GCJ-02); the same outside of China."""
    if not all(least < at < most for at, (least, most) in zip(place, _CHINA, strict=True)):
        return place
    x, y = place.longitude - 105.0, place.latitude - 35.0
    waves = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    root = math.sqrt(abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    latitude = math.radians(place.latitude)
    magic = 1 - _FLATNESS * math.sin(latitude) ** 2
    north = math.degrees(north / (_AXIS * (1 - _FLATNESS) / (magic * math.sqrt(magic))))
    east = math.degrees(east / (_AXIS / math.sqrt(magic) * math.cos(latitude)))
    return Place(place.latitude + north, place.longitude + east)


def is_open(store: NearStore, local: datetime) -> bool:
    """Whether a store is open at a local time; without hours it always is."""
    return not store.hours or any(
        is_in_slot(CodeSlot(each.weekdays, each.begins, each.ends, ()), local) for each in store.hours
    )


def nearest(stores: Sequence[NearStore], local: datetime, able: Collection[int]) -> NearStore | None:
    """The nearest store that is open and among those that are able to serve; of two as near the one with the lower id."""
    fit = [each for each in stores if each.store_id in able and is_open(each, local)]
    return min(fit, key=lambda each: (math.inf if each.metres is None else each.metres, each.store_id), default=None)


def checked_store(draft: StoreDraft) -> StoreDraft:
    """The store with tidy texts; BadStoreError says which field is wrong."""
    texts = {name: getattr(draft, name).strip() for name in ("number", "name", "city", "address")}
    for name, text in texts.items():
        most = NUMBER_LENGTH_MAX if name == "number" else STORE_LINE_MAX
        if len(text) > most or (not text and name != "address"):
            raise BadStoreError(f"Give a text of at most {most} characters.", field=name)
        if any(unicodedata.category(each) in ("Cc", "Cs") for each in text):
            raise BadStoreError("This text has characters that cannot be shown.", field=name)
    for name, degrees, most in (("latitude", draft.place.latitude, 90), ("longitude", draft.place.longitude, 180)):
        if not -most <= degrees <= most:  # what is no number is neither
            raise BadStoreError(f"Give degrees from -{most} to {most}.", field=name)
    if len(draft.hours) > HOURS_MAX or not all(_is_sound(each) for each in draft.hours):
        raise BadStoreError("Give weekdays from 1 to 7, each once, and two different times.", field="hours")
    return StoreDraft(
        **texts,
        place=draft.place,
        hours=tuple(draft.hours),
        unit_id=draft.unit_id,
        code_id=draft.code_id,
        group_code_id=draft.group_code_id,
        is_active=draft.is_active,
    )


def _is_sound(hours: OpenHours) -> bool:
    days = hours.weekdays
    are_days = 0 < len(days) == len(set(days)) and all(1 <= day <= 7 for day in days)
    are_times = 0 <= hours.begins < DAY_MINUTES and 0 <= hours.ends <= DAY_MINUTES and hours.begins != hours.ends
    return are_days and are_times


def parse_hours(text: str) -> tuple[OpenHours, ...]:
    """`09:00-21:00`, or by weekdays `1-5 09:00-18:00; 6-7 10:00-22:00`; BadStoreError for anything else."""
    found: list[OpenHours] = []
    for part in filter(None, (each.strip() for each in re.split("[;；]", text))):
        told = _HOURS.fullmatch(part.replace("：", ":").replace("–", "-"))  # as people type them
        if told is None:
            raise BadStoreError("Write hours as 09:00-21:00, or 1-5 09:00-18:00; 6-7 10:00-22:00.", field="hours")
        first, last = int(told[1] or 1), int(told[2] or told[1] or 7)
        begins, ends = int(told[3]) * 60 + int(told[4]), int(told[5]) * 60 + int(told[6])
        if int(told[4]) > 59 or int(told[6]) > 59 or first > last:
            raise BadStoreError("There is no such time of the day.", field="hours")
        found.append(OpenHours(tuple(range(first, last + 1)), begins, ends))
    if not all(_is_sound(each) for each in found):
        raise BadStoreError("There is no such time of the day.", field="hours")
    return tuple(found)


def hours_text(hours: Sequence[OpenHours]) -> str:
    """Hours as `parse_hours` reads them: for people who look at a store's page. Weekdays with gaps are told day by day."""
    parts: list[str] = []
    for each in hours:
        days = sorted(each.weekdays)
        time = f"{_time(each.begins)}-{_time(each.ends)}"
        if len(days) == 7:
            parts.append(time)
        elif days == list(range(days[0], days[-1] + 1)) and len(days) > 1:
            parts.append(f"{days[0]}-{days[-1]} {time}")
        else:
            parts += [f"{day} {time}" for day in days]
    return "; ".join(parts)


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def columns_of(heading: Sequence[str]) -> dict[str, int]:
    """{column: its place in the file}; BadStoreError names one that is missing."""
    told = [each.strip().lower() for each in heading]
    found = {name: told.index(word) for name, words in COLUMNS.items() for word in words if word in told}
    for name in NEEDED:
        if name not in found:
            raise BadStoreError(f"The file has no column {COLUMNS[name][0]} ({name}).", field="file")
    return found


def store_of_row(cells: Mapping[str, str], known: Mapping[str, Mapping[str, int]]) -> StoreDraft:
    """The store of a row. `known` has the ids by name of units, codes and group codes; BadStoreError says what is wrong."""

    def degrees(name: str) -> float:
        try:
            return float(cells[name])
        except ValueError:
            raise BadStoreError("Give degrees as a number.", field=name) from None

    def named(name: str) -> int | None:
        text = cells.get(name, "").strip()
        if text and text not in known[name]:
            raise BadStoreError(f"There is none of this name: {text[:60]}", field=name)
        return known[name][text] if text else None

    return checked_store(
        StoreDraft(
            number=cells["number"],
            name=cells["name"],
            city=cells["city"],
            address=cells.get("address", ""),
            place=Place(degrees("latitude"), degrees("longitude")),
            hours=parse_hours(cells.get("hours", "")),
            unit_id=named("unit"),
            code_id=named("code"),
            group_code_id=named("group_code"),
        )
    )
