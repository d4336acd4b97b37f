"""Codes of groups and of acquisition links, from the making to who came, in an emulated WeCom."""

from __future__ import annotations

import pytest

from siyu.domain.contacts.contracts import ToldBy
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import NobodyReason, WayKind, state_of
from siyu.domain.entries.reading import told_of_codes
from siyu.domain.tags import service as tags
from siyu.domain.tags.contracts import How, Way
from siyu.engines.acquisition.links import read_first_quota, sync_links
from siyu.engines.acquisition.serving import serve_again
from siyu.engines.mirror.grouping import sync_group
from siyu.world.wecom.pictures import LINK, door_address
from tests.engines.acquisition.conftest import ZONE, Coded
from tests.engines.scenery import SIYU, some_customers, the_log
from tests.world.wecom.driving import CORP_ID


def a_group(coded: Coded, name: str) -> int:
    chat_id = coded.mirrored.api.door("chat/make", owner=min(coded.staff), name=name)["chat_id"]
    sync_group(coded.database, coded.mirrored.corp, chat_id, ToldBy.SYNC)
    ((group_id,),) = coded.mirrored.rows("SELECT group_id FROM groups.groups WHERE chat_id = %s", chat_id)
    return int(group_id)


def test_a_code_leads_to_the_next_group_with_room(coded: Coded) -> None:
    """One for a tag, two for all; a place that is kept counts, who joined is counted and tagged; full ones end it."""
    with coded.database.begin() as work:
        made = tags.create_group(work, SIYU, "等级", "green", is_exclusive=False)
        tag_id = tags.create_tag(work, SIYU, made.group_id, "会员").tags[0].tag_id
    (member_id,) = some_customers(coded.database, 1)
    with coded.database.begin() as work:
        tags.keep_tagged(work, SIYU, tag_id, {member_id: None}, Way(How.CODE, by="code:0"))
    first, second, vip = (a_group(coded, name) for name in ("一群", "二群", "会员群"))
    groups = [{"group_id": first, "members_max": 2}, {"group_id": second, "members_max": 2}]
    code_id = coded.code(
        mode="groups",
        staff_ids=[],
        groups=[*groups, {"group_id": vip, "tags": [tag_id]}],
        tags=[tag_id],
        channel="门店立牌",
    ).code_id
    assert coded.visit(code_id) == (0, NobodyReason.PREPARING)
    coded.keep_ways()
    ways = {way.state: way for way in coded.mirrored.api.corp.chats.ways.values()}
    assert set(ways) == {state_of(code_id, each, WayKind.GROUP) for each in (first, second, vip)}
    assert not any(way.makes_rooms for way in ways.values())
    assert coded.turn(code_id, member_id).target_id == vip
    assert [coded.visit(code_id)[0] for _ in range(2)] == [first, second]  # its owner and a kept place fill the first
    assert coded.visit(code_id) == (0, NobodyReason.FULL)
    with coded.database.read() as reading:
        again = serve_again(reading, code_id, first)
        assert again is not None
        assert (again.name, "/pictures/" in again.turn.qr_code) == ("一群", True)
    person = coded.mirrored.api.newcomer()
    way = ways[state_of(code_id, first, WayKind.GROUP)]
    coded.mirrored.api.door("customer/join-chat", config_id=way.config_id, external_userid=person)
    coded.mirrored.apply(*coded.mirrored.hear())
    coded.follow()
    assert coded.adds(code_id) == {first: 1}
    (joined,) = [each for each in the_log(coded.database, "group_joined") if each.properties["state"]]
    assert (joined.properties["code_id"], joined.properties["channel"]) == (code_id, "门店立牌")
    assert coded.mirrored.rows("SELECT count(*) FROM tags.taggings WHERE by = %s", f"code:{code_id}") == [(1,)]
    coded.mirrored.pass_time(minutes=11)
    assert coded.visit(code_id)[0] == second
    with coded.database.begin() as work:
        document = {"title": "t", "corp_id": CORP_ID, "mode": "groups", "groups": groups, "makes_groups": True}
        entries.save_code(work, SIYU, code_id, "群", document, ZONE)
        entries.publish_code(work, SIYU, code_id, ZONE)
    coded.keep_ways()
    ways = {way.state: way for way in coded.mirrored.api.corp.chats.ways.values()}
    assert ways[state_of(code_id, second, WayKind.GROUP)].makes_rooms
    assert coded.visit(code_id)[0] == second  # WeCom makes the next one
    coded.mirrored.pass_time(days=8)
    coded.keep_ways()
    assert state_of(code_id, vip, WayKind.GROUP) not in {
        way.state for way in coded.mirrored.api.corp.chats.ways.values()
    }


