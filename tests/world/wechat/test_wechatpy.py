"""wechatpy takes the emulated accounts for real ones: calls, and callbacks in all three modes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from wechatpy import WeChatClient, parse_message  # type: ignore[import-untyped]  # ships no types
from wechatpy.crypto import WeChatCrypto  # type: ignore[import-untyped]  # ships no types
from wechatpy.exceptions import WeChatClientException  # type: ignore[import-untyped]  # ships no types
from wechatpy.utils import check_signature  # type: ignore[import-untyped]  # ships no types

from siyu.world.wecom.server import LoopbackServer
from tests.world.wechat.driving import MINI, OFFICIAL, SECRET, TEMPLATE, Accounts
from tests.world.wecom.test_wechatpy import Elsewhere

TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


@pytest.fixture
def connect(make_accounts: Callable[..., Accounts]) -> Iterator[Callable[[str], tuple[Any, Accounts]]]:
    """Starts the emulator and gives a client of one account, beside the emulator's own side."""
    started: list[tuple[LoopbackServer, Any]] = []

    def start(app_id: str) -> tuple[Any, Accounts]:
        accounts = make_accounts()
        for account in accounts.platform.accounts.values():
            account.address = None
        server = LoopbackServer(accounts.service, accounts.platform.postman)
        server.start()
        client = WeChatClient(app_id, SECRET)
        client._http.mount("https://api.weixin.qq.com", Elsewhere(server.url))
        started.append((server, client))
        return client, accounts.of(app_id)

    yield start
    for server, client in started:
        client._http.close()
        server.stop()


def test_an_official_account(connect: Callable[[str], tuple[Any, Accounts]]) -> None:
    client, accounts = connect(OFFICIAL)
    code = {"expire_seconds": 600, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "store-7"}}}
    ticket = client.qrcode.create(code)["ticket"]
    openid = accounts.follow(ticket=ticket)
    assert client.user.get(openid)["qr_scene_str"] == "store-7"
    assert [one["openid"] for one in client.user.get_batch([openid])] == [openid]
    assert list(client.user.iter_followers()) == [openid]
    tag_id = client.tag.create("新客")["id"]
    client.tag.tag_user(tag_id, openid)
    assert client.tag.get_user_tag(openid) == [tag_id]
    client.message.send_text(openid, "欢迎")
    assert client.message.send_template(openid, TEMPLATE, {"first": {"value": "好了"}})["msgid"]
    origins = [one["origin"] for one in accounts.door("fan/phone", unionid="o-person")["messages"]]
    assert origins == ["custom", "template"]
    assert client.jsapi.get_ticket()["ticket"]
    below = {"name": "找顾问", "type": "click", "key": "adviser"}
    client.menu.create({"button": [{"name": "会员", "sub_button": [below]}]})
    assert client.menu.get()["menu"]["button"][0]["sub_button"][0]["key"] == "adviser"
    client.menu.delete()
    before = client.access_token
    accounts.door("token/revoke")
    assert client.user.get(openid)["subscribe"] == 1
    assert client.access_token != before


def test_a_mini_program(connect: Callable[[str], tuple[Any, Accounts]]) -> None:
    client, accounts = connect(MINI)
    code = accounts.door("fan/open-mini", unionid="o-person")["js_code"]
    session = client.wxa.code_to_session(code)
    assert session["unionid"] == "o-person"
    with pytest.raises(WeChatClientException) as refused:
        client.wxa.code_to_session(code)
    assert refused.value.errcode == 40163


class Listener:
    """Opens callbacks as the SDK does."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = self._query()
                check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
                self._answer(query["echostr"].encode())

            def do_POST(self) -> None:
                query = self._query()
                check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if "msg_signature" in query:
                    crypto = WeChatCrypto(TOKEN, KEY, OFFICIAL)
                    body = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
                message = parse_message(body)
                listener.heard.append((type(message).__name__, message.source))
                self._answer(b"success")

            def _query(self) -> dict[str, str]:
                return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

            def _answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))


@pytest.fixture
def listener() -> Iterator[Listener]:
    running = Listener()
    running.thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    running.thread.join()


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_callbacks_are_opened_by_the_sdk(accounts: Accounts, listener: Listener, mode: str) -> None:
    url = f"http://127.0.0.1:{listener.server.server_address[1]}/callback"
    accounts.door("account/callback", url=url, token=TOKEN, mode=mode, encoding_aes_key=KEY)
    accounts.platform.postman.start()
    openid = accounts.follow()
    accounts.platform.postman.wait()
    accounts.door("fan/write", unionid="o-person", text="在吗")
    accounts.platform.postman.wait()
    accounts.platform.postman.stop()
    assert listener.heard == [("SubscribeEvent", openid), ("TextMessage", openid)]


def test_an_address_must_give_the_challenge_back_and_a_key_be_one(accounts: Accounts) -> None:
    nobody = {"url": "http://127.0.0.1:9/", "token": TOKEN}
    assert accounts.refused_door("account/callback", **nobody) == 40058
    assert accounts.refused_door("account/callback", **nobody, mode="safe", encoding_aes_key="short") == 40058
