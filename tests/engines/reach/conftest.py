"""Reach over a fresh database, with a channel that does as it is told."""

from __future__ import annotations

import pytest

from siyu.engines.reach import Reach
from tests.engines.reach.fake_channel import FakeChannel
from tests.engines.reach.reaching import reach_by


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def reach(channel: FakeChannel) -> Reach:
    return reach_by(channel)
