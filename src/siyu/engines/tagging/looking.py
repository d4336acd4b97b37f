"""How many bear which tag, and how a customer came to theirs; from the columns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from siyu.domain.tags.contracts import CUSTOMER_TAGGED, TRAIT_EVENTS
from siyu.kernel.actors import Actor, ActorKind
from siyu.platform.columns.client import Columns

HISTORY_MAX = 200

_COUNTS = "SELECT arrayJoin(tag_ids) AS tag_id, count() FROM customers FINAL WHERE 1 = 1:scope GROUP BY tag_id"
"""Who was erased bears none. Columns that the scope does not ask about are not read: that is half the time."""
_HISTORY = """
SELECT name, occurred_at, toJSONString(properties) FROM events
WHERE name IN {names:Array(String)} AND profile_id IN {profile_ids:Array(UInt64)}
ORDER BY position DESC, n DESC LIMIT {most:UInt32}
"""
_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class TagDeed:
    """One line of the history: that a tag was given or taken; under the names of that day."""

    at: datetime
    is_given: bool
    tag_id: int
    tag: str
    group: str
    how: str
    by: str
    reason: str


def bearer_counts(columns: Columns, actor: Actor) -> dict[int, int]:
    """{tag_id: how many customers bear it}, of those that the actor may see; tags that nobody bears are left out."""
    actor.require("tags.read")
    scope, asked = "", dict[str, Any]()
    if actor.scope.unit_path is not None:
        scope, asked["unit_path"] = " AND startsWith(unit_path, {unit_path:String})", actor.scope.unit_path
    if actor.scope.own_only:
        scope += " AND has(staff_ids, {staff_id:UInt64})"
        asked["staff_id"] = int(actor.actor_id) if actor.kind is ActorKind.STAFF else 0
    rows = columns.query(_COUNTS.replace(":scope", scope), asked)
    return {int(tag_id): int(count) for tag_id, count in rows}


def history_of(columns: Columns, profile_ids: Collection[int]) -> list[TagDeed]:
    """What was given to these profiles and taken from them, the newest first, at most HISTORY_MAX."""
    rows = columns.query(
        _HISTORY, {"names": list(TRAIT_EVENTS), "profile_ids": sorted(profile_ids), "most": HISTORY_MAX}
    )
    return [_deed(name, at, _decode(properties)) for name, at, properties in rows]


def _deed(name: str, at: datetime, told: dict[str, Any]) -> TagDeed:
    """An erasure leaves numbers of the properties alone."""
    return TagDeed(
        at=at,
        is_given=name == CUSTOMER_TAGGED,
        tag_id=int(told.get("tag_id", 0)),
        **{each: str(told.get(each, "")) for each in ("tag", "group", "how", "by", "reason")},
    )
