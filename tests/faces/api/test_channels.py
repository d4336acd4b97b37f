"""Accounts and vendors are connected, checked, and call back; with the emulated WeChat and vendors at the other end."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.assembly.privacy import erase_kept
from siyu.assembly.vendor_callbacks import callback_token
from siyu.assembly.wechat import forget_account_callbacks
from siyu.assembly.wechat_followers import FollowerLook, sync_followers
from siyu.channels.mail.channel import message_id
from siyu.channels.wechat import store
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.faces.api.context import ApiContext
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from siyu.platform.signatures import signature
from siyu.world.vendors.server import VendorServer
from siyu.world.vendors.vendors import Vendors
from siyu.world.wecom.crypto import signature_of
from tests.channels.wechat.conftest import Connected, connected
from tests.engines.scenery import SIYU, the_log
from tests.faces.api.conftest import LogIn
from tests.faces.api.listening import listening
from tests.world.wechat.driving import MINI, OFFICIAL, SECRET, TEMPLATE, Accounts

__all__ = ["connected"]

TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
ACCOUNT = f"/api/channels/official_account/{OFFICIAL}"
PHONE = "13800000001"


def draft(url: str, vendor: str = "wechat", **more: Any) -> dict[str, Any]:
    secrets = {"app_secret": SECRET, "callback_token": TOKEN, "encoding_aes_key": KEY}
    return {"vendor": vendor, "name": "晨曦茶饮", "base_url": url, "secrets": secrets, "settings": {}} | more


def put(client: TestClient, headers: dict[str, str], path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.put(path, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def marketing(database: Database, identity: Identity, channel: str) -> str | None:
    """What somebody's last word on the channel is."""
    with database.begin() as work:
        profile_id = customers.resolve(work, SIYU, {(identity,): work.clock.now()}, {}, {})[identity]
        row = work.driver.execute(
            "SELECT state FROM customers.consents WHERE profile_id = %s AND channel = %s AND purpose = 'marketing'",
            (profile_id, channel),
        ).fetchone()
    return row[0] if row else None


def test_connections_are_told_checked_and_never_shown(
    client: TestClient, log_in: LogIn, connected: Connected, clock: ManualClock
) -> None:
    headers = log_in()
    saved = put(client, headers, ACCOUNT, draft(connected.url, settings={"follow_reply": "欢迎"}))
    assert saved["has"] == {"app_secret": True, "callback_token": True, "encoding_aes_key": True}
    assert (saved["settings"]["follow_reply"], saved["settings"]["messages_after_message"]) == ("欢迎", 5)
    assert saved["callback_url"].endswith(f"/callbacks/wechat/{OFFICIAL}")
    assert client.post(f"{ACCOUNT}/check", headers=headers).json()["findings"] == []
    put(client, headers, ACCOUNT, draft(connected.url, secrets={"app_secret": "another"}))
    (found,) = client.post(f"{ACCOUNT}/check", headers=headers).json()["findings"]
    assert (found["code"], found["told"]) == ("wrong_secret", "40001")
    assert "密钥" in found["zh"]
    put(client, headers, ACCOUNT, draft(connected.url))
    with VendorServer(Vendors(clock)) as vendors:
        secret = vendors.vendors.account.secret
        path, sign = "/api/channels/sms/main", {"sign_name": "晨曦茶饮"}
        body = draft(f"{vendors.url}/sms", "generic", secrets={"secret": secret}, settings=sign)
        put(client, headers, path, body)
        assert client.post(f"{path}/check", headers=headers).json()["findings"] == []
        asked = {"body": "茶" * 70, "purpose": "service"}
        look = client.post(f"{path}/preview", json=asked, headers=headers).json()
        assert (look["characters"], look["segments"], look["cost_fen"]) == (76, 2, 10)
        calls = draft(f"{vendors.url}/calls", "generic", secrets={"secret": secret}, settings={"script_id": "s-1"})
        put(client, headers, "/api/channels/aicall/main", calls)
        assert client.post("/api/channels/aicall/main/check", headers=headers).json()["findings"] == []
    listed = client.get("/api/channels")
    assert [each["kind"] for each in listed.json()["connections"]] == ["aicall", "official_account", "sms"]
    assert [(each["name"], each["is_on"]) for each in listed.json()["servers"]] == [("mail", False), ("webhook", False)]
    for told in (SECRET, TOKEN, KEY, secret):
        assert told not in listed.text + client.get("/api/audit").text
    refusals = [
        (path, body | {"settings": {}}, "sign_name"),
        (path, body | {"settings": {**sign, "cost_fen": -1}}, "cost_fen"),
        (path, body | {"settings": {**sign, "cost_fen": "5"}}, "cost_fen"),
        (path, body | {"settings": {**sign, "other": 1}}, "other"),
        (path, body | {"secrets": {"other": "x"}}, "other"),
        (path, body | {"base_url": "https://elsewhere.example", "secrets": {}}, "secret"),
        (path, body | {"vendor": "nobody"}, "vendor"),
        (ACCOUNT, draft(connected.url, secrets={"app_secret": "s", "encoding_aes_key": "short"}), "encoding_aes_key"),
        (ACCOUNT, draft("ftp://x.example"), "base_url"),
        ("/api/channels/sms/a", body, "account"),
    ]
    for where, wrong, field in refusals:
        answer = client.put(where, json=wrong, headers=headers)
        assert (answer.status_code, answer.json()["error"]["fields"]["field"]) == (422, field)
    for where in ("/api/channels/sms/nobody/check", "/api/channels/sms/nobody/preview"):
        assert client.post(where, json=asked, headers=headers).status_code == 404


