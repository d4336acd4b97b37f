"""When a send goes out, what its task says, which quota counts, and what is wrong with a document."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.sends.contracts import MassQuota
from siyu.domain.sends.rules import (
    content_key,
    is_in_hours,
    is_personal,
    needs_approval,
    parse_send,
    quota_most,
    quota_since,
    send_document,
    stored_send,
    task_body,
    times_of,
)

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


def a_document(**rest: Any) -> dict[str, Any]:
    content = {"title": "标题", "body": "{{ name|朋友 }}，你好", "link_url": "https://siyu.example"}
    return {"segment_id": 1, "content": content, "channels": ["wecom", "sms"], **rest}


def local(send_times: tuple[datetime, datetime] | None) -> list[str]:
    assert send_times is not None
    return [f"{each.astimezone(ZONE):%d %H:%M}" for each in send_times]


def test_it_goes_out_within_its_hours() -> None:
    send = parse_send(a_document())
    assert stored_send(send_document(send)) == send
    assert local(times_of(send, NOON, ZONE)) == ["01 12:00", "01 21:00"]
    assert local(times_of(send, NOON - timedelta(hours=6), ZONE)) == ["01 09:00", "01 21:00"]
    assert local(times_of(send, NOON + timedelta(hours=10), ZONE)) == ["02 09:00", "02 21:00"]
    later = parse_send(a_document(starts_at="2026-06-03T08:00:00+08:00", days=3))
    assert local(times_of(later, NOON, ZONE)) == ["03 09:00", "05 21:00"]
    past = parse_send(a_document(starts_at="2026-05-30T08:00:00+08:00"))
    assert times_of(past, NOON, ZONE) is None
    assert times_of(parse_send(a_document(starts_at="2036-05-30T08:00:00+08:00")), NOON, ZONE) is None
    assert times_of(parse_send(a_document(starts_at="9999-12-31T23:59:00Z")), NOON, ZONE) is None
    assert [is_in_hours(send, NOON + timedelta(hours=hours), ZONE) for hours in (-4, -3, 8, 9)] == [
        *(False, True, True, False)
    ]


def test_a_task_has_one_text() -> None:
    content = parse_send(a_document()).content
    body = task_body(content)
    assert body == {
        "text": "朋友，你好",
        "attachments": [{"kind": "link", "url": "https://siyu.example", "title": "标题"}],
    }
    assert is_personal(content)
    assert content_key(body, "") == content_key(dict(reversed(body.items())), "") != content_key(body, "anna")


def test_quotas_of_wecom() -> None:
    day = date(2026, 2, 18)
    assert [(quota_since(each, day).day, quota_most(each, day)) for each in MassQuota] == [(18, 1), (16, 7), (1, 28)]
    assert (needs_approval(10, None), needs_approval(10, 10), needs_approval(11, 10)) == (False, False, True)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"channels": []}, "channels"),
        ({"channels": ["sms", "sms"]}, "channels"),
        ({"excluded_segment_ids": [1]}, "excluded_segment_ids"),
        ({"begins": 600, "ends": 600}, "ends"),
        ({"worth": {"by": "attribute"}}, "worth.attribute"),
        ({"content": {"title": "t", "body": "{{ name"}}, "content.body"),
        ({"content": {"title": "t", "body": "b", "link_url": "javascript:x"}}, "content.link_url"),
        ({"content": {"title": "t", "body": "长" * 1400}}, "content.body"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(wrong: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_send(a_document(**wrong))
    assert caught.value.fields["path"] == path
    assert caught.value.fields["reason_zh"]


@pytest.mark.parametrize(
    ("attachment", "is_whole"),
    [
        ({"kind": "image", "url": "https://siyu.example/a.png"}, True),
        ({"kind": "file", "media_id": "M1"}, True),
        ({"kind": "file", "title": "茶单"}, False),
        ({"kind": "link", "title": "没有网址"}, False),
        ({"kind": "miniprogram", "appid": "wx1", "page": "pages/tea"}, False),
        ({"kind": "miniprogram", "appid": "wx1", "page": "pages/tea", "title": "点单"}, False),  # without a picture
        ({"kind": "miniprogram", "appid": "wx1", "page": "pages/tea", "title": "点单", "media_id": "M1"}, True),
    ],
)
def test_an_attachment_has_what_its_kind_needs(attachment: dict[str, str], is_whole: bool) -> None:
    content = {"title": "标题", "body": "你好", "attachments": [attachment]}
    if is_whole:
        assert parse_send(a_document(content=content)).content.attachments[0].kind == attachment["kind"]
        return
    with pytest.raises(InvalidDefinitionError) as told:
        parse_send(a_document(content=content))
    assert told.value.fields["path"] == "content.attachments.0"
