"""The simulation: what it lives through, that it is the same again, and that it sees what is broken."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from siyu.assembly.simulation import company, console, gate_checks, running, seeds, texts
from siyu.assembly.simulation.checks import find_faults
from siyu.assembly.simulation.running import KEYS, Simulation
from siyu.assembly.simulation.simulated import Town
from siyu.channels.sms.aliyun import AliyunSms
from siyu.domain.customers import reading as customers_reading
from siyu.domain.entries import service as entries_service
from siyu.domain.journeys import moving
from siyu.domain.messages import rules as message_rules
from siyu.domain.messages.contracts import ChannelRules, ReachRules, Repeating
from siyu.domain.segments import reading as segments_reading
from siyu.domain.sends import service as sends_service
from siyu.domain.sends.contracts import PostOutcome
from siyu.domain.tasks import service as tasks_service
from siyu.engines.intake import draining
from siyu.engines.reach import delivery, gate, planning_runs, tasks_planning
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings, load_settings
from tests.conftest import cloned


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({}, home=tmp_path)


@pytest.fixture
def second_database_url(postgres_url: str, template: str) -> Iterator[str]:
    with cloned(postgres_url, template) as url:
        yield url


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days pass in few steps, and rest comes by each hour at which something is let go."""
    monkeypatch.setattr(running, "TICK", timedelta(hours=8))
    monkeypatch.setattr(running, "WORKED_SHARE", 0.03)
    monkeypatch.setattr(running, "REST_DAYS", 4)
    monkeypatch.setattr(running, "REST_TICK", timedelta(hours=11))


BROKEN_BOOKS = {
    "times in the log": "DELETE FROM log.events WHERE name = 'order_completed'",
    "people paid": "UPDATE orders.orders SET total_fen = total_fen + 1",
    "Segment lookers": "UPDATE segments.membership SET members = ~members",
    "came to node": "UPDATE journeys.counts SET amount = amount + 1 WHERE way >= 0",
    "are counted as active": "UPDATE journeys.counts SET amount = amount + 1 WHERE way = -1",
    "are counted as entered": "UPDATE journeys.counts SET amount = amount + 1 WHERE way = -3",
    "keep that they did": "DELETE FROM journeys.passages",
    "who went through": "UPDATE journeys.entries SET state = 'exited' WHERE state = 'completed'",
    "are active when all": "UPDATE journeys.entries SET state = 'active', ended_at = NULL"
    " WHERE entry_id = (SELECT max(entry_id) FROM journeys.entries)",
    "and arrived": "UPDATE messages.messages SET state = 'held', reason = 'no_consent' WHERE state = 'delivered'",
    "on the books are": "DELETE FROM messages.messages WHERE channel = 'webhook'",
    "nobody sent it": "DELETE FROM messages.messages",
    "nobody here knows of it": "DELETE FROM sends.tasks",
    "the books say": "UPDATE sends.posts SET outcome = 'refused' WHERE outcome = 'sent'",
    "is still running": "UPDATE sends.runs SET state = 'running'",
    "approved by who had asked": "UPDATE sends.runs SET decided_by = asked_by",
    "tasks are open": "INSERT INTO tasks.tasks (task_key, profile_id, is_for_keeper, title, body, source, due_at, expires_at,"
    " requested_at) VALUES ('broken', 1, true, '', '', 'hand', now(), now(), now())",
    "leads at once": "DROP INDEX entries.leads_open; UPDATE entries.leads SET state = 'open'; INSERT INTO entries.leads"
    " (profile_id, stage, source, opened_at, touched_at) SELECT profile_id, stage, source, opened_at, touched_at"
    " FROM entries.leads",
    "The imports are": "UPDATE imports.imports SET rows_new = 0, rows_known = 0",
    "still tell of somebody erased": "UPDATE company.units SET name = 'person-4'",
    "are friends": "UPDATE contacts.relations SET lost_at = now() WHERE lost_at IS NULL",
}
"""What breaks the books, by words of what is said of it then."""


def test_in_a_town_where_everything_goes_wrong_the_books_are_right_and_broken_ones_are_seen(
    settings: Settings, database_url: str, columns: Columns, small: None
) -> None:
    simulation = Simulation(settings, database_url, columns, 2, Town(people=5, days=4))
    database = Database(database_url, keys=KEYS)
    try:
        found = simulation.run()
        assert find_faults(found, database, columns, settings.zone) == []
        assert found.fates.kills > 10
        assert found.fates.refusals > 0
        assert min(len(found.outside.received), found.outside.calls, len(found.vendor.arrived)) > 0
        unseen = []
        for words, statement in BROKEN_BOOKS.items():
            with database.begin() as work:
                work.driver.execute(statement.encode())
            if words not in "\n".join(find_faults(found, database, columns, settings.zone)):
                unseen.append(words)
        assert unseen == []
    finally:
        simulation.close()
        database.close()


