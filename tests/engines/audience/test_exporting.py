"""Members as files: whole, harmless, no more than the asker may see, nobody who was erased meanwhile."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from pyarrow import parquet  # type: ignore[import-untyped]  # it has no types

from siyu.domain.company import service as company
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, Identity
from siyu.domain.segments import rules, service, store
from siyu.domain.segments.contracts import (
    BadExportError,
    ExportFormat,
    ExportState,
    SegmentExport,
    SegmentNotLiveError,
    UnknownExportError,
)
from siyu.engines.audience import exporting
from siyu.engines.audience.exporting import export_members, forget_exports
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import BusyError, ForbiddenError
from siyu.kernel.paging import PageRequest
from siyu.platform import table_files
from siyu.platform.postgres.database import Database
from siyu.platform.private_files import private_folder
from tests.engines.scenery import a_segment

SIYU = system_actor("test")
ZONE = ZoneInfo("Asia/Shanghai")
RIGHTS = frozenset({"segments.export", "segments.read", "customers.read", "orders.read"})
STAFF = Actor(ActorKind.STAFF, "7", RIGHTS)
ALL = (
    "customer_id",
    "name",
    "contact",
    "city",
    "first_seen_at",
    "orders",
    "revenue",
    "last_order_at",
    "attribute:备注",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return private_folder(tmp_path / "exports")


@pytest.fixture
def members(database: Database) -> list[int]:
    """Three members of the segment that `segment` gives, with names that a spreadsheet would run."""
    with database.begin() as work:
        at = work.clock.now()
        made = customers.resolve(work, SIYU, {(Identity("phone", f"1380000000{n}"),): at for n in range(3)})
        ids = sorted(made.values())
        told: list[dict[str, Any]] = [
            {"name": "=1+1", "city": "上海", "备注": "@SUM(A1)\x0b", "phone": "13811112222"},
            {"name": "李雷", "备注": -5, "revenue": "多", "tags": "老客", "city": "北京"},
            {"name": "+王", "备注": ["a", "b"]},
        ]
        customers.set_attributes(
            work, SIYU, [AttributeChange(each, one, at) for each, one in zip(ids, told, strict=True)]
        )
    return ids


@pytest.fixture
def segment(database: Database, members: list[int]) -> int:
    segment_id = a_segment(database)
    with database.begin() as work:
        store.flip(work.driver, segment_id, rules.bits_of(rules.ids_from(members)))
    return segment_id


def ask(
    database: Database, segment_id: int, export_format: ExportFormat, columns: Sequence[str] = ALL, actor: Actor = STAFF
) -> SegmentExport:
    with database.begin() as work:
        return service.ask_export(work, actor, segment_id, export_format, columns)


def export_of(database: Database, export_id: int) -> SegmentExport:
    with database.read() as reading:
        return next(
            each for each in service.list_exports(reading, SIYU, PageRequest()).rows if each.export_id == export_id
        )


def made(database: Database, folder: Path, asked: SegmentExport) -> Path:
    export_members(database, folder, asked.export_id, ZONE)
    found = export_of(database, asked.export_id)
    assert (found.state, found.rows_done) == (ExportState.DONE, found.rows_total)
    path = folder / found.file_name
    assert (found.bytes, path.stat().st_mode & 0o777) == (path.stat().st_size, 0o600)
    assert list(folder.iterdir()) == [path]
    return path


def test_csv_is_utf_8_for_spreadsheets_and_holds_no_formula(
    database: Database, folder: Path, members: list[int], segment: int
) -> None:
    path = made(database, folder, ask(database, segment, ExportFormat.CSV))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["客户编号", "姓名", "联系方式", "城市", "首次出现", "订单数", "消费金额（元）", "最近下单", "备注"]
    assert [int(row[0]) for row in rows] == members
    assert rows[0][1:] == [
        "'=1+1", "138****0000", "上海", "2026-06-01 12:00:00", "0", "0", "", "'@SUM(A1)\x0b"
    ]  # fmt: skip
    assert [row[1] for row in rows] == ["'=1+1", "李雷", "'+王"]
    assert [row[-1] for row in rows[1:]] == ["'-5", '["a","b"]']


def test_excel_opens_it_and_takes_every_text_for_text(
    database: Database, folder: Path, members: list[int], segment: int
) -> None:
    path = made(database, folder, ask(database, segment, ExportFormat.XLSX))
    sheet = load_workbook(path).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]][:2] == ["客户编号", "姓名"]
    name, at, note = rows[1][1], rows[1][4], rows[1][8]
    assert (name.value, name.data_type) == ("=1+1", "s")
    assert (at.value, rows[1][6].value) == (datetime(2026, 6, 1, 12, tzinfo=ZONE).replace(tzinfo=None), 0)
    assert (note.value, note.data_type) == ("@SUM(A1)", "s")
    assert [row[0].value for row in rows[1:]] == members


def test_parquet_has_types(database: Database, folder: Path, members: list[int], segment: int) -> None:
    table = parquet.read_table(made(database, folder, ask(database, segment, ExportFormat.PARQUET)))
    assert table.column_names == [each.removeprefix("attribute:") for each in ALL]
    assert table["customer_id"].to_pylist() == members
    assert str(table.schema.field("first_seen_at").type) == "timestamp[us, tz=UTC]"
    assert str(table.schema.field("revenue").type) == "decimal128(18, 2)"
    assert table["备注"].to_pylist() == ["@SUM(A1)\x0b", "-5", '["a","b"]']


def test_an_empty_segment_gives_a_file_without_rows(database: Database, folder: Path) -> None:
    segment_id = a_segment(database)
    for export_format in ExportFormat:
        path = made(database, folder, ask(database, segment_id, export_format, ["customer_id"]))
        path.unlink()


def test_a_sheet_that_would_be_too_long_is_refused(
    database: Database, folder: Path, segment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "XLSX_ROWS_MAX", 3)
    asked = ask(database, segment, ExportFormat.XLSX)
    export_members(database, folder, asked.export_id, ZONE)
    found = export_of(database, asked.export_id)
    assert (found.state, found.fault_code, found.expires_at) == (ExportState.FAILED, "too_many_rows", None)
    assert list(folder.iterdir()) == []
    export_members(database, folder, asked.export_id, ZONE)  # a job that is run again changes nothing
    assert export_of(database, asked.export_id) == found


def test_one_sees_in_a_file_whom_one_may_see(
    database: Database, folder: Path, members: list[int], segment: int
) -> None:
    with database.begin() as work:
        company.ensure_first_admin(work, "a@example.com", "correct horse battery", "总部")
        root = company.list_units(work, SIYU)[0]
        unit = company.create_unit(work, SIYU, "门店", root.unit_id)
        row = work.driver.execute("SELECT min(staff_id) FROM company.staff").fetchone()
        assert row is not None
        customers.set_custody(work, SIYU, members[0], unit_id=unit.unit_id, staff_id=None)
        customers.set_custody(work, SIYU, members[1], unit_id=root.unit_id, staff_id=row[0])
    clerk = Actor(ActorKind.STAFF, "99", RIGHTS, Scope(unit_path=unit.path))
    alone = Actor(ActorKind.STAFF, str(row[0]), RIGHTS, Scope(own_only=True))
    for actor, seen in ((clerk, [members[0]]), (alone, [members[1]])):
        asked = ask(database, segment, ExportFormat.CSV, ["customer_id"], actor)
        path = made(database, folder, asked)
        assert path.read_text("utf-8-sig").splitlines()[1:] == [str(each) for each in seen]
        with database.begin() as work:
            assert service.take_export(work, actor, asked.export_id).export_id == asked.export_id
            assert service.take_export(work, STAFF, asked.export_id)  # who sees everybody
            other = alone if actor is clerk else clerk
            with pytest.raises(UnknownExportError):
                service.take_export(work, other, asked.export_id)
            assert [each.asker.actor_id for each in service.list_exports(work, actor, PageRequest()).rows] == [
                actor.actor_id
            ]
        path.unlink()


def test_who_is_erased_while_it_is_written_is_not_in_it(
    database: Database, folder: Path, members: list[int], segment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 1)
    asked = ask(database, segment, ExportFormat.CSV, ["customer_id", "name"])

    def erase(done: int, _of: int) -> None:
        if done == 1:
            with database.begin() as work:
                customers.lock_erasing(work, SIYU)
                service.leave_segments(work, SIYU, members[:1])
                customers.forget_profiles(work, SIYU, members[:1])

    with pytest.raises(BusyError):
        export_members(database, folder, asked.export_id, ZONE, erase)
    assert list(folder.iterdir()) == []
    assert export_of(database, asked.export_id).state is ExportState.RUNNING
    database.clock.advance(timedelta(seconds=2))  # type: ignore[attr-defined]  # the tests' clock moves when told
    path = made(database, folder, asked)
    assert [row.split(",")[0] for row in path.read_text("utf-8-sig").splitlines()[1:]] == [
        str(each) for each in members[1:]
    ]


def test_files_are_kept_for_a_day(database: Database, folder: Path, segment: int, clock: ManualClock) -> None:
    asked = ask(database, segment, ExportFormat.CSV, ["customer_id"])
    with database.begin() as work, pytest.raises(UnknownExportError):
        service.take_export(work, STAFF, asked.export_id)
    path = made(database, folder, asked)
    clock.advance(timedelta(hours=23))
    assert forget_exports(database, folder) == 0
    clock.advance(timedelta(hours=2))
    with database.begin() as work, pytest.raises(UnknownExportError):
        service.take_export(work, STAFF, asked.export_id)
    assert forget_exports(database, folder) == 1
    assert not path.exists()


def test_an_attribute_called_like_a_column_is_the_attribute(
    database: Database, folder: Path, members: list[int], segment: int
) -> None:
    asked = ["attribute:revenue", "revenue", "attribute:tags", "city", "attribute:city"]
    path = made(database, folder, ask(database, segment, ExportFormat.CSV, asked))
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["revenue", "消费金额（元）", "tags", "城市", "city"]
    assert rows[2] == ["多", "0", "老客", "北京", "北京"]
    path.unlink()
    path = made(database, folder, ask(database, segment, ExportFormat.PARQUET, asked))
    assert parquet.read_table(path).column_names == asked
    path.unlink()
    without = Actor(ActorKind.STAFF, "7", RIGHTS - {"orders.read"})
    made(database, folder, ask(database, segment, ExportFormat.CSV, ["attribute:revenue"], without))


def test_a_file_is_taken_with_the_rights_and_the_scope_it_was_asked_with(
    database: Database, folder: Path, segment: int
) -> None:
    own = Actor(ActorKind.STAFF, "7", RIGHTS | {"tags.read"})
    asked = ask(database, segment, ExportFormat.CSV, ["revenue", "tags"], own)
    made(database, folder, asked)
    scoped = Actor(ActorKind.STAFF, "7", own.rights, Scope(unit_path="1.2."))
    others = [Actor(ActorKind.STAFF, "8", own.rights - {right}) for right in ("orders.read", "tags.read")]
    with database.begin() as work:
        for actor in (scoped, Actor(ActorKind.STAFF, "8", own.rights - {"customers.read"}), *others):
            with pytest.raises(UnknownExportError):
                service.take_export(work, actor, asked.export_id)
        assert service.take_export(work, Actor(ActorKind.STAFF, "8", own.rights), asked.export_id)


def test_what_cannot_be_exported_is_refused(database: Database, segment: int) -> None:
    for columns in ([], ["phone"], ["attribute:"], ["attribute:phone"], ["attribute:手机号"], ["attribute:a\x00"]):
        with pytest.raises(BadExportError):
            ask(database, segment, ExportFormat.CSV, columns)
    with pytest.raises(ForbiddenError):
        ask(database, segment, ExportFormat.CSV, ["orders"], Actor(ActorKind.STAFF, "7", RIGHTS - {"orders.read"}))
    with pytest.raises(ForbiddenError):
        ask(database, segment, ExportFormat.CSV, ["tags"])
    with pytest.raises(ForbiddenError):
        ask(database, segment, ExportFormat.CSV, ["name"], Actor(ActorKind.STAFF, "7", RIGHTS - {"segments.export"}))


def test_it_is_in_the_audit_who_took_how_many(database: Database, folder: Path, segment: int) -> None:
    asked = ask(database, segment, ExportFormat.CSV, ["customer_id", "name"])
    made(database, folder, asked)
    with database.begin() as work:
        service.take_export(work, STAFF, asked.export_id)
    with database.read() as reading:
        rows = {each.verb: each for each in company.list_audit(reading, SIYU, PageRequest()).rows}
    for verb in ("segments.export", "segments.export_done", "segments.download_export"):
        assert rows[verb].subject == f"segment:{segment}"
        assert str(rows[verb].fields["columns"]) == "customer_id, name"
    assert (
        str(rows["segments.download_export"].fields["rows"]) == str(rows["segments.export_done"].fields["rows"]) == "3"
    )


def test_a_draft_has_no_members_to_export(database: Database) -> None:
    from siyu.domain.definitions import service as definitions

    with database.begin() as work:
        drafted = definitions.create(work, SIYU, "segment", "草稿", {})
    with pytest.raises(SegmentNotLiveError):
        ask(database, drafted.definition_id, ExportFormat.CSV)
