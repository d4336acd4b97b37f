"""A corp is connected, checked, called back by, and greets; with the emulated WeCom at the other end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import psycopg
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from siyu.assembly.mirroring import find_corp
from siyu.assembly.privacy import erase_kept
from siyu.assembly.wecom import WecomClients
from siyu.assembly.wecom_working import (
    forget_callbacks,
    tell_welcomes_once,
    welcome_clients,
    welcome_lane,
    work_callbacks_once,
)
from siyu.channels.wecom.callbacks_store import claim_callbacks
from siyu.channels.wecom.welcomes_store import claim_welcomes
from siyu.domain.company.contracts import WecomCallback
from siyu.domain.customers.contracts import Identity
from siyu.engines.mirror.syncing import keep_staff
from siyu.faces.api.context import ApiContext
from siyu.kernel.clock import ManualClock
from siyu.platform.callbacks.envelope import callback_signature
from siyu.platform.postgres.database import Database
from siyu.world.wecom.callbacks import Fate, xml_of
from siyu.world.wecom.crypto import Envelope
from siyu.world.wecom.faults import Fault, FaultKind
from siyu.world.wecom.friends import befriend, chat
from siyu.world.wecom.oauth import authorize
from siyu.world.wecom.people import Person
from siyu.world.wecom.phones import Origin
from tests.channels.wecom.emulated import AES_KEY, AGENT_ID, CORP_ID, SECRET, TOKEN, Emulated, emulated_corp
from tests.faces.api.conftest import LogIn
from tests.faces.api.listening import listening
from tests.faces.api.side_bar import side_bar_is_theirs

PATH = f"/callbacks/wecom/{CORP_ID}"
SEND = "/cgi-bin/externalcontact/send_welcome_msg"
PLAN = {
    "default": {"text": "您好,我是您的茶友顾问", "links": [{"title": "菜单", "url": "https://siyu.example/menu"}]},
    "rules": [{"state": "shop*", "message": {"text": "门店见"}}],
}


@pytest.fixture
def emulated(clock: ManualClock) -> Iterator[Emulated]:
    with emulated_corp(clock) as emulated:
        yield emulated


def connect(client: TestClient, headers: dict[str, str], emulated: Emulated, **more: object) -> dict[str, Any]:
    draft = {
        "name": "晨曦茶饮",
        "agent_id": AGENT_ID,
        "app_secret": SECRET,
        "callback_token": TOKEN,
        "encoding_aes_key": AES_KEY,
        "base_url": emulated.url,
    }
    answer = client.put(f"/api/wecom/corps/{CORP_ID}", json=draft | more, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def letter(clock: ManualClock, corp_id: str = CORP_ID, token: str = TOKEN, **fields: Any) -> dict[str, Any]:
    """A callback as WeCom posts it."""
    now = str(int(clock.now().timestamp()))
    inner = xml_of({"ToUserName": corp_id, "FromUserName": "sys", "CreateTime": int(now), "MsgType": "event", **fields})
    sealed = Envelope(token, AES_KEY, corp_id).close(inner.encode(), b"0123456789abcdef")
    signed = {"msg_signature": callback_signature(token, now, "7", sealed), "timestamp": now, "nonce": "7"}
    return {"params": signed, "content": xml_of({"ToUserName": corp_id, "Encrypt": sealed}).encode()}


def test_a_corp_is_connected_and_checked(client: TestClient, log_in: LogIn, emulated: Emulated) -> None:
    """What is wrong is said in two languages; secrets are kept when they are not told again, and never shown."""
    headers = log_in()
    saved = connect(client, headers, emulated)
    assert saved["has"] == {
        "app_secret": True,
        "contacts_secret": False,
        "callback_token": True,
        "encoding_aes_key": True,
    }
    checked = client.post(f"/api/wecom/corps/{CORP_ID}/check", headers=headers)
    assert [(one["place"], one["code"]) for one in checked.json()["findings"]] == [("callback", "nothing_came")]
    connect(client, headers, emulated, app_secret="another", name="晨曦")
    found = client.post(f"/api/wecom/corps/{CORP_ID}/check", headers=headers).json()["findings"][0]
    assert (found["code"], found["errcode"]) == ("wrong_secret", 40001)
    assert "Secret" in found["zh"]
    connect(client, headers, emulated)
    emulated.corp.apps[SECRET].trusted_ips = set()
    found = client.post(f"/api/wecom/corps/{CORP_ID}/check", headers=headers).json()["findings"][0]
    assert (found["code"], found["errcode"]) == ("address_not_trusted", 60020)
    listed = client.get("/api/wecom/corps")
    assert listed.json()[0]["callback_url"].endswith(PATH)
    for secret in (SECRET, TOKEN, AES_KEY):
        assert secret not in listed.text + client.get("/api/audit").text
    keys = client.post("/api/wecom/callback-keys", headers=headers).json()
    assert len(keys["encoding_aes_key"]) == 43
    refused = client.put(f"/api/wecom/corps/{CORP_ID}/welcome", json={"default": {"text": " "}}, headers=headers)
    assert refused.status_code == 422
    for what in ("check", "syncs"):
        assert client.post(f"/api/wecom/corps/wwnobody/{what}", headers=headers).status_code == 404
    elsewhere = {"name": "晨曦", "agent_id": AGENT_ID, "base_url": "https://elsewhere.example"}
    refused = client.put(f"/api/wecom/corps/{CORP_ID}", json=elsewhere, headers=headers)
    assert (refused.status_code, refused.json()["error"]["fields"]["field"]) == (422, "app_secret")


def test_callbacks_are_kept_once_and_worked_on(
    client: TestClient, log_in: LogIn, context: ApiContext, emulated: Emulated, clock: ManualClock
) -> None:
    """The emulator's own postman delivers; a replay is the same callback; what fails is tried again, and kept. That the database
    was in trouble is no fault of a callback's, however often."""
    headers = log_in()
    connect(client, headers, emulated)
    with listening(context) as url:
        callback = emulated.call_back(url + PATH)
        until = time.monotonic() + 20
        while not emulated.corp.postman.verify(callback):  # the server is only just coming up
            assert time.monotonic() < until
        emulated.corp.faults.add(Fault(FaultKind.CALLBACK_DUPLICATE))
        befriend(
            emulated.corp,
            "staff0001",
            emulated.corp.people.add_person(Person("新客", 1, "u-new")),
            add_way=1,
            state="shop1",
        )
        emulated.corp.tell_tag("shuffle", "et1", "tag_group")
        emulated.corp.tell_staff("update_user", "staff0001", [1])
        emulated.corp.postman.wait()
        assert {one.fate for one in emulated.corp.postman.deliveries} == {Fate.TAKEN}
    strange = letter(clock, Event="something_new", ChangeType="never_seen", Deep=["1", "2"])
    assert client.post(PATH, **strange).text == client.post(PATH, **strange).text == "success"
    seen: list[WecomCallback] = []
    troubles: list[Exception] = [psycopg.errors.SerializationFailure(), psycopg.OperationalError("gone")] * 5

    def apply(each: WecomCallback) -> bool:
        seen.append(each)
        if each.event == "change_external_tag":
            raise ValueError("cannot")
        if each.event == "change_external_contact" and troubles:
            raise troubles.pop()
        return each.event != "something_new"

    assert work_callbacks_once(context.database, apply) == 3
    assert {one.event for one in seen} == {"change_external_contact", "change_external_tag", "something_new"}
    assert next(one for one in seen if one.event == "something_new").fields["Deep"] == ["1", "2"]
    for _ in range(10):
        clock.advance(timedelta(days=0.2))
        work_callbacks_once(context.database, apply)
    headers = log_in()
    listed = client.get(f"/api/wecom/corps/{CORP_ID}/callbacks").json()
    assert listed["counts"] == {"done": 1, "failed": 1, "unknown": 1}
    failed = client.get(f"/api/wecom/corps/{CORP_ID}/callbacks", params={"state": "failed"}).json()["rows"]
    assert [(one["event"], one["reason"]) for one in failed] == [("change_external_tag", "ValueError")]
    retry = f"/api/wecom/corps/{CORP_ID}/callbacks/retry"
    assert client.post(retry, json={}, headers=headers).json() == {"count": 1}
    ids = [one["callback_id"] for one in listed["rows"]]
    assert client.post(retry, json={"callback_ids": ids}, headers=headers).json() == {"count": 1}
    assert work_callbacks_once(context.database, lambda _each: True) == 2
    with context.database.read() as reading:
        kept = reading.driver.execute("SELECT count(*) FROM wecom.callbacks WHERE sealed IS NOT NULL").fetchone()
    assert kept == (0,)
    clock.advance(timedelta(days=11))
    assert forget_callbacks(context.database) == 3


