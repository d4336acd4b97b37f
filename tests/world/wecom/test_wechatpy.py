"""An SDK that nobody here wrote takes the emulator for the real thing: unchanged, only its connections lead elsewhere."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from wechatpy.enterprise import WeChatClient  # type: ignore[import-untyped]  # ships no types
from wechatpy.exceptions import APILimitedException, WeChatClientException  # type: ignore[import-untyped]  # no types

from siyu.world.wecom.rules import Rules
from siyu.world.wecom.server import WecomServer
from siyu.world.wecom.tickets import page_signature
from tests.world.wecom.driving import AGENT_ID, CONTACTS_SECRET, CORP_ID, PNG, SECRET, Api

REAL = "https://qyapi.weixin.qq.com"


class Elsewhere(HTTPAdapter):
    """Leads what goes to WeCom to a port of this machine."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.url = f"{self.url}{parts.path}?{parts.query}"
        return super().send(request, *args, **kwargs)


@pytest.fixture
def connect(make_api: Callable[..., Api]) -> Iterator[Callable[..., tuple[Any, Api]]]:
    """Starts the emulator and gives a client of one secret, beside the emulator's own side."""
    started: list[tuple[WecomServer, Any]] = []

    def start(secret: str = SECRET, rules: Rules | None = None) -> tuple[Any, Api]:
        api = make_api(rules)
        api.app.callback = None
        server = WecomServer(api.corp)
        server.start()
        client = WeChatClient(CORP_ID, secret)
        client._http.mount(REAL, Elsewhere(server.url))
        started.append((server, client))
        return client, api

    yield start
    for server, client in started:
        client._http.close()
        server.stop()


def test_tokens_are_fetched_kept_and_fetched_again(connect: Callable[..., tuple[Any, Api]]) -> None:
    client, api = connect()
    assert client.user.get("staff0001")["userid"] == "staff0001"
    first = client.access_token
    assert client.access_token == first
    api.corp.tokens.revoke()
    assert client.user.get("staff0001")["userid"] == "staff0001"
    assert client.access_token != first


def test_a_wrong_secret_and_a_limit_are_known_for_what_they_are(connect: Callable[..., tuple[Any, Api]]) -> None:
    client, _ = connect("nobody's secret")
    with pytest.raises(WeChatClientException) as refused:
        client.fetch_access_token()
    assert refused.value.errcode == 40001
    client, _ = connect(rules=Rules(corp_calls_per_minute=1))
    client.user.get("staff0001")
    with pytest.raises(APILimitedException):
        client.user.get("staff0001")


def test_the_address_book(connect: Callable[..., tuple[Any, Api]]) -> None:
    client, api = connect(CONTACTS_SECRET)
    departments = client.department.get()
    assert departments[0]["parentid"] == 0
    assert len(departments) == len(api.corp.staff.departments)
    users = client.department.get_users(1, fetch_child=1, simple=False)
    assert {user["userid"] for user in users} == {member.userid for member in api.corp.staff.members}
    with pytest.raises(WeChatClientException) as refused:
        client.user.get("nobody")
    assert refused.value.errcode == 60111


def test_customers_tags_and_contact_ways(connect: Callable[..., tuple[Any, Api]]) -> None:
    client, api = connect()
    contacts = client.external_contact
    userid = contacts.get_follow_user_list()["follow_user"][0]
    customer = contacts.list(userid)["external_userid"][0]
    details = contacts.get(customer)
    assert details["external_contact"]["external_userid"] == customer
    assert userid in {one["userid"] for one in details["follow_user"]}
    group = contacts.add_corp_tag(None, "测试组", 1, [{"name": "测试签", "order": 1}])["tag_group"]
    tag_id = group["tag"][0]["id"]
    contacts.mark_tag(userid, customer, [tag_id])
    tags = next(one["tags"] for one in contacts.get(customer)["follow_user"] if one["userid"] == userid)
    assert "测试签" in {tag["tag_name"] for tag in tags}
    way = contacts.add_contact_way(1, 2, remark="门店", state="store-1", user=[userid])
    assert contacts.get_contact_way(way["config_id"])["contact_way"]["state"] == "store-1"
    contacts.update_contact_way(way["config_id"], "新备注")
    assert contacts.get_contact_way(way["config_id"])["contact_way"]["remark"] == "新备注"
    contacts.del_contact_way(way["config_id"])
    with pytest.raises(WeChatClientException) as refused:
        contacts.get_contact_way(way["config_id"])
    assert refused.value.errcode == 41044
    chats = client.external_contact_group_chat.list_all()
    assert len(chats) == len(api.corp.chats.chats)


def test_a_mass_message_and_a_welcome(connect: Callable[..., tuple[Any, Api]]) -> None:
    client, api = connect()
    contacts = client.external_contact
    customer = contacts.list("staff0001")["external_userid"][0]
    sent = contacts.add_msg_template(
        {"external_userid": [customer, "wm-nobody"], "sender": "staff0001", "text": {"content": "早上好"}}
    )
    assert sent["fail_list"] == ["wm-nobody"]
    newcomer = api.newcomer()
    code = api.door("customer/add", userid="staff0001", external_userid=newcomer)["welcome_code"]
    contacts.send_welcome_msg({"welcome_code": code, "text": {"content": "你好"}})
    with pytest.raises(WeChatClientException) as refused:
        contacts.send_welcome_msg({"welcome_code": code, "text": {"content": "你好"}})
    assert refused.value.errcode == 41051


def test_media_go_up_and_come_down(connect: Callable[..., tuple[Any, Api]]) -> None:
    client, _ = connect()
    media_id = client.media.upload("image", ("猫.png", io.BytesIO(PNG)))["media_id"]
    answer = client._http.get(client.media.get_url(media_id), timeout=10)
    assert answer.content == PNG
    assert client.media.upload_img(io.BytesIO(PNG))["url"].startswith("https://")
    sent = client.message.send_text(AGENT_ID, ["staff0001"], "新客来了")
    assert sent["errcode"] == 0


def test_tickets_sign_as_the_client_signs(connect: Callable[..., tuple[Any, Api]]) -> None:
    client, _ = connect()
    ticket = client.jsapi.get_ticket()["ticket"]
    url = "https://siyu.example/h5?a=1"
    signed = client.jsapi.get_jsapi_signature("nonce", ticket, 1414587457, url)
    assert signed == page_signature(ticket, "nonce", 1414587457, url + "#part")
    assert client.jsapi.get_agent_ticket()["ticket"] != ticket
