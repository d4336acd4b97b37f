"""Files that go up and come down, and app messages that carry them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from siyu.world.wecom.rules import Rules
from tests.world.wecom.driving import AGENT_ID, CONTACTS_SECRET, OTHER_SECRET, PNG, SECRET, Api

UPLOAD, IMAGE = "media/upload", "media/uploadimg"
EVERY_BYTE = b"\x89PNG" + bytes(range(256)) + b"\r\n--a-boundary\r\n\n\r\r\n"


@pytest.mark.parametrize(
    ("kind", "content", "errcode"),
    [
        ("image", PNG, 0),
        ("image", b"GIF89a not of the kinds that are taken", 40004),
        ("voice", b"#!AMR" + b"\0" * 9, 0),
        ("voice", b"#!AMR" + b"\0" * (2 << 20), 45001),
        ("file", b"12345", 40006),
        ("file", b"123456", 0),
        ("file", b"", 44001),
        ("file", b"\0" * ((20 << 20) + 1), 45001),
        ("sticker", PNG, 40004),
    ],
)
def test_kinds_and_sizes(api: Api, kind: str, content: bytes, errcode: int) -> None:
    assert api.upload(UPLOAD, content, type=kind)["errcode"] == errcode


def test_what_comes_down_is_what_went_up_for_three_days_and_for_all_apps(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(token_seconds=10**7))
    made = api.upload(UPLOAD, EVERY_BYTE, type="image")
    assert made["created_at"] == str(api.corp.now_seconds)
    for one in (api, api.of(OTHER_SECRET)):
        answer = one.ask("GET", "media/get", {"access_token": one.log_in(), "media_id": made["media_id"]})
        assert (answer.body, answer.content_type, answer.file_name) == (EVERY_BYTE, "image/png", "a.png")
    api.pass_time(days=3)
    assert api.errcode("GET", "media/get", media_id=made["media_id"]) == 40007
    assert api.errcode("GET", "media/get") == 41006


def test_a_form_without_the_field_is_empty(api: Api) -> None:
    assert api.upload(UPLOAD, PNG, field_name="file", type="image")["errcode"] == 44001
    assert api.errcode("POST", UPLOAD, type="image") == 40004
    assert api.upload(IMAGE, PNG, field_name="whatever")["errcode"] == 0


def test_images_for_ever_have_limits_of_their_own(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(images_per_day=2, token_seconds=10**7))
    reply = api.upload(IMAGE, PNG)
    assert (reply["errcode"], reply["errmsg"]) == (0, "")
    assert api.upload(IMAGE, PNG + b"\0" * (2 << 20))["errcode"] == 40009
    assert api.upload(IMAGE, b"no image at all")["errcode"] == 40004
    assert [api.upload(IMAGE, PNG)["errcode"] for _ in range(2)] == [0, 45009]
    api.pass_time(hours=11, minutes=59)  # it was noon
    assert api.upload(IMAGE, PNG)["errcode"] == 45009
    api.pass_time(minutes=1)
    assert api.upload(IMAGE, PNG)["errcode"] == 0


def test_attachments_have_a_purpose(api: Api) -> None:
    path = "media/upload_attachment"
    assert api.upload(path, PNG, media_type="image", attachment_type=1)["created_at"] == api.corp.now_seconds
    assert api.upload(path, PNG, media_type="voice", attachment_type=1)["errcode"] == 40004
    assert api.upload(path, PNG, media_type="video", attachment_type=2)["errcode"] == 40004
    assert api.upload(path, PNG, media_type="image", attachment_type=3)["errcode"] == 40058


def message(**more: object) -> dict[str, object]:
    return {"agentid": AGENT_ID, "touser": "staff0001", "msgtype": "text", "text": {"content": "开会"}} | more


def test_messages_of_an_app_reach_members(api: Api) -> None:
    member = api.corp.staff.find("staff0002")
    assert member is not None
    reply = api.post(
        "message/send", **message(touser="STAFF0001|Nobody", toparty=f"{member.departments[0]}|99", totag="1")
    )
    assert (reply["errcode"], reply["invaliduser"], reply["invalidparty"], reply["invalidtag"]) == (
        0,
        "nobody",
        "99",
        "1",
    )
    for userid in ("staff0001", "staff0002"):
        assert api.door("staff/phone", userid=userid)["messages"][0]["content"]["text"] == {"content": "开会"}
    assert api.errcode("POST", "message/send", **message(touser="@all")) == 0
    assert len(api.door("staff/phone", userid="staff0003")["messages"]) == 1


@pytest.mark.parametrize(
    ("given", "errcode"),
    [
        ({"agentid": 5}, 301002),
        ({"msgtype": "smoke"}, 40008),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "image", "image": {"media_id": "nobody's"}}, 40007),
        ({"msgtype": "news", "news": {"articles": [{"title": "t"}] * 9}}, 45008),
        ({"msgtype": "textcard", "textcard": {"title": "t"}}, 40063),
        ({"touser": ""}, 82001),
        ({"touser": "nobody"}, 81013),
        ({"touser": "|".join(f"u{n}" for n in range(1001))}, 40032),
        ({"toparty": "|".join(map(str, range(1, 102)))}, 82002),
        ({"totag": "|".join(map(str, range(1, 102)))}, 82003),
    ],
)
def test_refusals_of_messages(api: Api, given: dict[str, object], errcode: int) -> None:
    assert api.errcode("POST", "message/send", **message(**given)) == errcode


def test_too_long_a_text_is_cut_and_too_many_messages_vanish(api: Api) -> None:
    assert api.errcode("POST", "message/send", **message(text={"content": "长" * 1000})) == 0
    shown = api.door("staff/phone", userid="staff0001")["messages"][0]["content"]["text"]["content"]
    assert shown == "长" * 682  # 2048 bytes, whole characters
    for _ in range(35):
        assert api.errcode("POST", "message/send", **message()) == 0
    assert len(api.door("staff/phone", userid="staff0001")["messages"]) == 30


def test_the_address_book_sends_nothing(api: Api) -> None:
    assert api.of(CONTACTS_SECRET).errcode("POST", "message/send", **message()) == 48002
    api.door("app/change", secret=SECRET, users=["staff0002"], departments=[])
    assert api.errcode("POST", "message/send", **message()) == 81013
