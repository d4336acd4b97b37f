"""Codes from the making to the add: ways in an emulated WeCom, turns, counts, tags, greetings."""

from __future__ import annotations

import threading

import pytest

from siyu.assembly.coding import greetings
from siyu.assembly.wecom import WecomClients
from siyu.channels.wecom.welcomes_store import Greeted, Welcome
from siyu.domain.company import service as company
from siyu.domain.company.contracts import WecomSecrets, WelcomeMessage, WelcomePlan
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import CodeHasAddsError, NobodyReason, state_of
from siyu.domain.tags import service as tags
from siyu.engines.acquisition.greeting import find_welcome, has_welcome
from siyu.engines.acquisition.serving import serve, serve_again
from tests.engines.acquisition.conftest import ZONE, Coded
from tests.engines.scenery import SIYU
from tests.world.wecom.driving import CORP_ID


def test_who_comes_by_a_code_is_counted_tagged_and_told_of(coded: Coded) -> None:
    """Scanned twice by two people at two members; a state of nobody's and a code that was deleted change nothing."""
    with coded.database.begin() as work:
        group = tags.create_group(work, SIYU, "从哪来", "green", is_exclusive=False)
        group = tags.create_tag(work, SIYU, group.group_id, "门店")
    tag_id = group.tags[0].tag_id
    code_id = coded.code(tags=[tag_id], channel="线下", campaign="五一", member_daily_max=1).code_id
    assert coded.visit(code_id) == (0, NobodyReason.PREPARING)
    coded.keep_ways()
    first, second, third = sorted(coded.staff.values())[:3]
    userid_of = {staff_id: userid for userid, staff_id in coded.staff.items()}
    assert coded.ways_there() == {state_of(code_id, each): [userid_of[each]] for each in (first, second, third)}
    assert [coded.visit(code_id)[0] for _ in range(3)] == [first, second, third]
    assert coded.visit(code_id) == (0, NobodyReason.FULL)  # three places are kept
    coded.scan(state_of(code_id, second))
    coded.follow()
    assert coded.adds(code_id) == {second: 1}
    coded.mirrored.pass_time(minutes=11)
    assert {coded.visit(code_id)[0] for _ in range(2)} == {first, third}
    assert coded.visit(code_id) == (0, NobodyReason.FULL)
    ((properties,),) = coded.mirrored.rows("SELECT properties FROM log.events WHERE name = 'contact_added'")
    assert properties["code_id"] == code_id
    assert (properties["channel"], properties["campaign"], properties["staff_id"]) == ("线下", "五一", second)
    ((how, by),) = coded.mirrored.rows("SELECT how, by FROM tags.taggings")
    assert (how, by) == ("code", f"code:{code_id}")
    with coded.database.begin() as work, pytest.raises(CodeHasAddsError):
        entries.delete_code(work, SIYU, code_id, ZONE)
    with coded.database.read() as reading:
        again = serve_again(reading, code_id, second)
        assert again is not None
        assert "/pictures/way/" in again.turn.qr_code
        assert serve_again(reading, code_id, max(coded.staff.values())) is None


def test_ways_are_made_once_whatever_is_cut_off(coded: Coded) -> None:
    """Cut off after WeCom did it: made, changed, deleted; afterwards there is just what there should be."""
    code_id = coded.code(staff_ids=sorted(coded.staff.values())[:2], mode="direct").code_id
    for step in ("make", "change"):
        coded.source.after = {step}
        with pytest.raises(KeyboardInterrupt):
            coded.keep_ways()
        coded.mirrored.pass_time(minutes=3)
        coded.keep_ways()
        assert list(coded.ways_there()) == [state_of(code_id, 0)]
        if step == "make":
            with coded.database.begin() as work:
                document = {
                    "title": "t",
                    "corp_id": CORP_ID,
                    "mode": "direct",
                    "staff_ids": sorted(coded.staff.values()),
                }
                entries.save_code(work, SIYU, code_id, "门店", document, ZONE)
                entries.publish_code(work, SIYU, code_id, ZONE)
    assert coded.ways_there() == {state_of(code_id, 0): sorted(coded.staff)}
    with coded.database.begin() as work:
        entries.delete_code(work, SIYU, code_id, ZONE)
    coded.keep_ways()
    assert coded.ways_there()  # somebody may have kept the picture
    coded.mirrored.pass_time(days=8)
    coded.source.after = {"delete"}
    with pytest.raises(KeyboardInterrupt):
        coded.keep_ways()
    coded.mirrored.pass_time(minutes=3)
    coded.keep_ways()
    assert coded.ways_there() == {}
    assert coded.mirrored.rows("SELECT count(*) FROM entries.ways") == [(0,)]


