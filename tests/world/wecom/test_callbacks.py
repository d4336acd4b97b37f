"""Callbacks over the wire: the challenge, the envelope, the retries, and what can go wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from siyu.world.wecom.callbacks import Fate, Value, xml_of
from siyu.world.wecom.rules import Rules
from tests.world.wecom.driving import AGENT_ID, CORP_ID, SECRET, Api, fields_of
from tests.world.wecom.listening import Receiver, receiving, until

PATIENT = Rules(callback_retry_seconds=0.01, callback_timeout_seconds=60, callback_verify_seconds=60)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def run_api(make_api: Callable[..., Api], receiver: Receiver) -> Iterator[Callable[..., Api]]:
    """A corp whose first app listens."""
    running = []

    def make(rules: Rules = PATIENT) -> Api:
        api = make_api(rules)
        api.app.callback = receiver.callback
        api.corp.postman.start()
        running.append(api)
        return api

    yield make
    for api in running:
        api.corp.postman.stop()


def befriend(api: Api) -> str:
    customer = api.newcomer()
    api.door("customer/add", userid="staff0001", external_userid=customer)
    return customer


def test_an_event_arrives_signed_and_sealed(run_api: Callable[..., Api], receiver: Receiver) -> None:
    api = run_api()
    customer = befriend(api)
    api.corp.postman.wait()
    assert len(receiver.events) == 1
    event = receiver.events[0]
    assert event.pop("WelcomeCode")
    assert event == {
        "ToUserName": CORP_ID,
        "FromUserName": "sys",
        "CreateTime": str(api.corp.now_seconds),
        "MsgType": "event",
        "Event": "change_external_contact",
        "ChangeType": "add_external_contact",
        "UserID": "staff0001",
        "ExternalUserID": customer,
    }
    assert receiver.envelopes[0]["AgentID"] == str(AGENT_ID)
    assert receiver.envelopes[0]["ToUserName"] == CORP_ID
    assert api.door("callback/list")["callbacks"][0]["fate"] == "taken"


def test_an_address_must_answer_the_challenge(run_api: Callable[..., Api], receiver: Receiver) -> None:
    api = run_api()
    asked = {"secret": SECRET, "url": receiver.callback.url, "token": "QDG6eK"}
    key = receiver.callback.encoding_aes_key
    api.app.callback = None
    receiver.challenge_answer = b'"quoted"'
    assert api.refused_door("app/callback", **asked, encoding_aes_key=key) == 40058
    receiver.challenge_answer = None
    assert api.refused_door("app/callback", **asked, encoding_aes_key="short") == 40058
    assert api.refused_door("app/callback", **(asked | {"url": "file:///x"}), encoding_aes_key=key) == 40058
    api.door("app/callback", **asked, encoding_aes_key=key)
    assert api.app.callback == receiver.callback


def test_who_is_too_slow_is_called_again_three_times_in_all(run_api: Callable[..., Api], receiver: Receiver) -> None:
    api = run_api(Rules(callback_timeout_seconds=0.2, callback_retry_seconds=0.01))
    receiver.slow_seconds, receiver.statuses = 1.0, [0, 0, 0]
    befriend(api)
    api.corp.postman.wait()
    until(lambda: len(receiver.events) == 3)
    assert receiver.events[0] == receiver.events[1] == receiver.events[2]  # the same event, sealed anew each time
    assert len({envelope["Encrypt"] for envelope in receiver.envelopes}) == 3
    assert api.corp.postman.deliveries[0].fate is Fate.LOST


@pytest.mark.parametrize(("is_retried", "attempts"), [(False, 1), (True, 2)])
def test_another_status_is_a_failure_only_by_the_older_page(
    run_api: Callable[..., Api], receiver: Receiver, is_retried: bool, attempts: int
) -> None:
    api = run_api(replace(PATIENT, callback_retries_on_status=is_retried))
    receiver.statuses = [500]
    befriend(api)
    api.corp.postman.wait()
    assert len(receiver.events) == attempts


def test_callbacks_are_lost_doubled_late_and_out_of_order(run_api: Callable[..., Api], receiver: Receiver) -> None:
    api = run_api()
    api.door("fault/add", kind="callback_drop", place="change_external_contact")
    lost = befriend(api)
    api.door("fault/add", kind="callback_duplicate")
    doubled = befriend(api)
    api.corp.postman.wait()
    assert [event["ExternalUserID"] for event in receiver.events] == [doubled, doubled]
    assert api.corp.people.find(lost) is not None
    receiver.events.clear()
    api.door("fault/add", kind="callback_reorder")
    held = befriend(api)
    api.door("fault/add", kind="callback_delay", seconds=0)
    later = befriend(api)
    until(lambda: len(receiver.events) == 2)
    assert {event["ExternalUserID"] for event in receiver.events} == {held, later}


def test_what_is_done_through_the_api_is_not_told(api: Api) -> None:
    group = api.post("externalcontact/add_corp_tag", group_name="试", tag=[{"name": "一"}])["tag_group"]
    customer = api.customers("staff0001")[0]
    given = {"userid": "staff0001", "external_userid": customer}
    assert api.errcode("POST", "externalcontact/mark_tag", **given, add_tag=[group["tag"][0]["id"]]) == 0
    assert api.errcode("POST", "externalcontact/remark", **given, remark="老客") == 0
    assert api.errcode("POST", "externalcontact/del_corp_tag", group_id=[group["group_id"]]) == 0
    assert api.told() == []


def test_what_people_do_is_told_to_the_apps_that_see_it(api: Api) -> None:
    customer = api.newcomer()
    pair = {"userid": "staff0001", "external_userid": customer}
    api.door("app/change", secret=SECRET, users=["staff0002"], departments=[])
    api.door("customer/add", **pair)
    assert api.told() == []
    api.door("app/change", secret=SECRET, departments=[1])
    tag = api.door("tag/add", group_name="口味", name="少冰")
    api.door("staff/edit-customer", **pair, remark="常客", add_tag=[tag["tag_id"]])
    api.door("customer/delete-member", **pair)
    api.door("staff/delete-customer", **pair)
    api.door("tag/rename", tag_id=tag["tag_id"], name="去冰")
    api.door("tag/delete", tag_id=tag["group_id"])
    changes = [(event["Event"], event["ChangeType"], event.get("TagType", "")) for event in api.told()]
    assert changes == [
        ("change_external_tag", "create", "tag_group"),
        ("change_external_tag", "create", "tag"),
        ("change_external_contact", "edit_external_contact", ""),
        ("change_external_contact", "del_follow_user", ""),
        ("change_external_contact", "del_external_contact", ""),
        ("change_external_tag", "update", "tag"),
        ("change_external_tag", "delete", "tag_group"),
    ]


def test_xml_keeps_whatever_is_in_it() -> None:
    fields: dict[str, Value] = {"Name": "a ]]> <b> & 中", "Count": 3, "List": ["x", "y"], "Empty": ""}
    assert fields_of(xml_of(fields)) == {"Name": "a ]]> <b> & 中", "Count": "3", "List": "x,y", "Empty": ""}