def test_what_is_done_as_an_account(client: TestClient, log_in: LogIn, connected: Connected) -> None:
    headers = log_in()
    put(client, headers, ACCOUNT, draft(connected.url))
    button = {"name": "找顾问", "kind": "click", "key": "adviser", "reply": "顾问马上来"}
    menu = put(client, headers, f"{ACCOUNT}/menu", {"buttons": [button]})
    assert (menu["version"], menu["buttons"]) == (1, [button])
    assert menu["in_force"] == [{name: button[name] for name in ("name", "kind", "key")}]
    assert client.get(f"{ACCOUNT}/menu").json() == menu
    made = client.post(
        f"{ACCOUNT}/codes", json={"scene": "store-7", "name": "七号店", "days": 1}, headers=headers
    ).json()
    assert made["picture_url"].startswith("https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=")
    assert client.get(f"{ACCOUNT}/codes").json() == [made]
    assert client.get(f"{ACCOUNT}/templates").json()[0]["template_id"] == TEMPLATE
    put(client, headers, f"/api/channels/miniprogram/{MINI}", draft(connected.url))
    assert client.get(f"/api/channels/miniprogram/{MINI}/templates").json()[0]["template_id"] == TEMPLATE
    link = client.post(f"/api/channels/miniprogram/{MINI}/links", json={"path": "p"}, headers=headers).json()
    assert link["url"].startswith("https://")
    assert client.get("/api/channels/sms/main/templates").status_code == 404


