"""What is too old goes, by rules that can be changed, and every number stays."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from siyu.assembly.installation import Installation
from siyu.assembly.jobs import JOBS, SCHEDULE
from siyu.assembly.privacy import privacy_of
from siyu.domain.company.service import record_audit
from siyu.domain.customers import reading as customers
from siyu.domain.metrics import service as metrics
from siyu.domain.privacy import service as privacy_room
from siyu.domain.privacy.contracts import BadRetentionError
from siyu.engines.privacy import retention
from siyu.engines.privacy.retention import apply_retention, count_due
from siyu.engines.privacy.searching import find_traces
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.clock import EPOCH, ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.privacy.persons import (
    SIYU,
    a_history,
    a_shop,
    customer_of,
    erase,
    settle,
    totals,
)


@pytest.fixture
def shop(database: Database, columns: Columns, tmp_path: Path) -> Installation:
    installation = a_shop(database, columns, tmp_path)
    a_history(installation)
    return installation


def rules(shop: Installation, **days: int) -> None:
    with shop.database.begin() as work:
        privacy_room.save_retention(work, SIYU, days)


def due_in(shop: Installation, days: dict[str, int]) -> Mapping[str, int]:
    with shop.database.read() as reading:
        return count_due(reading, SIYU, shop.settings.home, days)


def visitor(shop: Installation) -> int:
    with shop.database.read() as reading:
        row = reading.driver.execute(
            "SELECT profile_id FROM customers.profiles WHERE value = 'device-passer'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_job_by_the_clock_keeps_the_rules() -> None:
    assert {each.name for each in SCHEDULE} & set(JOBS) >= {"apply_retention"}


def test_silent_visitors_become_husks_and_others_stay(shop: Installation, clock: ManualClock) -> None:
    passer = visitor(shop)
    clock.advance(timedelta(days=40))
    before = totals(shop)
    rules(shop, anonymous=30)
    assert due_in(shop, {"anonymous": 30}) == {"anonymous": 1}
    assert apply_retention(privacy_of(shop))["anonymous"] == 1
    settle(shop)
    with shop.database.read() as reading:
        assert customers.get_customer(reading, SIYU, passer).erased_at is not None
        assert customers.get_customer(reading, SIYU, customer_of(shop, "user-lei-0001")).erased_at is None
    assert find_traces(shop.database, shop.columns, shop.settings.home, ["device-passer", "首页首页首页"]).traces == []
    assert "首页" not in str(shop.columns.query("SELECT toString(properties) FROM events"))
    assert totals(shop) == before
    assert apply_retention(privacy_of(shop))["anonymous"] == 0


def test_old_devices_of_known_customers_do_not_hide_silent_visitors(
    shop: Installation, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They were seen longer ago than the visitor, and never leave those who were."""
    monkeypatch.setattr(retention, "VISITORS_AT_ONCE", 1)
    passer = visitor(shop)
    with shop.database.begin() as work:
        work.driver.execute(
            "UPDATE customers.profiles SET last_seen_at = last_seen_at - interval '1 day' WHERE kind = 'anonymous_id'"
            " AND profile_id <> %s",
            (passer,),
        )
    clock.advance(timedelta(days=40))
    rules(shop, anonymous=30)
    assert apply_retention(privacy_of(shop))["anonymous"] == 1
    with shop.database.read() as reading:
        assert customers.erased_among(reading, [passer]) == {passer}
        assert customers.erased_since(reading, EPOCH) == [passer]


def test_a_visitor_who_was_seen_lately_stays(shop: Installation, clock: ManualClock) -> None:
    clock.advance(timedelta(days=29))
    rules(shop, anonymous=30)
    assert apply_retention(privacy_of(shop))["anonymous"] == 0


def test_free_texts_of_old_events_go_by_whole_months(shop: Installation, clock: ManualClock) -> None:
    with shop.database.begin() as work:
        work.driver.execute("UPDATE log.batches SET appended_at = %s", (clock.now() - timedelta(days=400),))
    before = totals(shop)
    rules(shop, event_texts=365)
    due = due_in(shop, {"event_texts": 365})["event_texts"]
    assert due > 0
    assert 0 < apply_retention(privacy_of(shop))["event_texts"] <= due
    shown = str(shop.columns.query("SELECT toString(properties) FROM events"))
    assert "13700137003" not in shown
    assert "order-7" in shown
    assert totals(shop) == before
    assert apply_retention(privacy_of(shop))["event_texts"] == 0


