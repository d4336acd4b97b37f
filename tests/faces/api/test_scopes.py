"""What happens to others' customers changes nothing of what somebody with a limited scope is told: all that can be read of the API
is asked before the west has customers and after, by everybody of the east. A route that is added is asked too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, Identity
from siyu.domain.entries import service as entries
from siyu.domain.entries import ways_store
from siyu.domain.entries.contracts import CodeAdds, WantedWay
from siyu.domain.journeys import service as journeys
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import ReachRules
from siyu.domain.messages.rules_contracts import ChannelRules
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import LeftOutReason
from siyu.domain.tags import service as tags
from siyu.faces.api.context import ApiContext
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.conftest import START
from tests.domain.entries.forms import a_form
from tests.domain.journeys.documents import journey, wait
from tests.engines.orchestration.orchestrating import move
from tests.engines.orchestration.test_publishing import published
from tests.engines.reach.sending import ZONE, a_send
from tests.engines.scenery import SIYU, a_segment
from tests.faces.api.conftest import PASSWORD, LogIn
from tests.faces.api.test_sends import put_members
from tests.faces.api.test_tags import project

READERS = {
    "operator": Role.OPERATOR,
    "manager": Role.MANAGER,
    "analyst": Role.ANALYST,
    "own": Role.FRONTLINE,
    "partner": Role.PARTNER,
}
OF_THE_WEST = "西域来客"
TODAY = START.astimezone(ZoneInfo("Asia/Shanghai")).date()

OF_ALL = {
    "/api/doctor": "how much the installation has",
    "/api/segments/vocabulary": "the words the company works with: examples of them are met with several customers and name nobody",
}
"""What is the same for everybody who may ask, though it moves with all customers."""

OF_NOBODY = {
    "/api/setup",
    "/api/session/sign-on",
    "/api/session/sign-on/available",
    "/api/session/sign-on/back",
    "/api/session/wecom/available",
    "/api/session/wecom/back",
}
"""What is told to who has not logged in: how to."""

NOT_TOLD = re.compile(r'"(request_id|age_seconds|as_of|expires_at|csrf_token)":[^,}]*')
"""What is another with each answer."""

STANDING = """
INSERT INTO messages.messages (message_key, profile_id, customer_id, channel, channels, purpose, definition_id, version, step,
    state, reason, created_at)
