"""A whole corp is mirrored, once and for all, wherever it is cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from siyu.domain.contacts.contracts import SourceRefusedError, Told, ToldBy
from siyu.domain.contacts.service import list_sync_members
from siyu.engines.mirror.syncing import sync_corp, tell
from siyu.engines.mirror.tagging import apply_tags
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from siyu.world.wecom.faults import Fault, FaultKind
from tests.engines.mirror.conftest import Mirrored

ACTOR = system_actor("test")
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


def test_who_is_out_of_sight_stops_nobody_and_is_named(
    database: Database, mirror_of: Callable[[Database, Size], Mirrored]
) -> None:
    """Not in the application's visible range, without the right to have customers: that member, not the others. Where it is all of
    them something has to be set right, and the sync says so."""
    mirrored = mirror_of(database, Size(members=3, customers=12, chats=1))
    faults = mirrored.api.corp.faults
    faults.add(Fault(FaultKind.ERRCODE, "/cgi-bin/externalcontact/batch/get_by_user", errcode=60011))
    faults.add(Fault(FaultKind.ERRCODE, "/cgi-bin/externalcontact/groupchat/get", errcode=60011))
    done = sync_corp(database, mirrored.corp, fetching_at_once=1)
    assert (done.state, done.counts["refused"], done.counts["members_done"]) == ("done", 1, 3)
    assert done.counts["groups_refused"] == 1
    with database.read() as reading:
        first, *others = list_sync_members(reading, ACTOR, done.sync_id)
    assert (first.refusal, first.customers, first.is_done) == ("60011", 0, True)
    assert {each.refusal for each in others} == {""}
    out_of_sight = _userid(mirrored, first.member_id)
    assert mirrored.mirrored().keys() == {key for key in mirrored.truth() if key[0] != out_of_sight}
    assert sync_corp(database, mirrored.corp).counts["refused"] == 0
    assert mirrored.mirrored() == mirrored.truth()
    faults.add(Fault(FaultKind.ERRCODE, "/cgi-bin/externalcontact/batch/get_by_user", errcode=84074, count=100))
    with pytest.raises(SourceRefusedError):
        sync_corp(database, mirrored.corp)
    assert mirrored.rows("SELECT state, failure FROM contacts.syncs ORDER BY sync_id DESC LIMIT 1") == [
        ("failed", "84074")
    ]
    assert mirrored.mirrored() == mirrored.truth()


def _userid(mirrored: Mirrored, member_id: int) -> str:
    return str(mirrored.rows("SELECT userid FROM contacts.members WHERE member_id = %s", member_id)[0][0])


PICTURE = {
    "relations": """
        SELECT m.userid, p.value, r.remark, r.description, r.company, r.add_way, r.state, r.tag_ids, r.added_at, r.fingerprint
        FROM contacts.relations r JOIN contacts.members m USING (member_id) JOIN customers.profiles p USING (profile_id)""",
    "profiles": """
        SELECT p.kind, p.value, p.attributes, p.first_seen_at, p.entry_channel,
               array(SELECT o.value FROM customers.profiles o WHERE o.customer_id = p.customer_id ORDER BY 1)
        FROM customers.profiles p""",
    "custody": """
        SELECT p.value, k.unit_id, k.staff_id FROM customers.custody k JOIN customers.profiles p USING (profile_id)""",
    "tags": """
        SELECT p.value, t.tag_id, t.how FROM tags.taggings t JOIN customers.profiles p USING (profile_id)""",
    "events": """
        SELECT p.value, e.name, count(*) FROM log.events e JOIN customers.profiles p USING (profile_id)
        WHERE e.name IN ('contact_added', 'custody_changed', 'customer_tagged', 'contact_regained') GROUP BY 1, 2""",
}


def picture(mirrored: Mirrored) -> dict[str, list[str]]:
    """All that follows from relations, by what people are called there."""
    return {name: sorted(map(repr, mirrored.rows(statement))) for name, statement in PICTURE.items()}


def test_told_one_by_one_the_same_stands_here_as_told_by_the_thousand(
    database: Database, mirror_of: Callable[[Database, Size], Mirrored]
) -> None:
    mirrored = mirror_of(database, Size(members=5, customers=40, chats=0))
    sync_corp(database, mirrored.corp)
    by_sync = picture(mirrored)
    assert all(by_sync.values())
    told = [
        each
        for (external,) in mirrored.rows("SELECT value FROM customers.profiles WHERE kind = 'external_userid'")
        for each in mirrored.corp.source.contact(external)
    ]
    told.sort(key=lambda one: (one[1].created_at, one[1].userid))
    assert len({each[0].external_userid for each in told}) < len(told)  # some have several members

    def tell_each(ordered: Iterable[Told]) -> None:
        with database.begin() as work:
            work.driver.execute("TRUNCATE customers.profiles, log.batches, log.events CASCADE")
        for each in ordered:
            with database.begin() as work:
                tell(work, mirrored.corp.corp_id, [each], ToldBy.CALLBACK, asked_at=database.clock.now())
        apply_tags(database)

    tell_each(told)
    assert picture(mirrored) == by_sync
    tell_each(reversed(told))  # who added first keeps the customer, in whatever order that becomes known
    assert picture(mirrored)["custody"] == by_sync["custody"]


def test_what_was_asked_for_earlier_does_not_undo_what_is_known_of_later(
    database: Database, mirror_of: Callable[[Database, Size], Mirrored]
) -> None:
    """A page that waited to be kept while a callback told of the same relation."""
    mirrored = mirror_of(database, Size(members=1, customers=3, chats=0))
    sync_corp(database, mirrored.corp)
    (userid,) = [one.userid for one in mirrored.api.corp.staff.members]
    asked_at = database.clock.now()
    stale = mirrored.corp.source.page(userid, "").rows
    mirrored.pass_time(seconds=1)
    external = stale[0][0].external_userid
    mirrored.api.door("staff/edit-customer", userid=userid, external_userid=external, remark="新的备注")
    mirrored.apply(*mirrored.hear())
    assert mirrored.mirrored() == mirrored.truth()
    with database.begin() as work:
        assert tell(work, mirrored.corp.corp_id, stale, ToldBy.SYNC, asked_at=asked_at) == {}
    assert mirrored.mirrored()[userid.lower(), external][0] == "新的备注"
