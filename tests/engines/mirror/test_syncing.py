"""A whole corp is mirrored, once and for all, wherever it is cut off."""

from __future__ import annotations

from collections.abc import Callable

from siyu.engines.mirror.syncing import sync_corp
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from siyu.world.wecom.faults import Fault, FaultKind
from tests.engines.mirror.conftest import Mirrored

SIZE = Size(members=6, customers=150, chats=2)


def test_a_corp_is_mirrored_and_told_again_changes_nothing(
    database: Database, mirror_of: Callable[[Database, Size], Mirrored]
) -> None:
    mirrored = mirror_of(database, SIZE)
    done = sync_corp(database, mirrored.corp)
    assert mirrored.mirrored() == mirrored.truth()
    assert mirrored.groups_here() == mirrored.groups_there()
    assert done.state == "done"
    assert done.counts["added"] == len(mirrored.truth())
    assert done.counts["members"] == done.counts["members_done"] == 6
    told = mirrored.events("contact_added", "customer_tagged", "group_joined", "custody_changed", "customer_identified")
    assert told["contact_added"] == len(mirrored.truth())
    assert told["group_joined"] == sum(map(len, mirrored.groups_there().values()))
    mirrored.pass_time(hours=1)
    again = sync_corp(database, mirrored.corp)
    assert (again.counts["added"], again.counts["changed"], again.counts["lost"]) == (0, 0, 0)
    assert mirrored.events(*told) == told


def test_a_member_and_a_group_of_which_nothing_is_told_stop_nothing(
    database: Database, mirror_of: Callable[[Database, Size], Mirrored]
) -> None:
    """A member who has just gone: the others are compared, and what was known of this one stands."""
    mirrored = mirror_of(database, SIZE)
    sync_corp(database, mirrored.corp)
    known = mirrored.mirrored()
    mirrored.api.corp.faults.add(Fault(FaultKind.ERRCODE, "/cgi-bin/externalcontact/batch/get_by_user", errcode=60111))
    mirrored.api.corp.faults.add(Fault(FaultKind.ERRCODE, "/cgi-bin/externalcontact/groupchat/get", errcode=90501))
    again = sync_corp(database, mirrored.corp, fetching_at_once=1)
    assert (again.state, again.counts["refused"], again.counts["members_done"]) == ("done", 1, 6)
    assert again.counts["groups_refused"] == 1
    assert (mirrored.mirrored(), mirrored.groups_here()) == (known, mirrored.groups_there())
