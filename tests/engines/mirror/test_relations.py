"""Who has whom, and what follows: events, custody, tags in both directions, remarks, erasure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from siyu.channels.wecom.mirror import WecomMirror
from siyu.domain.contacts import reading as contacts_reading
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import Refusal, Removal, SourceRefusedError, UnknownRelationError, WriteBack
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.customers.reading import customers_known_as, get_customer
from siyu.domain.tags import reading as tags_reading
from siyu.domain.tags import service as tags
from siyu.engines.mirror.contracts import Corp
from siyu.engines.mirror.syncing import sync_corp
from siyu.engines.mirror.tagging import apply_tags_once, follow_tags
from siyu.engines.mirror.writing import write_once
from siyu.engines.projection.projecting import customer_rows
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.platform.eventlog.consuming import Consumer
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored
from tests.engines.scenery import drain
from tests.world.wecom.driving import CORP_ID

SIZE = Size(members=3, customers=6, chats=1)
ACTOR = system_actor("test")
FOLLOWING = Consumer("mirror", {"customer_tagged": (follow_tags,), "customer_untagged": (follow_tags,)})


class Story:
    """A customer of a mirrored corp, and what can be asked of them."""

    def __init__(self, mirrored: Mirrored) -> None:
        self.mirrored, self.database = mirrored, mirrored.database
        sync_corp(self.database, mirrored.corp)
        mirrored.hear()
        self.users = [one.userid for one in mirrored.api.corp.staff.members if one.may_have_customers]
        self.external = mirrored.api.newcomer("林小满")

    def do(self, door: str, userid: str, **given: object) -> None:
        """Something happens there, and is told."""
        self.mirrored.pass_time(minutes=1)
        self.mirrored.api.door(door, userid=userid, external_userid=self.external, **given)
        self.mirrored.apply(*self.mirrored.hear())
        self.tick()

    def tick(self) -> None:
        """What waits is done, here and there."""
        for _ in range(10):
            drain(self.database, FOLLOWING)
            did = apply_tags_once(self.database)
            did = write_once(self.database, {CORP_ID: self.mirrored.corp}) or did
            if not did:
                return
        raise AssertionError("it does not come to rest")

    @property
    def customer_id(self) -> int:
        with self.database.read() as reading:
            return customers_known_as(reading, [Identity("external_userid", self.external)])[
                Identity("external_userid", self.external)
            ]

    def traits(self) -> dict[str, Any]:
        with self.database.read() as reading:
            (row,) = customer_rows(reading, [self.customer_id])
        return {**row.traits.attributes, **row.outside, "staff": list(row.traits.staff_ids)}

    def tags_here(self) -> set[str]:
        with self.database.read() as reading:
            return {each.tag for each in tags_reading.tags_of(reading, ACTOR, self.customer_id)}

    def tags_there(self, userid: str) -> set[str]:
        corp = self.mirrored.api.corp
        relation = corp.people.relation(userid, corp.people.number_of(self.external))
        found = [corp.tags.find(each) for each in (relation.tag_ids if relation is not None else ())]
        return {each[1].name for each in found if each is not None}

    def staff(self, userid: str) -> int:
        with self.database.read() as reading:
            return contacts_reading.staff_of(reading, CORP_ID, [userid])[userid.lower()]

    def tag_id(self, name: str) -> int:
        with self.database.read() as reading:
            groups = tags.list_groups(reading, ACTOR)
        return next(tag.tag_id for group in groups for tag in group.tags if tag.name == name)

    def outside_tag(self, name: str) -> str:
        live = self.mirrored.api.corp.tags.live
        return next(tag.tag_id for group in live for tag in group.live if tag.name == name)

    def rule(self, name: str, write_back: WriteBack, removal: Removal) -> None:
        """How the group of a tag is kept alike from now on."""
        live = self.mirrored.api.corp.tags.live
        group_id = next(group.group_id for group in live for tag in group.live if tag.name == name)
        with self.database.begin() as work:
            contacts.save_tag_rules(
                work, ACTOR, CORP_ID, group_id, is_synced=True, write_back=write_back, removal=removal
            )


@pytest.fixture
def story(database: Database, mirror_of: Callable[[Database, Size], Mirrored]) -> Story:
    return Story(mirror_of(database, SIZE))


def test_a_customer_is_lost_with_the_last_relation_and_kept_by_who_is_left(story: Story) -> None:
    one, two = story.users[:2]
    story.do("customer/add", one, add_way=16, state="门店")
    story.do("customer/add", two)
    known = story.traits()
    assert (known["contact_state"], known["advisers"], known["add_way"]) == ("active", 2, "acquisition_link")
    assert known["name"] == "林小满"
    assert known["staff"] == [story.staff(one)]
    story.do("staff/delete-customer", one)
    assert story.traits()["staff"] == [story.staff(two)]
    assert story.mirrored.events("contact_lost") == {}
    story.do("customer/delete-member", two)
    lost = story.traits()
    assert (lost["contact_state"], lost["advisers"]) == ("blocked", 0)
    sync_corp(story.database, story.mirrored.corp)  # the list still names who deleted the member
    assert story.traits()["contact_state"] == "blocked"
    story.do("customer/add", two)
    assert story.traits()["contact_state"] == "active"
    told = story.mirrored.events(
        "contact_lost", "contact_regained", "contact_deleted_staff", "contact_deleted_by_staff"
    )
    assert told == dict.fromkeys(
        ("contact_lost", "contact_regained", "contact_deleted_staff", "contact_deleted_by_staff"), 1
    )


def test_a_customer_comes_back_whose_relation_gets_no_new_beginning(story: Story) -> None:
    """They ended it, which the member's list does not show, and add the member again: the callback alone says so."""
    story.do("customer/add", story.users[0])
    added = next(each for each in story.mirrored.heard if each.change == "add_external_contact")
    story.do("customer/delete-member", story.users[0])
    assert story.traits()["contact_state"] == "blocked"
    story.mirrored.apply(added)  # late, and told twice
    assert story.traits()["contact_state"] == "blocked"
    story.mirrored.apply(replace(added, happened_at=added.happened_at + timedelta(hours=1)))
    assert (story.traits()["contact_state"], story.traits()["advisers"]) == ("active", 1)
    sync_corp(story.database, story.mirrored.corp)
    assert story.traits()["contact_state"] == "active"