SELECT 'm:' || d || ':' || p, p, p, 'wecom', '{wecom}', 'marketing', d, 1, 0, 'held', 'no_consent', %(at)s
FROM unnest(%(ids)s::bigint[]) AS p, unnest(%(definitions)s::bigint[]) AS d;
UPDATE journeys.entries SET state = 'paused', fault = 'segment_gone' WHERE customer_id = %(she)s;
INSERT INTO journeys.counts (journey_id, version, place, way, amount) VALUES (%(journey_id)s, 1, 0, -2, 1);
INSERT INTO entries.answers (form_id, version, profile_id, page_id, answered_at, choices)
SELECT %(form_id)s, 1, p, 'page', %(at)s, '{}' FROM unnest(%(ids)s::bigint[]) AS p;
UPDATE entries.tallies SET answers = answers + 3 WHERE form_id = %(form_id)s;
UPDATE sends.posts SET outcome = 'sent', likes = 2 WHERE subject_id = %(staff_id)s;
INSERT INTO messages.channel_days (channel, day_on, let_through) VALUES ('sms', %(today)s, 50)
ON CONFLICT (channel, day_on) DO UPDATE SET let_through = messages.channel_days.let_through + 50;
"""


class Company:
    """A company with two regions; what happens to the customers of one is set down by `live`."""

    def __init__(self, client: TestClient, database: Database, columns: Columns, headers: dict[str, str]) -> None:
        self.client, self.database, self.columns, self.headers = client, database, columns, headers
        with database.begin() as work:
            root = company.list_units(work, SIYU)[0].unit_id
            self.units = {name: company.create_unit(work, SIYU, name, root).unit_id for name in ("east", "west")}
            self.staff = {name: self._member(work, name, role, "east") for name, role in READERS.items()}
            self.staff["west"] = self._member(work, "west", Role.FRONTLINE, "west")
            group = tags.create_group(work, SIYU, "意向", colour="red", is_exclusive=False)
            self.tag_id = tags.create_tag(work, SIYU, group.group_id, "想买").tags[0].tag_id
            messages.set_rules(work, SIYU, ReachRules(channels={"sms": ChannelRules(quota_per_day=60)}), version=0)
        segment_id = a_segment(database)
        self.journey_id = published(database, journey(wait("rest")))
        self.form_id = a_form(database)
        both = [self.staff["own"], self.staff["west"]]
        with database.begin() as work:
            self.send_id = sends.create_send(work, SIYU, "周末半价", a_send(segment_id)).send_id
            sends.ask_for_send(work, SIYU, self.send_id, ZONE, recipients=40, approve_above=10)
            document = {"title": "加我领券", "corp_id": "ww1", "staff_ids": both}
            self.code_id = entries.create_code(work, SIYU, "立牌", document, ZONE).code_id
            entries.publish_code(work, SIYU, self.code_id, ZONE)
            moment = {"kind": "moment", "targets": {"all": True}, "content": {"title": "秋茶", "body": "秋茶到店"}}
            post_id = sends.post_now(work, SIYU, "秋茶", moment, both, asked_key="autumn").post_id
        self.ids = {
            "segment_id": segment_id,
            "journey_id": self.journey_id,
            "send_id": self.send_id,
            "tag_id": self.tag_id,
            "form_id": self.form_id,
            "code_id": self.code_id,
            "post_id": post_id,
        }

    def _member(self, work: UnitOfWork, name: str, role: Role, unit: str) -> int:
        made = company.create_staff(work, SIYU, name, f"{name}@example.com", PASSWORD, role, self.units[unit])
        return made.staff_id

    def live(self, side: str, staff_id: int, name: str) -> list[int]:
        """Three customers of a member of the staff, with all that can be set down of them."""
        at = self.database.clock.now()
        with self.database.begin() as work:
            known: dict[Sequence[Identity], datetime] = {(Identity("user_id", f"{side}{n}"),): at for n in range(3)}
            ids = sorted(customers.resolve(work, SIYU, known).values())
            customers.set_attributes(work, SIYU, [AttributeChange(each, {"name": name}, START) for each in ids])
            customers.give_custody(work, SIYU, dict.fromkeys(ids, (self.units[side], staff_id)))
            journeys.enter(work, SIYU, self.journey_id, ids, side)
            entries.count_adds(work, SIYU, [CodeAdds(self.code_id, staff_id, TODAY, 3)])
        if side == "east":
            put_members(self.database, self.ids["segment_id"], ids)
        move(self.database)
        told = {
            "at": at,
            "ids": ids,
            "she": ids[0],
            "staff_id": staff_id,
            "form_id": self.form_id,
            "journey_id": self.journey_id,
            "definitions": [self.send_id, self.journey_id],
            "today": TODAY,
        }
        with self.database.begin() as work:
            for statement in STANDING.split(";\n"):
                if statement.strip():
                    work.driver.execute(statement, told)
        self._by_hand(ids, staff_id, name)
        project(self.database, self.columns)
        return ids

    def _by_hand(self, ids: list[int], staff_id: int, name: str) -> None:
        for path, body in deeds(ids[0], self.tag_id, staff_id, name):
            answer = self.client.post(path, json=body, headers=self.headers)
            assert answer.status_code < 300, (path, answer.text)


def deeds(she: int, tag_id: int, staff_id: int | None, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What people do with a customer by hand."""
    due = START.replace(hour=9).isoformat()
    task = {
        "task_key": str(uuid4()),
        "customer_id": she,
        "title": name,
        "body": "",
        "due_at": due,
        "staff_id": staff_id,
    }
    talk = {"follow_up_key": str(uuid4()), "way": "call", "text": name, "intent": "high", "next_at": due}
    yield "/api/tasks", task
    yield "/api/leads", {"customer_id": she, "source": name}
    yield "/api/enquiries", {"text": name, "customer_id": she}
    yield f"/api/customers/{she}/follow-ups", talk
    yield f"/api/customers/{she}/tags", {"add": [tag_id]}