def test_what_wecom_did_not_send_is_refused(
    client: TestClient, log_in: LogIn, emulated: Emulated, clock: ManualClock, context: ApiContext
) -> None:
    """Other signatures, corps, receivers, times; bombs and floods: a clear answer, and nothing is kept."""
    connect(client, log_in(), emulated)
    good = letter(clock, Event="change_contact", ChangeType="create_user")
    forged = letter(clock, token="AnotherToken", Event="x")
    assert client.post(PATH, **forged).status_code == 403
    assert client.post("/callbacks/wecom/wwanother", **good).status_code == 403
    for_another = letter(clock, corp_id="wwanother", Event="x")
    assert client.post(PATH, **for_another).status_code == 403
    assert client.post(PATH, params=good["params"], content=for_another["content"]).status_code == 403
    assert client.get(PATH, params=good["params"] | {"echostr": "AAAA"}).status_code == 403
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
    for body in (bomb, b"<xml>", b"", b"\xff\xfe", b"<xml>" + b"<a>" * 100_000, b"<xml><ToUserName/></xml>"):
        assert client.post(PATH, params=good["params"], content=body).status_code == 422
    assert client.post(PATH, params=good["params"], content=b"x" * 300_000).status_code == 422
    assert client.post(PATH, params=good["params"], content=b"x" * 10_000_000).status_code == 413
    clock.advance(timedelta(days=8))
    assert client.post(PATH, **good).status_code == 403
    connect(client, log_in(), emulated, is_enabled=False)
    assert client.post(PATH, **letter(clock, Event="x")).status_code == 403
    with context.database.read() as reading:
        assert reading.driver.execute("SELECT count(*) FROM wecom.callbacks").fetchone() == (0,)


