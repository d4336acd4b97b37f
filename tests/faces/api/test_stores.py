"""Stores over HTTP and as a file, and the page of a code of stores, which leads to the nearest that can serve."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.entries import stores_store
from siyu.domain.entries.contracts import Place
from siyu.domain.entries.stores_rules import metres_between
from siyu.platform.postgres.database import Database
from tests.engines.scenery import SIYU, some_customers, the_log
from tests.faces.api.conftest import PASSWORD, LogIn
from tests.faces.api.test_codes import CORP_ID, PHONE, a_member, made_ways, rows

NANJING_ROAD, BUND, HANGZHOU = (31.2352, 121.4755), (31.2400, 121.4900), (30.2500, 120.1600)
SHUT = "00:00-00:01"
FILE = """门店编号,门店名称,城市,地址,纬度,经度,营业时间,顾问活码
S1,南京东路店,上海,南京东路 1 号,31.2352,121.4755,,甲
S2,外滩店,上海,中山东一路 1 号,31.2400,121.4900,,乙
S3,湖滨店,杭州,湖滨路 1 号,30.2500,120.1600,{hours},甲
"""


def a_code(client: TestClient, headers: dict[str, str], name: str, **more: Any) -> int:
    definition = {"title": name, "corp_id": CORP_ID, **more}
    made = client.post("/api/codes", json={"name": name, "definition": definition}, headers=headers).json()
    assert client.post(f"/api/codes/{made['code_id']}/publish", headers=headers).status_code == 200
    return int(made["code_id"])


def test_stores_are_told_one_by_one_and_as_a_file(client: TestClient, log_in: LogIn, database: Database) -> None:
    """What is wrong is told by row or field and changes nothing; a code that a store leads to stays."""
    headers = log_in()
    anna = a_member(database, "anna")
    one = a_code(client, headers, "甲", staff_ids=[anna])
    a_code(client, headers, "乙", staff_ids=[anna])
    of_stores = a_code(client, headers, "丙", mode="stores")

    def sent(text: str, encoding: str = "utf-8-sig") -> dict[str, Any]:
        content = text.encode(encoding)
        answer = client.post("/api/stores/import", content=content, headers=headers | {"Content-Type": "text/csv"})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    wrong = sent(FILE.format(hours="随时") + "S1,又一家,上海,,31,121,,丙\n")
    assert [(each["row"], each["reason_zh"]) for each in wrong["faults"]] == [
        (4, "「营业时间」不对"),
        (5, "「门店编号」不对"),
    ]
    wrong = sent(FILE.format(hours="") + "S4,又一家,上海,,31,121,,丙\n")
    assert [(each["row"], each["reason_zh"]) for each in wrong["faults"]] == [(5, "「顾问活码」接待不了门店的访客")]
    assert rows(database, "SELECT count(*) FROM entries.stores") == [(0,)]
    assert sent(FILE.format(hours="10:00-22:00"), "gb18030") == {"created": 3, "updated": 0, "faults": []}
    assert sent(FILE.format(hours="1-5 10:00-22:00")) == {"created": 0, "updated": 3, "faults": []}
    (bund,) = client.get("/api/stores?search=外滩", headers=headers).json()["rows"]
    client.put(f"/api/stores/{bund['store_id']}", json=bund | {"is_active": False}, headers=headers)
    assert sent("number,name,city,latitude,longitude\nS2,外滩旗舰店,上海,31.24,121.49\n")["updated"] == 1
    moved = client.get(f"/api/stores/{bund['store_id']}", headers=headers).json()
    assert moved == bund | {"name": "外滩旗舰店", "is_active": False}  # of what stands in no column nothing changes
    client.put(f"/api/stores/{bund['store_id']}", json=bund, headers=headers)
    refused = client.post("/api/stores/import", content=b"number\n1", headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "bad_store")
    found = client.get("/api/stores?search=上海&size=1", headers=headers).json()
    assert (found["rows"][0]["name"], found["next_after"] is None) == ("外滩店", False)
    (store,) = client.get("/api/stores?search=湖滨", headers=headers).json()["rows"]
    assert store["hours"] == [{"weekdays": [1, 2, 3, 4, 5], "begins": 600, "ends": 1320}]
    assert store["code_name"] == "甲"
    path, draft = f"/api/stores/{store['store_id']}", store | {"name": "西湖店", "code_id": None}
    assert client.put(path, json=draft, headers=headers).json()["name"] == "西湖店"
    for change, code in (
        ({"number": "S1"}, "store_number_taken"),
        ({"latitude": 91}, "bad_store"),
        ({"code_id": of_stores}, "bad_store"),
        ({"unit_id": 999}, "bad_store"),
        ({"hours": [{"weekdays": [8], "begins": 0, "ends": 60}]}, "bad_store"),
    ):
        assert client.put(path, json=draft | change, headers=headers).json()["error"]["code"] == code
    assert client.post("/api/stores", json=draft, headers=headers).json()["error"]["code"] == "store_number_taken"
    kept = client.delete(f"/api/codes/{one}", headers=headers)
    assert (kept.status_code, kept.json()["error"]["code"]) == (409, "code_leads_to_store")
    assert client.delete(path, headers=headers).status_code == 204
    assert client.get(path, headers=headers).status_code == 404
    with database.read() as reading:
        here = Place(31.2, 121.4)
        near = stores_store.nearest_stores(reading.driver, here, stores_store.Among(None, is_of_groups=False), 10)
    assert [each.name for each in near] == ["南京东路店", "外滩店"]
    for each in near:
        assert each.metres == pytest.approx(metres_between(here, each.place), rel=1e-9)


def test_a_unit_has_the_stores_of_its_own(client: TestClient, log_in: LogIn, database: Database) -> None:
    headers = log_in()
    with database.begin() as work:
        (root,) = company.list_units(work, SIYU)
        east, west = (company.create_unit(work, SIYU, name, root.unit_id).unit_id for name in ("华东", "华西"))
        company.create_staff(work, SIYU, "华东", "east@example.com", PASSWORD, Role.OPERATOR, east)
    head, place = "number,name,city,latitude,longitude", "上海,31.2,121.4"
    file = f"{head},unit\nE1,东,{place},华东\nW1,西,{place},华西\nN1,无,{place},\n"
    assert client.post("/api/stores/import", content=file.encode(), headers=headers).json()["created"] == 3
    stores = {each["number"]: each for each in client.get("/api/stores", headers=headers).json()["rows"]}
    headers = log_in("east@example.com")

    def saved(number: str, **changes: Any) -> int:
        store = stores[number]
        return client.put(f"/api/stores/{store['store_id']}", json=store | changes, headers=headers).status_code

    assert (saved("E1", name="东店"), saved("W1"), saved("N1")) == (200, 403, 403)
    assert (saved("E1", unit_id=west), saved("E1", unit_id=None)) == (422, 422)
    for unit, status in ((east, 200), (west, 422), (None, 422)):
        draft = stores["E1"] | {"number": f"new {unit}", "unit_id": unit}
        assert client.post("/api/stores", json=draft, headers=headers).status_code == status, unit
    of_none = f"{head}\nE2,东二店,{place}\n"
    for told, status in ((file, 403), (f"{head}\nE1,东一店,{place}\n", 200), (of_none, 403)):
        assert client.post("/api/stores/import", content=told.encode(), headers=headers).status_code == status
    paths = [f"/api/stores/{stores[number]['store_id']}" for number in ("W1", "N1", "E1")]
    assert [client.delete(path, headers=headers).status_code for path in paths] == [403, 403, 204]
    assert rows(database, "SELECT number, name FROM entries.stores ORDER BY 1") == [
        ("N1", "无"),
        ("W1", "西"),
        (f"new {east}", "东"),
    ]


def test_a_visitor_is_led_to_the_nearest_store_that_can_serve(
    client: TestClient, log_in: LogIn, database: Database
) -> None:
    """The nearest is full, so the next one; again on the same day the same member; where they are is kept nowhere."""
    headers, addresses = log_in(), SignedAddresses("", "a secret of the tests")
    client.headers.update(PHONE)
    anna, bei = a_member(database, "anna"), a_member(database, "bei")
    first = a_code(client, headers, "甲", staff_ids=[anna], member_daily_max=1)
    second = a_code(client, headers, "乙", staff_ids=[bei])
    made_ways(database, first, anna)
    made_ways(database, second, bei)
    client.post("/api/stores/import", content=FILE.format(hours="10:00-22:00").encode(), headers=headers)
    code_id = a_code(client, headers, "找门店", mode="stores", intro="就近服务")
    url = addresses.code_url(code_id)
    page = client.get(url)
    assert page.headers["permissions-policy"] == "camera=(), geolocation=(self), microphone=()"
    assert all(word in page.text for word in ("就近服务", "不会保存", "南京东路店", "湖滨店", "/h5/codes.js"))
    assert "湖滨店" not in client.get(url + "?q=上海").text
    assert "没有找到" in client.get(url + "?q=%25").text
    near = ",".join(map(str, NANJING_ROAD))
    led = client.post(url, data={"place": near}, follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (303, addresses.code_url(first))
    assert "anna" in client.get(led.headers["location"]).text
    again = client.post(url, data={"place": near})
    assert "anna" in again.text  # the one place is theirs
    client.cookies.clear()
    headers = log_in()
    (profile_id,) = some_customers(database, 1)
    personal = addresses.personal_code_url(code_id, profile_id)
    other = client.post(personal, data={"place": near})
    assert "bei" in other.text
    assert "bei" in client.get(addresses.personal_code_url(second, profile_id)).text
    assert {each.properties["code_id"] for each in the_log(database, "code_viewed")} == {second}
    client.cookies.clear()
    hangzhou = rows(database, "SELECT store_id FROM entries.stores WHERE number = 'S3'")[0][0]
    assert "bei" in client.post(url, data={"store": str(hangzhou)}).text  # its own code is full: the next store's
    for bad in ({}, {"place": "nan,1"}, {"place": "1"}, {"place": "91,0"}, {"store": "9" * 30}):
        assert "按城市或店名找" in client.post(url, data=bad).text
    assert client.post("/h5/c/nonsense", data={"place": near}).status_code == 404
    headers = log_in()
    rest = FILE.format(hours=SHUT).replace(",,甲", f",{SHUT},甲").replace(",,乙", f",{SHUT},乙")
    assert client.post("/api/stores/import", content=rest.encode(), headers=headers).json()["updated"] == 3
    assert "都打烊了" in client.post(url, data={"place": near}).text
    client.cookies.clear()
    bund = rows(database, "SELECT store_id FROM entries.stores WHERE number = 'S2'")[0][0]
    assert "bei" in client.post(url, data={"store": str(bund)}).text  # who chose it gets whom its code has on duty
    headers = log_in()
    client.post("/api/stores/import", content=FILE.format(hours="").encode(), headers=headers)
    client.post(f"/api/codes/{second}/stop", headers=headers)
    assert "名额都满了" in client.post(url, data={"place": near}).text
    told = client.get(f"/api/codes/{code_id}/numbers", headers=headers).json()
    assert {day["target_name"]: day["visitors"] for day in told["days"]} == {"南京东路店": 1, "外滩店": 3, "": 2}
    shown = client.post(
        "/api/codes/preview", json={"definition": {"title": "找", "corp_id": "ww", "mode": "stores"}}, headers=headers
    )
    assert "南京东路店" in shown.json()["html"]
    assert client.post(f"/api/codes/{code_id}/stop", headers=headers).status_code == 200
    assert "已经结束" in client.post(url, data={"place": near}).text
