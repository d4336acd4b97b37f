"""What rows mean: customers with all they tell, the spellings of times and amounts, guesses, and files that are forgotten."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from siyu.domain.customers.reading import get_customer, list_customers, may_receive
from siyu.domain.entries import service as entries
from siyu.engines.intake.importing import ImportProgress, import_file
from siyu.engines.intake.importing_cells import RowError, Terms, fen_in, instant_in, value_in
from siyu.engines.intake.importing_customers import AttributeColumn, ConsentColumn, CustomerColumns, IdentityColumn
from siyu.engines.intake.importing_files import forget_import_files, import_folder
from siyu.engines.intake.importing_guesses import guess
from siyu.engines.intake.importing_rows import FileSource
from siyu.engines.intake.tables import Row
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.engines.intake.test_draining import named
from tests.platform.eventlog.test_log import everything, sequence

SYSTEM = system_actor("test")
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
CUSTOMERS = CustomerColumns(
    identities=(IdentityColumn("no", "member_id"), IdentityColumn("web", "user_id")),
    attributes=(AttributeColumn("name", "name", "text"), AttributeColumn("born", "birthday", "day")),
    consents=(ConsentColumn("sms", "sms"),),
    first_seen_at="since",
)
PEOPLE = "no,web,name,born,sms,since\nM1,u1,李雷,1990/1/5,是,2026-01-02\nM2,,韩梅梅,,否,\n,,,,,\nM3,,x,soon,,\nM4,,x,,maybe,\n"


def run(database: Database, folder: Path, text: str = PEOPLE) -> ImportProgress:
    file = folder / "people.csv"
    file.write_text(text)
    done = import_file(database, SYSTEM, FileSource(file, "crm", SHANGHAI), CUSTOMERS, rejects=folder / "rejects.csv")
    sequence(database)
    return done


def test_customers_are_imported_with_what_they_told_and_allow(database: Database, tmp_path: Path) -> None:
    done = run(database, tmp_path)
    assert (done.rows, done.new, done.known, done.rejected) == (5, 2, 0, 3)
    reasons = (tmp_path / "rejects.csv").read_text()
    for words in ("none of the columns that say who", "born: 'soon' is no day", "sms: 'maybe' is neither yes nor no"):
        assert words in reasons
    with database.read() as reading:
        rows = {row.display_name: row for row in list_customers(reading, SYSTEM, PageRequest()).rows}
        one = get_customer(reading, SYSTEM, rows["李雷"].customer_id)
        allowed = may_receive(reading, [row.customer_id for row in rows.values()], "sms")
    assert sorted(each.identity for each in one.identities) == [("member_id", "M1"), ("user_id", "u1")]
    assert one.attributes == {"name": "李雷", "birthday": "1990-01-05"}
    assert one.first_seen_at == datetime(2026, 1, 1, 16, tzinfo=UTC)
    assert allowed == {one.customer_id}


def test_a_second_run_changes_nothing_and_a_later_word_counts_for_more(
    database: Database, tmp_path: Path, clock: ManualClock
) -> None:
    run(database, tmp_path)
    before = everything(database)
    clock.advance(timedelta(days=3))
    again = run(database, tmp_path)
    assert (again.new, again.known) == (0, 2)
    assert everything(database) == before
    changed = run(database, tmp_path, PEOPLE.replace("韩梅梅", "韩美美"))
    assert (changed.new, changed.known) == (2, 0)
    assert named(everything(database), "customer_identified")[-1].properties["name"] == "韩美美"


def test_customers_of_a_file_become_leads_once(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "fair.csv"
    file.write_text("phone,said\n13800000001,要 2 斤样品\n13800000001,\n13800000002,\n")
    columns = CustomerColumns((IdentityColumn("phone", "phone"),), lead_source="展会", lead_note="said")
    for _ in range(2):
        import_file(database, SYSTEM, FileSource(file, "fair", SHANGHAI), columns)
        with database.read() as reading:
            people = [each.customer_id for each in list_customers(reading, SYSTEM, PageRequest()).rows]
            leads = [each for who in people for each in entries.leads_of_customer(reading, SYSTEM, who)]
        assert sorted((each.source, each.note) for each in leads) == [("展会", ""), ("展会", "要 2 斤样品")]


TERMS = Terms("till", SHANGHAI, NOW, NOW)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-05-01", "2026-04-30T16:00:00+00:00"),
        ("2026/5/1 9:05", "2026-05-01T01:05:00+00:00"),
        ("2026年5月1日 09:05:07", "2026-05-01T01:05:07+00:00"),
        ("2026.5.1", "2026-04-30T16:00:00+00:00"),
        ("２０２６-05-01", "2026-04-30T16:00:00+00:00"),
        ("20260501", "2026-04-30T16:00:00+00:00"),
        ("20260501090507", "2026-05-01T01:05:07+00:00"),
        ("1777597507", "2026-05-01T01:05:07+00:00"),
        ("1777597507000", "2026-05-01T01:05:07+00:00"),
        ("2026-05-01T09:05:07+02:00", "2026-05-01T07:05:07+00:00"),
        ("2026-5-1T9:05:07Z", "2026-05-01T09:05:07+00:00"),
    ],
)
def test_times_are_understood_as_they_are_written(text: str, instant: str) -> None:
    assert instant_in(TERMS, Row(2, 0, {"at": text}), "at").isoformat() == instant


@pytest.mark.parametrize(
    "text", ["01/05/2026", "soon", "2026-13-01", "1900-01-01", "9999-12-31", "9" * 13, "x" * 10**6]
)
def test_times_that_could_be_anything_are_refused(text: str) -> None:
    with pytest.raises(RowError):
        instant_in(TERMS, Row(2, 0, {"at": text}), "at")


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.50", 123450),
        ("¥99", 9900),
        ("￥ 99.9", 9990),
        ("９９元", 9900),
        ("CNY 5", 500),
        ("1e2", 10000),
        ("0", 0),
    ],
)
def test_amounts_are_understood_as_people_write_them(text: str, fen: int) -> None:
    assert fen_in(Row(2, 0, {"yuan": text}), "yuan", "CNY") == fen


@pytest.mark.parametrize("text", ["1,5", "$5", "-1", "12,34.5", "1.2.3", "", "元", "NaN", "1e400", "(5)", "9" * 400])
def test_amounts_that_could_be_anything_are_refused(text: str) -> None:
    with pytest.raises(RowError):
        fen_in(Row(2, 0, {"yuan": text}), "yuan", "CNY")


def test_values_have_the_type_that_was_asked_for() -> None:
    row = Row(2, 0, {"a": "007", "b": "1,200", "c": "是", "d": "2026/5/1", "e": "", "f": "12.5"})
    assert [value_in(row, name, "auto", TERMS) for name in "abef"] == ["007", "1,200", None, 12.5]
    assert value_in(row, "a", "text", TERMS) == "007"
    assert value_in(row, "b", "number", TERMS) == 1200
    assert value_in(row, "c", "yes_no", TERMS) is True
    assert value_in(row, "d", "day", TERMS) == "2026-05-01"
    for name, kind in (("c", "number"), ("c", "day"), ("a", "yes_no")):
        with pytest.raises(RowError):
            value_in(row, name, kind, TERMS)  # type: ignore[arg-type]  # names of types, put together by the test


def test_columns_are_guessed_by_name_and_content() -> None:
    cells = {
        "用户": "x",
        "电话号": "13800000000",
        "Order No.": "A1",
        "支付时间": "2026-05-01",
        "实付款": "9",
        "同意短信": "是",
    }
    found = guess(list(cells), [Row(2, 0, cells)])
    assert found.kind == "orders"
    orders = found.orders
    assert (orders.order_id, orders.paid_at, orders.total) == ("Order No.", "支付时间", "实付款")
    assert {(each.column, each.kind) for each in found.customers.identities} == {
        ("电话号", "phone"),
        ("用户", "user_id"),
    }
    assert found.customers.consents == (ConsentColumn("同意短信", "sms"),)
    visits = guess(["uid", "event", "timestamp"], [Row(2, 0, {"uid": "1", "event": "a", "timestamp": "2026-05-01"})])
    assert (visits.kind, visits.events.event, visits.events.at) == ("events", "event", "timestamp")


def test_files_that_nobody_touched_are_forgotten(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    folder = import_folder(settings)
    for name, at in (("1.source", 100.0), ("1.rejects.csv", 100.0), ("2.source", NOW.timestamp())):
        (folder / name).write_text("x")
        os.utime(folder / name, (at, at))
    assert forget_import_files(settings, NOW - timedelta(days=30)) == 2
    assert [path.name for path in folder.iterdir()] == ["2.source"]
