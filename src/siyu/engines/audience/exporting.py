"""Writes the members of a segment into a file, for whoever asked, as far as they may see them; a job.

The members are those at the moment the job begins; each row is as the customer stands when it is written. A job that died
begins anew. Whoever was erased meanwhile is in no file: one that was being written just then is thrown away and written again,
and erasing throws away those that are whole.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from siyu.domain.company.reading import staff_names
from siyu.domain.customers import reading as customers
from siyu.domain.customers import service as customers_service
from siyu.domain.orders import reading as orders
from siyu.domain.orders.contracts import OrderTotals
from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import (
    ATTRIBUTE_COLUMN,
    ExportFormat,
    ExportState,
    FailedExportError,
    Ids,
    SegmentExport,
)
from siyu.domain.tags import reading as tags_reading
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.errors import BusyError, SiyuError
from siyu.platform.postgres.database import Database, Reading
from siyu.platform.private_files import private_folder
from siyu.platform.settings import Settings
from siyu.platform.table_files import Cell, CellKind, TableWriter, open_writer

ACTOR = system_actor("audience")
EXPORTS_FOLDER = Path("files") / "segment-exports"
ROWS_AT_ONCE = 5_000
_OF_ORDERS: Final = frozenset({"orders", "revenue", "last_order_at", "average_order"})
_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of an export: its name for programs, its heading for people, what is in it; of which attribute, if of one."""

    name: str
    title: str
    kind: CellKind
    attribute: str | None = None


COLUMNS: Final[Mapping[str, ExportColumn]] = {
    each.name: each
    for each in (
        ExportColumn("customer_id", "客户编号", "whole"),
        ExportColumn("name", "姓名", "text"),
        ExportColumn("contact", "联系方式", "text"),
        ExportColumn("city", "城市", "text"),
        ExportColumn("first_seen_at", "首次出现", "instant"),
        ExportColumn("last_seen_at", "最近出现", "instant"),
        ExportColumn("orders", "订单数", "whole"),
        ExportColumn("revenue", "消费金额（元）", "money"),
        ExportColumn("last_order_at", "最近下单", "instant"),
        ExportColumn("tags", "标签", "text"),
        ExportColumn("keeper", "负责人", "text"),
        ExportColumn("stages", "生命周期", "text"),
        ExportColumn("average_order", "客单价（元）", "money"),
    )
}


def exports_folder(settings: Settings) -> Path:
    """Where the files lie."""
    return private_folder(settings.home / EXPORTS_FOLDER)


