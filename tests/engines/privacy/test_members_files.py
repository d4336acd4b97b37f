"""An erasure leaves nobody in files of segments' members, nor on lists."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from siyu.domain.segments import reading as segments
from siyu.domain.segments import service
from siyu.domain.segments.contracts import ExportFormat, ListMode
from siyu.engines.audience.exporting import export_members, exports_folder
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.privacy.persons import BUYERS, SIYU, a_history, a_segment, a_shop, customer_of, erase, refresh


def test_files_of_members_go_and_lists_forget(database: Database, columns: Columns, tmp_path: Path) -> None:
    shop = a_shop(database, columns, tmp_path)
    a_history(shop)
    segment_id = a_segment(shop, BUYERS)
    refresh(shop, segment_id)
    lei, mei = customer_of(shop, "user-lei-0001"), customer_of(shop, "user-mei-0002")
    folder = exports_folder(shop.settings)
    with database.begin() as work:
        listed = service.create_list(work, SIYU, "都在")
        service.change_list(work, SIYU, listed.list_id, ListMode.ADD, [lei, mei])
        asked = service.ask_export(work, SIYU, segment_id, ExportFormat.CSV, ["customer_id", "name"])
    export_members(database, folder, asked.export_id, ZoneInfo("Asia/Shanghai"))
    (file,) = folder.iterdir()
    assert str(lei) in file.read_text("utf-8-sig")
    (request,) = erase(shop, lei)
    assert (request.traces, list(folder.iterdir())) == (0, [])
    with database.read() as reading:
        assert segments.list_members_of(reading, listed.list_id).tolist() == [mei]
