"""The verbs on stores: told one by one or as a file, and found by visitors. Who sees a part of the customers changes the stores of
their own units: by a store others' visitors are led, too."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence

from siyu.domain.company.reading import units_in_scope
from siyu.domain.company.service import record_audit
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionStatus, MadeElsewhereError
from siyu.domain.entries import stores_store as store
from siyu.domain.entries.codes import READ, WRITE
from siyu.domain.entries.codes_contracts import CODE_KIND
from siyu.domain.entries.codes_rules import stored_code
from siyu.domain.entries.stores_contracts import (
    IMPORT_ROWS_MAX,
    BadStoreError,
    RowFault,
    Store,
    StoreDraft,
    StoreNumberTakenError,
    StoresImported,
    UnknownStoreError,
)
from siyu.domain.entries.stores_rules import COLUMNS, checked_store, columns_of, store_of_row
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

FIRST_PAGE = 2**62
FAULTS_MAX = 50


def list_stores(reading: Reading, actor: Actor, page: PageRequest) -> Page[Store]:
    """Stores, the newest first; the list can be searched by name, number, city and address."""
    actor.require(READ)
    if page.after is not None and not (page.after.isascii() and page.after.isdigit() and len(page.after) < 19):
        raise InvalidError("This page key was not made by Siyu.", field="after")
    before = FIRST_PAGE if page.after is None else int(page.after)
    rows = store.select_stores(reading.driver, page, before)
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows=rows, next_after=str(rows[-1].store_id) if more else None)


def get_store(reading: Reading, actor: Actor, store_id: int) -> Store:
    actor.require(READ)
    found = store.find_store(reading.driver, store_id)
    if found is None:
        raise UnknownStoreError
    return found


def create_store(work: UnitOfWork, actor: Actor, draft: StoreDraft) -> Store:
    """A new store; BadStoreError says which field is wrong, StoreNumberTakenError that there is one of this number."""
    actor.require(WRITE)
    store_id = store.insert_store(work.driver, _checked(work, actor, draft))
    if store_id is None:
        raise StoreNumberTakenError
    record_audit(work, actor, "stores.create", f"store:{store_id}")
    return get_store(work, actor, store_id)


def save_store(work: UnitOfWork, actor: Actor, store_id: int, draft: StoreDraft) -> Store:
    """Changes all of a store."""
    actor.require(WRITE)
    _require_within(work, actor, [get_store(work, actor, store_id).draft.unit_id])
    checked = _checked(work, actor, draft)
    if store.has_number(work.driver, checked.number, store_id):
        raise StoreNumberTakenError
    if not store.update_store(work.driver, store_id, checked):
        raise UnknownStoreError
    record_audit(work, actor, "stores.save", f"store:{store_id}")
    return get_store(work, actor, store_id)


def delete_store(work: UnitOfWork, actor: Actor, store_id: int) -> None:
    """Takes a store away; what its codes brought stays."""
    actor.require(WRITE)
    _require_within(work, actor, [get_store(work, actor, store_id).draft.unit_id])
    if not store.delete_store(work.driver, store_id):
        raise UnknownStoreError
    record_audit(work, actor, "stores.delete", f"store:{store_id}")


def import_stores(work: UnitOfWork, actor: Actor, content: bytes) -> StoresImported:
    """Makes and changes stores as a CSV file says, by their numbers; with any fault nothing is changed. Of a
    store that is there, what the file has no column for stays, and so does whether it is given up."""
    actor.require(WRITE)
    rows = _rows(content)
    columns = columns_of(rows[0] if rows else ())
    told = [
        (line, {name: row[at] if at < len(row) else "" for name, at in columns.items()})
        for line, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    names = {name: {cells.get(name, "").strip() for _, cells in told} for name in ("unit", "code", "group_code")}
    known = {
        "unit": store.unit_ids_by_name(work.driver, names["unit"]),
        "code": store.code_ids_by_name(work.driver, CODE_KIND, names["code"]),
        "group_code": store.code_ids_by_name(work.driver, CODE_KIND, names["group_code"]),
    }
    drafts: dict[str, StoreDraft] = {}
    faults: list[RowFault] = []
    for line, cells in told:
        try:
            draft = store_of_row(cells, known)
            if draft.number in drafts:
                raise BadStoreError("This number stands in the file twice.", field="number")
            drafts[draft.number] = draft
        except BadStoreError as error:
            field = str(error.fields.get("field", ""))
            faults.append(RowFault(line, f"「{COLUMNS[field][0]}」不对", f"{field}: {error.message}"))
    faults += _faults_of_codes(work, list(drafts.values()), told)
    if faults:
        return StoresImported(faults=faults[:FAULTS_MAX])
    _require_within(work, actor, store.units_of(work.driver, drafts))
    created = store.put_stores(work.driver, list(drafts.values()), columns) if drafts else 0
    _require_within(work, actor, store.units_of(work.driver, drafts))
    record_audit(work, actor, "stores.import", "stores", rows=len(drafts))
    return StoresImported(created, len(drafts) - created)


def _rows(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")  # as spreadsheets in China save it
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\x00", "")), strict=True))
    except csv.Error:
        raise BadStoreError("This is no CSV file.", field="file") from None
    if len(rows) - 1 > IMPORT_ROWS_MAX:
        raise BadStoreError(f"A file holds at most {IMPORT_ROWS_MAX} stores.", field="file")
    return rows


def _faults_of_codes(
    work: UnitOfWork, drafts: Sequence[StoreDraft], told: Sequence[tuple[int, dict[str, str]]]
) -> list[RowFault]:
    lines = {cells["number"].strip(): line for line, cells in told}
    wrong = _wrong_codes(work, drafts)
    return [
        RowFault(lines[each.number], f"「{COLUMNS[field][0]}」接待不了门店的访客", f"{field}: it cannot serve a store.")
        for each in drafts
        for field, code_id in (("code", each.code_id), ("group_code", each.group_code_id))
        if (field, code_id) in wrong
    ]


def stores_elsewhere(reading: Reading, actor: Actor, stores: Collection[Store]) -> set[int]:
    """Those of the stores, by id, that the actor may look at only: of others' units, or of none."""
    elsewhere = _units_elsewhere(reading, actor, {each.draft.unit_id for each in stores})
    return {each.store_id for each in stores if each.draft.unit_id in elsewhere}


