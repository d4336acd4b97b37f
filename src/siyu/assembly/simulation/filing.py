"""Somebody at the office hands files in: who is known on paper, and what they bought; and finds out who one of them is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from siyu.assembly.simulation.office import ACTOR
from siyu.domain.customers import service as customers
from siyu.engines.intake import importing_uploads as imports
from siyu.engines.intake.importing_customers import AttributeColumn, CustomerColumns, IdentityColumn
from siyu.engines.intake.importing_files import digest_of, import_folder
from siyu.engines.intake.importing_mapping import AnyColumns
from siyu.engines.intake.importing_orders import OrderColumns
from siyu.engines.intake.importing_state import Import, ImportState
from siyu.engines.intake.tables import TableOptions
from siyu.kernel.errors import SiyuError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings

ON_PAPER, ORDERS_EACH, WRONG_ROWS = 4, 2, 1
"""How many customers the files know, how many orders of each; and how many rows of each file are none."""
WHO_IS_FOUND_OUT: Final = "person-0"
"""One of the town's people is the first of those on paper."""
REASON: Final = "是同一个人"


class UnfiledError(SiyuError):
    """A file is not in yet, or whoever is meant is not known yet."""

    code = "unfiled"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is handed in."""

    name: str
    rows: tuple[str, ...]
    mapping: AnyColumns


def member_of(number: int) -> str:
    """Under which number somebody stands on paper."""
    return f"member-{number}"


def fen_of(number: int, order: int) -> int:
    """What was paid for an order on paper."""
    return 1000 * (number + 1) + order


def files_of(begins_at: datetime) -> tuple[File, File]:
    """Who there is, and what they bought a week before."""
    at = (begins_at - timedelta(days=7)).isoformat()
    people = [f"{member_of(number)},纸上{number}" for number in range(ON_PAPER)]
    orders = [
        f"{member_of(number)},paper-{number}-{order},{fen_of(number, order) / 100:.2f},{at}"
        for number in range(ON_PAPER)
        for order in range(ORDERS_EACH)
    ]
    who = CustomerColumns((IdentityColumn("会员", "member_id"),), (AttributeColumn("姓名", "name"),))
    what = OrderColumns("会员", "时间", "金额", order_id="单号", shop="纸上")
    return (
        File("people.csv", ("会员,姓名", *people, ",没有号的"), who),
        File("orders.csv", ("会员,单号,金额,时间", *orders, f"{member_of(0)},paper-wrong,多少,{at}"), what),
    )


def hand_in(file: File, settings: Settings, database: Database) -> None:
    """Uploads a file once and has it imported, however often it is called; UnfiledError until all of it is in."""
    folder = import_folder(settings)
    found = _find(database, file)
    if found is None:
        found = _upload(database, folder, file)
    if found.state is ImportState.UPLOADED:
        plan = imports.Plan(file.name, settings.zone.key, None, TableOptions(), file.mapping)
        with database.begin() as work:
            imports.start(work, ACTOR, folder, found.import_id, plan)
    imports.run_uploaded(database, folder, found.import_id)
    found = _find(database, file)
    if found is None or found.state not in (ImportState.DONE, ImportState.FAILED):
        raise UnfiledError


def find_out(database: Database) -> None:
    """Makes one customer of somebody on paper and one of the town's people; UnfiledError while one of them is not known."""
    with database.begin() as work:
        rows = work.driver.execute(
            "SELECT kind, customer_id FROM customers.profiles WHERE (kind, value) IN (('member_id', %s), ('user_id', %s))",
            (member_of(0), WHO_IS_FOUND_OUT),
        ).fetchall()
        if len(rows) < 2:
            raise UnfiledError
        if len(both := {row[1] for row in rows}) > 1:
            customers.merge(work, ACTOR, both, REASON)


def _find(database: Database, file: File) -> Import | None:
    with database.read() as reading:
        rows = imports.list_imports(reading, ACTOR, PageRequest()).rows
    return next((each for each in rows if each.file_name == file.name), None)


def _upload(database: Database, folder: Path, file: File) -> Import:
    path = folder / f"{file.name}.uploading"
    path.write_text("\n".join(file.rows) + "\n", encoding="utf-8")
    with database.begin() as work:
        return imports.register_upload(work, ACTOR, folder, path, file_name=file.name, digest=digest_of(path))
