"""What the demo brand posts to its groups and in moments: some of it goes out, some waits for a second person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from siyu.assembly.demo.acting import find_acting
from siyu.assembly.demo.brand import ACTOR, DemoBrand, OfferedPost
from siyu.assembly.installation import Installation
from siyu.domain.contacts.reading import customers_with, list_members
from siyu.domain.groups import service as groups
from siyu.domain.groups.reading import customers_in
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import PostOutcome
from siyu.engines.reach.planning_rules import rules_of
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Reading
from siyu.world.wecom.brand import CORP_ID

GROUPS_READ: Final = 500
NEWEST_GROUPS: Final = 6


def post_around(installation: Installation, brand: DemoBrand) -> None:
    """Has it posted once the corp's groups and members are known, where it does not wait with the word of whoever shows the demo;
    done before, nothing is done."""
    with installation.database.begin() as work:
        operator, other = find_acting(work, brand.operator_email), find_acting(work, brand.email)
        if operator is None or sends.list_posts(work, ACTOR, PageRequest(size=1)).rows:
            return
        for each in brand.posts:
            places = _groups(work) if each.kind == "group" else _members(work)
            if not places:
                continue
            people = customers_in(work, places) if each.kind == "group" else customers_with(work, places)
            above, document = rules_of(work).approve_above, _document(each, places)
            made = sends.post_now(
                work, operator, each.name, document, places, asked_key=each.name, people=people, approve_above=above
            )
            if not each.waits and PostOutcome.HELD in made.outcomes and other is not None:
                sends.approve_post(work, other, made.post_id)


def _document(post: OfferedPost, places: Sequence[int]) -> dict[str, Any]:
    targets = {"group_ids": list(places)} if post.kind == "group" else {"staff_ids": list(places)}
    return {"kind": post.kind, "targets": targets, "content": {"title": post.name, **post.content}}


def _groups(reading: Reading) -> list[int]:
    """Those that were made last."""
    found = groups.list_groups(reading, ACTOR, PageRequest(size=GROUPS_READ)).rows
    newest = sorted(found, key=lambda each: each.created_at, reverse=True)[:NEWEST_GROUPS]
    return [each.group_id for each in newest]


def _members(reading: Reading) -> list[int]:
    """Whoever has customers."""
    found = list_members(reading, ACTOR, CORP_ID)
    return sorted(each.staff_id for each in found if each.has_customers and each.staff_id is not None)
