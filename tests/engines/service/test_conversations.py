"""Conversations from entering to the end, against an emulated WeCom."""

from __future__ import annotations

import pytest

from siyu.domain.company.contracts import Role
from siyu.domain.company.rules import RIGHTS_OF
from siyu.domain.customers.reading import allowances_of, current_customer_ids
from siyu.domain.privacy import service as privacy
from siyu.domain.service import reading as service_reading
from siyu.domain.service import service
from siyu.domain.service.contracts import (
    CannotSayError,
    Origin,
    SessionEndedError,
    SessionState,
    UnknownConversationError,
    UnknownServicerError,
)
from siyu.engines.service.answering import ERASURE_ASKED, OPTED_OUT, asks_erasure
from siyu.engines.service.doing import end_silent_once
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.kernel.paging import PageRequest
from tests.engines.scenery import SIYU
from tests.engines.service.conftest import Served


def test_who_enters_is_greeted_answered_and_handed_over(served: Served) -> None:
    customer = served.mirrored.api.newcomer("林小满")
    served.enter(customer, "menu")
    served.work()
    assert served.phone(customer) == ["您好，这里是晨曦茶饮"]
    served.write(customer, "多久到货")
    served.work()
    served.write(customer, "随便说说")
    served.write(customer, "转人工")
    served.work()
    assert served.phone(customer)[1:] == ["三天", "没听懂", "正在转接"]
    (conversation,) = served.conversations()
    assert (conversation.state, conversation.userid) == (SessionState.SERVICER, "staff0001")
    assert (conversation.received, conversation.by_rules, conversation.scene) == (3, 3, "menu")
    assert conversation.staff_id is not None
    session = served.mirrored.api.post("kf/service_state/get", open_kfid=served.open_kfid, external_userid=customer)
    assert (session["service_state"], session["servicer_userid"]) == (3, "staff0001")
    served.write(customer, "在吗")  # no rule speaks between customer and member
    served.work()
    assert len(served.phone(customer)) == 4
    assert [each["rule"] for each in served.events("service_message_received")] == ["faq", "fallback", "hand_over", ""]
    assert [each["to"] for each in served.events("service_handed_over")] == ["servicer"]
    assert not [event for event in served.events("service_message_received") if "多久" in str(event)]
    said = served.texts(conversation.conversation_id)
    assert ("customer", "received", "转人工") in said
    assert ("rule", "sent", "正在转接") in said
    ((kinds,),) = served.mirrored.rows(
        "SELECT array_agg(p.kind ORDER BY p.kind) FROM customers.profiles p WHERE p.customer_id ="
        " (SELECT customer_id FROM customers.profiles WHERE value = %s)",
        customer,
    )
    assert kinds == ["external_userid", "unionid"]


def test_nothing_is_lost_or_said_twice_by_whoever_is_killed(served: Served) -> None:
    customer = served.mirrored.api.newcomer()
    served.source.after = {"say_on_event", "say", "change_session"}
    served.enter(customer)
    with pytest.raises(KeyboardInterrupt):
        served.work()
    served.mirrored.pass_time(seconds=1)
    served.write(customer, "多久到货")
    served.write(customer, "人工")
    for _ in range(3):
        served.mirrored.pass_time(minutes=3)
        try:
            served.work()
        except KeyboardInterrupt:
            continue
    served.mirrored.pass_time(minutes=3)
    served.work()
    assert served.phone(customer) == ["您好，这里是晨曦茶饮", "三天", "正在转接"]
    assert served.mirrored.rows("SELECT count(*) FROM service.tasks") == [(0,)]
    ((cursor,),) = served.mirrored.rows("SELECT cursor FROM service.accounts")
    with served.database.begin() as work:  # from the beginning again, as after a lost cursor
        work.driver.execute("UPDATE service.accounts SET cursor = '', due_at = now() - interval '9 years'")
    served.work()
    assert len(served.phone(customer)) == 3
    assert len(served.events("service_message_received")) == 2
    assert served.mirrored.rows("SELECT cursor FROM service.accounts") == [(cursor,)]


