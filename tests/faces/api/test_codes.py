"""The page of a channel code, and codes over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from fastapi import FastAPI
from fastapi.testclient import TestClient

from siyu.domain.content.contracts import SignedAddresses
from siyu.faces.h5.codes import COOKIE
from siyu.faces.h5.throttling import Throttle
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from tests.engines.scenery import some_customers, the_log
from tests.faces.api.conftest import LogIn

CORP_ID = "ww5823bf96d3bd56c7"
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50"}
CRAWLER = {"User-Agent": "facebookexternalhit/1.1"}


def a_member(database: Database, name: str) -> int:
    """Somebody of the staff who is a member of the corp."""
    with database.begin() as work:
        row = work.driver.execute(
            "INSERT INTO company.staff (unit_id, name, email, password_hash, role, own_only, created_at)"
            " SELECT min(unit_id), %s, %s, 'x', 'frontline', false, now() FROM company.units RETURNING staff_id",
            (name, f"{name}@siyu.example"),
        ).fetchone()
        assert row is not None
        work.driver.execute(
            "INSERT INTO contacts.members (corp_id, userid, told_userid, staff_id, is_ours, name)"
            " VALUES (%s, %s, %s, %s, true, %s)",
            (CORP_ID, name, name, row[0], name),
        )
        return int(row[0])


def made_ways(database: Database, code_id: int, *staff_ids: int) -> None:
    """As if WeCom had made them."""
    with database.begin() as work:
        for staff_id in staff_ids:
            work.driver.execute(
                "INSERT INTO entries.ways (code_id, target_id, corp_id, kind, state, remark, leads_to, is_automatic, config_id,"
                " address, asked_at, due_at) VALUES (%s, %s, %s, 'contact', %s, '', '{}', true, %s, %s, now(), now())",
                (
                    code_id,
                    staff_id,
                    CORP_ID,
                    f"{code_id}.{staff_id}",
                    str(staff_id),
                    f"https://wework.qpic.cn/{staff_id}",
                ),
            )


def rows(database: Database, statement: str) -> list[Any]:
    with database.read() as reading:
        return reading.driver.execute(statement.encode()).fetchall()


def forget(client: TestClient) -> None:
    """Another visitor comes, from the same browser as the operator."""
    for cookie in list(client.cookies.jar):
        if cookie.name == COOKIE:
            client.cookies.jar.clear(cookie.domain, cookie.path, cookie.name)


def test_a_visitor_keeps_their_member_for_the_day(
    client: TestClient, log_in: LogIn, database: Database, clock: ManualClock
) -> None:
    """Made over HTTP; opened by visitors, again, by machines, by somebody who is known; stopped."""
    headers, addresses = log_in(), SignedAddresses("", "a secret of the tests")
    client.headers.update(PHONE)
    first, second = a_member(database, "anna"), a_member(database, "bei")
    bad = {"title": "加我", "corp_id": CORP_ID, "staff_ids": [10**9]}
    refused = client.post("/api/codes", json={"name": "立牌", "definition": bad}, headers=headers)
    assert (refused.status_code, refused.json()["error"]["fields"]["path"]) == (422, "staff_ids")
    definition = bad | {"staff_ids": [first, second], "intro": "领券<b>", "channel": "线下"}
    made = client.post("/api/codes", json={"name": "立牌", "definition": definition}, headers=headers).json()
    code_id, url = made["code_id"], addresses.code_url(made["code_id"])
    assert "已经结束" in client.get(url).text
    assert client.post(f"/api/codes/{code_id}/publish", headers=headers).json()["status"] == "live"
    assert "马上就好" in client.get(url).text
    made_ways(database, code_id, first, second)
    client.get(url, headers=CRAWLER)
    shown = client.get(url)
    assert "anna" in shown.text
    assert f"https://wework.qpic.cn/{first}" in shown.text
    assert "领券&lt;b&gt;" in shown.text
    assert "wework.qpic.cn" in shown.headers["content-security-policy"]
    before = rows(database, "SELECT target_id, visitors FROM entries.code_days ORDER BY 1")
    assert before == [(0, 1), (first, 1)]
    assert "anna" in client.get(url + "?lang=en").text
    assert rows(database, "SELECT target_id, visitors FROM entries.code_days ORDER BY 1") == before
    forget(client)
    assert "bei" in client.get(url, headers={"Cookie": f"{COOKIE}=forged"}).text
    clock.advance(timedelta(days=1))
    forget(client)
    (profile_id,) = some_customers(database, 1)
    for _ in range(2):
        forget(client)
        client.get(addresses.personal_code_url(code_id, profile_id))
    (viewed,) = the_log(database, "code_viewed")
    assert (viewed.profile_id, viewed.properties["channel"]) == (profile_id, "线下")
    headers = log_in()
    told = client.get(f"/api/codes/{code_id}/numbers", headers=headers).json()
    assert sum(day["visitors"] for day in told["days"] if day["target_name"] == "anna") == 2
    assert {way["target_name"] for way in told["ways"]} == {"anna", "bei"}
    assert client.get(f"/api/codes/{code_id}/qr?picture=png", headers=headers).content.startswith(b"\x89PNG")
    asked = {"definition": definition, "language": "en"}
    assert "anna" in client.post("/api/codes/preview", json=asked, headers=headers).json()["html"]
    assert client.post(f"/api/codes/{code_id}/stop", headers=headers).json()["status"] == "stopped"
    assert "已经结束" in client.get(url).text
    cast(FastAPI, client.app).state.code_visits = Throttle(1)
    forget(client)
    assert [client.get(url, headers=CRAWLER).status_code for _ in range(2)] == [200, 429]  # looking costs as much
    assert client.get("/h5/c/nonsense").status_code == 404
    assert client.delete(f"/api/codes/{code_id}", headers=headers).status_code == 204
