"""Lists that choices are made from: searched by name, asked for those that were chosen, paged on."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from siyu.domain.company.contracts import Role
from siyu.domain.company.service import create_staff
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from tests.faces.api.conftest import LogIn

SEARCHED = (
    "codes",
    "dashboards",
    "experiments",
    "forms",
    "groups",
    "inheritances/members",
    "journeys",
    "lists",
    "metrics",
    "plans",
    "coupon-pools",
    "reviews",
    "segments",
    "staff",
    "stores",
    "wecom/corps/ww1/members",
)


def page(client: TestClient, path: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/api/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_list_is_searched_and_asked_for_those_that_were_chosen(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    made = [
        client.post("/api/lists", headers=headers, json={"name": name}).json()["list_id"]
        for name in ("老客 100%", "新客", "春节老客")
    ]
    assert [each["list_id"] for each in page(client, "lists", search="老客")["rows"]] == [made[2], made[0]]
    assert [each["list_id"] for each in page(client, "lists", search=" 0% ")["rows"]] == [made[0]]
    assert [each["list_id"] for each in page(client, "lists", ids=made[:2])["rows"]] == [made[1], made[0]]
    first = page(client, "lists", search="老客", size=1)
    rest = page(client, "lists", search="老客", size=1, after=first["next_after"])
    assert [each["list_id"] for each in (*first["rows"], *rest["rows"])] == [made[2], made[0]]
    assert (rest["next_after"], page(client, "lists", ids=[2**53 - 1])["rows"]) == (None, [])


def test_staff_are_found_by_name_and_by_address(client: TestClient, log_in: LogIn, database: Database) -> None:
    with database.begin() as work:
        lin = create_staff(work, system_actor("test"), "林若溪", "lin@example.com", "a long password", Role.OPERATOR, 1)
    log_in()
    for asked in ({"search": "若溪"}, {"search": "LIN@"}, {"ids": [lin.staff_id]}):
        assert [each["name"] for each in page(client, "staff", **asked)["rows"]] == ["林若溪"]


def test_every_list_is_searched_and_narrowed(client: TestClient, log_in: LogIn) -> None:
    log_in()
    nothing = {"search": "_ no such name %\\", "ids": [2**53 - 1], "size": 1}
    for path in SEARCHED:
        found = page(client, path, **nothing)
        assert (found["rows"], found["next_after"]) == ([], None), path
        assert client.get(f"/api/{path}", params={"ids": [0]}).status_code == 422, path
