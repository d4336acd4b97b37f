"""How often Python looks for garbage in processes that work on sets.

A batch of ten thousand events makes a hundred thousand objects that all go away by themselves, at once. With Python's own
thresholds a quarter of the intake's time went into looking through them.
"""

from __future__ import annotations

import gc

FIRST_GENERATION_OBJECTS = 200_000
OLDER_GENERATIONS_ROUNDS = 20


def collect_seldom() -> None:
    """Leaves what was loaded so far alone for good, and looks for garbage only after many new objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(FIRST_GENERATION_OBJECTS, OLDER_GENERATIONS_ROUNDS, OLDER_GENERATIONS_ROUNDS)