def test_an_account_calls_back(
    client: TestClient, log_in: LogIn, context: ApiContext, connected: Connected, clock: ManualClock
) -> None:
    """Sealed callbacks over the wire: who follows is a customer, what opens a window is counted, who wants no more gets none."""
    headers, database, accounts = log_in(), context.database, connected.accounts
    settings = {"follow_reply": "欢迎", "follow_code_id": 7}
    put(client, headers, ACCOUNT, draft(connected.url, settings=settings))
    put(client, headers, f"{ACCOUNT}/menu", {"buttons": [{"name": "找", "kind": "click", "key": "k", "reply": "好"}]})
    put(client, headers, f"/api/channels/miniprogram/{MINI}", draft(connected.url))
    with listening(context) as url:
        until = time.monotonic() + 20
        for app_id in (OFFICIAL, MINI):
            given = {"url": f"{url}/callbacks/wechat/{app_id}", "token": TOKEN, "mode": "safe", "encoding_aes_key": KEY}
            while True:  # the server is only just coming up
                try:
                    accounts.of(app_id).door("account/callback", **given)
                    break
                except AssertionError:
                    assert time.monotonic() < until
        made = client.post(f"{ACCOUNT}/codes", json={"scene": "s7", "name": "七号店"}, headers=headers)
        (ticket,) = accounts.service.logins.scenes
        assert made.status_code == 200
        openid = accounts.follow(ticket=ticket)
        wait = accounts.platform.postman.wait
        wait()
        accounts.door("fan/click", unionid="o-person", key="k")
        accounts.door("fan/write", unionid="o-person", text="别再发了")
        mini = accounts.of(MINI)
        mini_openid = mini.follow()
        mini.door("fan/consent", unionid="o-person", template_id=TEMPLATE)
        mini.door("fan/consent", unionid="o-person", template_id=TEMPLATE, accepts=False)
        wait()
    assert all(each.fate.value == "taken" for each in accounts.platform.postman.deliveries)
    look = FollowerLook(database)
    assert (look.step(), look.step()) == (True, False)
    look.close()
    told = [
        (each.name, each.properties)
        for each in the_log(
            database,
            *("account_followed", "account_menu_clicked", "account_message_received", "subscription_answered"),
        )
    ]
    assert ("account_followed", {"app_id": OFFICIAL, "scene": "s7", "by": "callback"}) in told
    assert ("account_menu_clicked", {"app_id": OFFICIAL, "key": "k"}) in told
    assert ("account_message_received", {"app_id": OFFICIAL, "kind": "text"}) in told
    assert ("subscription_answered", {"app_id": MINI, "template_id": TEMPLATE, "is_granted": True}) in told
    assert ("subscription_answered", {"app_id": MINI, "template_id": TEMPLATE, "is_granted": False}) in told
    assert "别再发了" not in str(told)
    assert marketing(database, Identity("openid", openid), "official_account") == "withdrawn"
    with database.read() as reading:
        (standing,) = store.standings(reading, [openid], [OFFICIAL])[openid]
        assert (standing.is_following, standing.left) == (True, 8)
        assert store.granted_openids(reading, [mini_openid], [MINI]) == {mini_openid}
    with database.begin() as work:
        whose = customers.resolve(
            work,
            SIYU,
            {(Identity("openid", openid),): clock.now(), (Identity("unionid", "o-person"),): clock.now()},
            {},
            {},
        )
        found = work.driver.execute(
            "SELECT count(DISTINCT customer_id) FROM customers.profiles WHERE profile_id = ANY(%s)",
            (list(whose.values()),),
        ).fetchone()
        assert found == (1,)
    _who_left_is_found_and_forgotten(context, accounts, clock, openid, mini_openid)


def _who_left_is_found_and_forgotten(
    context: ApiContext, accounts: Accounts, clock: ManualClock, openid: str, mini_openid: str
) -> None:
    """Callbacks that were lost are made up for by the list; what came long ago is forgotten, and who is erased."""
    database = context.database
    accounts.platform.account(OFFICIAL).address = None
    accounts.follow("o-unheard")
    accounts.door("fan/unfollow", unionid="o-person")
    clock.advance(timedelta(hours=1))
    assert sync_followers(database) == {OFFICIAL: 1}
    assert sync_followers(database) == {OFFICIAL: 1}
    names = [each.name for each in the_log(database, "account_followed", "account_unfollowed")]
    assert names == ["account_followed", "account_followed", "account_unfollowed"]
    clock.advance(timedelta(days=11))
    assert forget_account_callbacks(database) > 0
    with database.begin() as work:
        assert erase_kept(work, [Identity("openid", openid), Identity("openid", mini_openid)])["wechat.followers"] == 2


