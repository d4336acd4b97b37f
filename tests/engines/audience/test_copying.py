"""What some customers did is read once for all conditions, and answers are the same whether it is or not."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from siyu.domain.segments.definition import parse_definition
from siyu.engines.audience import copying
from siyu.platform.columns.client import Columns
from tests.engines.audience.histories import empty, put, random_history
from tests.engines.audience.test_equal import asked, random_questions


def test_events_of_one_name_are_read_once_with_what_is_wanted_of_them(
    columns: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[tuple[list[str], bool]] = []
    command = Columns.command

    def noted(self: Columns, sql: str, parameters: Any = None, *rest: Any, **more: Any) -> None:
        if " FROM events" in sql:
            (names,) = [each for each in parameters.values() if isinstance(each, list)]
            named.append((names, "property_0" in sql))
        command(self, sql, parameters, *rest, **more)

    def refused(self: Columns, sql: str, *rest: Any, **more: Any) -> Any:
        assert "FROM events" not in sql
        return query_arrays(self, sql, *rest, **more)

    query_arrays = Columns.query_arrays
    monkeypatch.setattr(Columns, "command", noted)
    monkeypatch.setattr(Columns, "query_arrays", refused)
    count = {"kind": "event", "operator": "at_least", "value": 1}
    where = [{"property": "a`b", "operator": "is", "value": "x"}]
    steps = [{"event": "paid"}, {"event": "seen"}]
    conditions = [
        {**count, "event": "paid"},
        {**count, "event": "paid", "where": where},
        {**count, "event": "seen"},
        {"kind": "moment", "event": "read", "which": "last", "window": {"kind": "rolling", "most": {"amount": 3}}},
        {"kind": "sequence", "steps": steps},
    ]
    empty(columns)
    put(columns, random_history(Random(1)))
    asked(columns, [parse_definition(each) for each in conditions], whom=[1, 2], wants_due=True)
    assert sorted(named) == [(["paid"], True), (["read", "seen"], False)]


def test_of_too_much_no_copies_are_made(columns: Columns, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = Random(7)
    history = random_history(drawn, people_max=12, happenings_max=120)
    empty(columns)
    put(columns, history)
    conditions = drawn.sample(random_questions(drawn), k=30)
    whom = [each.customer_id for each in history.people]
    first = asked(columns, conditions, whom=whom, wants_due=True)
    made: list[int] = []
    check = copying.Copies.check

    def looked(self: copying.Copies, columns: Columns) -> None:
        made.extend(int(each) for each in columns.query_column(f"SELECT count() FROM {self.name}"))  # noqa: S608
        check(self, columns)

    monkeypatch.setattr(copying.Copies, "check", looked)
    monkeypatch.setattr(copying, "EVENTS_MAX", 2)
    again = asked(columns, conditions, whom=whom, wants_due=True)
    assert len(made) == 1 and made[0] > 2  # noqa: PT018  # they did more, so it was asked without
    assert [each.tolist() for each in again.matches] == [each.tolist() for each in first.matches]
    assert again.due_ms.tolist() == first.due_ms.tolist()
    assert columns.query("SELECT count() FROM system.tables WHERE startsWith(name, 'asked_')") == [(0,)]
