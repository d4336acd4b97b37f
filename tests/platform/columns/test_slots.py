"""How many queries run at once, who waits, who is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from siyu.platform.columns.server.errors import EngineError
from siyu.platform.columns.server.slots import Slots
from tests.platform.columns.servers import until


def taken(
    slots: Slots, *, is_reserved: bool = False, is_abandoned: Callable[[], bool] = lambda: False
) -> AbstractContextManager[bool]:
    return slots.one(is_reserved=is_reserved, is_abandoned=is_abandoned)


def test_ordinary_queries_leave_the_reserved_slots_alone() -> None:
    slots = Slots(total=3, reserved=1, queue_limit=0, wait_seconds=5)
    with taken(slots), taken(slots):
        with pytest.raises(EngineError) as refused, taken(slots):
            pass
        assert refused.value.code == 202
        assert refused.value.status == 503
        with taken(slots, is_reserved=True) as has_slot:
            assert has_slot
    with taken(slots) as has_slot:
        assert has_slot


def test_who_waits_gets_the_slot_that_comes_free() -> None:
    slots = Slots(total=1, reserved=0, queue_limit=1, wait_seconds=10)
    got: list[bool] = []

    def wait() -> None:
        with taken(slots) as has_slot:
            got.append(has_slot)

    with taken(slots):
        waiter = threading.Thread(target=wait)
        waiter.start()
        until(lambda: slots._waiting == 1, "somebody waits")
        with pytest.raises(EngineError), taken(slots):
            pass
        assert got == []
    waiter.join(10)
    assert got == [True]


def test_waiting_ends_when_its_time_is_over_or_the_client_has_left() -> None:
    slots = Slots(total=1, reserved=0, queue_limit=5, wait_seconds=0.05)
    with taken(slots):
        with pytest.raises(EngineError) as refused, taken(slots):
            pass
        assert refused.value.code == 202
        patient = Slots(total=1, reserved=0, queue_limit=5, wait_seconds=60)
        with taken(patient), taken(patient, is_abandoned=lambda: True) as has_slot:
            assert not has_slot
        with taken(patient) as has_slot:
            assert has_slot


def test_some_slot_is_open_to_everybody() -> None:
    with pytest.raises(ValueError, match="open to everybody"):
        Slots(total=2, reserved=2, queue_limit=1, wait_seconds=1)
