"""A demo's own time: all processes agree, it never goes backwards, and it rests while nobody is there."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from siyu.assembly.processes import child_environment
from siyu.kernel.clock import ManualClock, ScaledClock, SystemClock, real_span
from siyu.platform import simulated_time
from siyu.platform.settings import Settings, SettingsError, load_settings

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_scaled_clock_goes_as_fast_as_it_is_told_and_leaps_nowhere_when_that_changes() -> None:
    real = ManualClock(NOW)
    clock = ScaledClock(NOW, NOW + timedelta(days=3), 60, real)
    real.advance(timedelta(seconds=10))
    assert clock.now() == NOW + timedelta(days=3, minutes=10)
    slower = clock.at_speed(2)
    assert slower.now() == clock.now()
    real.advance(timedelta(seconds=10))
    assert slower.now() == NOW + timedelta(days=3, minutes=10, seconds=20)
    assert real_span(clock, timedelta(seconds=20)) == timedelta(minutes=20)
    assert real_span(real, timedelta(seconds=20)) == timedelta(seconds=20)


def test_a_demo_keeps_its_time_through_restarts_and_changes_of_speed(tmp_path: Path) -> None:
    real, settings = ManualClock(NOW), Settings(home=tmp_path, is_demo=True)

    def seen(given: Settings) -> datetime:
        told = ScaledClock.from_text(given.clock_from, given.clock_speed)
        return ScaledClock(told.real_from, told.begins_at, told.speed, real).now()

    first = simulated_time.begin(settings, 60, real)
    assert seen(first) == NOW
    real.advance(timedelta(minutes=1))
    assert seen(first) == NOW + timedelta(hours=1)
    second = simulated_time.begin(settings, 5, real)  # killed, and started again at another speed
    assert seen(second) == NOW + timedelta(hours=1)
    simulated_time.rest(second, real)
    real.advance(timedelta(minutes=30))
    third = simulated_time.begin(settings, 1, real)
    assert seen(third) == NOW + timedelta(hours=1)
    simulated_time.rest(third, real)
    real.advance(timedelta(days=2))
    assert seen(simulated_time.begin(settings, 1, real)) == real.now(), "it never falls behind real time"


def test_processes_with_the_same_settings_agree(tmp_path: Path) -> None:
    settings = simulated_time.begin(Settings(home=tmp_path, is_demo=True), 60)
    before = settings.clock.now()
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from siyu.platform.settings import load_settings as l; print(l().clock.now().isoformat())",
        ],
        env=child_environment(settings),
        capture_output=True,
        text=True,
        check=True,
    )
    assert before <= datetime.fromisoformat(told.stdout.strip()) <= settings.clock.now()


def test_only_a_demo_has_a_time_of_its_own(tmp_path: Path) -> None:
    plain = load_settings({}, home=tmp_path)
    assert isinstance(plain.clock, SystemClock)
    told = f"{NOW.isoformat()}/{NOW.isoformat()}"
    with pytest.raises(SettingsError, match="only in a demo"):
        load_settings({"SIYU_CLOCK_FROM": told}, home=tmp_path)
    with pytest.raises(SettingsError, match="two instants"):
        load_settings({"SIYU_CLOCK_FROM": "yesterday", "SIYU_IS_DEMO": "1"}, home=tmp_path)
    with pytest.raises(SettingsError, match="from 1 to 600"):
        load_settings({"SIYU_CLOCK_FROM": told, "SIYU_CLOCK_SPEED": "601", "SIYU_IS_DEMO": "1"}, home=tmp_path)
    demo = load_settings({"SIYU_CLOCK_FROM": told, "SIYU_CLOCK_SPEED": "9", "SIYU_IS_DEMO": "1"}, home=tmp_path)
    assert demo.clock == ScaledClock(NOW, NOW, 9)
