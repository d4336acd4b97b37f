"""Somebody opens a code's page: the member whom they got today already, or the next one."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from siyu.domain.contacts.reading import serving_members
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import NobodyReason, PublishedCode, Turn
from siyu.engines.acquisition.contracts import ACTOR, Served
from siyu.platform.postgres.database import Reading, UnitOfWork


def serve_again(reading: Reading, code_id: int, staff_id: int) -> Served | None:
    """The member whom a visitor got earlier today; None where that one serves no more. Writes nothing."""
    published = entries.find_published_code(reading, code_id)
    if published is None:
        return None
    members = serving_members(reading, published.code.corp_id, [staff_id]) if staff_id else {}
    turn = entries.same_turn(reading, published, staff_id, members)
    return Served(published, turn, members[staff_id][1] if staff_id else "", is_new=False) if turn is not None else None


def serve(work: UnitOfWork, code_id: int, zone: ZoneInfo) -> Served | None:
    """Who serves a visitor who is new today; None for a code that there is not, or that is stopped."""
    published = entries.find_published_code(work, code_id)
    if published is None:
        return None
    members = serving_members(work, published.code.corp_id, published.code.everybody)
    turn = entries.take_turn(work, ACTOR, published, members, zone)
    return Served(published, turn, members[turn.staff_id][1] if turn.staff_id else "", is_new=True)


def look(reading: Reading, published: PublishedCode) -> Served:
    """The page as somebody would see it who makes the code; nothing is counted and nobody's turn passes."""
    members = serving_members(reading, published.code.corp_id, published.code.everybody)
    for staff_id in published.code.everybody if published.code.mode == "landing" else (0,):
        turn = entries.same_turn(reading, published, staff_id, members)
        if turn is not None:
            return Served(published, turn, members[staff_id][1] if staff_id else "", is_new=False)
    return Served(published, Turn(0, reason=NobodyReason.PREPARING), "", is_new=False)
