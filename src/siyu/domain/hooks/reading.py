"""What others may read of outgoing calls, on their own account."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.hooks import store
from siyu.domain.hooks.service import CONTENT_AS
from siyu.platform.postgres.database import Reading

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def endpoint_names(reading: Reading) -> dict[int, str]:
    """{endpoint: its name} of those that are switched on: where a journey may lead."""
    return {each.endpoint_id: each.name for each in store.select_endpoints(reading.driver) if each.is_enabled}


def subscriptions(reading: Reading) -> dict[int, list[EventMatch]]:
    """{endpoint: which events it is told of} of those that are switched on and told of any."""
    found = store.select_endpoints(reading.driver)
    return {each.endpoint_id: list(each.events) for each in found if each.is_enabled and each.events}


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """What was told to whom of the profiles, for the person herself."""
    return [
        {
            "endpoint": name,
            "kind": kind,
            "event": event,
            "state": state,
            "asked_at": asked_at,
            "content": _decode(reading.seals.open_bytes(CONTENT_AS, bytes(sealed))),
        }
        for name, kind, event, state, asked_at, sealed in store.select_told(reading.driver, profile_ids)
    ]


def sealed_by_key(reading: Reading) -> dict[int, int]:
    """How many endpoints and calls are under each key."""
    return store.count_by_key(reading.driver)