def _work(database: Database) -> None:
    """Sends everything that can be sent now."""
    clients = welcome_clients(database)
    lane = welcome_lane(database, clients, ZoneInfo("Asia/Shanghai"))
    while lane.step():
        pass
    lane.close()
    clients.close()
    with database.begin() as work:
        assert not claim_welcomes(work, 1)


def _greeted(emulated: Emulated, number: int) -> list[str]:
    phone = emulated.corp.phones.of(number)
    return [one.content["msgtype"] for one in phone if one.origin is Origin.WELCOME]


def test_new_contacts_are_greeted_once(
    client: TestClient, log_in: LogIn, context: ApiContext, emulated: Emulated, clock: ManualClock
) -> None:
    """By the channel they came by; a lost answer is not greeted twice; what is too late or refused is told of."""
    headers, database, corp = log_in(), context.database, emulated.corp
    connect(client, headers, emulated)
    assert client.put(f"/api/wecom/corps/{CORP_ID}/welcome", json=PLAN, headers=headers).status_code == 200
    people = [corp.people.add_person(Person(f"新客{number}", 1, f"u-{number}")) for number in range(7)]

    def arrive(number: int, state: str = "") -> str:
        code = befriend(corp, "staff0001", people[number], add_way=1, state=state) or ""
        told = {"UserID": "staff0001", "ExternalUserID": corp.people.id_of(people[number]), "WelcomeCode": code}
        more = told | ({"State": state} if state else {})
        sent = letter(clock, Event="change_external_contact", ChangeType="add_external_contact", **more)
        assert client.post(PATH, **sent).text == "success"
        assert client.post(PATH, **sent).text == "success"
        return code

    arrive(0)
    arrive(1, "shop7")
    arrive(2)
    chat(corp, "staff0001", people[2], {"msgtype": "text"}, is_from_customer=True)
    _work(database)
    assert _greeted(emulated, people[0]) == ["text", "link"]
    assert _greeted(emulated, people[1]) == ["text"]
    assert _greeted(emulated, people[2]) == []
    arrive(3)
    corp.faults.add(Fault(FaultKind.LOSE_ANSWER, SEND))
    _work(database)
    clock.advance(timedelta(seconds=1))
    _work(database)
    assert _greeted(emulated, people[3]) == ["text", "link"]
    arrive(4)
    with database.begin() as work:
        assert len(claim_welcomes(work, 5)) == 1  # and whoever has it is killed
    clock.advance(timedelta(seconds=9))
    _work(database)
    assert _greeted(emulated, people[4]) == []
    clock.advance(timedelta(seconds=2))
    _work(database)
    assert _greeted(emulated, people[4]) == ["text", "link"]
    arrive(5)
    clock.advance(timedelta(seconds=21))
    _work(database)
    arrive(6)
    corp.faults.add(Fault(FaultKind.ERRCODE, SEND, errcode=40007))
    _work(database)
    assert _greeted(emulated, people[6]) == ["text"]
    assert tell_welcomes_once(database) == 7
    assert tell_welcomes_once(database) == 0
    assert told_events(database) == {
        ("welcome_sent", False): 4,
        ("welcome_sent", True): 1,
        ("welcome_failed", "chatting"): 1,
        ("welcome_failed", "expired"): 1,
    }


