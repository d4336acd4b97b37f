"""Follows the log: who was added by a channel code, or joined a group by one, is counted, and given the code's tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import CodeAdds, code_of
from siyu.domain.entries.reading import codes_of_states
from siyu.domain.groups.contracts import GROUP_JOINED
from siyu.domain.tags import service as tags
from siyu.domain.tags.contracts import How, Way
from siyu.engines.acquisition.contracts import ACTOR
from siyu.kernel.events import Event
from siyu.platform.postgres.database import UnitOfWork

SOURCES = ("contacts", "groups")


def adds_follower(zone: ZoneInfo) -> Callable[[UnitOfWork, Sequence[Event]], None]:
    """What follows from adds and joinings; days are counted in that zone."""

    def follow(work: UnitOfWork, events: Sequence[Event]) -> None:
        told = [
            each
            for each in events
            if each.source in SOURCES and isinstance(each.properties.get("state"), str) and not each.is_stripped
        ]
        codes = codes_of_states(work, {str(each.properties["state"]) for each in told})
        counts: Counter[tuple[int, int, date]] = Counter()
        given: dict[tuple[int, int], set[int]] = {}
        for each in told:
            published = codes.get(str(each.properties["state"]))
            if published is None:
                continue  # somebody else's state, or a code that was deleted
            counts[published.code_id, _target(each), each.occurred_at.astimezone(zone).date()] += 1
            for tag_id in published.code.tags:
                given.setdefault((tag_id, published.code_id), set()).add(each.profile_id)
        if counts:
            entries.count_adds(work, ACTOR, [CodeAdds(*key, count) for key, count in counts.items()])
        usable = tags.lock_tags(work, ACTOR, {tag_id for tag_id, _ in given}) if given else set()
        for (tag_id, code_id), profile_ids in sorted(given.items()):
            if tag_id in usable:
                way = Way(How.CODE, by=f"code:{code_id}")
                tags.keep_tagged(work, ACTOR, tag_id, dict.fromkeys(sorted(profile_ids)), way)

    return follow


def _target(event: Event) -> int:
    """The member, or the group whose code it was: WeCom may have put them into a new one."""
    named = code_of(str(event.properties["state"]))
    if event.name == GROUP_JOINED:
        return named[1] if named is not None else 0
    return int(event.properties["staff_id"])
