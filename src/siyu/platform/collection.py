"""How often Python looks for garbage in processes that work on sets.

A batch of ten thousand events makes a hundred thousand objects that all go away by themselves, at once. With Python's own
thresholds a quarter of the intake's time went into looking through them.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

FIRST_GENERATION_OBJECTS = 200_000
OLDER_GENERATIONS_ROUNDS = 20


def collect_seldom() -> None:
    """Leaves what was loaded so far alone for good, and looks for garbage only after many new objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(FIRST_GENERATION_OBJECTS, OLDER_GENERATIONS_ROUNDS, OLDER_GENERATIONS_ROUNDS)


@contextmanager
def loading() -> Iterator[None]:
    """Nobody looks for garbage while modules are loaded: hundreds of thousands of objects come into being, and nearly all stay. A
    fifth of the time that a process takes to start went into looking through them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
