"""A file imported again does not bring back who was erased; they themselves may come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from siyu.assembly.installation import Installation
from siyu.domain.customers import reading as customers
from siyu.engines.intake.importing import import_file
from siyu.engines.intake.importing_orders import OrderColumns
from siyu.engines.intake.importing_rows import FileSource
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.intake.test_draining import put
from tests.engines.privacy.persons import (
    LEI,
    SIYU,
    VALUES_OF_LEI,
    a_history,
    a_shop,
    customer_of,
    erase,
    identify,
    settle,
    totals,
)
from tests.engines.privacy.test_erasing import traces

ORDERS = "phone,paid_at,total,order_id\n{lei},2026-05-01 10:00,99,old-1\n13600136006,2026-05-01 11:00,50,old-2\n"


@pytest.fixture
def shop(database: Database, columns: Columns, tmp_path: Path) -> Installation:
    installation = a_shop(database, columns, tmp_path / "home")
    a_history(installation)
    return installation


def bring_in(shop: Installation, folder: Path) -> tuple[int, int, int]:
    file = folder / "orders.csv"
    file.write_text(ORDERS.format(lei=LEI["phone"]))
    done = import_file(
        shop.database,
        SIYU,
        FileSource(file, "old shop", shop.settings.zone),
        OrderColumns(customer="phone", customer_kind="phone", paid_at="paid_at", total="total", order_id="order_id"),
        rejects=folder / "rejects.csv",
    )
    settle(shop)
    return done.new, done.known, done.rejected


def test_a_file_imported_again_refuses_the_erased(shop: Installation, tmp_path: Path) -> None:
    assert bring_in(shop, tmp_path) == (2, 0, 0)
    before = totals(shop)
    (request,) = erase(shop, customer_of(shop, "user-lei-0001"))
    settle(shop)
    assert request.traces == 0
    assert bring_in(shop, tmp_path) == (0, 1, 1)
    assert "此人的信息已按要求删除" in (tmp_path / "rejects.csv").read_text()
    assert totals(shop) == before
    assert traces(shop, *VALUES_OF_LEI) == []


def test_the_person_comes_back_by_her_own_act(shop: Installation) -> None:
    lei = customer_of(shop, "user-lei-0001")
    erase(shop, lei)
    put(shop.database, identify(60, "user-lei-0001", None, {"phone": LEI["phone"]}))
    settle(shop)
    with shop.database.read() as reading:
        back = customers.get_customer(reading, SIYU, customer_of(shop, "user-lei-0001"))
    assert back.customer_id != lei
    assert {each.identity.value for each in back.identities} == {"user-lei-0001", LEI["phone"]}
