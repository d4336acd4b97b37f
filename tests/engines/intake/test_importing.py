"""Files of orders and events."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from siyu.domain.customers.reading import list_customers, may_receive
from siyu.engines.intake.importing import ImportProgress, import_file
from siyu.engines.intake.importing_events import EventColumns
from siyu.engines.intake.importing_mapping import AnyColumns
from siyu.engines.intake.importing_orders import OrderColumns
from siyu.engines.intake.importing_rows import FileSource, Outcome
from siyu.engines.intake.tables import BadTableError
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.engines.intake.test_draining import named
from tests.platform.eventlog.test_log import everything, sequence

SYSTEM = system_actor("test")
SHANGHAI = ZoneInfo("Asia/Shanghai")
ORDERS = OrderColumns(customer="who", paid_at="when", total="yuan")


def run(
    database: Database, path: Path, text: str | bytes, kind: AnyColumns, at_format: str | None = None
) -> tuple[ImportProgress, list[list[str]]]:
    file, rejects = path / "rows.csv", path / "rejects.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    progress = import_file(database, SYSTEM, FileSource(file, "till", SHANGHAI, at_format), kind, rejects=rejects)
    sequence(database)
    if not rejects.exists():
        return progress, []
    with rejects.open(encoding="utf-8", newline="") as lines:
        return progress, list(csv.reader(lines))[1:]


def test_orders_are_imported_once(database: Database, tmp_path: Path) -> None:
    text = "who,when,yuan\n7,2026-05-01,12.30\n7,2026-05-01,12.30\n8,20260502,1,\n8,20260502,0\n"
    progress, rejects = run(database, tmp_path, text, ORDERS)
    assert (progress.rows, progress.new, progress.known, progress.rejected) == (4, 3, 0, 1)
    assert progress.bytes_read == progress.bytes_total
    assert [[row[0], row[1], row[3]] for row in rejects] == [["4", "4 cells, but the header has 3", "8\t20260502\t1"]]
    again, _ = run(database, tmp_path, text, ORDERS)
    assert (again.new, again.known, again.rejected) == (0, 3, 1)
    paid = named(everything(database), "order_paid")
    assert sorted(event.properties["total_fen"] for event in paid) == [0, 1230, 1230]
    assert len(named(everything(database), "profile_created")) == 2
    assert paid[0].occurred_at.isoformat() == "2026-04-30T16:00:00+00:00"


def test_an_order_told_differently_is_refused(database: Database, tmp_path: Path) -> None:
    kind = OrderColumns(customer="who", paid_at="when", total="yuan", order_id="id", quantity="n")
    first, rejects = run(database, tmp_path, "id,who,when,yuan,n\nA,7,2026-05-01,5,1\nA,7,2026-05-01,5,1\n", kind)
    assert (first.new, first.known, first.rejected, rejects) == (1, 1, 0, [])
    second, rejects = run(database, tmp_path, "id,who,when,yuan,n\nA,7,2026-05-01,6,1\nB,7,2026-05-01,5,2\n", kind)
    assert (second.new, second.known, second.rejected) == (1, 0, 1)
    assert rejects[0][:2] == ["2", "order A: known already, with another content"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",2026-05-01,1", "who: empty"),
        ("7,soon,1", "when: 'soon'"),
        ("7,1950-01-01,1", "when: before 1970"),
        ("7,2026-06-01T12:00:01,1", "when: '2026-06-01T12:00:01' is still to come"),
        ("7,9999-12-31,1", "when: '9999-12-31' is still to come"),
        ("7,2026-05-01,1e999999", "yuan: '1e999999'"),
        ("7,2026-05-01,much", "yuan: 'much'"),
        ("7,2026-05-01,NaN", "yuan: 'NaN'"),
        ("7,2026-05-01,-1", "yuan: an amount"),
        ("7,2026-05-01,1e30", "yuan: '1e30'"),
        ("7,2026-05-01,1e14", "yuan: an amount"),
        ('7,"2026-05-01', "not a CSV row"),
    ],
)
def test_each_bad_row_is_refused_with_its_line_and_reason(
    database: Database, tmp_path: Path, row: str, fault: str
) -> None:
    progress, rejects = run(database, tmp_path, f"who,when,yuan\n1,2026-05-01,1\n{row}\n", ORDERS)
    assert (progress.new, progress.rejected) == (1, 1)
    assert rejects[0][0] == "3"
    assert rejects[0][1].startswith(fault)


def test_bytes_that_are_not_utf8_are_refused_by_row(database: Database, tmp_path: Path) -> None:
    text = b"\xef\xbb\xbfwho,when,yuan\r\n\xc0\xaf,2026-05-01,1\r\na\x00,2026-05-01,1\r\n\xe6\x9d\x8e,2026-05-01,1\r\n"
    progress, rejects = run(database, tmp_path, text, ORDERS)
    assert (progress.new, [row[0] for row in rejects]) == (1, ["2", "3"])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("who,when,yuan\n" + "x" * 17_000_000, "Its line 2 is longer"),
        ("客户,时间,金额\n".encode("gbk"), "no column 'who'; it has: 客户, 时间, 金额"),
        ("", "empty"),
        ("who,when\n", "no column 'yuan'"),
        ("who,when,yuan,who\n", "same name"),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(
    database: Database, tmp_path: Path, text: str | bytes, fault: str
) -> None:
    with pytest.raises(BadTableError, match=fault):
        run(database, tmp_path, text, ORDERS)


def test_the_declared_consent_counts_from_the_first_order_on(database: Database, tmp_path: Path) -> None:
    kind = OrderColumns(customer="who", paid_at="when", total="yuan", consent_channels=("webhook",))
    run(database, tmp_path, "who,when,yuan\n7,2026-05-01,1\n", kind)
    with database.read() as reading:
        (row,) = list_customers(reading, SYSTEM, PageRequest()).rows
        assert may_receive(reading, [row.customer_id], "webhook") == {row.customer_id}
        assert may_receive(reading, [row.customer_id], "sms") == set()


def test_events_are_imported_with_typed_properties(database: Database, tmp_path: Path) -> None:
    text = "who,when,what,price,sku,note\n7,2026-05-01T10:00:00,Item Seen,12.5,007,\n7,2026-05-01T10:00:00,Item Seen,12.5,007,\n"
    kind = EventColumns(customer="who", at="when", event="what", customer_kind="user_id")
    progress, _ = run(database, tmp_path, text, kind)
    again, _ = run(database, tmp_path, text, kind)
    assert (progress.new, again.new, again.known) == (2, 0, 2)
    seen = named(everything(database), "item_seen")
    assert [event.properties for event in seen] == [{"price": 12.5, "sku": "007"}] * 2
    assert seen[0].source == "import:till"


def test_a_row_is_known_by_the_line_it_begins_on(database: Database, tmp_path: Path) -> None:
    text = 'who,when,yuan\n7,2026-05-01,"1\n2"\n\n8,2026-05-01,1\n9,2026-05-01,x\n"7,2026-05-01,1\n8,2026-05-01,1\n'
    progress, rejects = run(database, tmp_path, text, ORDERS)
    assert (progress.new, progress.rejected) == (1, 3)
    assert [row[0] for row in rejects] == ["2", "6", "7"]
    assert rejects[2][1].endswith("(to line 8)")


def test_of_two_orders_told_differently_in_one_file_the_first_counts(database: Database, tmp_path: Path) -> None:
    kind = OrderColumns(customer="who", paid_at="when", total="yuan", order_id="id")
    text = "id,who,when,yuan\nA,7,2026-05-01,5\nA,7,2026-05-01,6\nA,7,2026-05-01,5\n"
    for new, known in ((1, 1), (0, 2)):
        progress, rejects = run(database, tmp_path, text, kind)
        assert (progress.rows, progress.new, progress.known, progress.rejected) == (3, new, known, 1)
        assert [row[0] for row in rejects] == ["3"]


@pytest.mark.parametrize(
    ("at_format", "told", "paid_at"),
    [
        ("%d.%m.%Y %H:%M:%S %z", "01.05.2026 10:00:00 +0000", "2026-05-01T10:00:00+00:00"),
        ("%d.%m.%Y %H:%M:%S", "01.05.2026 10:00:00", "2026-05-01T02:00:00+00:00"),
        ("%Y/%m/%d %H:%M:%S.%f", "2026/05/01 10:00:00.25", "2026-05-01T02:00:00.250000+00:00"),
    ],
)
def test_times_are_read_in_the_zone_they_tell(
    database: Database, tmp_path: Path, at_format: str, told: str, paid_at: str
) -> None:
    run(database, tmp_path, f"who,when,yuan\n7,{told},1\n", ORDERS, at_format=at_format)
    (paid,) = named(everything(database), "order_paid")
    assert paid.occurred_at.isoformat() == paid_at


def test_a_buyer_was_last_seen_at_the_last_order(database: Database, tmp_path: Path) -> None:
    run(database, tmp_path, "who,when,yuan\n7,2026-05-01,1\n7,2026-05-09,1\n7,2026-05-05,1\n", ORDERS)
    with database.read() as reading:
        (row,) = list_customers(reading, SYSTEM, PageRequest()).rows
    assert [at.astimezone(SHANGHAI).day for at in (row.first_seen_at, row.last_seen_at)] == [1, 9]


def test_an_import_that_meets_a_deadlock_goes_on(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, meetings = OrderColumns.store, iter([psycopg.errors.DeadlockDetected(), None])

    def store(self: OrderColumns, work: UnitOfWork, *rest: Any) -> Outcome:
        outcome = original(self, work, *rest)
        if error := next(meetings):
            raise error
        return outcome

    monkeypatch.setattr(OrderColumns, "store", store)
    progress, _ = run(database, tmp_path, "who,when,yuan\n7,2026-05-01,1\n", ORDERS)
    assert (progress.new, progress.known, len(named(everything(database), "order_paid"))) == (1, 0, 1)


def test_refused_rows_are_not_written_over_the_file(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("who,when,yuan\n7,soon,1\n")
    with pytest.raises(BadTableError):
        import_file(database, SYSTEM, FileSource(file, "till", SHANGHAI), ORDERS, rejects=file)
    assert file.read_text() == "who,when,yuan\n7,soon,1\n"


def test_spaces_may_stand_between_cells(database: Database, tmp_path: Path) -> None:
    progress, _ = run(database, tmp_path, " who  when yuan\r\n 001 20260501   1.50 \r\n", ORDERS)
    assert (progress.new, progress.rejected) == (1, 0)


def test_importing_needs_the_right(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("who,when,yuan\n")
    nobody = Actor(ActorKind.STAFF, "1", frozenset({"orders.write"}))
    with pytest.raises(ForbiddenError):
        import_file(database, nobody, FileSource(file, "till", SHANGHAI), ORDERS)