def test_a_product_that_does_wrong_is_found_out(
    settings: Settings, database_url: str, columns: Columns, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of these takes away what holds one rule; one town is enough to miss them all."""
    monkeypatch.setattr(message_rules.Usage, "exceeded", lambda *_given, **_named: None)
    for engine in (gate, delivery):
        monkeypatch.setattr(engine, "quiet_ends", lambda *_given: {})
    monkeypatch.setattr(customers_reading, "may_receive", lambda _reading, ids, *_given: set(ids))
    for asking in (sends_service, planning_runs):
        monkeypatch.setattr(asking, "needs_approval", lambda *_given: False)
    monkeypatch.setattr(AliyunSms, "repeating", Repeating.KEYED)
    monkeypatch.setattr(moving, "_count", lambda *_given: None)
    monkeypatch.setattr(texts, "LOST_ANSWER_SHARE", 0.6)
    _take_more_away(monkeypatch)
    report = seeds.run_seed(settings, database_url, columns, 3, Town(people=6, days=4))
    told = "\n".join(report.faults)
    wanted = (
        "had not agreed",
        "by webhook at",
        "advertisements through on",
        "let out by nobody",
        "reached a telephone twice",
        "text messages through on",
        "text messages were let through for",
        "Segment recent",
        "The mass task",
        "the books say 0",
        "tasks are open when all",
        "nobody cares for it",
    )
    assert [words for words in (*wanted, "came to node") if words not in told] == []


def _take_more_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quota, whose time has come, the hours of mass tasks, what was posted, and what gives tasks and leads up."""
    for place in (company, gate_checks):
        monkeypatch.setattr(place, "TEXTS_OF_ALL_MOST", 1)
    monkeypatch.setattr(ReachRules, "of_channel", lambda *_given: ChannelRules())
    monkeypatch.setattr(segments_reading, "due", lambda *_given: {})
    monkeypatch.setattr(segments_reading, "next_due_ms", lambda *_given: 2**62)
    monkeypatch.setattr(tasks_planning, "_end_of_drop", lambda local: local + timedelta(hours=12))
    settle = sends_service.settle_posts

    def nobody_confirmed(work: Any, actor: Any, outcomes: Mapping[int, Any]) -> Any:
        return settle(work, actor, dict.fromkeys(outcomes, PostOutcome.NOT_CONFIRMED))

    monkeypatch.setattr(sends_service, "settle_posts", nobody_confirmed)
    lookers = company._lookers

    def all_are_talked_to(*given: Any) -> dict[str, Any]:
        document = lookers(*given)
        document["nodes"][1]["arms"][0]["weight"] = 100
        return document

    monkeypatch.setattr(company, "_lookers", all_are_talked_to)
    monkeypatch.setattr(console, "DONE_SHARE", 0.0)
    monkeypatch.setattr(tasks_service, "expire_tasks", lambda *_given: 0)
    monkeypatch.setattr(entries_service, "recycle_leads", lambda *_given: 0)


def test_what_is_counted_twice_is_seen_and_seen_again(
    settings: Settings, database_url: str, columns: Columns, monkeypatch: pytest.MonkeyPatch, second_database_url: str
) -> None:
    """A seed that fails takes the same course again, to the last call, and fails in the same way."""

    def remember_all(_driver: Any, keys: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
        return set(keys)

    monkeypatch.setattr(draining, "remember_new", remember_all)
    monkeypatch.setattr(running, "ASKED_TWICE_SHARE", 1.0)
    monkeypatch.setattr(running, "WORKED_SHARE", 0.5)
    monkeypatch.setattr(running, "GROUPS", ("intake",))
    monkeypatch.setattr(running, "TICK", timedelta(hours=12))
    monkeypatch.setattr(running, "REST_DAYS", 0)
    monkeypatch.setattr(running, "NEVER_AFTER_DAYS", 0)
    first = seeds.run_seed(settings, database_url, columns, 3, Town(people=2, days=1))
    second = seeds.run_seed(settings, second_database_url, columns, 3, Town(people=2, days=1))
    assert any("2 times in the log" in fault for fault in first.faults)
    assert second == first