def test_plain_callbacks_are_answered_once(
    client: TestClient, log_in: LogIn, context: ApiContext, connected: Connected
) -> None:
    put(
        client,
        log_in(),
        ACCOUNT,
        draft(
            connected.url, secrets={"app_secret": SECRET, "callback_token": TOKEN}, settings={"follow_reply": "欢迎"}
        ),
    )
    at = str(int(context.database.clock.now().timestamp()))
    params = {"signature": signature_of(TOKEN, at, "7", ""), "timestamp": at, "nonce": "7"}
    path = f"/callbacks/wechat/{OFFICIAL}"
    assert client.get(path, params={**params, "echostr": "said"}).text == "said"
    body = (
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>o-1</FromUserName><CreateTime>"
        f"{at}</CreateTime><MsgType>event</MsgType><Event>subscribe</Event><EventKey></EventKey></xml>"
    )
    first, again = (client.post(path, params=params, content=body) for _ in range(2))
    assert "<Content>欢迎</Content>" in first.text
    assert again.text == "success"
    unknown = body.replace("subscribe", "smoke_signal")
    assert client.post(path, params=params, content=unknown).text == "success"
    for wrong, status in (
        ({**params, "signature": "0"}, 403),
        ({**params, "timestamp": "1"}, 403),
    ):
        assert client.post(path, params=wrong, content=body).status_code == status
    assert client.post(path, params=params, content="<!DOCTYPE x><xml/>").status_code == 422
    assert client.post("/callbacks/wechat/wxnobody", params=params, content=body).status_code == 403
    assert client.get("/callbacks/wechat/wxnobody", params=params).status_code == 403


@pytest.fixture
def vendor_paths(client: TestClient, log_in: LogIn) -> dict[str, str]:
    """Where a signing vendor of texts, one of calls, and Alibaba Cloud call back."""
    headers = log_in()
    url, sign = "https://vendor.example", {"sign_name": "晨曦茶饮"}
    put(client, headers, "/api/channels/sms/main", draft(url, "generic", secrets={"secret": "s"}, settings=sign))
    calls = draft(url, "generic", secrets={"secret": "s"}, settings={"script_id": "s-1"})
    put(client, headers, "/api/channels/aicall/main", calls)
    ali = draft(url, "aliyun", secrets={"access_key_secret": "s"}, settings={**sign, "access_key_id": "k"})
    shown = put(client, headers, "/api/channels/sms/ali", ali)
    return {
        "sms": "/callbacks/sms/main",
        "calls": "/callbacks/aicall/main",
        "ali": "/callbacks" + shown["callback_url"].partition("/callbacks")[2],
    }


