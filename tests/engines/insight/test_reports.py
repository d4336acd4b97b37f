"""Reports go out when they are due, to each receiver once, with the numbers that they may see themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.company import reading as company_reading
from siyu.domain.company import service as company
from siyu.domain.company.contracts import Letter, PostDelayedError, PostRefusedError, Role, Staff
from siyu.domain.company.service import ensure_first_admin
from siyu.domain.definitions.contracts import DefinitionInUseError, InvalidDefinitionError, UnknownReferenceError
from siyu.domain.metrics import service as metrics
from siyu.domain.metrics.reports_rules import is_due, last_due, parse_report
from siyu.engines.insight.reports.letters import sparkline
from siyu.engines.insight.reports.sending import Office, send_reports
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import NotFoundError
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database

ZONE = ZoneInfo("Asia/Shanghai")
SIYU = system_actor("test")


class Box:
    """A way to staff that keeps what it is given, and may have its troubles."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, Letter]] = []
        self.troubles: list[Exception] = []

    def post(self, to: Staff, letter: Letter) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.letters.append((to.name, letter))


def when(kind: str, at: str, **more: int) -> Any:
    told: dict[str, Any] = {"kind": kind, "at": at, **more}
    return parse_report({"of": {"kind": "question", "question_id": 1}, "when": told, "to": [1]}).when


@pytest.mark.parametrize(
    ("told", "now", "due"),
    [
        (when("day", "09:00"), "2026-06-03T08:59", "2026-06-02T09:00"),
        (when("day", "09:00"), "2026-06-03T09:00", "2026-06-03T09:00"),
        (when("week", "18:30", weekday=1), "2026-06-03T09:00", "2026-06-01T18:30"),
        (when("month", "08:00", day=31), "2026-06-29T09:00", "2026-05-31T08:00"),
        (when("month", "08:00", day=31), "2026-06-30T09:00", "2026-06-30T08:00"),
        (when("month", "08:00", day=31), "2026-03-01T09:00", "2026-02-28T08:00"),
    ],
)
def test_a_report_is_due_by_the_companys_clock(told: Any, now: str, due: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    assert last_due(told, at.astimezone(UTC), ZONE) == datetime.fromisoformat(due).replace(tzinfo=ZONE)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 730 * 1440), st.sampled_from(["Asia/Shanghai", "America/New_York"]))
def test_each_day_has_one_moment_whatever_the_clocks_do(minutes: int, zone_name: str) -> None:
    zone, now = ZoneInfo(zone_name), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due = last_due(when("day", "02:30"), now, zone)
    assert due <= now
    assert now - due <= timedelta(hours=25)
    following = last_due(when("day", "02:30"), due + timedelta(hours=26), zone)
    assert timedelta(hours=23) <= following - due <= timedelta(hours=25)


def test_what_was_saved_after_it_was_due_or_is_held_does_not_go_out() -> None:
    document = {"of": {"kind": "question", "question_id": 1}, "when": {"kind": "day", "at": "09:00"}, "to": [1]}
    due = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
    report = parse_report(document)
    assert is_due(report, due - timedelta(hours=1), due, ZONE) == due
    assert is_due(report, due, due + timedelta(hours=1), ZONE) is None
    assert is_due(report, due - timedelta(days=1), due + timedelta(hours=13), ZONE) is None
    assert is_due(parse_report({**document, "is_active": False}), due - timedelta(days=1), due, ZONE) is None
    wrong: list[dict[str, Any]] = [{"to": []}, {"to": [1, 1]}, {"when": {"kind": "day", "at": "9:00"}}]
    wrong.append({"when": {"kind": "week", "at": "09:00", "weekday": 8}})
    for bad in wrong:
        with pytest.raises(InvalidDefinitionError):
            parse_report({**document, **bad})


def test_a_course_in_one_line() -> None:
    assert sparkline([0, 5, None, 10]) == "▁▅ █"
    assert sparkline([None]) == ""


@pytest.fixture
def staff(database: Database) -> Sequence[tuple[Staff, Actor]]:
    """An administrator, and a manager of a store who sees its customers alone."""
    with database.begin() as work:
        ensure_first_admin(work, "admin@shop.test", "correct horse battery", "总部")
    with database.begin() as work:
        root = company.list_units(work, SIYU)[0]
        store = company.create_unit(work, SIYU, "一店", root.unit_id)
        made = company.create_staff(
            work, SIYU, "韩梅", "han@shop.test", "correct horse battery", Role.MANAGER, store.unit_id
        )
    with database.read() as reading:
        first = company.list_staff(reading, SIYU, PageRequest()).rows[0]
        found = [company_reading.find_reader(reading, each) for each in (first.staff_id, made.staff_id)]
    return [each for each in found if each is not None]