def reached(she: int, whole: Company) -> Iterator[tuple[str, dict[str, Any]]]:
    """Deeds, and what else names a customer."""
    yield from deeds(she, whole.tag_id, None, "想一想")
    yield "/api/scripts/preview", {"text": "{{ name }}", "customer_id": she}
    yield f"/api/customers/{she}/reveal-identity", {"profile_id": she, "reason": "核对"}
    yield f"/api/customers/{she}/reveal-attribute", {"attribute": "name", "reason": "核对"}
    yield f"/api/customers/{she}/split", {"profile_ids": [she], "reason": "两个人"}
    yield f"/api/customers/{she}/exports", {"reason": "本人要求"}
    yield f"/api/customers/{she}/erasures", {"reason": "asked_by_customer"}
    yield f"/api/forms/{whole.form_id}/links", {"customer_id": she}


def asked(client: TestClient, paths: Iterable[str], ids: dict[str, int]) -> dict[str, str]:
    """{path: what it answers} of those of the GETs that are answered."""
    told: dict[str, str] = {}
    for path in paths:
        answer = client.get(re.sub(r"\{(\w+)\}", lambda found: str(ids.get(found[1], 1)), path))
        if answer.status_code == 200:
            told[path] = NOT_TOLD.sub("", answer.text)
    return told


def looked_up(client: TestClient, headers: dict[str, str], whole: Company) -> dict[str, str]:
    """{path: what it answers} of what is asked by a POST."""
    moment = {"kind": "moment", "targets": {"all": True}, "content": {"title": "秋茶", "body": "秋茶到店"}}
    bodies: dict[str, dict[str, Any]] = {
        "/api/posts/reach": {"name": "秋茶", "definition": moment},
        f"/api/journeys/{whole.journey_id}/entries/retry": {"node": "rest"},
    }
    return {path: NOT_TOLD.sub("", client.post(path, json=body, headers=headers).text) for path, body in bodies.items()}


@pytest.fixture
def context(context: ApiContext, columns: Columns) -> ApiContext:
    """With columns, so that who asks them is asked too."""
    return replace(context, columns=columns)


@pytest.fixture
def whole(client: TestClient, log_in: LogIn, database: Database, columns: Columns) -> Company:
    return Company(client, database, columns, log_in())


def test_what_happens_elsewhere_is_told_to_nobody(whole: Company, log_in: LogIn) -> None:
    client = whole.client
    routes = client.get("/api/openapi.json").json()["paths"]
    paths = [path for path, verbs in routes.items() if "get" in verbs and path.startswith("/api/")]
    (she, *_) = whole.live("east", whole.staff["own"], "东来客")
    mine, before = whole.ids | {"customer_id": she}, {}
    for name in READERS:
        headers = log_in(f"{name}@example.com")
        before[name] = asked(client, paths, mine) | looked_up(client, headers, whole)
    assert '"entered":3' in before["operator"]["/api/journeys"]
    whole.headers = log_in()
    (other, *_) = whole.live("west", whole.staff["west"], OF_THE_WEST)
    found: list[tuple[str, ...]] = []
    for name, told in before.items():
        headers = log_in(f"{name}@example.com")
        after = asked(client, [path for path in told if path in routes], mine) | looked_up(client, headers, whole)
        found += [(name, path) for path, now in after.items() if now != told[path] and path not in OF_ALL]
        theirs = asked(client, [path for path in told if "{customer_id}" in path], whole.ids | {"customer_id": other})
        named = [path for path, now in [*after.items(), *theirs.items()] if OF_THE_WEST in now]
        found += [(name, path, "name") for path in named if path not in OF_ALL]
        for path, body in reached(other, whole):
            answer = client.post(path, json=body, headers=headers)
            if answer.status_code not in {403, 404}:
                found.append((name, path, answer.text[:200]))
    client.cookies.clear()
    found += [("nobody", path) for path in asked(client, paths, mine) if path not in OF_NOBODY]
    assert not found, "\n".join(map(str, found))


