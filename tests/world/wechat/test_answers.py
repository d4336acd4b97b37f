"""What an account answers to a callback at once appears on the phone, sealed or not; what nobody can read does not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from wechatpy.crypto import WeChatCrypto  # type: ignore[import-untyped]  # ships no types

from siyu.world.wechat.posting import Address, Mode
from tests.world.wechat.driving import OFFICIAL, Accounts
from tests.world.wecom.driving import CALLBACK

TEXT = "<xml><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[谢谢关注]]></Content></xml>"


@pytest.fixture
def said() -> Iterator[tuple[str, list[str]]]:
    """(an address, what it answers, one after the other)."""
    answers: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = answers.pop(0).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", answers
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_answer_is_shown(accounts: Accounts, said: tuple[str, list[str]]) -> None:
    url, answers = said
    crypto = WeChatCrypto(CALLBACK.token, CALLBACK.encoding_aes_key, OFFICIAL)
    answers += [
        crypto.encrypt_message(TEXT, "nonce", "1780286400"),
        TEXT,
        "success",
        "<xml><Encrypt>x</Encrypt></xml>",
        "<xml>",
    ]
    platform, changes = accounts.platform, list[int]()
    platform.on_change = lambda: changes.append(1)
    fan = platform.account(OFFICIAL).know("u-1")
    platform.account(OFFICIAL).address = Address(url, CALLBACK.token, Mode.SAFE, CALLBACK.encoding_aes_key)
    platform.postman.start()
    for _ in range(len(answers)):
        platform.tell(platform.account(OFFICIAL), fan, {"MsgType": "event", "Event": "subscribe"})
    platform.postman.stop()
    assert answers == []
    assert [one["content"]["text"]["content"] for one in fan.shown] == ["谢谢关注"] * 2
    assert len(changes) == 2