def test_a_full_corp_gives_room_to_what_is_used(coded: Coded) -> None:
    """A way that nobody used for a month goes, says so meanwhile, and comes back when it is asked for."""
    staff = sorted(coded.staff.values())
    old = coded.code(staff_ids=staff[:2]).code_id
    coded.keep_ways(most=2)
    new = coded.code(staff_ids=staff[2:3]).code_id
    coded.keep_ways(most=2)
    assert set(coded.ways_there()) == {state_of(old, each) for each in staff[:2]}
    with coded.database.read() as reading:
        (way,) = entries.code_ways(reading, SIYU, new)
    assert (way.is_made, way.refusal) == (False, 41045)
    coded.mirrored.pass_time(days=31)
    assert coded.visit(old)[0] == staff[0]  # used just now
    for _ in range(2):
        coded.keep_ways(most=2)
        coded.mirrored.pass_time(minutes=11)
    coded.keep_ways(most=2)
    assert set(coded.ways_there()) == {state_of(old, staff[0]), state_of(new, staff[2])}
    assert coded.visit(old)[0] == staff[0]
    coded.keep_ways(most=3)
    assert state_of(old, staff[1]) in coded.ways_there()


def test_direct_codes_follow_their_slots_and_welcomes_their_time(coded: Coded) -> None:
    """Noon of a Monday: the one on duty; in the night the backup; the way stays the same one."""
    staff = sorted(coded.staff.values())
    userid_of = {staff_id: userid for userid, staff_id in coded.staff.items()}
    day = {"weekdays": [1, 2, 3, 4, 5, 6, 7], "begins": 9 * 60, "ends": 18 * 60, "staff_ids": staff[:1]}
    night = {"text": "夜里好", "begins": 18 * 60, "ends": 9 * 60}
    made = coded.code(mode="direct", staff_ids=[], slots=[day], backup_ids=staff[1:2], welcomes=[night])
    state = state_of(made.code_id, 0)
    coded.keep_ways()
    (before,) = coded.mirrored.api.corp.ways.ways
    assert coded.ways_there() == {state: [userid_of[staff[0]]]}
    with coded.database.read() as reading:
        assert has_welcome(reading, state)
        assert find_welcome(reading, state, "wm1", ZONE) is None
        assert not has_welcome(reading, "channel-7")
        assert find_welcome(reading, state_of(10**9, 0), "wm1", ZONE) is None
    coded.mirrored.pass_time(hours=8)
    coded.keep_ways()
    assert coded.ways_there() == {state: [userid_of[staff[1]]]}
    assert list(coded.mirrored.api.corp.ways.ways) == [before]
    with coded.database.read() as reading:
        told = find_welcome(reading, state, "wm1", ZONE)
    assert told is not None
    assert told.text == "夜里好"
    coded.scan(state)
    coded.follow()
    assert coded.adds(made.code_id) == {staff[1]: 1}
    with coded.database.begin() as work:
        entries.stop_code(work, SIYU, made.code_id, ZONE)
    coded.mirrored.pass_time(days=8, hours=5)
    coded.keep_ways()
    assert list(coded.mirrored.api.corp.ways.ways) == [before]
    with coded.database.begin() as work:
        assert serve(work, made.code_id, ZONE) is None


def test_two_visitors_at_once_never_get_one_place(coded: Coded) -> None:
    """The second waits until the first has chosen."""
    code_id = coded.code(staff_ids=sorted(coded.staff.values())[:1], member_daily_max=1).code_id
    coded.keep_ways()
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(coded.visit(code_id)[0])) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == [0, 0, 0, min(coded.staff.values())]


def test_a_code_greets_in_place_of_the_corp(coded: Coded) -> None:
    """By what it says for the hour; where it says nothing, and for other states, the corp's plan speaks."""
    night = {"text": "夜里好", "begins": 18 * 60, "ends": 9 * 60}
    state = state_of(coded.code(welcomes=[night]).code_id, 0)
    with coded.database.begin() as work:
        secrets = WecomSecrets("a-secret-of-the-app")
        company.save_wecom_corp(work, SIYU, CORP_ID, "晨曦", agent_id=1, secrets=secrets, base_url="http://127.0.0.1:9")
        company.save_wecom_welcome(work, SIYU, CORP_ID, WelcomePlan(WelcomeMessage("您好")))
    clients = WecomClients(coded.database)
    find = greetings(coded.database, clients, ZONE)

    def told(of: str) -> str:
        greeted = Greeted("code", "staff0001", "wm1")
        found = find(Welcome(1, CORP_ID, greeted, of, coded.database.clock.now(), 1))
        assert found is not None
        return found[1].text

    assert [told(state), told("syc.999999"), told("")] == ["您好", "您好", "您好"]
    coded.mirrored.pass_time(hours=8)
    assert [told(state), told("syc.999999")] == ["夜里好", "您好"]
    clients.close()