def test_tags_go_both_ways_by_the_rules_of_their_group(story: Story) -> None:
    one, two = story.users[:2]
    story.do("customer/add", one)
    story.do("customer/add", two)
    gold, plain = story.outside_tag("金卡"), story.outside_tag("普通")
    story.do("staff/edit-customer", one, add_tag=[gold])
    story.do("staff/edit-customer", two, add_tag=[gold])
    story.do("staff/edit-customer", one, remove_tag=[gold])
    assert story.tags_here() == {"金卡"}  # the other relation has it still
    story.do("staff/edit-customer", two, remove_tag=[gold])
    assert story.tags_here() == set()
    with story.database.begin() as work:
        tags.tag(work, ACTOR, story.tag_id("普通"), [story.customer_id])
    story.tick()
    assert story.tags_there(one) == story.tags_there(two) == set()  # the strict rule writes nothing there
    story.rule("普通", WriteBack.KEEPER, Removal.EITHER)
    with story.database.begin() as work:
        tags.tag(work, ACTOR, story.tag_id("银卡"), [story.customer_id])
    story.tick()
    assert (story.tags_there(one), story.tags_there(two)) == ({"银卡"}, set())
    assert story.mirrored.hear() == []  # what is done through the API is told by nobody
    sync_corp(story.database, story.mirrored.corp)
    assert story.tags_here() == {"普通", "银卡"}
    story.do("staff/edit-customer", one, remove_tag=[story.outside_tag("银卡")])
    assert story.tags_here() == {"普通"}  # taken there, taken here: either side may
    story.rule("普通", WriteBack.ALL, Removal.OWN)
    with story.database.begin() as work:
        tags.tag(work, ACTOR, story.tag_id("银卡"), [story.customer_id])
    story.tick()
    assert story.tags_there(one) == story.tags_there(two) == {"银卡"}
    story.do("staff/edit-customer", one, add_tag=[plain], remove_tag=[story.outside_tag("银卡")])
    story.do("staff/edit-customer", two, remove_tag=[story.outside_tag("银卡")])
    assert story.tags_here() == {"普通", "银卡"}  # each side takes only what it gave
    with story.database.begin() as work:
        tags.untag(work, ACTOR, story.tag_id("普通"), [story.customer_id])
    story.tick()
    assert story.tags_there(one) == {"普通"}