def test_a_welcome_waits_for_another_app_and_for_wecom(
    client: TestClient, log_in: LogIn, context: ApiContext, emulated: Emulated, clock: ManualClock
) -> None:
    """What may pass is tried again while the code lives; what has to be set right is not."""
    headers, database, corp = log_in(), context.database, emulated.corp
    connect(client, headers, emulated)
    client.put(f"/api/wecom/corps/{CORP_ID}/welcome", json=PLAN, headers=headers)
    for number, errcodes in enumerate([(41096, -1, 45033), (48002,), (45009,)]):
        person = corp.people.add_person(Person(f"新客{number}", 1, f"u-{number}"))
        code = befriend(corp, "staff0001", person, add_way=1) or ""
        told = {"UserID": "staff0001", "ExternalUserID": corp.people.id_of(person), "WelcomeCode": code}
        client.post(PATH, **letter(clock, Event="change_external_contact", ChangeType="add_external_contact", **told))
        for errcode in errcodes:
            corp.faults.add(Fault(FaultKind.ERRCODE, SEND, errcode=errcode))
            _work(database)
            assert _greeted(emulated, person) == []
            clock.advance(timedelta(seconds=1))
        _work(database)
        assert bool(_greeted(emulated, person)) is (number == 0)
        clock.advance(timedelta(seconds=25))
        _work(database)
    assert tell_welcomes_once(database) == 3
    assert told_events(database) == {
        ("welcome_sent", False): 1,
        ("welcome_failed", "configuration"): 1,
        ("welcome_failed", "expired"): 1,
    }


def told_events(database: Database) -> Counter[tuple[str, object]]:
    with database.read() as reading:
        rows = reading.driver.execute(
            "SELECT name, properties FROM log.events WHERE name LIKE 'welcome_%' ORDER BY batch_id, n"
        ).fetchall()
    return Counter((name, told.get("reason", told.get("is_assumed"))) for name, told in rows)