def _require_within(work: UnitOfWork, actor: Actor, unit_ids: Collection[int | None]) -> None:
    if _units_elsewhere(work, actor, unit_ids):
        raise MadeElsewhereError


def _units_elsewhere(reading: Reading, actor: Actor, unit_ids: Collection[int | None]) -> set[int | None]:
    if actor.scope.is_everything:
        return set()
    return set(unit_ids) - units_in_scope(reading, actor, [each for each in unit_ids if each is not None])


def _checked(work: UnitOfWork, actor: Actor, draft: StoreDraft) -> StoreDraft:
    checked = checked_store(draft)
    if checked.unit_id is None:
        if not actor.scope.is_everything:
            raise BadStoreError("Say of which of your units it is.", field="unit_id")
    elif not units_in_scope(work, actor, [checked.unit_id]):
        raise BadStoreError("There is no such unit.", field="unit_id")
    for field, _ in sorted(_wrong_codes(work, [checked])):
        raise BadStoreError("There is no such code for a store.", field=f"{field}_id")
    return checked


def _wrong_codes(work: UnitOfWork, drafts: Sequence[StoreDraft]) -> set[tuple[str, int]]:
    """Advisers' codes that are of groups or stores, group codes that are none, and what is no code."""
    asked = {("code", each.code_id) for each in drafts if each.code_id is not None}
    asked |= {("group_code", each.group_code_id) for each in drafts if each.group_code_id is not None}
    there = {
        each.definition_id: stored_code(each.draft or each.document).mode
        for each in definitions.list_by_id(work, {code_id for _, code_id in asked})
        if each.kind == CODE_KIND and each.status is not DefinitionStatus.DELETED
    }
    fit = {"code": ("landing", "direct"), "group_code": ("groups",)}
    return {(field, code_id) for field, code_id in asked if there.get(code_id) not in fit[field]}
