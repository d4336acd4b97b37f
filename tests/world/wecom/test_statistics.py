"""What members did on each day."""

from __future__ import annotations

import pytest

from tests.world.wecom.driving import SECRET, Api

DATA = "externalcontact/get_user_behavior_data"


def test_days_are_counted_and_summed(api: Api) -> None:
    noon = api.corp.now_seconds
    customer = api.newcomer()
    pair = {"userid": "staff0001", "external_userid": customer}
    api.door("staff/add-customer", **pair)
    api.door("customer/write", **pair, text="在吗")
    api.pass_time(minutes=10)
    api.door("staff/write", **pair, text="在")
    api.door("staff/write", **pair, text="您说")
    other = {"userid": "staff0002", "external_userid": api.newcomer()}
    api.door("customer/add", **other)
    api.door("customer/write", **other, text="你好")
    api.door("customer/delete-member", **other)
    api.pass_time(days=1)
    api.log_in()
    span = {"start_time": noon, "end_time": noon + 86400}
    first, second = api.post(DATA, userid=["staff0001"], **span)["behavior_data"]
    assert first == {
        "stat_time": noon - 12 * 3600,
        "chat_cnt": 1,
        "message_cnt": 2,
        "negative_feedback_cnt": 0,
        "new_apply_cnt": 1,
        "new_contact_cnt": 1,
        "reply_percentage": 100.0,
        "avg_reply_time": 10,
    }
    assert second["stat_time"] == noon + 12 * 3600
    assert "reply_percentage" not in second
    both = api.post(DATA, userid=["staff0001", "staff0002"], **span)["behavior_data"][0]
    assert (
        both["new_apply_cnt"],
        both["new_contact_cnt"],
        both["negative_feedback_cnt"],
        both["reply_percentage"],
    ) == (1, 2, 1, 50.0)
    assert api.post(DATA, partyid=[1], **span)["behavior_data"][0] == both


@pytest.mark.parametrize(
    ("given", "errcode"),
    [
        ({"userid": []}, 41009),
        ({"userid": ["nobody"]}, 40003),
        ({"userid": [f"u{n}" for n in range(101)]}, 40032),
        ({"partyid": [99]}, 60123),
        ({"ago_days": 31}, 40058),
        ({"ago_days": 181}, 40058),
        ({"ago_days": -1}, 40058),
        ({"ago_days": 30}, 0),
    ],
)
def test_refusals(api: Api, given: dict[str, object], errcode: int) -> None:
    now = api.corp.now_seconds
    ago = given.get("ago_days", 1)
    assert isinstance(ago, int)
    asked = {"userid": ["staff0001"], "start_time": now - ago * 86400, "end_time": now}
    assert (
        api.errcode("POST", DATA, **(asked | {name: one for name, one in given.items() if name != "ago_days"}))
        == errcode
    )


def test_the_visible_range_holds_here_too(api: Api) -> None:
    now = api.corp.now_seconds
    api.door("app/change", secret=SECRET, users=["staff0002"], departments=[])
    assert api.errcode("POST", DATA, userid=["staff0001"], start_time=now, end_time=now) == 60011
