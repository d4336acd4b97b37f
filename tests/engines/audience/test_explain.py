"""Why somebody is in a segment: each condition says what it says when it is asked alone, and what was found."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from siyu.domain.segments.definition import parse_definition
from siyu.engines.audience.explaining import Explained, explain
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns
from tests.domain.segments.definitions import EXPANDED_KINDS, random_condition
from tests.engines.audience.histories import NOON, Happening, History, Person, empty, put, random_history
from tests.engines.audience.pinned import pinned
from tests.engines.audience.reference import SHANGHAI, matching
from tests.engines.audience.test_equal import SETS, Kept, few, random_seeds

DAY = timedelta(days=1)
HISTORY = History(
    [
        Person(
            1,
            {"city": "上海", "phone": "138****0001", "tags": ["a", 2], "since": "1990-06-03"},
            "1.2.",
            staff_ids=[4],
            tag_ids=[2, 3],
            consents=[("marketing", "sms", "granted"), ("service", "*", "withdrawn")],
            identity_kinds=["openid"],
            entry_channel="web",
        ),
        Person(2),
        Person(3, is_erased=True),
    ],
    [
        Happening("paid", 1, NOON - 40 * DAY, {"total_fen": 300, "shop": "北京"}),
        Happening("paid", 1, NOON - 3 * DAY, {"total_fen": 200, "shop": "上海"}),
        Happening("seen", 1, NOON - 2 * DAY, {}),
        Happening("paid", 1, NOON + DAY, {"total_fen": 100}),
        Happening("paid", 2, NOON - DAY, {"total_fen": 1000}),
    ],
)
PAID: dict[str, Any] = {"kind": "event", "event": "paid", "operator": "at_least", "value": 2}
MONTH = {"kind": "rolling", "most": {"amount": 30}}


def told(columns: Columns, document: dict[str, Any], customer_id: int = 1) -> Explained:
    found = explain(columns, parse_definition(document), NOON, customer_id, zone=SHANGHAI, sets=Kept())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("document", "observed"),
    [
        (PAID, 2),
        ({**PAID, "window": MONTH}, 1),
        ({**PAID, "measure": "average", "property": "total_fen"}, 250),
        ({**PAID, "measure": "min", "property": "shop"}, None),
        ({"kind": "acted", "window": MONTH}, 2),
        ({"kind": "moment", "event": "paid", "which": "last", "window": MONTH}, NOON - 3 * DAY),
        ({"kind": "moment", "event": "paid", "which": "first", "window": MONTH}, NOON - 40 * DAY),
        ({"kind": "moment", "event": "lost", "which": "last", "window": MONTH}, None),
        (
            {"kind": "event_value", "event": "paid", "which": "last", "property": "shop", "operator": "is_set"},
            "上海",
        ),
        (
            {"kind": "event_value", "event": "paid", "which": "first", "property": "total_fen", "operator": "is_set"},
            300,
        ),
        ({"kind": "regular", "event": "paid", "periods": 4, "at_least": 1}, 1),
        ({"kind": "stopped", "event": "paid", "since": {"amount": 9}, "before": {"amount": 9}}, NOON - 3 * DAY),
        ({"kind": "sequence", "steps": [{"event": "paid"}, {"event": "seen"}]}, NOON - 2 * DAY),
        ({"kind": "sequence", "steps": [{"event": "seen"}, {"event": "paid"}]}, None),
        (
            {
                "kind": "sequence",
                "steps": [{"event": "seen"}, {"event": "paid", "within": {"amount": 1}, "is_absent": True}],
            },
            NOON - DAY,
        ),
        ({"kind": "attribute", "name": "city", "operator": "is", "value": "北京"}, "上海"),
        ({"kind": "attribute", "name": "phone", "operator": "is_set"}, "138****0001"),
        ({"kind": "attribute", "name": "tags", "operator": "contains", "value": "a"}, ("a", 2)),
        ({"kind": "attribute", "name": "nothing", "operator": "is_not_set"}, None),
        ({"kind": "anniversary", "attribute": "since", "from_days": 0, "to_days": 7}, "1990-06-03"),
        ({"kind": "anniversary", "event": "paid", "from_days": 0, "to_days": 7}, NOON - 40 * DAY),
        ({"kind": "tag", "tag_ids": [1]}, (2, 3)),
        ({"kind": "keeper", "staff_ids": [4]}, (4,)),
        ({"kind": "unit", "unit_ids": [2]}, "1.2."),
        ({"kind": "consent", "purpose": "service", "state": "allowed", "channel": "sms"}, ("service:*:withdrawn",)),
        ({"kind": "identity", "identities": ["phone"]}, ("openid",)),
        ({"kind": "entry", "channels": ["web"]}, "web"),
        ({"kind": "list", "list_id": 1}, None),
    ],
)
def test_what_was_found_is_told(columns: Columns, document: dict[str, Any], observed: object) -> None:
    put(columns, HISTORY)
    assert told(columns, document).observed == observed


def test_every_part_of_a_tree_is_told(columns: Columns) -> None:
    put(columns, HISTORY)
    lost = {"kind": "event", "event": "lost", "operator": "at_least", "value": 1}
    found = told(columns, {"kind": "all", "of": [PAID, {"kind": "not", "of": lost}]})
    assert found.holds
    assert [each.holds for each in found.of] == [True, True]
    assert [(each.holds, each.observed) for each in found.of[1].of] == [(False, 0)]
    other = told(columns, {"kind": "all", "of": [PAID, {"kind": "not", "of": lost}]}, customer_id=2)
    assert [(each.holds, each.observed) for each in (other, *other.of)] == [(False, None), (False, 1), (True, None)]


@pytest.mark.parametrize(("customer_id", "scope"), [(3, Scope()), (4, Scope()), (2, Scope("1.")), (1, Scope("2."))])
def test_nobody_is_told_about_who_is_gone_or_out_of_scope(columns: Columns, customer_id: int, scope: Scope) -> None:
    put(columns, HISTORY)
    condition = parse_definition(PAID)
    assert explain(columns, condition, NOON, customer_id, zone=SHANGHAI, sets=Kept(), scope=scope) is None


@few
@random_seeds
def test_a_part_holds_as_it_does_alone(columns: Columns, seed: int) -> None:
    random = Random(seed)
    history = random_history(random, people_max=6)
    empty(columns)
    put(columns, history)
    condition = pinned(random_condition(random, kinds=EXPANDED_KINDS))
    customer_id = random.choice(history.people).customer_id
    found = explain(columns, condition, NOON, customer_id, zone=SHANGHAI, sets=Kept())
    waiting = [found] if found is not None else []
    while waiting:
        part = waiting.pop()
        assert part.holds == (customer_id in matching(history, part.condition, NOON, sets=SETS)), part.condition
        waiting += part.of