def test_a_code_leads_to_those_whom_its_publisher_sees(whole: Company, log_in: LogIn, database: Database) -> None:
    headers = log_in("operator@example.com")
    draft: dict[str, Any] = {
        "name": "东区",
        "definition": {"title": "加我", "corp_id": "ww1", "staff_ids": [whole.staff["west"]]},
    }
    made = whole.client.post("/api/codes", json=draft, headers=headers).json()
    refused = whole.client.post(f"/api/codes/{made['code_id']}/publish", headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "code_beyond_scope")
    draft["definition"]["staff_ids"] = [whole.staff["own"]]
    assert whole.client.put(f"/api/codes/{made['code_id']}", json=draft, headers=headers).status_code == 200
    assert whole.client.post(f"/api/codes/{made['code_id']}/publish", headers=headers).status_code == 200


def test_a_code_is_told_to_those_to_whom_it_leads(whole: Company, log_in: LogIn, database: Database) -> None:
    client, partner, west = whole.client, whole.staff["partner"], whole.staff["west"]
    with database.begin() as work:
        ((group_id,),) = work.driver.execute(
            "INSERT INTO groups.groups (corp_id, chat_id, name, notice, owner_userid, owner_id, status, version, digest,"
            " created_at) VALUES ('ww1', 'chat', '群', '', 'u', %s, 0, '1', '', now()) RETURNING group_id",
            (partner,),
        ).fetchall()
        of_group = {"title": "进群", "corp_id": "ww1", "mode": "groups", "groups": [{"group_id": group_id}]}
        of_both = {"title": "加我", "corp_id": "ww1", "staff_ids": [partner, west]}
        ids = [entries.create_code(work, SIYU, "码", each, ZONE).code_id for each in (of_group, of_both)]
        for code_id in ids:
            entries.publish_code(work, SIYU, code_id, ZONE)
        ways = [WantedWay(ids[1], target_id, "ww1", "", ("u",), is_automatic=True) for target_id in (partner, west)]
        ways_store.want_ways(work.driver, ways, work.clock.now())

    def told(name: str) -> tuple[set[int], list[int], set[int]]:
        """Which codes somebody is told of, which of their ways, and what they are answered about the others."""
        log_in(f"{name}@example.com")
        seen = {each["code_id"] for each in client.get("/api/codes").json()["rows"]}
        found = {
            each: [client.get(f"/api/codes/{each}{of}") for of in ("", "/numbers", "/qr")]
            for each in (whole.code_id, *ids)
        }
        assert {answer.status_code for each in seen for answer in found[each]} <= {200}
        refused = {answer.status_code for each in found.keys() - seen for answer in found[each]}
        numbers = found[ids[1]][1].json()
        return seen, [each["target_id"] for each in numbers["ways"]], refused

    assert told("partner") == ({*ids}, [partner], {404})
    assert told("manager") == ({whole.code_id, *ids}, [partner], set())
    assert told("operator") == ({whole.code_id, *ids}, [partner, west], set())


def test_who_was_left_out_of_a_send_is_told_why(whole: Company, log_in: LogIn, database: Database) -> None:
    she, other, _ = whole.live("east", whole.staff["own"], "东来客")
    with database.begin() as work:
        (run_id,) = work.driver.execute("UPDATE sends.runs SET state = 'planned' RETURNING run_id").fetchone() or (0,)
        left_out = {LeftOutReason.QUOTA_USED: np.array([she], np.uint64)}
        sends.start_run(work, SIYU, run_id, np.array([other], np.uint64), np.zeros(1, np.int64), left_out)
    log_in("own@example.com")
    (row,) = whole.client.get(f"/api/customers/{she}/left-out").json()["rows"]
    assert (row["send_id"], row["name"], row["reason"]) == (whole.send_id, "周末半价", "quota_used")
    assert whole.client.get(f"/api/customers/{other}/left-out").json() == {"rows": []}
