"""Plans and reviews over HTTP: from a template to a closed review, on paper too."""

from __future__ import annotations

import base64
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.service import ensure_first_admin
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn
from tests.faces.api.test_rfm import project

SIYU = system_actor("test")


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """The API with columns."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    settings = Settings(home=tmp_path, brand_name="晨曦茶饮")
    return ApiContext(settings=settings, database=database, columns=columns, secret_key="a secret")


def text_of(pdf: bytes) -> str:
    """All that is written in it, as far as it is Chinese."""
    found = ""
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            page = zlib.decompress(base64.a85decode(stream.strip().removesuffix(b"~>")))
        except (ValueError, zlib.error):
            continue
        for told in re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", page, re.DOTALL):
            plain = re.sub(rb"\\([0-7]{3}|.)", _unescaped, told, flags=re.DOTALL)
            found += plain.decode("utf-16-be", "ignore")
    return found


def _unescaped(match: re.Match[bytes]) -> bytes:
    told = match[1]
    return bytes([int(told, 8)]) if len(told) == 3 else {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(told, told)


def test_from_a_template_to_a_closed_review(
    client: TestClient, log_in: LogIn, context: ApiContext, columns: Columns, database: Database
) -> None:
    headers = log_in()

    def send(method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = client.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    now = database.clock.now()
    today = now.astimezone(context.settings.zone).date().isoformat()
    with database.begin() as work:
        made = customers.resolve(work, SIYU, {(Identity("user_id", f"u{n}"),): now for n in range(3)})
        told = {"total_fen": 1250, "currency": "CNY", "order_id": "1"}
        work.record(NewEvent("order_paid", work.ids.new_id(), who, now, "orders", told) for who in made.values())
    project(database, columns)
    send("POST", "/api/metrics/shipped")
    keys = {each["definition"]["key"]: each["metric_id"] for each in send("GET", "/api/metrics?size=200")["rows"]}

    templates = send("GET", f"/api/plans/templates?begins_on={today}&language=en")["rows"]
    assert [each["key"] for each in templates] == ["member_day", "training_camp", "reactivation", "holiday_sale"]
    definition = templates[0]["definition"] | {"targets": [{"metric_id": keys["paid_fen"], "value": 5000}]}
    plan = send("POST", "/api/plans", {"name": "会员日", "definition": definition})
    path = f"/api/plans/{plan['plan_id']}"
    assert [each["name"] for each in plan["names"]] == [
        send("GET", f"/api/metrics/{keys['paid_fen']}")["definition"]["zh"]
    ]
    send("POST", f"{path}/begin", status=409)
    assert send("POST", f"{path}/approve")["stage"] == "approved"
    assert send("POST", f"{path}/begin")["stage"] == "running"
    assert send("PUT", f"{path}/tasks/goal", {"state": "done"})["tasks"] == {"goal": "done"}
    in_numbers = send("GET", f"{path}/numbers")
    assert [(each["target"], each["actual"]) for each in in_numbers["targets"]] == [(5000, 3750)]
    assert send("GET", f"/api/plans?stage=running&since_on={today}&until_on={today}")["rows"][0]["name"] == "会员日"
    assert send("GET", "/api/plans?until_on=2020-01-01")["rows"] == []

    days = {name: plan["definition"][name] for name in ("begins_on", "ends_on")}
    looked = {**days, "plan_id": plan["plan_id"], "metric_ids": [keys["paid_fen"]], "went_well": "来的人多"}
    review = send("POST", "/api/reviews", {"name": "会员日 <复盘> & 战报", "definition": looked})
    path = f"/api/reviews/{review['review_id']}"
    action = send("POST", f"{path}/actions", {"text": "下次早一天发券", "due_on": "2026-12-01"})
    live = send("GET", f"{path}/numbers")
    assert (live["is_frozen"], live["metrics"][0]["value"], live["metrics"][0]["target"]) == (False, 3750, 5000)
    assert live["is_partial"]
    assert send("POST", f"{path}/close")["closed_at"] is not None

    with database.begin() as work:
        work.record([NewEvent("order_paid", work.ids.new_id(), min(made.values()), now, "orders", told)])
    project(database, columns)
    frozen = send("GET", f"{path}/numbers")
    assert frozen == {**live, "is_frozen": True, "as_of": frozen["as_of"]}
    assert send("GET", f"/api/plans/{plan['plan_id']}/numbers")["targets"][0]["actual"] == 5000
    send("PUT", path, {"name": "改", "definition": looked}, status=409)
    changed = {"text": action["text"], "due_on": "2026-12-01", "state": "doing"}
    assert send("PUT", f"/api/reviews/actions/{action['action_id']}", changed)["state"] == "doing"
    assert [each["state"] for each in send("GET", f"{path}/actions")["rows"]] == ["doing"]

    for language, word in (("zh", "目标与实际"), ("en", "Target and actual")):
        paper = client.get(f"{path}/paper?language={language}")
        assert paper.headers["content-type"] == "application/pdf"
        written = text_of(paper.content)
        for expected in (word, "会员日 <复盘> & 战报", "¥37.50", "¥50.00", "来的人多", "下次早一天发券", "2026-12-01"):
            assert expected in written, expected
    assert send("GET", f"/api/reviews?plan_id={plan['plan_id']}")["rows"][0]["review_id"] == review["review_id"]
    assert send("GET", f"/api/plans/{plan['plan_id']}")["used_by"][0]["kind"] == "review"
