"""Conditions of segments, as an operator puts them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def last(days: int) -> dict[str, Any]:
    """In the last days."""
    return {"kind": "rolling", "most": {"amount": days, "unit": "day"}}


def count(event: str, operator: str, times: int, within_days: int | None = None) -> dict[str, Any]:
    """How often something happened."""
    window = {"window": last(within_days)} if within_days else {}
    return {"kind": "event", "event": event, "operator": operator, "value": times, **window}


def last_time(event: str, window: Mapping[str, Any]) -> dict[str, Any]:
    """When something happened for the last time."""
    return {"kind": "moment", "event": event, "which": "last", "window": window}


def before(days: int) -> dict[str, Any]:
    """Longer ago than so many days."""
    return {"kind": "rolling", "least": {"amount": days, "unit": "day"}}


def every(*conditions: Mapping[str, Any]) -> dict[str, Any]:
    """All of them hold."""
    return {"kind": "all", "of": list(conditions)}
