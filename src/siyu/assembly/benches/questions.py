"""What the benchmark `audience` asks: about 140 different conditions of every kind, and random segments over them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from random import Random
from typing import Any

from siyu.assembly.benches.population import CATEGORIES, CITIES, ENTRIES, LEVELS, SHARES, STAFF, TAGS, UNITS
from siyu.domain.segments.contracts import Condition
from siyu.domain.segments.reading import parse_definition

Document = dict[str, Any]

WINDOWS = (7, 14, 30, 60, 90, 180)
PAID = "order_completed"
ADDED = "product_added"


def pool() -> list[Document]:
    """All conditions, always the same: of events, sequences, attributes and whatever else a customer's row knows."""
    return [
        *_counts(),
        *_amounts(),
        *_moments(),
        *_courses(),
        *_attributes(),
        *_traits(),
    ]


def random_segments(draw: Random, count: int) -> list[Condition]:
    """Trees of and, or and not, of two to six conditions out of the pool."""
    conditions = pool()
    return [parse_definition(_tree(draw, draw.sample(conditions, draw.randint(2, 6)))) for _ in range(count)]


def conjunctions(draw: Random, count: int, size: int) -> list[Condition]:
    """Segments of `size` conditions, all of which must hold or one of them."""
    conditions = pool()
    return [
        parse_definition({"kind": draw.choice(["all", "any"]), "of": draw.sample(conditions, size)})
        for _ in range(count)
    ]


def _tree(draw: Random, leaves: Sequence[Document]) -> Document:
    if len(leaves) == 1:
        leaf = leaves[0]
        return {"kind": "not", "of": leaf} if draw.random() < 0.2 else leaf
    cut = draw.randint(1, len(leaves) - 1)
    sides = [_tree(draw, leaves[:cut]), _tree(draw, leaves[cut:])]
    return {"kind": draw.choice(["all", "any"]), "of": sides}


def _last(days: int) -> Document:
    return {"kind": "rolling", "most": {"amount": days}}


def _counts() -> list[Document]:
    """48: every name, in six windows, from once to many times."""
    often = itertools.cycle((1, 2, 3, 5, 10))
    return [
        {"kind": "event", "event": name, "operator": "at_least", "value": next(often), "window": _last(days)}
        for name in SHARES
        for days in WINDOWS
    ]


def _amounts() -> list[Document]:
    """24: sums, averages, days and different values, some of them of one category alone."""
    found: list[Document] = []
    for number, days in enumerate(WINDOWS):
        where = [{"property": "category", "operator": "is", "value": CATEGORIES[number]}]
        total = {"kind": "event", "event": PAID, "property": "total_fen", "window": _last(days)}
        found += [
            {**total, "measure": "sum", "operator": "at_least", "value": 50_000 * (number + 1)},
            {**total, "measure": "average", "operator": "less_than", "value": 30_000, "where": where},
            {**total, "measure": "distinct", "property": "category", "operator": "at_least", "value": 2},
            {
                "kind": "event",
                "event": "checked_in",
                "measure": "days",
                "operator": "at_least",
                "value": number + 1,
                "window": _last(days),
            },
        ]
    return found


def _moments() -> list[Document]:
    """16: how long ago for the last time, and for the first."""
    long_ago = [
        {"kind": "moment", "event": name, "which": "last", "window": {"kind": "rolling", "least": {"amount": days}}}
        for name in list(SHARES)[:6]
        for days in (30, 90)
    ]
    newcomers = [{"kind": "moment", "event": PAID, "which": "first", "window": _last(days)} for days in (30, 60, 90)]
    this_month = {"kind": "moment", "event": PAID, "which": "last", "window": {"kind": "calendar", "unit": "month"}}
    return [*long_ago, *newcomers, this_month]


def _courses() -> list[Document]:
    """16: one after another, regularly, again, no more, at the first or last time."""
    added, paid = {"event": ADDED}, {"event": PAID}
    soon, day = {"amount": 7}, {"amount": 1}
    return [
        {"kind": "sequence", "steps": [added, {**paid, "within": soon}], "window": _last(30)},
        {"kind": "sequence", "steps": [added, {**paid, "within": day, "is_absent": True}], "window": _last(14)},
        {
            "kind": "sequence",
            "steps": [{"event": "message_clicked"}, {**paid, "within": {"amount": 3}}],
            "window": _last(60),
        },
        {
            "kind": "sequence",
            "steps": [{"event": "product_viewed"}, {**added, "within": day}, {**paid, "within": soon}],
            "window": _last(30),
            "same": "category",
        },
        *(
            {"kind": "regular", "event": name, "periods": 4, "at_least": 3}
            for name in ("checked_in", "page_viewed", PAID)
        ),
        *(
            {"kind": "resumed", "event": name, "within": {"amount": 14}, "after": {"amount": 60}}
            for name in (PAID, "page_viewed", "checked_in")
        ),
        *(
            {"kind": "stopped", "event": name, "since": {"amount": 30}, "before": {"amount": 60}, "at_least": 2}
            for name in (PAID, "page_viewed", "checked_in")
        ),
        *(
            {
                "kind": "event_value",
                "event": PAID,
                "which": which,
                "property": "category",
                "operator": "is",
                "value": CATEGORIES[0],
            }
            for which in ("first", "last")
        ),
        {
            "kind": "event_value",
            "event": PAID,
            "which": "last",
            "property": "total_fen",
            "operator": "at_least",
            "value": 40_000,
        },
    ]


def _attributes() -> list[Document]:
    """20: what is known of the customer."""
    named = {"kind": "attribute"}
    return [
        *({**named, "name": "city", "operator": "is", "value": city} for city in CITIES[:8]),
        {**named, "name": "city", "operator": "one_of", "value": list(CITIES[6:])},
        *({**named, "name": "level", "operator": "is", "value": level} for level in LEVELS),
        *({**named, "name": "points", "operator": "at_least", "value": points} for points in (100, 1000, 5000, 10_000)),
        {**named, "name": "subscribed", "operator": "is_set"},
        {"kind": "anniversary", "attribute": "birthday", "from_days": 0, "to_days": 7},
        {"kind": "anniversary", "attribute": "birthday", "from_days": -3, "to_days": 0},
    ]


def _traits() -> list[Document]:
    """16: tags, keepers, units, consents, how they are known and came, and samples."""
    return [
        *({"kind": "tag", "tag_ids": [tag, tag % TAGS + 1]} for tag in (1, 17, 33, 49)),
        {"kind": "tag", "tag_ids": [2, 3], "operator": "all_of"},
        {"kind": "keeper", "staff_ids": list(range(1, STAFF // 10))},
        *({"kind": "unit", "unit_ids": [unit]} for unit in (2, UNITS // 2, UNITS)),
        {"kind": "consent", "purpose": "marketing", "channel": "sms", "state": "granted"},
        {"kind": "consent", "purpose": "marketing", "channel": "wecom", "state": "allowed"},
        {"kind": "identity", "identities": ["phone"]},
        *({"kind": "entry", "channels": [entry]} for entry in ENTRIES[:2]),
        {"kind": "sample", "name": "spring", "to_percent": 10},
        {"kind": "sample", "name": "autumn", "from_percent": 50, "to_percent": 100},
    ]
