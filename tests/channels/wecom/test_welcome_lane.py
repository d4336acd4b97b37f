"""The lane of welcomes outlives a database in trouble."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from siyu.channels.wecom import welcomes_store as store
from siyu.channels.wecom.welcoming import WelcomeLane
from siyu.platform.postgres.database import Database


def test_a_lane_whose_database_refused_once_greets_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    lane, asked = WelcomeLane(database, lambda _welcome: None, at_once=2), list[int]()

    def claim(_work: Any, free: int) -> list[Any]:
        asked.append(free)
        if len(asked) == 1:
            raise psycopg.OperationalError
        return []

    monkeypatch.setattr(store, "claim_welcomes", claim)
    with pytest.raises(psycopg.OperationalError):
        lane.step()
    assert not lane.step()
    assert asked == [2, 2]
    lane.close()
