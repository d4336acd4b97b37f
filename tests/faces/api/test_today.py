"""What waits for somebody: counted for who may do something about it, and what is urgent first."""

from __future__ import annotations

from datetime import timedelta

from fastapi.testclient import TestClient

from siyu.domain.company.contracts import Role, WecomSecrets
from siyu.domain.company.service import create_staff, save_wecom_corp
from siyu.domain.messages.contracts import ReachRules
from siyu.domain.messages.rules_contracts import ChannelRules
from siyu.domain.messages.service import set_rules
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from tests.faces.api.conftest import PASSWORD, LogIn

SYSTEM = system_actor("test")


def test_everybody_is_told_of_their_own(client: TestClient, log_in: LogIn, database: Database) -> None:
    log_in()
    assert client.get("/api/summary/today").json() == {"rows": []}
    now = database.clock.now()
    with database.begin() as work:
        create_staff(work, SYSTEM, "林", "lin@example.com", PASSWORD, Role.ANALYST, 1)
        save_wecom_corp(work, SYSTEM, "ww1", "晨曦", agent_id=1, secrets=WecomSecrets("secret"))
        work.driver.execute(
            "INSERT INTO wecom.callbacks (corp_id, dedupe_key, event, change, happened_at, received_at, state, try_at)"
            " VALUES ('ww1', 'x', 'e', 'c', %(now)s, %(now)s, 'failed', %(now)s)",
            {"now": now},
        )
        work.driver.execute(
            "INSERT INTO tasks.tasks (task_key, profile_id, staff_id, is_for_keeper, title, body, source, due_at, expires_at,"
            " requested_at) VALUES ('t', 1, 1, false, 'x', 'x', 'hand', %(due)s, %(now)s + interval '1 day', %(due)s)",
            {"due": now - timedelta(days=2), "now": now},
        )
        set_rules(work, SYSTEM, ReachRules(channels={"sms": ChannelRules(quota_per_day=100)}), version=0)
        work.driver.execute(
            "INSERT INTO messages.channel_days (channel, day_on, let_through) VALUES ('sms', %s, 100)",
            ((now + timedelta(hours=8)).date(),),
        )
    rows = client.get("/api/summary/today").json()["rows"]
    assert [(each["key"], each["count"], each["subject"], each["limit"], each["is_urgent"]) for each in rows] == [
        ("tasks_overdue", 1, "", None, True),
        ("quota", 100, "sms", 100, True),
        ("callbacks", 1, "晨曦", None, False),
    ]
    log_in("lin@example.com")
    assert [each["key"] for each in client.get("/api/summary/today").json()["rows"]] == ["quota"]
