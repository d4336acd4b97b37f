"""A demo's own time, kept in its home: made once, carried on through restarts and changes of speed.

Between `rest` and the next `begin` it stands still, so that nobody finds a month of silence after a night; it never goes
backwards, and never falls behind real time.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from siyu.kernel.clock import Clock, ScaledClock, SystemClock
from siyu.platform.settings import Settings

FILE_NAME = "clock.json"


def begin(settings: Settings, speed: int, real: Clock | None = None) -> Settings:
    """The settings with the demo's clock in them, which goes at `speed` from now on."""
    real = real or SystemClock()
    found = _find(settings.home, real)
    real_now = real.now()
    begins_at = max(found.now(), real_now) if found is not None else real_now
    clock = ScaledClock(real_now, begins_at, speed, real)
    _write(settings.home, clock, is_resting=False)
    return replace(settings, clock_speed=speed, clock_from=clock.text)


def rest(settings: Settings, real: Clock | None = None) -> None:
    """Stops the demo's clock until the next `begin`."""
    found = _find(settings.home, real or SystemClock())
    if found is not None:
        _write(settings.home, found.at_speed(found.speed), is_resting=True)


def _find(home: Path, real: Clock) -> ScaledClock | None:
    """The clock that was kept; one that rests stands still."""
    with suppress(OSError, ValueError, KeyError):
        told = json.loads((home / FILE_NAME).read_text(encoding="utf-8"))
        begins_at = datetime.fromisoformat(told["begins_at"])
        real_from = real.now() if told["is_resting"] else datetime.fromisoformat(told["real_from"])
        return ScaledClock(real_from, begins_at, int(told["speed"]), real)
    return None


def _write(home: Path, clock: ScaledClock, *, is_resting: bool) -> None:
    home.mkdir(parents=True, exist_ok=True)
    told = {"real_from": clock.real_from.isoformat(), "begins_at": clock.begins_at.isoformat(), "speed": clock.speed}
    whole = home / f"{FILE_NAME}.new"
    whole.write_text(json.dumps(told | {"is_resting": is_resting}), encoding="utf-8")
    whole.replace(home / FILE_NAME)
