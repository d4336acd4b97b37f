"""The emulator as a process, its doors, and a million customers."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from siyu.kernel.clock import ManualClock
from siyu.world.wecom.building import Size, build_corp
from siyu.world.wecom.dispatch import Request
from siyu.world.wecom.doors import DOORS
from siyu.world.wecom.people import People
from siyu.world.wecom.process import rules_from
from siyu.world.wecom.rules import MassQuota, Rules
from siyu.world.wecom.server import WecomServer
from tests.world.wecom.driving import Api

MILLION, STAFF = 1_000_000, [f"staff{number:04}" for number in range(500)]


def ask(url: str, method: str, path: str, body: object = None) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    connection.request(method, path, None if body is None else json.dumps(body))
    answer = connection.getresponse()
    read = answer.status, json.loads(answer.read())
    connection.close()
    return read


def test_it_runs_as_a_process_with_rules_of_its_own() -> None:
    command = [sys.executable, "-m", "siyu.world", "wecom", "--members", "3", "--customers", "30", "--chats", "1"]
    command += ["--rule", "token_seconds=60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            _, app = ask(url, "POST", "/world/app/add", {"name": "私域"})
            corp_id = ask(url, "POST", "/world/state")[1]["corp_id"]
            _, token = ask(url, "GET", f"/cgi-bin/gettoken?corpid={corp_id}&corpsecret={app['secret']}")
            assert (token["errcode"], token["expires_in"]) == (0, 60)
            path = f"/cgi-bin/externalcontact/get_follow_user_list?access_token={token['access_token']}"
            assert ask(url, "GET", path)[1]["follow_user"] == ["staff0001", "staff0002", "staff0003"]
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_accounts_run_as_a_process_too_and_end_with_their_parent() -> None:
    command = [sys.executable, "-m", "siyu.world", "wechat", "--with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdin is not None
            url = process.stdout.readline().strip()
            _, app = ask(url, "POST", "/world/account/add", {})
            query = f"grant_type=client_credential&appid={app['appid']}&secret={app['secret']}"
            assert ask(url, "GET", f"/cgi-bin/token?{query}")[1]["expires_in"] == 7200
            process.stdin.close()
            assert process.wait(60) == 0
        finally:
            process.kill()


def test_a_broken_connection_and_a_body_that_is_too_long(make_api: Callable[..., Api]) -> None:
    with WecomServer(make_api().corp) as server:
        ask(server.url, "POST", "/world/fault/add", {"kind": "drop"})
        with pytest.raises((http.client.HTTPException, OSError)):
            ask(server.url, "GET", "/cgi-bin/gettoken")
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=20)
        connection.putrequest("POST", "/cgi-bin/user/list_id")
        connection.putheader("Content-Length", str(10**9))
        connection.endheaders()
        assert connection.getresponse().status == 413
        connection.close()


def test_a_million_customers_are_there_at_once_and_pages_take_milliseconds() -> None:
    people = People(7, 1_700_000_000)
    started = time.perf_counter()
    people.generate(MILLION, STAFF, ["et1", "et2"])
    assert time.perf_counter() - started < 20
    numbers = [number for userid in STAFF for number in people.numbers_of(userid)]
    assert len(set(numbers)) == MILLION
    assert len(numbers) > MILLION * 1.09  # one in ten has a second member
    held = sum(len(people.numbers_of(userid)) for userid in STAFF) * 4
    assert held < 10_000_000  # bytes
    started = time.perf_counter()
    for number in numbers[:1000]:
        assert people.find(people.id_of(number)) == number
        assert people.relation(STAFF[0], number) is not None
    assert time.perf_counter() - started < 2
    for number in numbers[:: MILLION // 50]:
        userids = {relation.userid for relation in people.followers(number)}
        assert userids == {userid for userid in STAFF if people.has(userid, number)}


def test_the_same_seed_makes_the_same_corp(clock: ManualClock) -> None:
    one, same, other = (build_corp("ww", clock, Size(4, 40, 2), seed=seed) for seed in (1, 1, 2))
    assert [one.people.id_of(n) for n in range(40)] == [same.people.id_of(n) for n in range(40)]
    assert one.people.person(3) == same.people.person(3)
    assert one.people.id_of(3) != other.people.id_of(3)
    assert list(one.chats.chats) == list(same.chats.chats)


def test_rules_are_told_by_name() -> None:
    told = ["mass_quota=weekly", "callback_retries_on_status=true", "welcome_sending_seconds=2.5", "ways_max=9"]
    rules = rules_from([*told, "ticket_calls_per_hour=5,6"])
    assert rules == Rules(
        mass_quota=MassQuota.WEEKLY,
        callback_retries_on_status=True,
        welcome_sending_seconds=2.5,
        ways_max=9,
        ticket_calls_per_hour=(5, 6),
    )
    with pytest.raises(ValueError, match="there is no rule"):
        rules_from(["nothing=1"])


@pytest.mark.parametrize(
    ("door", "body", "status"),
    [
        ("nowhere", b"{}", 404),
        ("state", b"{", 400),
        ("state", b"[]", 400),
        ("clock/advance", b'{"seconds": -1}', 409),
        ("fault/add", b'{"kind": "earthquake"}', 400),
        ("fault/add", b'{"kind": "delay", "seconds": 61}', 400),
        ("app/add", b'{"secret": "own-app-secret"}', 400),
    ],
)
def test_doors_say_what_is_wrong(api: Api, door: str, body: bytes, status: int) -> None:
    assert api.service.answer(Request("POST", f"/world/{door}", {}, body)).status == status


def test_pages_of_people(api: Api) -> None:
    first = api.door("person/list", limit=50)
    rest = api.door("person/list", limit=50, after=first["next"])
    assert (len(first["persons"]), len(rest["persons"]), rest["next"]) == (50, 10, None)
    members = api.door("staff/list")["members"]
    assert len(members) == 6
    page = api.door("staff/customers", userid="staff0001", limit=5)
    more = api.door("staff/customers", userid="staff0001", after=page["next"])
    assert [one["external_userid"] for one in page["customers"] + more["customers"]] == api.customers("staff0001")
    person = api.door("person/get", external_userid=page["customers"][0]["external_userid"])
    assert "staff0001" in {one["userid"] for one in person["followers"]}


def test_chats_show_on_both_sides(api: Api) -> None:
    customer = api.customers("staff0001")[0]
    pair = {"userid": "staff0001", "external_userid": customer}
    api.door("customer/write", **pair, text="别再发了")
    api.door("staff/write", **pair, text="好的")
    phone = api.door("person/phone", external_userid=customer)
    assert [(one["is_own"], one["content"]["text"]["content"]) for one in phone["messages"]] == [
        (True, "别再发了"),
        (False, "好的"),
    ]
    assert api.door("person/phone", external_userid=customer, after=phone["next"])["messages"] == []
    assert [one["sender"] for one in api.door("staff/phone", userid="staff0001")["messages"]] == [customer]
    api.door("customer/delete-member", **pair)
    assert api.refused_door("staff/write", **pair, text="?") == 84061
    assert api.refused_door("customer/delete-member", **pair) == 84061
    stranger = api.newcomer()
    assert api.refused_door("customer/write", userid="staff0001", external_userid=stranger, text="?") == 84061


def test_every_door_has_a_name_of_its_own() -> None:
    assert len(set(DOORS.values())) == len(DOORS)