def test_remarks_are_written_there_again_and_again_until_it_is_of_no_use(story: Story) -> None:
    one = story.users[0]
    story.do("customer/add", one)
    member_id = story.mirrored.rows("SELECT member_id FROM contacts.members WHERE userid = %s", one.lower())[0][0]

    def note(actor: Actor, remark: str) -> None:
        with story.database.begin() as work:
            contacts.save_remark(work, actor, story.customer_id, member_id, remark=remark)

    stranger = Actor(ActorKind.STAFF, "999", frozenset({"contacts.write"}), Scope(own_only=True))
    with pytest.raises(UnknownRelationError):
        note(stranger, "不该写上")
    note(ACTOR, "老客户")
    busy = Corp(CORP_ID, Refusing(story.mirrored.corp.source, SourceRefusedError(Refusal.RETRY, -1)))
    assert write_once(story.database, {CORP_ID: busy})
    assert not write_once(story.database, {CORP_ID: busy})  # not before its time
    story.mirrored.pass_time(hours=1)
    story.tick()
    with story.database.read() as reading:
        (relation,) = contacts_reading.relations_of(reading, ACTOR, story.customer_id)
    assert (relation.remark, relation.is_write_waiting) == ("老客户", False)
    assert story.mirrored.mirrored() == story.mirrored.truth()
    note(ACTOR, "新称呼")
    final = Corp(CORP_ID, Refusing(story.mirrored.corp.source, SourceRefusedError(Refusal.FINAL, 40058)))
    write_once(story.database, {CORP_ID: final})
    with story.database.read() as reading:
        (relation,) = contacts_reading.relations_of(reading, ACTOR, story.customer_id)
    assert (relation.remark, relation.refusal) == ("老客户", "40058")


def test_who_was_erased_is_not_brought_back(story: Story) -> None:
    from siyu.domain.privacy import service as privacy

    one = story.users[0]
    story.do("customer/add", one)
    story.do("customer/join-chat", one, chat_id=next(iter(story.mirrored.api.corp.chats.chats)))
    customer_id = story.customer_id
    with story.database.begin() as work:
        customer = get_customer(work, ACTOR, customer_id)
        profile_ids = [each.profile_id for each in customer.identities]
        contacts.forget_relations(work, ACTOR, profile_ids)
        privacy.suppress(work, ACTOR, {each.identity for each in customer.identities})
        customers.forget_profiles(work, ACTOR, profile_ids)
    sync_corp(story.database, story.mirrored.corp)
    with story.database.read() as reading:
        assert customers_known_as(reading, [Identity("external_userid", story.external)]) == {}


class Refusing(WecomMirror):
    """A corp that refuses what is to be written."""

    def __init__(self, source: Any, error: SourceRefusedError) -> None:
        self._wecom, self._staff, self._error = source._wecom, source._staff, error

    def save_remark(self, userid: str, external_userid: str, remark: str | None, description: str | None) -> None:
        raise self._error
