"""The governor under simulated time, and what errors ask for."""

from __future__ import annotations

import threading
from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.channels.wecom.errors import REMEDIES, Remedy, WecomThrottledError, error_of, remedy_of
from siyu.channels.wecom.gates import SUCCESSES_TO_WIDEN, Gate, Priority
from siyu.channels.wecom.governor import Governor
from siyu.channels.wecom.rates import Bucket, Limit, Lot, Pace, Penalty, drawn, limits_of, penalty_after
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import BusyError, ConflictError, InvalidError

START = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PACE = Pace(per_minute=60, per_hour=600)


class MemoryRates:
    """What is left of the limits, shared by the governors of one test as the database's is by processes."""

    def __init__(self) -> None:
        self.buckets: dict[str, Bucket] = {}
        self.penalties: dict[str, Penalty] = {}

    def take(self, blocked_key: str, limits: dict[str, Limit], kept_back: float, now: datetime) -> Lot:
        penalty = self.penalties.get(blocked_key)
        if penalty is not None and now < penalty.until:
            return Lot(0, (penalty.until - now).total_seconds())
        lot, self.buckets = drawn(self.buckets, limits, kept_back, now)
        return lot

    def penalise(self, key: str, now: datetime) -> Penalty:
        self.penalties[key] = penalty_after(self.penalties.get(key), now)
        return self.penalties[key]


@settings(max_examples=15, deadline=None)
@given(pauses=st.lists(st.floats(0, 20), min_size=1, max_size=30))
def test_no_window_sees_more_calls_than_allowed(pauses: list[float]) -> None:
    """Two processes call as fast as they may, with rests: no minute and no hour, wherever it begins, has too many."""
    clock, rates = ManualClock(START), MemoryRates()

    def pause(seconds: float) -> None:
        clock.advance(timedelta(seconds=seconds))

    governors = [Governor(rates, clock, pause=pause) for _ in range(2)]
    calls: deque[datetime] = deque()
    for rest in pauses:
        for number in range(20):
            with governors[number % 2].admitted("ww", "user/get", PACE, Priority.WELCOME, 3600):
                calls.append(clock.now())
        clock.advance(timedelta(seconds=rest))
    for limit in (Limit(60, 60), Limit(3600, 600)):
        for first, at in enumerate(calls):
            within = sum(1 for other in list(calls)[first:] if other - at < timedelta(seconds=limit.seconds))
            assert within <= limit.count


def test_the_urgent_find_something_left() -> None:
    """A sync that has taken all it may leaves enough for who waits at a screen, and more for a welcome."""
    clock, rates = ManualClock(START), MemoryRates()
    made = {}
    for priority in (Priority.BULK, Priority.NORMAL, Priority.WELCOME):
        count = 0
        governor = Governor(rates, clock, pause=lambda _seconds: None)
        try:
            while True:
                with governor.admitted("ww", "user/get", Pace(per_minute=1000), priority, 0.001):
                    count += 1
        except WecomThrottledError:
            made[priority] = count
    assert made[Priority.BULK] > made[Priority.NORMAL] > 0
    assert made[Priority.WELCOME] > 0


def test_a_penalty_is_believed_longer_each_time() -> None:
    """A minute, an hour, the rest of the day in Beijing; and a minute again, where it was over long ago."""
    first = penalty_after(None, START)
    assert first.until == START + timedelta(minutes=1)
    assert penalty_after(first, START + timedelta(seconds=30)) == first
    second = penalty_after(first, first.until + timedelta(seconds=1))
    assert second.until == first.until + timedelta(seconds=1, hours=1)
    third = penalty_after(second, second.until)
    assert third.until == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert penalty_after(third, third.until + timedelta(hours=1)).strikes == 1


def test_limits_are_of_the_corp_the_address_or_their_own() -> None:
    assert len(limits_of("ww", "externalcontact/get", Pace())) == 4
    assert [limit.count for limit in limits_of("ww", "ticket/get", Pace()).values()] == [100]
    assert limits_of("ww", "auth/getuserinfo", Pace()) == {}
    shared = set(limits_of("ww", "user/get", Pace())) & set(limits_of("wx", "user/get", Pace()))
    assert len(shared) == 2


def test_the_gate_lets_the_urgent_in_first() -> None:
    gate, order = Gate(1), list[str]()
    holding, waiting = threading.Event(), threading.Semaphore(0)

    def come(name: str, priority: Priority) -> None:
        waiting.release()
        with gate.passed(priority, 10) as is_in:
            assert is_in
            order.append(name)

    def hold() -> None:
        with gate.passed(Priority.BULK, 1):
            holding.set()
            while len(gate._waiting) < 3:
                threading.Event().wait(0.001)

    threads = [threading.Thread(target=hold)]
    threads[0].start()
    holding.wait(5)
    for name, priority in (("sync", Priority.BULK), ("page", Priority.NORMAL), ("welcome", Priority.WELCOME)):
        threads.append(threading.Thread(target=come, args=(name, priority)))
        threads[-1].start()
        waiting.acquire()
    for thread in threads:
        thread.join(10)
    assert order == ["welcome", "page", "sync"]
    with gate.passed(Priority.BULK, 1), gate.passed(Priority.WELCOME, 0.001) as is_in:
        assert not is_in


def test_the_gate_narrows_and_widens() -> None:
    gate = Gate(8)
    with gate.passed(Priority.BULK, 1), gate.passed(Priority.BULK, 1):
        gate.narrow()
    assert gate.limit == 1
    for _ in range(SUCCESSES_TO_WIDEN * 20):
        gate.widen()
    assert gate.limit == 8


@pytest.mark.parametrize(
    ("errcode", "remedy", "kind"),
    [
        (-1, Remedy.RETRY, BusyError),
        (45033, Remedy.SLOW_DOWN, BusyError),
        (45035, Remedy.SERIALISE, BusyError),
        (45009, Remedy.WAIT, BusyError),
        (42001, Remedy.RENEW_TOKEN, ConflictError),
        (60020, Remedy.CONFIGURE, ConflictError),
        (50100, Remedy.RESTART_PAGES, ConflictError),
        (84061, Remedy.GIVE_UP, InvalidError),
        (123456, Remedy.GIVE_UP, InvalidError),
    ],
)
def test_every_code_has_a_remedy(errcode: int, remedy: Remedy, kind: type[Exception]) -> None:
    error = error_of(errcode, "user/get")
    assert remedy_of(errcode) is remedy
    assert isinstance(error, kind)
    assert error.fields["errcode"] == errcode
    assert set(REMEDIES.values()) == set(Remedy) - {Remedy.GIVE_UP}
