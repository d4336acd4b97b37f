"""Welcome codes, greetings of groups, and what a message may hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from siyu.world.wecom.rules import Rules
from tests.world.wecom.driving import OTHER_SECRET, PNG, Api

SEND = "externalcontact/send_welcome_msg"
TEXT = {"text": {"content": "欢迎"}}
TEMPLATE = "externalcontact/group_welcome_template/"


def meet(api: Api) -> tuple[str, str]:
    """A new friend: the customer and the code."""
    customer = api.newcomer()
    return customer, str(api.door("customer/add", userid="staff0001", external_userid=customer)["welcome_code"])


def send(api: Api, code: str, **content: object) -> int:
    return api.errcode("POST", SEND, welcome_code=code, **(content or TEXT))


def test_each_part_of_a_welcome_is_a_message_on_the_phone(api: Api) -> None:
    customer, code = meet(api)
    assert api.told()[0]["WelcomeCode"] == code
    media_id = api.upload("media/upload", PNG, type="image")["media_id"]
    image = {"msgtype": "image", "image": {"media_id": media_id}}
    assert send(api, code, **TEXT, attachments=[image]) == 0
    messages = api.door("person/phone", external_userid=customer)["messages"]
    assert [(one["origin"], one["content"]["msgtype"]) for one in messages] == [
        ("welcome", "text"),
        ("welcome", "image"),
    ]


def test_a_code_is_good_for_twenty_seconds(api: Api) -> None:
    _, code = meet(api)
    api.pass_time(seconds=20)
    assert send(api, code) == 0
    _, late = meet(api)
    api.pass_time(seconds=21)
    assert send(api, late) == 41050
    assert send(api, "nobody's") == 41050
    assert api.errcode("POST", SEND, **TEXT) == 41049


def test_a_code_is_good_once(api: Api) -> None:
    _, code = meet(api)
    assert [send(api, code), send(api, code)] == [0, 41051]


def test_of_two_apps_the_first_wins_and_the_other_may_try_again_for_a_moment(api: Api) -> None:
    _, code = meet(api)
    other = api.of(OTHER_SECRET)
    assert send(api, code) == 0
    assert send(other, code) == 41096
    api.pass_time(seconds=1)
    assert send(other, code) == 41051


def test_who_is_talking_already_needs_no_welcome(api: Api) -> None:
    customer, code = meet(api)
    api.door("customer/write", userid="staff0001", external_userid=customer, text="你好")
    assert send(api, code) == 41051
    customer, code = meet(api)
    api.door("staff/write", userid="staff0001", external_userid=customer, text="你好")
    assert send(api, code) == 41051


def test_a_code_of_a_member_whom_the_app_does_not_see(api: Api) -> None:
    _, code = meet(api)
    other = api.of(OTHER_SECRET)
    api.door("app/change", secret=OTHER_SECRET, users=["staff0002"], departments=[])
    assert send(other, code) == 41050


@pytest.mark.parametrize(
    ("content", "errcode"),
    [
        ({"text": {"content": ""}}, 41090),
        ({"text": {"content": "长" * 1334}}, 45002),
        ({"attachments": [{"msgtype": "sticker"}]}, 41065),
        ({"attachments": [{"msgtype": "link", "link": {}}]}, 40063),
        ({"attachments": [{"msgtype": "link"}]}, 40063),
        ({"attachments": [{"msgtype": "link", "link": {"title": "长" * 43, "url": "u"}}]}, 40058),
        ({"attachments": [{"msgtype": "image", "image": {"media_id": "nobody's"}}]}, 40007),
        ({"attachments": [{"msgtype": "image", "image": {"pic_url": "https://elsewhere.example/a.png"}}]}, 40007),
        ({"attachments": [{"msgtype": "image", "image": {}}]}, 41006),
        ({"attachments": [{"msgtype": "miniprogram", "miniprogram": {"title": "t"}}]}, 90207),
        ({"attachments": [{"msgtype": "link", "link": {"title": "t", "url": "u"}}] * 10}, 41064),
    ],
)
def test_refusals_of_content(api: Api, content: dict[str, Any], errcode: int) -> None:
    _, code = meet(api)
    assert send(api, code, **content) == errcode
    assert send(api, code) == 0  # what was refused used nothing up


def test_media_of_another_kind_or_too_old_are_refused(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(welcome_seconds=10**6, token_seconds=10**7))
    media_id = api.upload("media/upload", PNG, type="image")["media_id"]
    url = api.upload("media/uploadimg", PNG)["url"]
    _, code = meet(api)
    video = {"msgtype": "video", "video": {"media_id": media_id}}
    assert send(api, code, attachments=[video]) == 40007
    api.pass_time(days=3)
    assert send(api, code, attachments=[{"msgtype": "image", "image": {"media_id": media_id}}]) == 40145
    assert send(api, code, attachments=[{"msgtype": "image", "image": {"pic_url": url}}]) == 0


def test_greetings_of_groups(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(group_welcomes_max=1))
    assert api.errcode("POST", TEMPLATE + "add") == 41090
    both = {"link": {"title": "t", "url": "u"}, "image": {"media_id": "not looked at"}}
    assert api.errcode("POST", TEMPLATE + "add", **both) == 40007  # the image comes first
    template_id = api.post(TEMPLATE + "add", text={"content": "%NICKNAME% 欢迎"})["template_id"]
    assert api.errcode("POST", TEMPLATE + "add", **TEXT) == 41055
    other = api.of(OTHER_SECRET)
    assert other.errcode("POST", TEMPLATE + "edit", template_id=template_id, **TEXT) == 41058
    assert other.errcode("POST", TEMPLATE + "del", template_id=template_id) == 41058
    assert api.errcode("POST", TEMPLATE + "edit", template_id=template_id, **TEXT) == 0
    assert api.post(TEMPLATE + "get", template_id=template_id)["text"] == {"content": "欢迎"}
    assert api.errcode("POST", TEMPLATE + "del", template_id=template_id) == 0
    assert api.errcode("POST", TEMPLATE + "get", template_id=template_id) == 40035
