"""Who may call: tokens, addresses, rights, rates and what goes wrong on purpose."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from siyu.kernel.clock import ManualClock
from siyu.world.wecom.errors import TEXTS
from siyu.world.wecom.faults import Fault, FaultKind
from siyu.world.wecom.rules import Rules
from tests.world.wecom.driving import CONTACTS_SECRET, CORP_ID, OTHER_SECRET, SECRET, Api

SOURCE = Path(__file__).parents[3] / "src" / "siyu" / "world"
FOLLOWERS = "externalcontact/get_follow_user_list"


def code_of_token(api: Api, corp_id: str, secret: str) -> int:
    return int(json.loads(api.ask("GET", "gettoken", {"corpid": corp_id, "corpsecret": secret}).body)["errcode"])


def test_one_token_for_each_secret_while_it_is_valid(api: Api) -> None:
    first = api.log_in()
    assert len(first) <= 512
    assert api.log_in() == first
    assert api.of(OTHER_SECRET).log_in() != first
    api.pass_time(hours=2)
    assert api.errcode("GET", FOLLOWERS) == 42001
    assert api.log_in() != first
    assert api.errcode("GET", FOLLOWERS) == 0


def test_a_token_lasts_two_hours(api: Api, clock: ManualClock) -> None:
    query = {"corpid": CORP_ID, "corpsecret": SECRET}
    assert json.loads(api.ask("GET", "gettoken", query).body)["expires_in"] == 7200
    clock.advance(timedelta(seconds=100))
    assert json.loads(api.ask("GET", "gettoken", query).body)["expires_in"] == 7100


@pytest.mark.parametrize(
    ("corp_id", "secret", "errcode"), [("", SECRET, 41002), (CORP_ID, "", 41004), ("wwother", SECRET, 40013)]
)
def test_what_is_missing_or_wrong_about_a_corp(api: Api, corp_id: str, secret: str, errcode: int) -> None:
    assert code_of_token(api, corp_id, secret) == errcode


def test_a_wrong_secret_bans_the_address_for_an_hour(api: Api) -> None:
    assert [code_of_token(api, CORP_ID, "wrong") for _ in range(5)] == [40001] * 5
    assert code_of_token(api, CORP_ID, SECRET) == 45009
    other = Api(api.corp, api.service, caller_ip="192.0.2.7")
    assert code_of_token(other, CORP_ID, SECRET) == 0
    api.pass_time(hours=1)
    assert code_of_token(api, CORP_ID, SECRET) == 0


def test_asking_for_tokens_all_the_time_is_stopped(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(token_calls_per_minute=3))
    assert [code_of_token(api, CORP_ID, SECRET) for _ in range(4)] == [0, 0, 0, 45009]


def test_a_call_without_a_token_with_a_wrong_one_and_with_one_taken_back(api: Api) -> None:
    assert json.loads(api.ask("GET", FOLLOWERS, {}).body)["errcode"] == 41001
    assert json.loads(api.ask("GET", FOLLOWERS, {"access_token": "made up"}).body)["errcode"] == 40014
    api.log_in()
    api.door("token/revoke", secret=SECRET)
    assert api.errcode("GET", FOLLOWERS) == 40014
    api.log_in()
    assert api.errcode("GET", FOLLOWERS) == 0


def test_an_app_that_is_switched_off(api: Api) -> None:
    api.log_in()
    api.door("app/change", secret=SECRET, is_enabled=False)
    assert api.errcode("GET", FOLLOWERS) == 50003
    assert code_of_token(api, CORP_ID, SECRET) == 50003


def test_only_addresses_on_the_list_may_call(api: Api) -> None:
    api.door("app/change", secret=SECRET, trusted_ips=["192.0.2.7"])
    assert api.errcode("GET", FOLLOWERS) == 60020
    trusted = Api(api.corp, api.service, caller_ip="192.0.2.7")
    assert trusted.errcode("GET", FOLLOWERS) == 0


def test_rights_are_those_of_the_app(api: Api) -> None:
    assert api.of(CONTACTS_SECRET).errcode("GET", FOLLOWERS) == 48002
    assert api.of(CONTACTS_SECRET).errcode("GET", "user/get", userid="staff0001") == 0
    assert api.of(CONTACTS_SECRET).errcode("POST", "kf/account/list") == 48002
    api.door("app/change", secret=SECRET, may_call_customers=False, may_call_kf=False)
    assert api.errcode("GET", FOLLOWERS) == 48002
    assert api.errcode("POST", "kf/account/list") == 48002


@pytest.mark.parametrize(
    ("rules", "minutes"),
    [(Rules(corp_calls_per_minute=3), 1), (Rules(ip_calls_per_minute=3), 1), (Rules(corp_calls_per_hour=3), 60)],
)
def test_who_calls_too_often_is_shut_out_as_long_as_the_window(
    make_api: Callable[..., Api], rules: Rules, minutes: int
) -> None:
    api = make_api(rules)
    assert [api.errcode("GET", FOLLOWERS) for _ in range(4)] == [0, 0, 0, 45009]
    assert api.errcode("GET", "user/get", userid="staff0001") == 0  # another interface counts by itself
    api.pass_time(minutes=minutes, seconds=-1)
    assert api.errcode("GET", FOLLOWERS) == 45009
    api.pass_time(seconds=1)
    assert api.errcode("GET", FOLLOWERS) == 0


def test_debugging_is_for_a_few_calls(api: Api) -> None:
    asked = {"debug": 1, "userid": "staff0001"}
    assert [api.errcode("GET", "user/get", **asked) for _ in range(6)] == [0] * 5 + [45009]
    assert api.errcode("GET", "user/get", userid="staff0001") == 0


def test_too_many_at_the_same_time(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(concurrent_calls_max=1))
    api.log_in()
    running = threading.Thread(target=api.errcode, args=("GET", FOLLOWERS))
    with api.corp.lock:  # which holds the other one up
        running.start()
        while not api.service._running[f"/cgi-bin/{FOLLOWERS}"]:
            assert running.is_alive()
        assert api.errcode("GET", FOLLOWERS) == 45033
    running.join()
    assert api.errcode("GET", FOLLOWERS) == 0


def test_the_text_of_a_refusal_tells_of_the_call(api: Api) -> None:
    errmsg = api.get("user/get")["errmsg"]
    shape = r"missing userid, userid, hint: \[\d+_\d+_[0-9a-f]{32}\], from ip: 127\.0\.0\.1, more info at (\S+)"
    found = re.fullmatch(shape, errmsg)
    assert found is not None
    assert found[1] == "https://open.work.weixin.qq.com/devtool/query?e=41009"


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"text"', b"\xff", b"[" * 10_000])
def test_a_body_that_is_no_json_object(api: Api, body: bytes) -> None:
    answer = api.ask("POST", "externalcontact/remark", {"access_token": api.log_in()}, body)
    reply = json.loads(answer.body)
    assert reply["errcode"] == 40035
    assert "Warning: wrong json format." in reply["errmsg"]


def test_escapes_are_taken_unless_a_rule_says_otherwise(make_api: Callable[..., Api]) -> None:
    body = json.dumps({"mobile": "\u4e2d"}).encode()
    for rules, errcode in ((Rules(), 46004), (Rules(refuses_escaped_json=True), 40033)):
        api = make_api(rules)
        answer = api.ask("POST", "user/getuserid", {"access_token": api.log_in()}, body)
        assert json.loads(answer.body)["errcode"] == errcode


def test_a_body_that_is_too_large_a_wrong_method_and_an_unknown_path(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(body_bytes_max=10))
    assert api.errcode("POST", "externalcontact/remark", remark="a" * 20) == 40206
    assert api.errcode("GET", "externalcontact/remark") == 40035
    assert api.ask("GET", "externalcontact/nothing", {}).status == 404


def test_faults_hold_where_when_and_as_often_as_they_are_told(api: Api) -> None:
    api.log_in()
    api.door("fault/add", kind="errcode", place="/cgi-bin/externalcontact/", errcode=-1, skip=1, count=2)
    assert api.errcode("GET", "user/get", userid="staff0001") == 0
    assert [api.errcode("GET", FOLLOWERS) for _ in range(4)] == [0, -1, -1, 0]
    api.door("fault/add", kind="revoke_token")
    assert [api.errcode("GET", FOLLOWERS) for _ in range(2)] == [40014, 40014]
    api.log_in()
    api.door("fault/add", kind="status", status=503)
    assert api.ask("GET", FOLLOWERS, {}).status == 503
    api.door("fault/add", kind="drop", count=5)
    assert api.ask("GET", FOLLOWERS, {}).is_dropped
    api.door("fault/clear")
    assert api.errcode("GET", FOLLOWERS) == 0


def test_a_call_can_be_late(api: Api) -> None:
    api.log_in()
    api.door("fault/add", kind="delay", place="/cgi-bin/user/", seconds=0.2)
    started = time.monotonic()
    assert api.errcode("GET", "user/get", userid="staff0001") == 0
    assert time.monotonic() - started >= 0.2


def test_an_answer_can_be_lost_after_the_work_was_done(api: Api) -> None:
    api.log_in()
    api.corp.faults.add(Fault(FaultKind.LOSE_ANSWER, "/cgi-bin/externalcontact/add_corp_tag"))
    body = json.dumps({"group_name": "新", "tag": [{"name": "一"}]}).encode()
    assert api.ask("POST", "externalcontact/add_corp_tag", {"access_token": api.token}, body).is_dropped
    assert "新" in {group.name for group in api.corp.tags.live}


def test_every_code_that_is_given_has_its_text() -> None:
    given = re.compile(
        r"(?:RefusedError\(|(?:missing|too_long|too_many|unknown|unseen|neither|invalid)=)(-?\d+)(?: if [^)]+? else (\d+))?"
    )
    source = "".join(path.read_text("utf-8") for path in SOURCE.glob("we*/*.py"))
    codes = {int(code) for pair in given.findall(source) for code in pair if code}
    assert len(codes) > 80
    assert codes - TEXTS.keys() == set()


def test_a_fault_with_a_code_that_nobody_knows_is_not_taken(api: Api) -> None:
    from siyu.world.wecom.dispatch import Request

    answer = api.service.answer(Request("POST", "/world/fault/add", {}, b'{"kind": "errcode", "errcode": 12345}'))
    assert answer.status == 404
    assert 12345 not in TEXTS
