"""Somebody opens a code's page: the member or group whom they got today already, or the next one."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo

from siyu.domain.company.reading import throttled_staff
from siyu.domain.contacts.reading import serving_members
from siyu.domain.customers.reading import current_customer_ids
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import Code, GroupFill, NobodyReason, PublishedCode, Turn
from siyu.domain.groups.reading import group_names, living_groups
from siyu.domain.tags.reading import traits
from siyu.engines.acquisition.contracts import ACTOR, Served
from siyu.platform.postgres.database import Reading, UnitOfWork

Members = dict[int, tuple[str, str]]


def choosable(reading: Reading, code: Code) -> Members:
    """{staff: (userid, name)} of a code's members who may be given new customers now."""
    members = serving_members(reading, code.corp_id, code.everybody)
    held_back = throttled_staff(reading, list(members))
    return {staff_id: told for staff_id, told in members.items() if staff_id not in held_back}


def fills_of(reading: Reading, code: Code) -> dict[int, GroupFill]:
    """The groups of a code that are there, and how full they are."""
    found = living_groups(reading, code.corp_id, [each.group_id for each in code.groups])
    return {group_id: GroupFill(*told) for group_id, told in found.items()}


def tags_of(reading: Reading, profile_id: int | None) -> Collection[int]:
    """The tags of who is known."""
    if profile_id is None:
        return ()
    customer_ids = current_customer_ids(reading, [profile_id])
    return traits(reading, list(customer_ids.values())).get(customer_ids.get(profile_id, 0), ())


def serve_again(reading: Reading, code_id: int, target_id: int) -> Served | None:
    """The member or group whom a visitor got earlier today; None where that one serves no more. Writes nothing."""
    published = entries.find_published_code(reading, code_id)
    if published is None:
        return None
    code = published.code
    if code.mode == "groups":
        names = group_names(reading, [target_id])
        turn = entries.same_turn(reading, published, target_id, ()) if target_id in fills_of(reading, code) else None
        return Served(published, turn, names.get(target_id, ""), is_new=False) if turn is not None else None
    members = serving_members(reading, code.corp_id, [target_id]) if target_id else {}
    turn = entries.same_turn(reading, published, target_id, members)
    return (
        Served(published, turn, members[target_id][1] if target_id else "", is_new=False) if turn is not None else None
    )


def serve(work: UnitOfWork, code_id: int, zone: ZoneInfo, profile_id: int | None = None) -> Served | None:
    """Who serves a visitor who is new today, and may be known; None for a code that there is not, or that is stopped. A code of
    stores asks first where somebody is: see `placing`."""
    published = entries.find_published_code(work, code_id)
    if published is None:
        return None
    code = published.code
    if code.mode == "stores":
        return Served(published, Turn(0), "", is_new=True)
    if code.mode == "groups":
        fills = fills_of(work, code)
        turn = entries.take_group_turn(work, ACTOR, published, fills, tags_of(work, profile_id), zone)
        return Served(published, turn, fills[turn.target_id].name if turn.target_id else "", is_new=True)
    members = choosable(work, code)
    if code.mode == "link":
        by_link = entries.take_link_turn(work, ACTOR, published, members, zone)
        if by_link is not None:
            return Served(published, by_link, "", is_new=True)
    turn = entries.take_turn(work, ACTOR, published, members, zone)
    return Served(published, turn, members[turn.target_id][1] if turn.target_id else "", is_new=True)


def look(reading: Reading, published: PublishedCode) -> Served:
    """The page as somebody would see it who makes the code; nothing is counted and nobody's turn passes."""
    code = published.code
    if code.mode == "stores":
        return Served(published, Turn(0), "", is_new=False)
    if code.mode == "groups":
        names = {group_id: fill.name for group_id, fill in fills_of(reading, code).items()}
    else:
        names = {
            staff_id: name for staff_id, (_, name) in serving_members(reading, code.corp_id, code.everybody).items()
        }
    turn = entries.any_turn(reading, published, names)
    if turn is None:
        return Served(published, Turn(0, reason=NobodyReason.PREPARING), "", is_new=False)
    return Served(published, turn, names.get(turn.target_id, ""), is_new=False)