def test_staff_log_in_by_wecom_and_the_side_bar_is_theirs(
    client: TestClient, log_in: LogIn, context: ApiContext, emulated: Emulated
) -> None:
    """A member whom the mirror has made one of the staff comes in; a used code, another browser and a stranger do not."""

    def is_there() -> object:
        return client.get("/api/session/wecom/available").json()

    headers = log_in()
    assert is_there() == {"is_there": False, "corps": []}
    assert client.get("/api/session/wecom").status_code == 404
    connect(client, headers, emulated)
    client.cookies.clear()
    assert is_there() == {"is_there": True, "corps": []}
    clients = WecomClients(context.database)
    corp = find_corp(clients, CORP_ID)
    assert corp is not None
    keep_staff(context.database, corp, corp.source.followers())
    clients.close()
    app = emulated.corp.apps[SECRET]

    def come_back(who: str | int, state: str) -> Response:
        address = authorize(emulated.corp, app, who, "https://siyu.example/back", "snsapi_base", state)
        query = dict(parse_qsl(urlsplit(address).query))
        return client.get("/api/session/wecom/back", params=query, follow_redirects=False)

    def ask() -> str:
        asked = client.get("/api/session/wecom", follow_redirects=False).headers["location"]
        assert asked.startswith(f"{emulated.url}/wwlogin/sso/login?login_type=CorpApp&appid={CORP_ID}")
        return dict(parse_qsl(urlsplit(asked).query))["state"]

    assert come_back("staff0001", "forged").headers["location"] == "/login?wecom=state"
    ask()
    assert come_back("staff0001", "forged").headers["location"] == "/login?wecom=state"
    assert come_back(1, ask()).headers["location"] == "/login?wecom=unauthenticated"
    assert client.get("/api/session").status_code == 401
    assert come_back("staff0001", ask()).headers["location"] == "/"
    assert client.get("/api/session").json()["staff"]["role"] == "frontline"
    side_bar_is_theirs(client, context, emulated)
    to_side_bar = client.get("/api/session/wecom", params={"to": "sidebar", "is_inside": True}, follow_redirects=False)
    state = dict(parse_qsl(urlsplit(to_side_bar.headers["location"]).query))["state"]
    assert come_back("staff0001", state).headers["location"] == "/sidebar"
    assert come_back("staff0001", "forged").headers["location"] == "/login?wecom=state"
    assert client.get("/api/session/wecom", params={"corp_id": "wwnobody"}).status_code == 404
    # Found among the staff by the e-mail that WeCom tells: it opens nobody's session until they have shown that it is them.
    with context.database.begin() as work:
        work.driver.execute(
            "UPDATE contacts.members SET is_ours = false, staff_id = (SELECT min(staff_id) FROM company.staff)"
            " WHERE userid = 'staff0002'"
        )
    assert come_back("staff0002", ask()).headers["location"] == "/login?wecom=unproven_member"
    client.cookies.clear()
    assert come_back("staff0002", ask()).headers["location"] == "/login?wecom=unproven_member"
    log_in()
    assert come_back("staff0002", ask()).headers["location"] == "/"
    client.cookies.clear()
    assert come_back("staff0002", ask()).headers["location"] == "/"
    assert client.get("/api/session").json()["staff"]["role"] == "admin"
    with context.database.begin() as work:
        work.driver.execute("UPDATE company.attempts SET failures = 60")
    refusals = [come_back(1, ask()).headers["location"].rpartition("=")[2] for _ in range(2)]
    assert refusals == ["unauthenticated", "too_many_attempts"]


def test_who_is_erased_is_taken_out_of_callbacks(
    client: TestClient, log_in: LogIn, context: ApiContext, emulated: Emulated, clock: ManualClock
) -> None:
    """What is about her alone is done with; of a group's she is taken out; others' stay, and what is new can still be read."""
    connect(client, log_in(), emulated)
    for fields in (
        {"Event": "change_external_contact", "ChangeType": "later", "UserID": "u", "ExternalUserID": "wm-gone"},
        {"Event": "change_external_contact", "ChangeType": "later", "UserID": "u", "ExternalUserID": "wm-stays"},
        {"Event": "change_external_chat", "ChatId": "wr1", "MemChangeList": ["wm-gone", "wm-stays"]},
    ):
        assert client.post(PATH, **letter(clock, **fields)).text == "success"
    identities = {Identity("external_userid", "wm-gone"), Identity("phone", "13800138000")}
    with context.database.begin() as work:
        assert erase_kept(work, identities) == {"inbox.quarantine": 0, "wecom.callbacks": 2, "wechat.followers": 0}
        assert erase_kept(work, identities)["wecom.callbacks"] == 0
        left = claim_callbacks(work, CORP_ID, 10)
    assert [each.fields.get("ExternalUserID") for each in left] == ["wm-stays", None]
    assert left[1].fields["MemChangeList"] == ["wm-stays"]
