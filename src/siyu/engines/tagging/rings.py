"""Rules that go round in a ring: each gives a tag that the segment of the next looks at, and the last one that of the first.

Membership follows tags and tags follow membership, so a ring might never come to rest. A rule that only gives the tag its own
segment looks at does come to rest, and is let be; one that takes it away as well is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from siyu.domain.definitions import reading as definitions
from siyu.engines.tagging.contracts import SegmentRule
from siyu.platform.postgres.database import Reading

_TO_OTHERS = ("segment_id", "ladder_id")
"""Members of conditions that lead to definitions with conditions of their own."""


def find_ring(reading: Reading, rules: Mapping[int, SegmentRule], rule_id: int) -> list[int]:
    """The shortest ring that the rule would close with others in force: ids of rules from it on, each one giving what the next
    looks at. Empty where there is none. `rules` holds it too, as it would be."""
    looked = {each: tags_looked_at(reading, rule.segment_id) for each, rule in rules.items()}
    came_from: dict[int, int | None] = {rule_id: None}
    waiting = [rule_id]
    for each in waiting:
        for follower in sorted(rules):
            if rules[each].tag_id not in looked[follower]:
                continue
            if follower == rule_id and (each != rule_id or rules[rule_id].on_exit == "remove"):
                return _way(came_from, each)
            if follower not in came_from:
                came_from[follower] = each
                waiting.append(follower)
    return []


def tags_looked_at(reading: Reading, segment_id: int) -> set[int]:
    """The tags that decide on who is in a segment, also by way of other segments and ladders; and those that will, once the drafts
    of any of these are published."""
    waiting, seen, found = {segment_id}, set[int](), set[int]()
    while waiting:
        seen |= waiting
        found_there = definitions.list_by_id(reading, waiting)
        conditions = [each for one in found_there for each in _objects([one.document, one.draft])]
        found.update(tag_id for each in conditions if each.get("kind") == "tag" for tag_id in each.get("tag_ids", ()))
        waiting = {each[name] for each in conditions for name in _TO_OTHERS if isinstance(each.get(name), int)} - seen
    return found


def _way(came_from: Mapping[int, int | None], last: int) -> list[int]:
    way: list[int] = []
    at: int | None = last
    while at is not None:
        way.append(at)
        at = came_from[at]
    return way[::-1]


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    waiting = [document]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
