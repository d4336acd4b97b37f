"""One server and a cluster: the statements for both, each of them asked of the engine's own parser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from siyu.platform.columns.client import _INSERT_SETTINGS, Columns
from siyu.platform.columns.errors import ColumnsError
from siyu.platform.columns.layout import CLUSTER_SETTINGS, settings_named
from siyu.platform.columns.schema import (
    CUSTOMERS,
    EVENTS,
    PROFILE_CUSTOMER,
    TABLES,
    begin_rebuild,
    drop_edition,
    empty_tables,
    ensure_schema,
    finish_rebuild,
)


class Recording(Columns):
    """A client that notes statements instead of sending them, to a server as whoever it is asked as."""

    def __init__(self, cluster: str) -> None:
        super().__init__("http://siyu:it's@nowhere:8123/shop", cluster=cluster)
        self.statements: list[str] = []

    def command(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        *,
        may_repeat: bool = False,
    ) -> None:
        assert not parameters
        assert not settings
        assert may_repeat or sql.startswith("EXCHANGE"), "only an exchange is undone by being repeated"
        self.statements.append(" ".join(sql.split()))

    def query(self, sql: str, *_: object, **__: object) -> list[tuple[Any, ...]]:
        assert sql == "SELECT currentUser()"
        return [("siyu",)]


def statements(cluster: str) -> list[str]:
    """Everything that is ever said about tables."""
    recording = Recording(cluster)
    ensure_schema(recording)
    for table in TABLES:
        begin_rebuild(recording, table)
        finish_rebuild(recording, table)
    drop_edition(recording, "value", 7)
    empty_tables(recording)
    return recording.statements


@pytest.mark.parametrize("cluster", ["", "shops"])
def test_the_engine_can_parse_every_statement(columns: Columns, cluster: str) -> None:
    said = statements(cluster)
    assert len(said) > 20
    for statement in said:
        ((formatted,),) = columns.query("SELECT formatQuerySingleLine({statement:String})", {"statement": statement})
        assert formatted.startswith(statement.split()[0])
        assert ("ON CLUSTER shops" in formatted) is bool(cluster), formatted


def test_the_parser_does_find_faults(columns: Columns) -> None:
    for wrong in (
        "CREATE TABLE events ON CLUSTER ENGINE = MergeTree",
        "EXCHANGE TABLES a AND b ON CLUSTER",
        "CREATE DICTIONARY d (a UInt64 PRIMARY KEY a",
        "SYSTEM RELOAD DICTIONARIE d",
    ):
        with pytest.raises(ColumnsError):
            columns.query("SELECT formatQuery({statement:String})", {"statement": wrong})


def test_the_engine_knows_every_setting(columns: Columns) -> None:
    known = {name for (name,) in columns.query("SELECT name FROM system.settings")}
    assert set(CLUSTER_SETTINGS) | set(_INSERT_SETTINGS) <= known
    of_tables = {name for (name,) in columns.query("SELECT name FROM system.merge_tree_settings")}
    assert set(settings_named()) <= of_tables


def test_on_a_cluster_rows_are_replicated_spread_and_found_under_the_same_names() -> None:
    made = [each for each in statements("shops") if each.startswith("CREATE TABLE")]
    for table, engine, key in (
        (EVENTS, "ReplicatedMergeTree", "profile_id"),
        (CUSTOMERS, "ReplicatedReplacingMergeTree(position, is_deleted)", "customer_id"),
        (PROFILE_CUSTOMER, "ReplicatedReplacingMergeTree(position)", "profile_id"),
    ):
        for name in (table, f"{table}_new"):
            (rows,) = [each for each in made if f" {name}_local ON CLUSTER" in each][:1]
            assert f"ENGINE = {engine} ORDER BY" in rows
            assert "replicated_deduplication_window_seconds = 2592000" in rows
            (way,) = [each for each in made if f" {name} ON CLUSTER" in each][:1]
            assert way.endswith(f"ENGINE = Distributed('shops', 'shop', '{name}_local', intHash64({key}))")
            assert _columns(way) == _columns(rows)


def test_what_is_swapped_are_the_rows_on_every_server() -> None:
    said = statements("shops")
    assert "EXCHANGE TABLES events_new_local AND events_local ON CLUSTER shops" in said
    assert "DROP TABLE IF EXISTS events_new_local ON CLUSTER shops SYNC" in said
    assert "SYSTEM RELOAD DICTIONARY ON CLUSTER shops shop.customer_of" in said
    assert not any("ON CLUSTER" in each or "_local" in each for each in statements(""))


def test_a_server_of_the_operators_is_read_with_the_password_that_was_given() -> None:
    for cluster in ("", "shops"):
        (made,) = [each for each in statements(cluster) if each.startswith("CREATE DICTIONARY")]
        assert r"SOURCE(CLICKHOUSE(USER 'siyu' PASSWORD 'it\'s' QUERY 'SELECT" in made


def _columns(statement: str) -> str:
    found = re.search(r"\((.*)\) ENGINE", statement)
    assert found is not None
    return found[1]