def test_vendors_call_back(client: TestClient, context: ApiContext, vendor_paths: dict[str, str]) -> None:
    """What is signed, or comes to an address that nobody can guess, takes effect once; a reply to stop is a word on consent."""
    database = context.database
    with database.begin() as work:
        profile_id = customers.resolve(work, SIYU, {(Identity("phone", PHONE),): work.clock.now()}, {}, {})[
            Identity("phone", PHONE)
        ]
        work.driver.execute(
            "INSERT INTO messages.messages (message_key, profile_id, customer_id, channel, purpose, definition_id, version, step,"
            " state, attempts, day_on, created_at, sent_at, channels)"
            " SELECT key, %(who)s, %(who)s, channel, 'marketing', 1, 1, 0, 'sent', 1, %(now)s, %(now)s, %(now)s, ARRAY[channel]"
            " FROM (VALUES ('a', 'sms'), ('b', 'sms'), ('c', 'aicall'), ('d', 'mail')) AS new (key, channel)",
            {"who": profile_id, "now": work.clock.now()},
        )

    def states() -> dict[str, tuple[str, str | None]]:
        with database.read() as reading:
            rows = reading.driver.execute("SELECT message_key, state, reason FROM messages.messages").fetchall()
        return {row[0]: (row[1], row[2]) for row in rows}

    def post(path: str, document: object, signed_with: str = "s") -> int:
        body = json.dumps(document).encode()
        signed = {"Siyu-Signature": signature(signed_with, body, database.clock.now())}
        return client.post(path, content=body, headers=signed).status_code

    texts = {"receipts": [{"key": "a", "status": "delivered"}], "replies": [{"phone": PHONE, "text": "R"}]}
    assert post(vendor_paths["sms"], texts, "another") == 403
    assert [post(vendor_paths["sms"], texts) for _ in range(2)] == [200, 200]
    assert marketing(database, Identity("phone", PHONE), "sms") == "withdrawn"
    reports = [{"out_id": "b", "success": False, "err_code": "MOBILE_IN_BLACK"}, {"phone_number": "x", "content": "TD"}]
    assert client.post(vendor_paths["ali"], json=reports).json() == {"code": 0, "msg": "成功"}
    assert client.post("/callbacks/sms/ali/guess", json=reports).status_code == 403
    assert client.post("/callbacks/sms/main/guess", json=reports).status_code == 403
    ended = {"calls": [{"key": "c", "is_answered": True, "seconds": 42, "intent": "interested", "is_opt_out": True}]}
    assert (
        post(vendor_paths["calls"], ended | {"calls": [*ended["calls"], {"key": "nobody's", "is_answered": False}]})
        == 200
    )
    assert post(vendor_paths["calls"], ended) == 200
    (call,) = the_log(database, "call_ended")
    assert (call.profile_id, call.properties["intent"]) == (profile_id, "interested")
    assert marketing(database, Identity("phone", PHONE), "aicall") == "withdrawn"
    assert states() == {
        "a": ("delivered", None),
        "b": ("failed", "blocked"),
        "c": ("delivered", None),
        "d": ("sent", None),
    }
    mail = client.get("/api/channels").json()["servers"][0]
    assert mail["callback_url"] is None
    token = callback_token(context.secret_key, "mail", "mail")
    told = {"bounces": [{"message_id": message_id("d", "x.test"), "kind": "complaint"}]}
    assert client.post(f"/callbacks/mail/{token}", json=told).status_code == 200
    assert client.post("/callbacks/mail/guess", json=told).status_code == 403
    report = f"Date: {format_datetime(datetime(2026, 1, 1, tzinfo=UTC))}\r\n\r\nnothing".encode()
    sent = client.post(f"/callbacks/mail/{token}", content=report, headers={"Content-Type": "message/rfc822"})
    assert sent.status_code == 200
    assert states()["d"] == ("failed", "blocked")
    assert marketing(database, Identity("phone", PHONE), "mail") == "withdrawn"
    assert client.post(vendor_paths["sms"], content=b"x" * 2_000_000).status_code == 413
    # what no text of the database can hold is nobody's, and no reason to come again
    for odd in ("\0", "\ud800"):
        rung = {"key": f"c{odd}", "is_answered": False, "reason": odd, "intent": odd}
        assert post(vendor_paths["calls"], {"calls": [rung, rung | {"key": "c", "is_answered": True}]}) == 200
        assert post(vendor_paths["sms"], {"receipts": [{"key": odd, "status": "failed", "reason": odd}]}) == 200
    nul = {"bounces": [{"message_id": "<m.AA@x>", "kind": "complaint"}]}
    assert client.post(f"/callbacks/mail/{token}", json=nul).status_code == 200
    headers = {"Content-Type": "message/rfc822"}
    mad = b'Content-Type: multipart/report; boundary="a\x80"; =?x?q?=\r\nMessage-ID: <[\r\n\r\n--a\x80\r\n'
    assert client.post(f"/callbacks/mail/{token}", content=mad, headers=headers).status_code == 200