def export_members(
    database: Database,
    folder: Path,
    export_id: int,
    zone: ZoneInfo,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> None:
    """The job. What is wrong with the export itself is told by it; BusyError where it has to be written again."""
    with database.read() as reading:
        export = segments_reading.find_export(reading, export_id)
    if export is None or export.state in (ExportState.DONE, ExportState.FAILED):
        return
    half = folder / f"{export_id}.part"
    half.unlink(missing_ok=True)
    try:
        _write(database, export, half, folder / export.file_name, zone, progress)
    except BusyError:
        raise
    except SiyuError as error:
        with database.begin() as work:
            segments.fail_export(work, ACTOR, export_id, error.code)
    finally:
        half.unlink(missing_ok=True)


def export_to(
    database: Database,
    settings: Settings,
    path: Path,
    actor: Actor,
    segment_id: int,
    export_format: ExportFormat,
    columns: Sequence[str],
) -> int:
    """Writes the members into a file of somebody at the command line, at once; gives how many. As any export it is in the audit;
    the file is theirs to look after."""
    with database.begin() as work:
        export = segments.ask_export(work, actor, segment_id, export_format, columns, in_background=False)
    folder = exports_folder(settings)
    export_members(database, folder, export.export_id, settings.zone)
    with database.read() as reading:
        ended = segments_reading.find_export(reading, export.export_id)
    if ended is None or ended.state is not ExportState.DONE:
        raise FailedExportError(code=ended.fault_code if ended is not None else None)
    shutil.move(folder / ended.file_name, path)
    return ended.rows_done


def forget_exports(database: Database, folder: Path) -> int:
    """Deletes the files whose time is over, and what was never finished; gives how many."""
    with database.read() as reading:
        expired = [each.file_name for each in segments_reading.expired_exports(reading)]
        now = reading.clock.now()
    gone = [folder / name for name in expired]
    gone += [path for path in folder.iterdir() if now.timestamp() - path.stat().st_mtime > 2 * 86_400]
    there = [path for path in gone if path.is_file()]
    for path in there:
        path.unlink(missing_ok=True)
    return len(there)


def _write(
    database: Database,
    export: SegmentExport,
    half: Path,
    whole: Path,
    zone: ZoneInfo,
    progress: Callable[[int, int], None],
) -> None:
    began_at = database.clock.now()
    with database.read() as reading:
        ids = _members(reading, export)
    columns = [_column(name) for name in export.columns]
    writer: TableWriter = open_writer(half, export.format, columns, zone)
    rows = 0
    try:
        for start in range(0, max(len(ids), 1), ROWS_AT_ONCE):
            with database.begin() as work:
                segments.save_export_progress(work, ACTOR, export.export_id, len(ids), start)
            with database.read() as reading:
                batch = _rows(reading, export.asker, ids[start : start + ROWS_AT_ONCE].tolist(), columns)
            writer.write(batch)
            rows += len(batch)
            progress(start + len(batch), len(ids))
    finally:
        writer.close()
    with half.open("rb") as file:
        os.fsync(file.fileno())
    with database.begin() as work:
        customers_service.hold_known(work, ACTOR)
        if customers.erased_since(work, began_at):
            raise BusyError("Somebody was erased while it was written.", retry_after_seconds=1)
        half.replace(whole)
        segments.finish_export(work, ACTOR, export.export_id, rows, whole.stat().st_size)


def _members(reading: Reading, export: SegmentExport) -> Ids:
    chosen = segments_reading.chosen_of(reading, export.export_id)
    if chosen is not None:
        return customers.living_customers(reading, export.asker, chosen)
    members = segments_reading.members_of(reading, export.segment_id or 0)
    return customers.visible_among(reading, export.asker, members)


def _column(name: str) -> ExportColumn:
    if name in COLUMNS:
        return COLUMNS[name]
    attribute = name.removeprefix(ATTRIBUTE_COLUMN)
    # an attribute that is called like one of Siyu's own columns keeps its long name: names in a file are told apart
    return ExportColumn(name if attribute in COLUMNS else attribute, attribute, "text", attribute)


def _rows(reading: Reading, asker: Actor, ids: Sequence[int], columns: Sequence[ExportColumn]) -> list[list[Cell]]:
    """A row for each of the customers who are still there under that number."""
    erased = customers.erased_among(reading, ids)
    found = [each for each in customers.summaries(reading, ids) if each.customer_id not in erased]
    wanted = {column.name for column in columns if column.attribute is None}
    told = customers.attributes_of(reading, ids) if len(wanted) < len(columns) else {}
    bought = _orders_of(reading, asker, ids) if wanted & _OF_ORDERS else {}
    tags = _tags_of(reading, ids) if "tags" in wanted else {}
    keepers = _keepers_of(reading, ids) if "keeper" in wanted else {}
    stages = _stages_of(reading, ids) if "stages" in wanted else {}
    rows: list[list[Cell]] = []
    for each in found:
        totals = bought.get(each.customer_id, orders.NO_ORDERS)
        known: dict[str, Cell] = {
            "customer_id": each.customer_id,
            "name": each.display_name,
            "contact": each.contact_masked,
            "city": each.city,
            "first_seen_at": each.first_seen_at,
            "last_seen_at": each.last_seen_at,
            "orders": totals.orders,
            "revenue": Decimal(totals.revenue_fen) / 100,
            "last_order_at": totals.last_order_at,
            "tags": tags.get(each.customer_id),
            "keeper": keepers.get(each.customer_id),
            "stages": stages.get(each.customer_id),
            "average_order": Decimal(totals.revenue_fen) / 100 / totals.orders if totals.orders else None,
        }
        attributes = customers.masked_attributes(told.get(each.customer_id, {}))
        rows.append(
            [
                known[column.name] if column.attribute is None else _text(attributes.get(column.attribute))
                for column in columns
            ]
        )
    return rows


def _tags_of(reading: Reading, ids: Sequence[int]) -> dict[int, str]:
    borne = tags_reading.traits(reading, ids)
    names = tags_reading.tag_names(reading, {tag_id for found in borne.values() for tag_id in found})
    return {
        customer_id: "、".join(names[tag_id] for tag_id in found if tag_id in names)
        for customer_id, found in borne.items()
    }


def _keepers_of(reading: Reading, ids: Sequence[int]) -> dict[int, str]:
    keepers = customers.keepers_of(reading, ids)
    names = staff_names(reading, set(keepers.values()))
    return {customer_id: names[staff_id] for customer_id, staff_id in keepers.items() if staff_id in names}


def _stages_of(reading: Reading, ids: Sequence[int]) -> dict[int, str]:
    ladders = segments_reading.live_ladders(reading)
    titles = {(key, each.key): each.zh for key, ladder in ladders.items() for each in ladder.stages}
    found: dict[int, list[str]] = {}
    for each in segments_reading.stages_of(reading, ids):
        if title := titles.get((each.ladder_id, each.stage)):
            found.setdefault(each.customer_id, []).append(title)
    return {customer_id: "、".join(told) for customer_id, told in found.items()}


def _orders_of(reading: Reading, asker: Actor, ids: Sequence[int]) -> dict[int, OrderTotals]:
    """What each of the customers bought, over all of their profiles."""
    profiles_of = customers.profiles_of(reading, ids)
    by_profile = orders.totals_by_profile(reading, asker, [p for found in profiles_of.values() for p in found])
    return {
        customer_id: orders.added([by_profile[p] for p in found if p in by_profile])
        for customer_id, found in profiles_of.items()
    }


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return _encode(value).decode()