def test_words_on_consent_and_erasure_are_heard_at_once(served: Served) -> None:
    customer = served.mirrored.api.newcomer()
    served.write(customer, "退订")
    served.write(customer, "请删除我的信息")
    served.write(customer, "请删除我的个人信息！")
    served.work()
    assert served.phone(customer) == [OPTED_OUT, ERASURE_ASKED, ERASURE_ASKED]
    (conversation,) = served.conversations()
    with served.database.read() as reading:
        customer_id = current_customer_ids(reading, [conversation.profile_id])[conversation.profile_id]
        refused = [
            each for each in allowances_of(reading, customer_id, ["wecom"]) if each.state and each.state == "withdrawn"
        ]
        requests = privacy.list_requests(reading, SIYU, PageRequest()).rows
    assert [(each.purpose, each.channel) for each in refused] == [("marketing", "wecom")]
    assert [(each.customer_id, each.state.value) for each in requests] == [(customer_id, "waiting")]
    with served.database.begin() as work:
        assert service_reading.told_of(work, [conversation.profile_id])["service_messages"][0]["text"] == "退订"
        assert sum(service_reading.messages_by_key(work).values()) == 6
        assert service.forget_texts(work, SIYU, work.clock.now(), 100) == 0
        gone = service.forget_conversations(work, SIYU, [conversation.profile_id])
    assert gone["service.messages"] == {conversation.profile_id: 6}
    assert served.conversations() == []


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("删除我的信息", True),
        ("我要注销我的信息，谢谢", True),
        ("Delete my data please", True),
        ("怎么删除我的信息?", False),
        ("删除订单", False),
    ],
)
def test_only_a_plain_wish_is_a_wish_to_be_forgotten(text: str, is_asked: bool) -> None:
    assert asks_erasure(text) is is_asked


def test_staff_answer_hand_over_and_end_within_the_rules(served: Served) -> None:
    customer, other = served.mirrored.api.newcomer(), served.mirrored.api.newcomer("别人")
    served.write(customer, "多久到货")
    served.write(other, "多久到货")
    served.work()
    mine, theirs = (each.conversation_id for each in served.conversations())
    with served.database.begin() as work:
        for number in range(4):
            service.reply(work, SIYU, mine, f"第 {number} 句")
        with pytest.raises(CannotSayError) as refused:
            service.reply(work, SIYU, mine, "第五句")
        assert refused.value.fields["reason"] == "too_many"
        with pytest.raises(UnknownServicerError):
            service.hand_to(work, SIYU, mine, "nobody")
        service.hand_to(work, SIYU, mine, "staff0002")
        with pytest.raises(CannotSayError):
            service.reply(work, SIYU, mine, "还有")
        service.end_conversation(work, SIYU, theirs)
        with pytest.raises(SessionEndedError):
            service.reply(work, SIYU, theirs, "还有")
    served.work()
    assert served.phone(customer) == ["三天", "第 0 句", "第 1 句", "第 2 句", "第 3 句"]
    assert served.phone(other) == ["三天", "再见"]
    first, second = served.conversations()
    assert (first.userid, second.end_reason) == ("staff0002", "staff")
    one = Actor(ActorKind.STAFF, str(first.staff_id), RIGHTS_OF[Role.FRONTLINE], Scope(own_only=True))
    with served.database.begin() as work:
        seen = service.list_conversations(work, one, PageRequest())
        assert [each.conversation.conversation_id for each in seen.rows] == [mine]
        with pytest.raises(UnknownConversationError):
            service.read_messages(work, one, theirs)
        day, total = service.account_days(work, SIYU, served.desk.zone)
        assert (day.day, total.day, total.conversations) == ("2026-06-01", "", 2)
        verbs = work.driver.execute("SELECT verb FROM company.audit WHERE verb LIKE 'service.%' ORDER BY 1").fetchall()
    assert (day.conversations, day.received, day.by_rules, day.by_persons, day.handed_over) == (2, 2, 2, 4, 1)
    assert {row[0] for row in verbs} >= {"service.reply", "service.hand_to", "service.end_conversation"}
    served.mirrored.pass_time(days=2, seconds=1)
    assert end_silent_once(served.desk)
    assert served.conversations()[0].end_reason == "silent"
    assert [each["reason"] for each in served.events("service_conversation_ended")] == ["staff", "silent"]


