"""Documents to begin with, one for each kind of condition."""

from __future__ import annotations

from typing import Any

DAYS_30 = {"amount": 30, "unit": "day"}
LAST_30 = {"kind": "rolling", "most": DAYS_30}
EVENT = {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 2}
SUM = {**EVENT, "measure": "sum", "property": "total_fen", "value": 100}
MOMENT = {"kind": "moment", "event": "order_paid", "which": "last", "window": LAST_30}
VALUE = {"kind": "event_value", "event": "order_paid", "which": "first", "property": "channel", "operator": "is_set"}
SEQUENCE = {"kind": "sequence", "steps": [{"event": "cart_added"}, {"event": "order_paid", "within": DAYS_30}]}
REGULAR = {"kind": "regular", "event": "checked_in", "periods": 4, "at_least": 3}
RESUMED = {"kind": "resumed", "event": "order_paid", "within": DAYS_30, "after": DAYS_30}
STOPPED = {"kind": "stopped", "event": "order_paid", "since": DAYS_30, "before": DAYS_30}
BIRTHDAY = {"kind": "anniversary", "attribute": "birthday", "from_days": 0, "to_days": 7}
SMS = {"kind": "consent", "purpose": "marketing", "state": "allowed", "channel": "sms"}
ESTIMATE = {"kind": "estimate", "model": "value", "name": "p_alive", "operator": "less_than", "value": 0.2}
ACTED = {"kind": "acted", "window": LAST_30}
SAMPLE = {"kind": "sample", "name": "春", "to_percent": 10}


def attribute(operator: str, *value: object, name: str = "city") -> dict[str, Any]:
    return {"kind": "attribute", "name": name, "operator": operator, **({"value": value[0]} if value else {})}


def where(operator: str, *value: object, name: str = "channel") -> dict[str, Any]:
    told = {"property": name, "operator": operator, **({"value": value[0]} if value else {})}
    return {**EVENT, "where": [{"property": "a", "operator": "is_set"}, told]}


def steps(*several: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "sequence", "steps": [{"event": "a", **each} for each in several]}


def calendar(unit: str, back: int, count: int) -> dict[str, Any]:
    return {**EVENT, "window": {"kind": "calendar", "unit": unit, "back": back, "count": count}}


def fixed(**days: object) -> dict[str, Any]:
    return {**EVENT, "window": {"kind": "fixed", **days}}


def nested(document: dict[str, Any], times: int) -> dict[str, Any]:
    for _ in range(times):
        document = {"kind": "not", "of": document}
    return document
