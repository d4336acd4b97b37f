"""A thousand erasures are done together, not one after another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from siyu.assembly.privacy import privacy_of
from siyu.domain.privacy import service as privacy_room
from siyu.domain.privacy.contracts import RequestKind, RequestState
from siyu.engines.privacy.erasing import erase_waiting
from siyu.engines.privacy.searching import Search, find_traces
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import put
from tests.engines.privacy.persons import SIYU, a_shop, ask, settle, totals

MANY = 1_000


@pytest.mark.timeout(300)
def test_a_thousand_go_through_the_steps_together(
    database: Database, columns: Columns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = a_shop(database, columns, tmp_path)
    put(
        database,
        *(
            track(n, userId=f"person-{n:06d}", event="Order Completed", properties={"order_id": f"o{n}", "total": n})
            for n in range(MANY + 200)
        ),
    )
    settle(shop)
    before = totals(shop)
    with database.read() as reading:
        rows = reading.driver.execute(
            "SELECT customer_id FROM customers.profiles ORDER BY profile_id LIMIT %s", (MANY,)
        ).fetchall()
    searches = []

    def counted(*given: Any) -> Search:
        searches.append(given)
        return find_traces(*given)

    monkeypatch.setattr("siyu.engines.privacy.erasing.find_traces", counted)
    ask(shop, *(row[0] for row in rows))
    assert erase_waiting(privacy_of(shop)) == MANY
    settle(shop)
    assert len(searches) == 1
    with database.read() as reading:
        done = privacy_room.list_requests(reading, SIYU, PageRequest(size=500), kind=RequestKind.ERASURE).rows
    assert {(each.state, each.traces, each.certificate is not None) for each in done} == {(RequestState.DONE, 0, True)}
    assert totals(shop) == before
