"""Statements run against the engine: right numbers, within limits, in the book, and nothing that is not theirs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siyu.domain.metrics import service as metrics
from siyu.engines.insight.sql import running
from siyu.engines.insight.sql.running import run_statement
from siyu.engines.insight.sql.statements import BadStatementError
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsError
from siyu.platform.postgres.database import Database

ZONE = ZoneInfo("Asia/Shanghai")
ANALYST = Actor(ActorKind.STAFF, "7", frozenset({"insight.sql", "statements.read", "statements.write"}))


@pytest.fixture
def world(columns: Columns) -> None:
    rows: list[Any] = []
    for n in range(40):
        told = {"total_fen": 100 * n, "city": "上海" if n % 2 else "北京", "amount": n / 2, "real_name": "secret"}
        rows.append(
            (
                n + 1,
                0,
                "paid" if n % 4 else "seen",
                _id(n),
                n % 10 + 1,
                datetime(2026, 5, 1 + n % 20, 20, tzinfo=UTC),
                "web",
                told,
            )
        )
    columns.insert(
        "events", ("position", "n", "name", "event_id", "profile_id", "occurred_at", "source", "properties"), rows
    )
    columns.insert(
        "customers",
        (
            "customer_id",
            "unit_path",
            "attributes",
            "staff_ids",
            "tag_ids",
            "consents",
            "identity_kinds",
            "entry_channel",
            "first_seen_at",
            "position",
            "is_deleted",
            "is_erased",
        ),
        [
            (
                n,
                "1.4.",
                {"level": "gold", "name": "secret"},
                [n],
                [1, 2],
                [],
                ["user_id"],
                "web",
                datetime(2026, 1, n, tzinfo=UTC),
                1,
                0,
                n == 3,
            )
            for n in range(1, 6)
        ],
    )


def _id(n: int) -> str:
    return f"00000000-0000-0000-0000-{n:012d}"


def ask(database: Database, columns: Columns, text: str) -> list[list[Any]]:
    return [list(row) for row in run_statement(database, columns, ZONE, ANALYST, text).table.rows]


@pytest.mark.usefixtures("world")
def test_statements_find_what_there_is(database: Database, columns: Columns) -> None:
    def rows(text: str) -> list[list[Any]]:
        return ask(database, columns, text)

    assert rows("SELECT name, count() AS n FROM events GROUP BY name ORDER BY name") == [["paid", 30], ["seen", 10]]
    assert rows("SELECT properties.city AS c, sum(properties.total_fen) FROM events GROUP BY c ORDER BY c") == [
        ["上海", sum(100 * n for n in range(40) if n % 2)],
        ["北京", sum(100 * n for n in range(40) if not n % 2)],
    ]
    assert rows("SELECT sum(toFloat64OrZero(properties.amount)) FROM events") == [[sum(n / 2 for n in range(40))]]
    assert rows("SELECT count() FROM events WHERE properties.nothing IS NULL") == [[40]]
    # eight in the evening in UTC is the next day in Shanghai
    assert rows("SELECT min(toDate(occurred_at))::String FROM events") == [["2026-05-02"]]
    assert rows("SELECT c.attributes.level, count(), max(c.unit_id) FROM customers AS c GROUP BY 1") == [["gold", 4, 4]]
    maps = "SELECT map((1, 2), 3), [map(toDate('2026-05-01'), 'a')]"
    assert rows(maps) == [['{"(1, 2)": 3}', '[{"2026-05-01": "a"}]']]
    joined = (
        "SELECT count() FROM events AS e JOIN customers AS c ON e.customer_id = c.customer_id WHERE c.customer_id = 2"
    )
    assert rows(joined) == [[4]]
    assert rows("SELECT [1, 2], (1, 'a'), NULL, toDate('2026-05-01')")[0][:3] == ["[1, 2]", '[1, "a"]', None]
    nested = "WITH x AS (SELECT customer_id, count() AS n FROM events GROUP BY 1) SELECT sum(n) FROM x"
    nested += " WHERE customer_id IN (SELECT customer_id FROM customers)"
    assert rows(nested) == [[16]]


@pytest.mark.usefixtures("world")
def test_what_cannot_be_run_is_told_and_in_the_book(database: Database, columns: Columns) -> None:
    for text, word in (("SELECT nowhere FROM events", "nowhere"), ("SELECT name + 1 FROM events", "")):
        with pytest.raises(BadStatementError) as told:
            ask(database, columns, text)
        assert word in told.value.detail
        assert "siyu_" not in told.value.detail
    with pytest.raises(BadStatementError):
        ask(database, columns, "SELECT file('/etc/passwd')")
    ask(database, columns, "SELECT 1 AS one")
    with database.read() as reading:
        runs = metrics.list_statement_runs(reading, ANALYST, PageRequest()).rows
    assert [(each.text, each.rows, each.fault) for each in runs[:2]] == [
        ("SELECT 1 AS one", 1, ""),
        ("SELECT file('/etc/passwd')", None, "bad_statement"),
    ]
    assert len(runs) == 4


@pytest.mark.usefixtures("world")
def test_statements_have_limits(database: Database, columns: Columns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "ROWS_MAX", 7)
    monkeypatch.setattr(running, "LIMITS", {**running.LIMITS, "max_execution_time": "0.5"})
    answer = run_statement(database, columns, ZONE, ANALYST, "SELECT * FROM events")
    assert answer.is_cut
    assert len(answer.table.rows) == 7
    assert "properties" not in {column.name for column in answer.table.columns}
    with pytest.raises(BadStatementError):  # a cross join of everything with everything, again and again
        ask(
            database,
            columns,
            "SELECT sum(a.customer_id) FROM events a, events b, events c, events d, events e, events f, events g",
        )


def test_who_sees_but_some_customers_may_not(database: Database, columns: Columns) -> None:
    limited = Actor(ActorKind.STAFF, "8", ANALYST.rights, Scope(unit_path="1.4."))
    nobody = Actor(ActorKind.STAFF, "9", frozenset())
    for actor in (limited, nobody):
        with pytest.raises(ForbiddenError):
            run_statement(database, columns, ZONE, actor, "SELECT 1")


def test_the_engine_itself_changes_nothing(columns: Columns) -> None:
    for text in (
        "DROP TABLE events",
        "INSERT INTO customers (customer_id) VALUES (1)",
        "SELECT * FROM file('/etc/passwd', 'CSV', 'a String')",
    ):
        with pytest.raises(ColumnsError) as told:
            columns.query_named(text, settings={"readonly": "1"})
        assert told.value.engine_name == "READONLY"