def test_a_link_serves_until_its_quota_is_used_up(coded: Coded) -> None:
    """Made once though cut off; who came is counted, and who wrote told once; used up, refused or deleted the page serves."""
    staff = sorted(coded.staff.values())[:2]
    code_id = coded.code(mode="link", staff_ids=staff, channel="公众号").code_id
    coded.source.after = {"make"}
    with pytest.raises(KeyboardInterrupt):
        coded.keep_ways()
    coded.mirrored.pass_time(minutes=3)
    coded.keep_ways()
    links = coded.mirrored.api.corp.links
    (link_id,) = links.links
    assert sorted(links.links[link_id].users) == sorted(
        userid for userid, staff_id in coded.staff.items() if staff_id in staff
    )
    read_first_quota(coded.database, coded.links, CORP_ID)
    with coded.database.read() as reading:
        assert entries.find_quota(reading, SIYU, CORP_ID) is not None
    turn = coded.turn(code_id)
    assert (
        turn.link == f"{door_address(coded.mirrored.api.corp, LINK, link_id)}?customer_channel={state_of(code_id, 0)}"
    )
    person = coded.mirrored.api.newcomer()
    opened = coded.mirrored.api.door(
        "customer/open-link", link_id=link_id, external_userid=person, customer_channel=state_of(code_id, 0)
    )
    assert set(coded.hear_of_links()) == {"open_profile", "friend_request"}
    coded.follow()
    assert coded.adds(code_id) == {coded.staff[opened["userid"]]: 1}
    assert sync_links(coded.database, coded.links, CORP_ID) == 1
    coded.mirrored.api.door("customer/write", external_userid=person, userid=opened["userid"], text="在吗")
    assert "customer_start_chat" in coded.hear_of_links()
    assert sync_links(coded.database, coded.links, CORP_ID) == 1
    (started,) = the_log(coded.database, "link_chat_started")
    assert (started.properties["code_id"], started.properties["channel"]) == (code_id, "公众号")
    with coded.database.read() as reading:
        told = entries.link_chats(reading, SIYU, code_id)
        quota = entries.find_quota(reading, SIYU, CORP_ID)
        assert [each["has_written"] for each in told_of_codes(reading, [started.profile_id])] == [True]
    assert (told.customers, told.wrote) == (1, 1)
    assert quota is not None
    assert (quota.total, quota.left) == (1000, 999)
    links.balance = 0
    coded.mirrored.try_door(
        "customer/open-link", {"link_id": link_id, "external_userid": coded.mirrored.api.newcomer()}
    )
    assert "link_unavailable" in coded.hear_of_links()
    assert coded.turn(code_id).target_id == staff[0]
    coded.mirrored.api.door("quota/set", balance=50)
    coded.hear_of_links()
    assert coded.turn(code_id).link
    del links.links[link_id]
    with coded.database.begin() as work:
        entries.link_deleted(work, SIYU, CORP_ID, link_id)
    assert coded.turn(code_id).target_id == staff[1]
    coded.keep_ways()
    assert coded.turn(code_id).link
    with coded.database.begin() as work:
        assert entries.forget_answers(work, SIYU, [started.profile_id])["entries.link_customers"] == {
            started.profile_id: 1
        }
