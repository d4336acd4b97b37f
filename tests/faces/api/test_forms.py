"""Forms over HTTP."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.entries.contracts import Respondent
from siyu.domain.tags import service as tags
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from tests.domain.entries.forms import AGREE, GOALS, LEVEL, SHOP, form_of, send, visitor
from tests.engines.scenery import some_customers
from tests.faces.api.conftest import LogIn

PLAIN = {**LEVEL, "choices": [{**each, "tags": []} for each in LEVEL["choices"]]}
SURVEY = form_of(PLAIN, GOALS, SHOP, AGREE)
SYSTEM = system_actor("test")


def made(client: TestClient, headers: dict[str, str], document: dict[str, Any] = SURVEY) -> dict[str, Any]:
    """A published form."""
    answer = client.post("/api/forms", json={"name": "报名调查", "definition": document}, headers=headers)
    assert answer.status_code == 200, answer.text
    answer = client.post(f"/api/forms/{answer.json()['form_id']}/publish", headers=headers)
    assert answer.status_code == 200, answer.text
    row: dict[str, Any] = answer.json()
    return row


def test_a_form_is_made_changed_published_stopped_and_taken_away(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    form = made(client, headers)
    path = f"/api/forms/{form['form_id']}"
    assert (form["status"], form["state"], form["version"], form["answers"]) == ("live", "open", 1, 0)
    assert client.get(form["url"]).status_code == 200
    draft = {"name": "新名字", "definition": {**SURVEY, "title": "新"}, "revision": form["revision"]}
    saved = client.put(path, json=draft, headers=headers).json()
    assert (saved["definition"]["title"], saved["draft_definition"]["title"]) == ("报名调查", "新")
    assert client.put(path, json=draft, headers=headers).json()["error"]["code"] == "stale_definition"
    assert client.post(f"{path}/stop", headers=headers).json()["state"] == "stopped"
    assert client.post(f"{path}/resume", headers=headers).json()["state"] == "open"
    assert [row["name"] for row in client.get("/api/forms").json()["rows"]] == ["新名字"]
    assert client.delete(path, headers=headers).status_code == 204
    assert client.get(path).status_code == 404


def test_a_bad_document_is_told_of_with_the_way_to_the_fault(
    client: TestClient, log_in: LogIn, database: Database
) -> None:
    headers = log_in()
    for path in ("/api/forms", "/api/forms/preview"):
        answer = client.post(path, json={"name": "x", "definition": form_of(GOALS, GOALS)}, headers=headers)
        assert (answer.status_code, answer.json()["error"]["fields"]["path"]) == (422, "pages.0.questions.1.key")
    answer = client.post("/api/forms", json={"name": "x", "definition": form_of(LEVEL)}, headers=headers)
    assert answer.json()["error"]["fields"]["path"] == "pages.0.questions.0.choices.0.tags"
    with database.begin() as work:
        group = tags.create_group(work, SYSTEM, "意向", colour="red", is_exclusive=False)
        (tag,) = tags.create_tag(work, SYSTEM, group.group_id, "想学").tags
    tagged = {**GOALS, "choices": [{**GOALS["choices"][0], "tags": [tag.tag_id]}], "most": None}
    draft = {"name": "x", "definition": form_of(tagged)}
    assert client.post("/api/forms", json=draft, headers=headers).status_code == 200
    with database.begin() as work:
        tags.archive_tag(work, SYSTEM, tag.tag_id)
    assert client.post("/api/forms", json=draft, headers=headers).status_code == 422


def test_a_draft_is_seen_as_customers_would_see_it(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    asked = {"definition": {**SURVEY, "title": "<i>预览</i>"}, "language": "en"}
    html = client.post("/api/forms/preview", json=asked, headers=headers).json()["html"]
    assert "&lt;i&gt;预览&lt;/i&gt;" in html
    assert "Send" in html
    assert "<script" not in html


def test_answers_are_listed_counted_and_taken_as_a_file(client: TestClient, log_in: LogIn, database: Database) -> None:
    headers = log_in()
    form_id = made(client, headers)["form_id"]
    (she,) = some_customers(database, 1)
    send(database, form_id, Respondent(she), {"level": "some", "goals": ["sell"], "shop": "=1+1"})
    send(database, form_id, visitor(), {"level": "none", "goals": ["brew", "taste"], "agree": "yes"})
    path = f"/api/forms/{form_id}"
    newest, oldest = client.get(f"{path}/answers").json()["rows"]
    assert (oldest["customer_id"], oldest["values"]) == (she, {"level": "some", "goals": ["sell"], "shop": "=1+1"})
    assert (newest["score"], newest["values"]["agree"]) == (4, True)
    page = client.get(f"{path}/answers?size=1").json()
    rest = client.get(f"{path}/answers?size=1&after={page['next_after']}").json()
    assert [page["rows"], rest["rows"], rest["next_after"]] == [[newest], [oldest], None]
    numbers = client.get(f"{path}/statistics").json()
    assert (numbers["respondents"], numbers["answers"], numbers["mean_score"]) == (2, 2, 6.5)
    assert numbers["questions"]["goals"]["counts"] == {"sell": 1, "brew": 1, "taste": 1}
    assert numbers["questions"]["goals"]["answers"] == 2
    assert "shop" not in numbers["questions"]
    assert numbers["by_day"] == [{"day": "2026-06-01", "answers": 2}]
    file = client.get(f"{path}/answers.csv")
    lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [line[-4:] for line in lines[1:]] == [["零基础", "冲泡 | 品鉴", "", "1"], ["学过", "开店", "'=1+1", ""]]
    assert "forms.export" in [row["verb"] for row in client.get("/api/audit").json()["rows"]]
    assert client.delete(path, headers=headers).json()["error"]["code"] == "form_has_answers"


def test_a_file_has_what_older_versions_asked(client: TestClient, log_in: LogIn, database: Database) -> None:
    headers = log_in()
    path = f"/api/forms/{made(client, headers)['form_id']}"
    form_id = int(path.rsplit("/", 1)[-1])
    send(database, form_id, visitor("first"), {"level": "some", "goals": ["brew"]})
    later = {**SURVEY, "pages": [{"questions": [{**PLAIN, "title": "基础"}]}]}
    saved = client.put(path, json={"name": "报名调查", "definition": later}, headers=headers)
    assert saved.status_code == 200, saved.text
    client.post(f"{path}/publish", headers=headers)
    send(database, form_id, visitor("second"), {"level": "none"}, version=2)
    lines = list(csv.reader(io.StringIO(client.get(f"{path}/answers.csv").content.decode("utf-8-sig"))))
    assert [line[6:8] for line in lines] == [["基础", "想学什么？"], ["零基础", ""], ["学过", "冲泡"]]


def test_its_address_is_a_picture_and_a_customers_own_is_theirs(
    client: TestClient, log_in: LogIn, database: Database
) -> None:
    headers = log_in()
    form = made(client, headers)
    path = f"/api/forms/{form['form_id']}"
    assert client.get(f"{path}/qr").text.startswith("<?xml")
    assert client.get(f"{path}/qr?picture=png").content.startswith(b"\x89PNG")
    (she,) = some_customers(database, 1)
    link = client.post(f"{path}/links", json={"customer_id": she}, headers=headers).json()["url"]
    assert link != form["url"]
    assert client.get(link).status_code == 200
    assert client.post(f"{path}/links", json={"customer_id": 99}, headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("role", "may"), [(Role.OPERATOR, "rwp"), (Role.MANAGER, "r"), (Role.ANALYST, "r"), (Role.FRONTLINE, "")]
)
def test_roles(client: TestClient, log_in: LogIn, database: Database, role: Role, may: str) -> None:
    form_id = made(client, log_in())["form_id"]
    with database.begin() as work:
        root = company.list_units(work, SYSTEM)[0]
        company.create_staff(work, SYSTEM, "同事", "one@example.com", "long enough words", role, root.unit_id)
    headers = log_in("one@example.com", "long enough words")
    path = f"/api/forms/{form_id}"
    done = {
        "r": client.get(path).status_code == 200,
        "w": client.put(path, json={"name": "x", "definition": SURVEY}, headers=headers).status_code == 200,
        "p": client.post(f"{path}/publish", headers=headers).status_code == 200,
    }
    assert {name for name, is_done in done.items() if is_done} == set(may)
    assert (client.get(f"{path}/answers.csv").status_code == 200) is ("w" in may)
