"""Random worlds: whatever is lost, doubled or comes out of order, after a sync all is as it is there."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from siyu.engines.mirror.syncing import sync_corp
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored

SIZE = Size(members=4, customers=24, chats=2)
ACTS = ("add", "add", "delete_member", "delete_customer", "edit", "join", "leave", "add_again")


def act(mirrored: Mirrored, chance: random.Random, people: list[str]) -> None:
    """Something happens there, if it can."""
    api, act = mirrored.api, chance.choice(ACTS)
    userid = chance.choice([one.userid for one in api.corp.staff.members])
    external = chance.choice(people)
    chat_id = chance.choice(sorted(api.corp.chats.chats))
    tags = [tag.tag_id for group in api.corp.tags.live for tag in group.live]
    doors: dict[str, tuple[str, dict[str, Any]]] = {
        "add": ("customer/add", {"userid": userid, "external_userid": external}),
        "add_again": ("customer/add", {"userid": userid, "external_userid": external}),
        "delete_member": ("customer/delete-member", {"userid": userid, "external_userid": external}),
        "delete_customer": ("staff/delete-customer", {"userid": userid, "external_userid": external}),
        "edit": (
            "staff/edit-customer",
            {
                "userid": userid,
                "external_userid": external,
                "remark": f"备注{chance.randrange(9)}",
                "add_tag": [chance.choice(tags)],
                "remove_tag": [chance.choice(tags)],
            },
        ),
        "join": ("customer/join-chat", {"chat_id": chat_id, "external_userid": external}),
        "leave": ("customer/leave-chat", {"chat_id": chat_id, "external_userid": external}),
    }
    door, given = doors[act]
    mirrored.try_door(door, given)
    mirrored.pass_time(seconds=chance.choice((1, 5, 600)))


@pytest.mark.parametrize("seed", range(2))
def test_whatever_becomes_of_callbacks_a_sync_makes_it_right(
    database: Database, mirror_of: Callable[[Database, Size], Mirrored], seed: int
) -> None:
    chance = random.Random(seed)
    mirrored = mirror_of(database, SIZE)
    sync_corp(database, mirrored.corp)
    people = [mirrored.api.corp.people.id_of(number) for number in range(10)]
    people += [mirrored.api.newcomer(f"新客{number}") for number in range(3)]
    for _ in range(4):
        for _ in range(8):
            act(mirrored, chance, people)
        told = mirrored.hear()
        heard = [each for each in told if chance.random() > 0.2 or each.change == "del_follow_user"]
        heard += [each for each in heard if chance.random() < 0.2]
        chance.shuffle(heard)
        mirrored.apply(*heard)
    sync_corp(database, mirrored.corp)
    assert mirrored.mirrored() == mirrored.truth()
    assert mirrored.groups_here() == mirrored.groups_there()
    mirrored.pass_time(hours=1)
    told_once = mirrored.events("contact_added", "contact_lost", "contact_regained", "group_joined", "group_left")
    mirrored.apply(*mirrored.heard)
    again = sync_corp(database, mirrored.corp)
    assert (again.counts["added"], again.counts["changed"], again.counts["lost"]) == (0, 0, 0)
    assert mirrored.events(*told_once) == told_once
