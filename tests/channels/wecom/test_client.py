"""The client against the emulated WeCom: tokens, faults, limits, pages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from siyu.channels.wecom import contacts, customers, groups, tags
from siyu.channels.wecom.client import Wecom, _document
from siyu.channels.wecom.errors import (
    WecomAnswerError,
    WecomBusyError,
    WecomConfigurationError,
    WecomCursorError,
    WecomRefusedError,
    WecomThrottledError,
    WecomUnreachableError,
)
from siyu.channels.wecom.tokens import WecomApp
from siyu.platform.http import HttpAnswer
from siyu.platform.postgres.database import Database
from siyu.world.wecom.faults import Fault, FaultKind
from tests.channels.wecom.conftest import Pauses
from tests.channels.wecom.emulated import CORP_ID, Emulated


def test_endpoints_read_the_world(wecom: Wecom, emulated: Emulated) -> None:
    """Departments, members, customers with pages, tags and groups are told whole."""
    departments = contacts.list_departments(wecom)
    assert {one.name for one in departments} >= {"华东大区", "上海店"}
    members = contacts.list_members(wecom)
    assert len(members) == 4
    assert members[0].userid in customers.list_followers(wecom)
    pages = list(customers.customer_pages(wecom, [one.userid for one in members], limit=50))
    found = {customer.external_userid for page in pages for customer, _ in page.rows}
    listed = {one for member in members for one in customers.list_customer_ids(wecom, member.userid)}
    assert found == listed
    assert len(pages) >= 5
    assert len(found) == 230
    again = next(
        customers.customer_pages(wecom, [one.userid for one in members], cursor=pages[0].next_cursor, limit=50)
    )
    assert again == pages[1]
    customer, follow = pages[0].rows[0]
    known, follows = customers.get_customer(wecom, customer.external_userid)
    assert known == customer
    assert follow.userid in {one.userid for one in follows}
    customers.set_remark(wecom, follow.userid, customer.external_userid, remark="王姐", mobiles=["13800000000"])
    _, follows = customers.get_customer(wecom, customer.external_userid)
    mine = next(one for one in follows if one.userid == follow.userid)
    assert (mine.remark, mine.remark_mobiles) == ("王姐", ("13800000000",))
    made = tags.add_tags(wecom, ["新客", "老客"], group_name="阶段")
    tags.mark_customer(wecom, follow.userid, customer.external_userid, add=[made.tags[0].tag_id])
    tags.edit_tag(wecom, made.tags[0].tag_id, name="新朋友")
    assert {tag.name for tag in tags.list_tag_groups(wecom, group_ids=[made.group_id])[0].tags} == {"新朋友", "老客"}
    tags.delete_tags(wecom, [each.tag_id for each in made.tags])
    heads = list(groups.list_groups(wecom))
    group = groups.get_group(wecom, heads[0].chat_id)
    assert len(heads) == 2
    assert any(one.is_customer for one in group.members)
    assert group.owner_userid
    way = groups.add_join_way(wecom, groups.JoinWay([group.chat_id], state="s1"))
    groups.update_join_way(wecom, groups.JoinWay([group.chat_id], state="s2", config_id=way.config_id))
    assert groups.get_join_way(wecom, way.config_id).state == "s2"
    assert way.qr_code
    groups.delete_join_way(wecom, way.config_id)


def test_a_token_that_is_taken_back_is_renewed_once(wecom: Wecom, emulated: Emulated) -> None:
    """One renewal makes the call succeed; where every token is refused, the error comes and no loop."""
    contacts.list_departments(wecom)
    emulated.corp.tokens.revoke()
    assert contacts.list_departments(wecom)
    emulated.corp.faults.add(Fault(FaultKind.ERRCODE, "/cgi-bin/department", errcode=40014, count=99))
    with pytest.raises(WecomConfigurationError) as caught:
        contacts.list_departments(wecom)
    assert caught.value.errcode == 40014
    emulated.corp.faults.clear()
    assert contacts.list_departments(wecom)


def test_processes_share_one_token(wecom: Wecom, database: Database, emulated: Emulated) -> None:
    """Whoever comes, in however many threads and processes, one of them fetches; the text is nowhere in the database."""
    fetched: list[str] = []
    original = emulated.corp.tokens.give

    def counting(*given: object) -> object:
        reply = original(*given)  # type: ignore[arg-type]  # handed on as it came
        fetched.append(str(reply["access_token"]))
        return reply

    emulated.corp.tokens.give = counting  # type: ignore[method-assign, assignment]  # to count what goes by
    with Wecom.over(database, emulated.app) as other, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(contacts.list_departments, [wecom, other] * 4))
    assert len(fetched) == 1
    assert all(one == answers[0] for one in answers)
    with database.read() as reading:
        rows = reading.driver.execute("SELECT sealed FROM wecom.tokens").fetchall()
    assert len(rows) == 1
    assert fetched[0].encode() not in rows[0][0]
    assert SECRET_SHOWN not in repr(emulated.app)


SECRET_SHOWN = "secret-of-the-app"  # how it begins


def test_a_refused_secret_is_not_tried_again_and_again(wecom: Wecom, database: Database, emulated: Emulated) -> None:
    """WeCom bans an address for an hour that insists; `check` tries nevertheless, for somebody has just changed something."""
    stranger = wecom.as_app(WecomApp(CORP_ID, "another", emulated.url))
    for _ in range(20):
        with pytest.raises(WecomConfigurationError) as caught:
            contacts.list_departments(stranger)
        assert caught.value.errcode == 40001
    assert contacts.list_departments(wecom)
    with pytest.raises(WecomConfigurationError):
        stranger.check()
    wecom.check()


def test_errors_say_what_to_do(wecom: Wecom, emulated: Emulated) -> None:
    for errcode, error in {
        60020: WecomConfigurationError,
        48002: WecomConfigurationError,
        40003: WecomRefusedError,
        50100: WecomCursorError,
        -1: WecomBusyError,
    }.items():
        emulated.corp.faults.add(Fault(FaultKind.ERRCODE, "/cgi-bin/department", errcode=errcode, count=9))
        with pytest.raises(error):
            contacts.list_departments(wecom)
        emulated.corp.faults.clear()


def test_what_passes_is_tried_again(wecom: Wecom, emulated: Emulated, pauses: Pauses) -> None:
    """-1 three times, a broken connection and a 502 for what may be asked twice; not for what would be done twice."""
    for fault in (
        Fault(FaultKind.ERRCODE, "/cgi-bin/department", errcode=-1, count=3),
        Fault(FaultKind.DROP, "/cgi-bin/user/list"),
        Fault(FaultKind.STATUS, "/cgi-bin/externalcontact/get_follow_user_list", status=502),
        Fault(FaultKind.LOSE_ANSWER, "/cgi-bin/externalcontact/add_corp_tag"),
    ):
        emulated.corp.faults.add(fault)
    assert contacts.list_departments(wecom)
    assert contacts.list_members(wecom)
    assert customers.list_followers(wecom)
    with pytest.raises(WecomUnreachableError):
        tags.add_tags(wecom, ["一次"], group_name="只一次")
    assert sum(group.name == "只一次" for group in emulated.corp.tags.live) == 1
    assert len(pauses) == 5


def test_penalties_hold_for_all_processes(wecom: Wecom, database: Database, emulated: Emulated) -> None:
    """After 45009 nobody calls that interface until the penalty is over; other interfaces go on."""
    emulated.corp.faults.add(Fault(FaultKind.ERRCODE, "/cgi-bin/department", errcode=45009))
    with pytest.raises(WecomThrottledError) as caught:
        contacts.list_departments(wecom)
    assert caught.value.retry_after_seconds == 60
    with Wecom.over(database, emulated.app) as other:
        with pytest.raises(WecomThrottledError):
            contacts.list_departments(other)
        assert contacts.list_members(other)


def test_too_many_at_once_narrows_the_gate(wecom: Wecom, emulated: Emulated) -> None:
    gate = wecom._governor.gate(CORP_ID, "department/list", emulated.app.pace)
    before = gate.limit
    emulated.corp.faults.add(Fault(FaultKind.ERRCODE, "/cgi-bin/department", errcode=45033, count=2))
    assert contacts.list_departments(wecom)
    assert gate.limit < before


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (b"\\u0000\\ud83d\\ude00", "😀"),
        (b"\\\\u0000", "\\u0000"),
        (b"a\x01\tb", "a\x01\tb"),
        (b"a\\ud83d", "a"),
        (b"\xffa\x00", "a"),
    ],
)
def test_whatever_people_call_themselves_can_be_read_and_kept(told: bytes, name: str) -> None:
    assert _document(HttpAnswer(200, {}, b'{"rows":[{"name":"%s"}]}' % told), "x") == {"rows": [{"name": name}]}


def test_what_is_no_json_is_told() -> None:
    with pytest.raises(WecomAnswerError):
        _document(HttpAnswer(200, {}, b'{"rows":'), "x")
