"""Who serves now, against a plain walk through the minutes; states; what a document may say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.entries.codes_contracts import Code, CodeSlot, CodeWelcome, NobodyReason, code_of, state_of
from siyu.domain.entries.codes_rules import (
    Load,
    chosen,
    code_document,
    is_in_slot,
    on_duty,
    parse_code,
    serving,
    stored_code,
    welcome_for,
)

MONDAY = datetime(2026, 6, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
NOTHING = Load({}, {}, 0)
MINUTES = st.integers(0, 24 * 60)


def document(**more: Any) -> dict[str, Any]:
    return {"title": "加我领券", "corp_id": "ww1", "staff_ids": [1, 2, 3], **more}


def code(**more: Any) -> Code:
    return parse_code(document(**more))


def walked(slot: CodeSlot, local: datetime) -> bool:
    """Whether somebody who begins at the slot's beginning and counts minutes comes to this one."""
    for back in (0, 1):
        day = (local - timedelta(days=back)).replace(hour=0, minute=0)
        if day.isoweekday() not in slot.weekdays:
            continue
        length = (slot.ends - slot.begins) % (24 * 60) or 24 * 60
        begins = day + timedelta(minutes=slot.begins)
        if begins <= local < begins + timedelta(minutes=length):
            return True
    return False


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 7), min_size=1, unique=True), MINUTES, MINUTES, st.integers(0, 10 * 24 * 60))
def test_slots_are_as_one_who_counts_minutes_finds_them(days: list[int], begins: int, ends: int, at: int) -> None:
    if begins % 1440 == ends % 1440 and (begins, ends) != (0, 1440):
        return
    slot = CodeSlot(tuple(days), begins, ends, (1,))
    moments = [at, begins, begins - 1, ends, ends - 1]
    for minute in moments:
        local = MONDAY + timedelta(days=7, minutes=minute)
        assert is_in_slot(slot, local) is walked(slot, local)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["rotation", "random", "least_busy"]),
    st.integers(1, 3),
    st.integers(1, 8),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=12),
)
def test_nobody_gets_more_than_their_fill_and_turns_are_fair(
    choice: str, cap: int, daily: int, dice: list[int]
) -> None:
    made = code(choice=choice, member_daily_max=cap, daily_max=daily, backup_ids=[9])
    adds: dict[int, int] = {}
    last, served = 0, []
    for throw in dice:
        load = Load(dict(adds), {}, sum(adds.values()))
        now = serving(made, MONDAY, {1, 2, 3, 9}, load)
        last = chosen(made, now.staff_ids, load, last, throw)
        served.append(last)
        if last == 9:
            assert now.is_backup
            assert sum(adds.values()) >= min(daily, 3 * cap)
        else:
            adds[last] = adds.get(last, 0) + 1
    assert all(count <= cap for count in adds.values())
    assert sum(adds.values()) <= daily
    if choice != "random" and served[-1] != 9:
        assert max(adds.values()) - min(adds.get(one, 0) for one in (1, 2, 3)) <= 1
    if choice == "rotation":
        turns = [one for one in served if one != 9][:3]
        assert turns == [1, 2, 3][: len(turns)]


def test_when_nobody_is_there_it_is_said_why() -> None:
    night = {"weekdays": [1], "begins": 22 * 60, "ends": 2 * 60, "staff_ids": [4]}
    made = code(staff_ids=[], slots=[night])
    assert serving(made, MONDAY.replace(hour=21, minute=59), {4}, NOTHING).reason is NobodyReason.OFF_DUTY
    assert serving(made, MONDAY.replace(hour=22), {4}, NOTHING).staff_ids == (4,)
    assert serving(made, MONDAY + timedelta(days=1, hours=1, minutes=59), {4}, NOTHING).staff_ids == (4,)
    assert serving(made, MONDAY + timedelta(days=1, hours=2), {4}, NOTHING).reason is NobodyReason.OFF_DUTY
    assert serving(made, MONDAY.replace(hour=22), set(), NOTHING).reason is NobodyReason.OFF_DUTY
    full = code(staff_ids=[1], member_daily_max=1)
    kept = Load({}, {1: 1}, 1)
    assert serving(full, MONDAY, {1}, kept).reason is NobodyReason.FULL
    assert serving(code(daily_max=1), MONDAY, {1, 2}, kept).reason is NobodyReason.FULL
    assert on_duty(code(slots=[night]), MONDAY.replace(hour=23)) == (1, 2, 3, 4)


def test_the_first_welcome_that_fits_counts() -> None:
    night = CodeWelcome("夜里好", begins=22 * 60, ends=6 * 60)
    known = CodeWelcome("老朋友好", segment_id=7)
    made = Code("t", "ww1", staff_ids=(1,), welcomes=(night, known))
    at = [MONDAY.replace(hour=hour) for hour in (23, 5, 6, 12)]
    assert [(told.text if (told := welcome_for(made, when, {7})) else None) for when in at] == [
        "夜里好",
        "夜里好",
        "老朋友好",
        "老朋友好",
    ]
    assert welcome_for(made, at[3], set()) is None


def test_a_state_names_code_and_member_and_no_other_does() -> None:
    assert code_of(state_of(12, 34)) == (12, 34)
    assert code_of(state_of(12, 0)) == (12, 0)
    assert len(state_of(10**12 - 1, 10**12 - 1)) <= 30
    for other in ("", "syc.", "syc.0", "syc.1.", "syc.1.0", "xsyc.1", "syc.1.2.3", "syc.１", "syc.1\n", "channel-7"):
        assert code_of(other) is None


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("staff_ids", {"staff_ids": []}),
        ("staff_ids", {"staff_ids": [1, 1]}),
        ("staff_ids", {"staff_ids": list(range(1, 101)), "backup_ids": [200]}),
        ("slots.0.ends", {"slots": [{"weekdays": [1], "begins": 60, "ends": 60, "staff_ids": [1]}]}),
        ("slots.0.weekdays", {"slots": [{"weekdays": [1, 1], "begins": 0, "ends": 60, "staff_ids": [1]}]}),
        ("slots.0.weekdays.0", {"slots": [{"weekdays": [8], "begins": 0, "ends": 60, "staff_ids": [1]}]}),
        ("title", {"title": " "}),
        ("welcomes.0.text", {"welcomes": [{"text": "好" * 1400}]}),
        ("welcomes.0.links.0.url", {"welcomes": [{"text": "好", "links": [{"title": "a", "url": "javascript:1"}]}]}),
        ("member_daily_max", {"member_daily_max": 0}),
        ("nothing", {"nothing": 1}),
    ],
)
def test_faults_are_told_where_they_are(path: str, more: dict[str, Any]) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_code(document(**more))
    assert caught.value.fields["path"] == path


def test_a_document_comes_back_as_it_was() -> None:
    made = code(slots=[{"weekdays": [1, 7], "begins": 0, "ends": 1440, "staff_ids": [5]}], welcomes=[{"text": "好"}])
    assert stored_code(code_document(made)) == made