def test_reports_go_out_once_each_with_the_receivers_own_numbers(
    database: Database, columns: Columns, clock: ManualClock, staff: Sequence[tuple[Staff, Actor]]
) -> None:
    (boss, boss_actor), (manager, manager_actor) = staff
    at = clock.now() - timedelta(days=1)
    for n, path in enumerate(("1.", "1.", f"1.{manager.unit_id}."), start=1):
        columns.insert("customers", ("customer_id", "unit_path", "first_seen_at", "position"), [(n, path, at, 1)])
        columns.insert(
            "events",
            ("position", "n", "name", "event_id", "profile_id", "occurred_at", "source", "properties"),
            [(n, 0, "viewed", f"00000000-0000-0000-0000-{n:012d}", n, at, "web", {})],
        )
    funnel = {
        "kind": "funnel",
        "steps": [{"events": [{"event": "viewed"}]}, {"events": [{"event": "paid"}]}],
        "window": {"amount": 1},
        "period": {"kind": "last", "amount": 7},
    }
    text = {"kind": "text", "key": "note", "place": {"x": 0, "y": 0, "w": 12, "h": 1}, "lines": ["<b>早</b>"]}
    with database.begin() as work:
        question = metrics.create_question(work, boss_actor, "看到付款", funnel)
        card = {
            "kind": "question",
            "key": "q",
            "place": {"x": 0, "y": 1, "w": 6, "h": 4},
            "question_id": question.question_id,
        }
        board = metrics.create_dashboard(work, boss_actor, "早会", {"cards": [text, card], "shared": "all"})
        to = [boss.staff_id, manager.staff_id]
        document = {
            "of": {"kind": "dashboard", "dashboard_id": board.dashboard_id},
            "when": {"kind": "day", "at": "09:00"},
            "to": to,
        }
        report = metrics.create_report(work, boss_actor, "日报", document)
        with pytest.raises(UnknownReferenceError):
            metrics.create_report(work, boss_actor, "给谁", {**document, "to": [999_999]})
        own = metrics.create_dashboard(work, boss_actor, "自己的", {"cards": [text]})
        with pytest.raises(NotFoundError):
            metrics.get_dashboard(work, manager_actor, own.dashboard_id)
        with pytest.raises(DefinitionInUseError):
            metrics.delete_dashboard(work, boss_actor, board.dashboard_id)
    box = Box()
    office = Office(database, columns, ZONE, {"mail": box}, "晨曦", "https://siyu.test")
    assert send_reports(office) == 0  # noon: today's moment is over
    clock.advance(timedelta(hours=21, minutes=5))
    box.troubles = [PostDelayedError(), PostRefusedError()]
    assert send_reports(office) == 0
    assert send_reports(office) == 0
    clock.advance(timedelta(minutes=6))
    assert send_reports(office) == 1
    assert send_reports(office) == 0
    ((name, letter),) = box.letters
    assert name == boss.name
    assert letter.links == [("打开仪表盘", f"https://siyu.test/dashboards/{board.dashboard_id}")]
    assert "&lt;b&gt;早&lt;/b&gt;" in letter.body_html
    assert "全部\t1\t3" in letter.body_text
    with database.read() as reading:
        states = {each.staff_id: each.state for each in metrics.list_deliveries(reading, boss_actor, report.report_id)}
    assert states == {boss.staff_id: "sent", manager.staff_id: "failed"}
    box.letters.clear()
    with database.begin() as work:
        metrics.ask_report(work, manager_actor, report.report_id)
    assert send_reports(office) == 1
    assert [name for name, _ in box.letters] == [manager.name]
    assert re.search(r"全部\t1\t1\b", box.letters[0][1].body_text)


def test_who_dies_on_the_way_sends_nothing_twice(
    database: Database, columns: Columns, clock: ManualClock, staff: Sequence[tuple[Staff, Actor]]
) -> None:
    (boss, actor), _ = staff
    text = {"kind": "text", "key": "note", "place": {"x": 0, "y": 0, "w": 12, "h": 1}, "lines": ["早"]}
    with database.begin() as work:
        board = metrics.create_dashboard(work, actor, "早会", {"cards": [text]})
        document = {
            "of": {"kind": "dashboard", "dashboard_id": board.dashboard_id},
            "when": {"kind": "day", "at": "13:00"},
            "to": [boss.staff_id],
        }
        report = metrics.create_report(work, actor, "日报", document)
    box = Box()
    office = Office(database, columns, ZONE, {"mail": box}, "晨曦", "https://siyu.test")
    clock.advance(timedelta(hours=1, minutes=1))
    box.troubles = [ConnectionResetError()]  # after the text was given: nobody knows
    assert send_reports(office) == 0
    clock.advance(timedelta(days=1))
    with database.begin() as work:
        metrics.begin_runs(work, SIYU, ZONE)
        assert metrics.claim_delivery(work, SIYU) is not None  # and whoever took this one is killed
    for _ in range(3):
        assert send_reports(office) == 0
        clock.advance(timedelta(minutes=16))
    with database.read() as reading:
        states = [each.state for each in metrics.list_deliveries(reading, actor, report.report_id)]
    assert states == ["unknown", "unknown"]
    assert box.letters == []
