"""Somebody of the office notices that a member has left, and has the customers handed over to the others."""

from __future__ import annotations

from contextlib import suppress

from siyu.assembly.simulation.office import ACTOR, CORP_ID
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import NothingToHandOverError
from siyu.domain.contacts.reading import list_members
from siyu.engines.inheritance.contracts import Wish
from siyu.engines.inheritance.planning import begin
from siyu.kernel.errors import SiyuError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database


class InheritanceUndoneError(SiyuError):
    """Nobody is known to have left yet."""

    code = "inheritance_undone"


def hand_over(database: Database) -> None:
    """Begins it once, however often it is called; InheritanceUndoneError while nothing is known of anybody who left."""
    with database.begin() as work:
        givers = contacts.list_givers(work, ACTOR, PageRequest(), who="left").rows
        if not givers:
            raise InheritanceUndoneError
        gone = {each.member_id for each in givers}
        takers = [each.member_id for each in list_members(work, ACTOR, CORP_ID) if each.member_id not in gone]
        with suppress(NothingToHandOverError):
            begin(work, ACTOR, "simulated", Wish(givers[0].member_id, takers, group_ids=None))