def test_a_removal_that_was_cut_off_makes_the_columns_anew_later(
    shop: Installation, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shop.database.begin() as work:
        work.driver.execute("UPDATE log.batches SET appended_at = %s", (clock.now() - timedelta(days=400),))
    rules(shop, event_texts=365)

    def die(*_: object) -> int:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr("siyu.assembly.privacy.rebuild_columns", die)
        with pytest.raises(ConnectionError):
            apply_retention(privacy_of(shop))
    apply_retention(privacy_of(shop))
    assert "13700137003" not in str(shop.columns.query("SELECT toString(properties) FROM events"))


def test_the_audit_is_shortened_but_never_below_half_a_year(shop: Installation, clock: ManualClock) -> None:
    real_now = clock.now()
    for age_days in (3000, 2000, 10):
        clock.set(real_now - timedelta(days=age_days))
        with shop.database.begin() as work:
            record_audit(work, SIYU, "test.done", "thing:1")
    analyst = Actor(ActorKind.STAFF, "7", frozenset({"insight.sql"}))
    clock.set(real_now - timedelta(days=2000))
    with shop.database.begin() as work:
        metrics.record_statement(work, analyst, "SELECT 'somebody'")
    clock.set(real_now)
    with shop.database.begin() as work:
        metrics.record_statement(work, analyst, "SELECT 1")
    assert apply_retention(privacy_of(shop))["audit"] == 4
    with shop.database.read() as reading:
        kept = metrics.list_statement_runs(reading, analyst, PageRequest()).rows
    assert [each.text for each in kept] == ["SELECT 1"]
    with shop.database.begin() as work:
        work.driver.execute("SET LOCAL siyu.shortens_audit = 'yes'")
        work.driver.execute(
            "INSERT INTO company.audit (at, actor_kind, actor_id, verb, subject, outcome, fields)"
            " VALUES (clock_timestamp(), 'system', 'x', 'x', 'x', 'allowed', '{}')"
        )
        with pytest.raises(psycopg.errors.RaiseException), work.driver.transaction():
            work.driver.execute("DELETE FROM company.audit")


@pytest.mark.parametrize(
    "days", [{"audit": 179}, {"exports": 0}, {"anonymous": 5}, {"everything": 10}, {"exports": 91}, {"certificates": 1}]
)
def test_rules_that_cannot_be_are_refused(shop: Installation, days: dict[str, int]) -> None:
    with pytest.raises(BadRetentionError):
        rules(shop, **days)


def test_files_of_imports_go(shop: Installation, clock: ManualClock) -> None:
    folder = shop.settings.home / "files" / "imports"
    folder.mkdir(parents=True)
    for name, age_days in (("1.source", 40), ("2.source", 10)):
        (folder / name).write_text("x")
        at = (clock.now() - timedelta(days=age_days)).timestamp()
        os.utime(folder / name, (at, at))
    assert due_in(shop, {"imports": 30})["imports"] == 1
    assert apply_retention(privacy_of(shop))["imports"] == 1
    assert [path.name for path in folder.iterdir()] == ["2.source"]


def test_what_was_removed_is_told(shop: Installation, clock: ManualClock) -> None:
    clock.advance(timedelta(days=40))
    rules(shop, anonymous=30)
    apply_retention(privacy_of(shop))
    with shop.database.read() as reading:
        assert [(each.name, each.removed) for each in privacy_room.list_removals(reading, SIYU)] == [("anonymous", 1)]


def test_certificates_go_when_their_years_are_over(shop: Installation, clock: ManualClock) -> None:
    erase(shop, customer_of(shop, "user-lei-0001"))
    clock.advance(timedelta(days=3651))
    assert apply_retention(privacy_of(shop))["certificates"] == 1
