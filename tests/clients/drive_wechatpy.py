"""Drives wechatpy's pre-release, unchanged, against the emulated WeCom whose address is the only argument, and prints what it saw.

Started by `test_wechatpy.py` with a path on which wechatpy 2 stands before the version that the environment has.
"""

from __future__ import annotations

import importlib
import io
import json
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import HTTPAdapter

URL = sys.argv[1]
TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
work: Any = importlib.import_module("wechatpy.work")
crypto_of: Any = importlib.import_module("wechatpy.work.crypto")


class Elsewhere(HTTPAdapter):
    """Leads what goes to WeCom to the emulator."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.url = f"{URL}{parts.path}?{parts.query}"
        return super().send(request, *args, **kwargs)


def door(name: str, /, **given: object) -> dict[str, Any]:
    asked = urllib.request.Request(f"{URL}/world/{name}", json.dumps(given).encode())  # noqa: S310  # loopback
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310  # loopback
        return dict(json.loads(answer.read()))


def client_of(**app: object) -> Any:
    client = work.WeChatClient(door("state")["corp_id"], door("app/add", **app)["secret"])
    client._http.mount("https://qyapi.weixin.qq.com", Elsewhere())
    return client


class Listener:
    """Opens callbacks as the SDK does."""

    def __init__(self, corp_id: str) -> None:
        self.crypto = crypto_of.WeChatCrypto(TOKEN, KEY, corp_id)
        self.heard: list[tuple[str, str]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(listener.crypto.check_signature(*self._signed("msg_signature"), self._query("echostr")))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                event = work.parse_message(listener.crypto.decrypt_message(body, *self._signed("msg_signature")))
                listener.heard.append((type(event).__name__, getattr(event, "change_type", "")))
                self._answer("")

            def _signed(self, name: str) -> tuple[str, str, str]:
                return self._query(name), self._query("timestamp"), self._query("nonce")

            def _query(self, name: str) -> str:
                return parse_qs(urlsplit(self.path).query)[name][0]

            def _answer(self, said: str | bytes) -> None:
                body = said.encode() if isinstance(said, str) else said
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/callback"


def contacts_seen(own: Any) -> dict[str, Any]:
    """Staff, customers, tags, ways and groups."""
    contact = own.external_contact
    userid = contact.get_follow_user_list()["follow_user"][0]
    customers = contact.list(userid)["external_userid"]
    tag_id = contact.add_corp_tag(None, "组", 1, [{"name": "签"}])["tag_group"]["tag"][0]["id"]
    contact.mark_tag(userid, customers[0], [tag_id])
    config_id = contact.add_contact_way(1, 2, user=[userid], state="spring")["config_id"]
    newcomer = door("person/add", name="新客")["external_userid"]
    code = door("customer/scan-way", config_id=config_id, external_userid=newcomer)["welcome_code"]
    prepared = {"external_userid": customers[:2], "sender": userid, "text": {"content": "上新"}}
    return {
        "departments": len(own.department.list()),
        "customers": len(customers),
        "paged": len(list(contact.gen_all_by_user(userid))),
        "tags": [tag["tag_name"] for tag in contact.get(customers[0])["follow_user"][0]["tags"]][-1:],
        "state": contact.get_contact_way(config_id)["contact_way"]["state"],
        "welcome": contact.send_welcome_msg({"welcome_code": code, "text": {"content": "你好"}})["errcode"],
        "mass": contact.add_msg_template(prepared)["fail_list"],
        "chats": len(contact.get_group_chat_list(limit=100)["group_chat_list"]),
        "unassigned": contact.get_unassigned_list(0, 10)["info"],
    }


def service_seen(own: Any) -> dict[str, Any]:
    """Media, messages and customer service."""
    media_id = own.media.upload("image", ("a.png", io.BytesIO(PNG)))["media_id"]
    account = own.post("kf/account/add", data={"name": "客服", "media_id": media_id})["open_kfid"]
    customer = door("person/add", name="访客")["external_userid"]
    door("customer/write-kf", open_kfid=account, external_userid=customer, text="在吗")
    return {
        "media": own._http.get(own.media.get_url(media_id), timeout=10).content == PNG,
        "message": own.message.send_text(own_agent_id, ["staff0001"], "开会")["errcode"],
        "accounts": [one["open_kfid"] == account for one in own.kf.get_account_list()["account_list"]],
        "servicers": [one["errcode"] for one in own.kf.add_servicer(account, ["staff0001"])["result_list"]],
        "session": own.kf.get_service_state(account, customer)["service_state"],
        "ticket": bool(own.jsapi.get_jsapi_ticket()),
    }


own_agent_id = 1000002
own = client_of(agentid=own_agent_id)
listener = Listener(own.corp_id)
door("app/callback", secret=own.secret, url=listener.url, token=TOKEN, encoding_aes_key=KEY)
seen = {"version": sys.modules["wechatpy"].__version__} | contacts_seen(own) | service_seen(own)
someone = door("person/add", name="群友")["external_userid"]
door("customer/join-chat", chat_id=door("state")["chats"][0]["chat_id"], external_userid=someone)
door("tag/add", group_name="口味", name="少冰")
first_token = own.access_token
door("token/revoke")
seen["userid"] = own.user.get("staff0001")["userid"]
seen["is_fetched_again"] = own.access_token != first_token
deadline = time.monotonic() + 20
while len(listener.heard) < 5 and time.monotonic() < deadline:
    time.sleep(0.01)
seen["heard"] = sorted(listener.heard)
sys.stdout.write(json.dumps(seen, ensure_ascii=False))
