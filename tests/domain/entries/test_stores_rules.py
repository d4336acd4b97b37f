"""The nearest open store against a plain look through all; places on maps; hours and rows of files; groups with room."""

from __future__ import annotations

import math
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.entries.codes_contracts import CodeGroup, GroupFill
from siyu.domain.entries.codes_rules import group_for, parse_code
from siyu.domain.entries.stores_contracts import BadStoreError, NearStore, OpenHours, Place
from siyu.domain.entries.stores_rules import (
    columns_of,
    hours_text,
    is_open,
    metres_between,
    nearest,
    on_maps_of_china,
    parse_hours,
    store_of_row,
)

MONDAY = datetime(2026, 6, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
SHANGHAI, BEIJING = Place(31.2304, 121.4737), Place(39.9042, 116.4074)
PLACES = st.builds(Place, st.floats(-85, 85), st.floats(-179, 179))
HOURS = st.lists(
    st.builds(
        OpenHours,
        st.lists(st.integers(1, 7), min_size=1, unique=True).map(tuple),
        st.integers(0, 719),
        st.integers(720, 1440),
    ),
    max_size=2,
).map(tuple)


def store(store_id: int, place: Place = SHANGHAI, hours: tuple[OpenHours, ...] = (), metres: float = 0.0) -> NearStore:
    return NearStore(store_id, f"{store_id} 号店", "上海", "", place, hours, 1, 2, metres)


def plain_metres(one: Place, other: Place) -> float:
    """By the angle between two arrows from the middle of the earth."""

    def arrow(place: Place) -> tuple[float, float, float]:
        up, around = math.radians(place.latitude), math.radians(place.longitude)
        return math.cos(up) * math.cos(around), math.cos(up) * math.sin(around), math.sin(up)

    (x, y, z), (u, v, w) = arrow(one), arrow(other)
    cross = math.hypot(y * w - z * v, z * u - x * w, x * v - y * u)
    return 6_371_008.8 * math.atan2(cross, x * u + y * v + z * w)


@settings(max_examples=25, deadline=None)
@given(PLACES, PLACES)
def test_distances_are_as_arrows_tell_them(one: Place, other: Place) -> None:
    assert metres_between(one, other) == pytest.approx(plain_metres(one, other), abs=0.5)


@settings(max_examples=25, deadline=None)
@given(PLACES, st.lists(st.tuples(PLACES, HOURS), max_size=8), st.sets(st.integers(0, 8)), st.integers(0, 23))
def test_the_nearest_is_the_first_that_is_open_and_able(
    here: Place, given_stores: list[tuple[Place, tuple[OpenHours, ...]]], able: set[int], hour: int
) -> None:
    local = MONDAY.replace(hour=hour)
    stores = [store(n, place, hours, metres_between(here, place)) for n, (place, hours) in enumerate(given_stores)]
    minute = hour * 60
    open_ones = {
        each.store_id
        for each in stores
        if not each.hours or any(1 in one.weekdays and one.begins <= minute < one.ends for one in each.hours)
    }
    by_distance = sorted(stores, key=lambda each: (each.metres or 0.0, each.store_id))
    expected = [each for each in by_distance if each.store_id in open_ones & able]
    assert nearest(stores, local, able) == (expected[0] if expected else None)


def test_places_of_satellites_are_moved_as_maps_of_china_move_them() -> None:
    """Known pairs; half a kilometre at most; nowhere else."""
    moved = on_maps_of_china(Place(39.908823, 116.39747))  # the Gate of Heavenly Peace
    assert moved.latitude == pytest.approx(39.910227, abs=2e-5)
    assert moved.longitude == pytest.approx(116.403713, abs=2e-5)
    for place in (SHANGHAI, BEIJING):
        assert 100 < metres_between(place, on_maps_of_china(place)) < 900
    assert on_maps_of_china(Place(48.8566, 2.3522)) == Place(48.8566, 2.3522)


def test_hours_are_read_as_they_are_written() -> None:
    found = parse_hours("1-5 09:00-18:00；6 10:00-02:00; 7 00:00-24:00")  # as people type it
    assert found == (
        OpenHours((1, 2, 3, 4, 5), 540, 1080),
        OpenHours((6,), 600, 120),
        OpenHours((7,), 0, 1440),
    )
    assert parse_hours(hours_text(found)) == found
    assert parse_hours("") == ()
    assert hours_text([OpenHours((1, 3), 0, 60)]) == "1 00:00-01:00; 3 00:00-01:00"
    sunday_night = MONDAY.replace(day=7, hour=1)
    assert is_open(store(1, hours=found), sunday_night)
    assert not is_open(store(1, hours=found[:1]), sunday_night)
    for wrong in ("9-18", "09:00-09:00", "8 09:00-18:00", "5-1 09:00-18:00", "09:61-18:00", "25:00-26:00"):
        with pytest.raises(BadStoreError):
            parse_hours(wrong)


def test_rows_say_what_is_wrong_with_them() -> None:
    known = {"unit": {"华东": 3}, "code": {"立牌": 7}, "group_code": {}}
    cells = {"number": " S1 ", "name": "南京东路店", "city": "上海", "latitude": "31.2", "longitude": "121.5"}
    made = store_of_row(cells | {"unit": "华东", "code": "立牌", "hours": "10:00-22:00"}, known)
    assert (made.number, made.unit_id, made.code_id, made.group_code_id) == ("S1", 3, 7, None)
    for field, value in (
        ("latitude", "北"),
        ("latitude", "nan"),
        ("longitude", "181"),
        ("longitude", "1e400"),
        ("number", ""),
        ("name", "一" * 201),
        ("city", "a\x00"),
        ("unit", "西北"),
        ("hours", "随时"),
    ):
        with pytest.raises(BadStoreError) as caught:
            store_of_row(cells | {field: value}, known)
        assert caught.value.fields["field"] == field
    assert columns_of(["\ufeff城市".strip("\ufeff"), "门店编号", "门店名称", "纬度", "Longitude"])["longitude"] == 4
    with pytest.raises(BadStoreError, match="纬度"):
        columns_of(["number", "name", "city", "longitude"])


def test_groups_fill_up_one_after_the_other() -> None:
    """Those for a tag before those for all; places that are kept count; what is gone is passed over."""
    groups = [
        {"group_id": 1, "members_max": 2},
        {"group_id": 2, "members_max": 2, "tags": [9]},
        {"group_id": 3, "members_max": 2},
    ]
    code = parse_code({"title": "进群", "corp_id": "ww1", "mode": "groups", "groups": groups})
    assert code.groups[1] == CodeGroup(2, 2, (9,))
    fills = {n: GroupFill(f"wr{n}", f"{n} 群", 0) for n in (1, 2, 3)}
    full = {n: GroupFill(f"wr{n}", f"{n} 群", 2) for n in (1, 2, 3)}
    assert group_for(code, fills, {}, ()) == 1
    assert group_for(code, fills, {1: 2}, ()) == 3
    assert group_for(code, fills, {}, (9,)) == 2
    assert group_for(code, full | {3: fills[3]}, {}, (9,)) == 3
    assert group_for(code, {2: fills[2]}, {}, ()) is None
    assert group_for(code, full, {}, (9,)) is None
    making = parse_code({"title": "进群", "corp_id": "ww1", "mode": "groups", "groups": groups, "makes_groups": True})
    assert group_for(making, full, {}, (9,)) == 3
