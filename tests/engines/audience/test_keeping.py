"""Whatever happens in whatever order: after each step membership is what the slow reference says, and the log tells of it once."""

from __future__ import annotations

from random import Random

import pytest

from siyu.kernel.clock import ManualClock
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.audience.keeping_steps import an_audience, settle
from tests.engines.audience.keeping_world import World

STEPS = 20


@pytest.mark.parametrize("seed", range(4))
def test_membership_is_true_after_every_step(
    database: Database, columns: Columns, clock: ManualClock, seed: int
) -> None:
    world = World(an_audience(database, columns), clock, Random(seed))
    world.begin()
    settle(world.audience)
    world.check()
    for _ in range(STEPS):
        for _ in range(world.random.choice([1, 1, 1, 2, 4])):
            world.step()
            world.interrupt()
        settle(world.audience)
        world.check()
