"""Moments: tasks, publishing, and who saw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from siyu.world.wecom.rules import Rules
from tests.world.wecom.driving import PNG, Api

ADD, JOB = "externalcontact/add_moment_task", "externalcontact/get_moment_task_result"
PATH = "externalcontact/get_moment_"
TEXT = {"text": {"content": "春天来了"}}


def prepare(api: Api, **given: Any) -> str:
    job = api.post(ADD, **(TEXT | given))["jobid"]
    assert api.get(JOB, jobid=job)["status"] == 1
    api.pass_time(seconds=2)
    done = api.get(JOB, jobid=job)
    assert done["status"] == 3
    return str(done["result"]["moment_id"])


def only(*userids: str) -> dict[str, Any]:
    return {"visible_range": {"sender_list": {"user_list": list(userids)}}}


def test_a_moment_is_published_by_members_one_by_one(api: Api) -> None:
    moment_id = prepare(api, **only("staff0001", "staff0002"))
    customer = api.customers("staff0001")[0]
    asked = {"moment_id": moment_id, "userid": "staff0001"}
    tasks = api.post(PATH + "task", moment_id=moment_id)["task_list"]
    assert tasks == [{"userid": "staff0001", "publish_status": 0}, {"userid": "staff0002", "publish_status": 0}]
    assert len(api.post(PATH + "customer_list", **asked)["customer_list"]) == len(api.customers("staff0001"))
    assert api.errcode("POST", PATH + "send_result", **asked) == 41062
    assert api.door("staff/publish", **asked)["customers"] == len(api.customers("staff0001"))
    assert [one["publish_status"] for one in api.post(PATH + "task", moment_id=moment_id)["task_list"]] == [1, 0]
    assert len(api.post(PATH + "send_result", **asked)["customer_list"]) == len(api.customers("staff0001"))
    seen = api.door("person/phone", external_userid=customer)["messages"][-1]
    assert (seen["origin"], seen["content"]["moment_id"]) == ("moment", moment_id)
    api.door("customer/remark-moment", **asked, external_userid=customer)
    api.door("customer/remark-moment", **asked, external_userid=customer, text="好喝")
    comments = api.post(PATH + "comments", **asked)
    assert [one["external_userid"] for one in comments["like_list"] + comments["comment_list"]] == [customer] * 2
    stranger = api.newcomer()
    assert api.refused_door("customer/remark-moment", **asked, external_userid=stranger) == 41060


def test_tags_narrow_who_sees_it(api: Api) -> None:
    made = api.post("externalcontact/add_corp_tag", group_name="组", tag=[{"name": "甲"}])["tag_group"]["tag"][0]
    customer = api.customers("staff0001")[0]
    api.post("externalcontact/mark_tag", userid="staff0001", external_userid=customer, add_tag=[made["id"]])
    seen = only("staff0001")["visible_range"] | {"external_contact_list": {"tag_list": [made["id"]]}}
    moment_id = prepare(api, visible_range=seen)
    assert api.door("staff/publish", moment_id=moment_id, userid="staff0001")["customers"] == 1


@pytest.mark.parametrize(
    ("given", "errcode"),
    [
        ({"text": {"content": ""}}, 41090),
        ({"text": {"content": "a" * 2001}}, 45002),
        ({"text": {"content": "长" * 1400}}, 45002),
        ({"attachments": [{"msgtype": "file"}]}, 41065),
        ({"attachments": [{"msgtype": "image"}, {"msgtype": "video"}]}, 41065),
        ({"attachments": [{"msgtype": "video"}] * 2}, 41064),
        ({"attachments": [{"msgtype": "image", "image": {}}]}, 41006),
        ({"attachments": [{"msgtype": "image", "image": {"media_id": "nobody's"}}]}, 40007),
        ({"visible_range": {"external_contact_list": {"tag_list": ["et-nobody"]}}}, 40068),
        (only("nobody"), 60021),
        ({"visible_range": {"sender_list": {"department_list": [99]}}}, 40066),
    ],
)
def test_refusals(api: Api, given: dict[str, Any], errcode: int) -> None:
    assert api.errcode("POST", ADD, **(TEXT | given)) == errcode


def test_moments_take_only_media_that_were_uploaded_for_them(api: Api) -> None:
    of_messages = api.upload("media/upload", PNG, type="image")["media_id"]
    of_moments = api.upload("media/upload_attachment", PNG, media_type="image", attachment_type=1)["media_id"]
    image = {"msgtype": "image", "image": {"media_id": of_messages}}
    assert api.errcode("POST", ADD, attachments=[image]) == 40007
    assert api.errcode("POST", ADD, attachments=[image | {"image": {"media_id": of_moments}}]) == 0
    link = {"msgtype": "link", "link": {"title": "t", "url": "u", "media_id": of_moments}}
    assert api.errcode("POST", ADD, attachments=[link]) == 0
    assert api.errcode("POST", ADD, attachments=[link | {"link": link["link"] | {"title": "长" * 65}}]) == 40058  # type: ignore[operator]  # a dict


def test_so_many_a_minute_and_a_month(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(moments_per_minute=2, moments_per_month=3))
    assert [api.errcode("POST", ADD, **TEXT) for _ in range(3)] == [0, 0, 45009]
    api.pass_time(minutes=1)
    assert [api.errcode("POST", ADD, **TEXT) for _ in range(2)] == [0, 41210]


def test_lists_and_what_is_not_there(api: Api) -> None:
    moment_id = prepare(api, **only("staff0001", "nobody"))
    now = api.corp.now_seconds
    listed = api.post(PATH + "list", start_time=now - 100, end_time=now)["moment_list"]
    assert [one["moment_id"] for one in listed] == [moment_id]
    assert api.errcode("POST", PATH + "list", start_time=now - 31 * 86400, end_time=now) == 40058
    assert api.errcode("POST", PATH + "task") == 41059
    assert api.errcode("POST", PATH + "task", moment_id="mom-nobody") == 41060
    assert api.errcode("POST", PATH + "send_result", moment_id=moment_id, userid="staff0002") == 41061
    assert api.errcode("GET", JOB, jobid="nobody's") == 40035
    assert api.errcode("POST", "externalcontact/cancel_moment_task", moment_id=moment_id) == 0
    assert api.refused_door("staff/publish", moment_id=moment_id, userid="staff0001") == 41060


def test_a_job_is_known_for_a_day_and_names_who_cannot_send(api: Api) -> None:
    job = api.post(ADD, **TEXT, **only("staff0001", "nobody"))["jobid"]
    early = next(iter(api.corp.moments.by_id))
    assert api.refused_door("staff/publish", moment_id=early, userid="staff0001") == 41063
    api.pass_time(hours=1)
    result = api.get(JOB, jobid=job)["result"]
    assert result["invalid_sender_list"]["user_list"] == ["nobody"]
    api.pass_time(days=1)
    api.log_in()
    assert api.errcode("GET", JOB, jobid=job) == 40035