def test_who_hands_on_what_they_saw_through_it_alone_has_done_so(served: Served) -> None:
    customer = served.mirrored.api.newcomer()
    served.write(customer, "人工")
    served.work()
    (conversation,) = served.conversations()
    one = Actor(ActorKind.STAFF, str(conversation.staff_id), RIGHTS_OF[Role.FRONTLINE], Scope(own_only=True))
    with served.database.begin() as work:
        given = service.hand_to(work, one, conversation.conversation_id, "staff0002")
        with pytest.raises(UnknownConversationError):
            service.get_conversation(work, one, conversation.conversation_id)
    assert given.conversation.userid == "staff0002"


def test_an_end_told_late_begins_nothing_and_a_failure_told_early_stays(served: Served) -> None:
    customer = served.mirrored.api.newcomer()
    served.write(customer, "人工")
    served.work()
    served.mirrored.pass_time(days=2, seconds=1)
    assert end_silent_once(served.desk)
    served.mirrored.api.door("staff/kf-end", userid="staff0001", open_kfid=served.open_kfid, external_userid=customer)
    served._call()
    served.work()
    assert [each.end_reason for each in served.conversations()] == ["silent"]
    served.write(customer, "多久到货")
    served.source.after = {"say"}
    with pytest.raises(KeyboardInterrupt):
        served.work()
    with served.database.begin() as work:
        task = work.driver.execute(
            "SELECT m.msgid FROM service.tasks JOIN service.messages m USING (message_id)"
        ).fetchone()
        assert task is not None
        service.mark_failed(work, SIYU, served.account.account_id, task[0], 10)
    served.mirrored.pass_time(minutes=3)
    served.work()
    assert ("rule", "failed", "三天") in served.texts(served.conversations()[-1].conversation_id)


def test_without_rules_or_late_nothing_is_said(served: Served) -> None:
    customer = served.mirrored.api.newcomer()
    served.write(customer, "多久到货")
    served.mirrored.pass_time(hours=2)
    served.work()
    (conversation,) = served.conversations()
    assert served.phone(customer) == []
    assert (conversation.received, conversation.by_rules, conversation.answered_by) == (1, 0, None)
    assert conversation.asked_at is not None
    assert Origin.RULE not in {Origin(each[0]) for each in served.texts(conversation.conversation_id)}


def test_who_rests_is_given_nobody_and_what_is_rejected_is_told(served: Served) -> None:
    api, customer = served.mirrored.api, served.mirrored.api.newcomer("林小满")
    api.door("staff/kf-duty", userid="staff0001", is_on_duty=False)
    served._call()
    served.work()
    assert {each.userid: each.is_on_duty for each in served.account.servicers} == {
        "staff0001": False,
        "staff0002": True,
    }
    served.write(customer, "多久到货")
    served.work()
    api.door("customer/reject-kf", open_kfid=served.open_kfid, external_userid=customer)
    served.write(customer, "转人工")
    served.work()
    served._call()  # that it was not delivered is told afterwards
    served.work()
    (conversation,) = served.conversations()
    assert (conversation.userid, served.phone(customer)) == ("staff0002", ["三天"])
    with served.database.begin() as work:
        told = service.read_messages(work, SIYU, conversation.conversation_id)
    assert [(each.state.value, each.reason) for each in told if each.text == "正在转接"] == [("failed", "blocked")]
