"""A backup put back does not bring anybody back."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from siyu.assembly.privacy import privacy_of, reapply_erasures
from siyu.domain.customers import reading as customers
from siyu.engines.privacy.searching import find_traces
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.conftest import KEYS, administer, named
from tests.engines.privacy.persons import (
    SIYU,
    VALUES_OF_LEI,
    a_history,
    a_shop,
    customer_of,
    erase,
    settle,
    totals,
)


def test_whoever_was_erased_after_the_backup_is_erased_again(
    database: Database, columns: Columns, tmp_path: Path, postgres_url: str
) -> None:
    shop = a_shop(database, columns, tmp_path)
    a_history(shop)
    lei, mei = customer_of(shop, "user-lei-0001"), customer_of(shop, "user-mei-0002")
    before = totals(shop)
    database.close()
    name = sa.make_url(database.url).database
    backup = f"{name}_backup"
    administer(postgres_url, f'CREATE DATABASE "{backup}" TEMPLATE "{name}"')
    erase(shop, lei)
    journal = privacy_of(shop).journal
    assert journal.exists()
    restored = Database(named(postgres_url, backup), clock=database.clock, ids=database.ids, keys=KEYS)
    try:
        back = a_shop(restored, columns, tmp_path)
        privacy_of(back).rebuild_columns()
        found = find_traces(restored, columns, tmp_path, VALUES_OF_LEI)
        assert found.traces
        assert reapply_erasures(back, journal) == 4
        settle(back)
        assert find_traces(restored, columns, tmp_path, VALUES_OF_LEI).traces == []
        assert totals(back) == before
        with restored.read() as reading:
            assert customers.get_customer(reading, SIYU, lei).erased_at is not None
            assert customers.get_customer(reading, SIYU, mei).erased_at is None
        assert reapply_erasures(back, journal) == 0
    finally:
        restored.close()
        administer(postgres_url, f'DROP DATABASE "{backup}" WITH (FORCE)')


def test_a_number_given_anew_is_not_taken_for_the_erased(database: Database, columns: Columns, tmp_path: Path) -> None:
    shop = a_shop(database, columns, tmp_path)
    a_history(shop)
    lei = customer_of(shop, "user-lei-0001")
    other = tmp_path / "other.jsonl"
    other.write_text(f'{{"at": "2026-06-01T00:00:00Z", "profiles": [[{lei}, "{"0" * 32}"]]}}\n{{"at": "2026')
    assert reapply_erasures(shop, other) == 0
    with database.read() as reading:
        assert customers.get_customer(reading, SIYU, lei).erased_at is None


def test_without_a_journal_nothing_happens(database: Database, columns: Columns, tmp_path: Path) -> None:
    assert reapply_erasures(a_shop(database, columns, tmp_path), tmp_path / "none.jsonl") == 0
