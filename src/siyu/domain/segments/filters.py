"""The verbs of kept filters and of columns. A filter is its keeper's own, or everybody's. Part of `service`."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from siyu.domain.company.service import record_audit
from siyu.domain.segments import filters_store as store
from siyu.domain.segments.definition import as_document, parse_definition
from siyu.domain.segments.filters_contracts import (
    FILTER_NAME_LENGTH_MAX,
    KEPT_FILTERS_MAX,
    SEARCH_LENGTH_MAX,
    USUAL_COLUMNS,
    BadFilterError,
    FilterDraft,
    KeptFilter,
    UnknownFilterError,
    checked_columns,
)
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, SHARE = "customers.read", "segments.write"
_ONE_PERSON: Final = re.compile(r"@|(?:\d[\s-]?){5}")


def keep_filter(work: UnitOfWork, actor: Actor, draft: FilterDraft) -> KeptFilter:
    """Keeps one more."""
    actor.require(READ)
    checked = checked_filter(draft)
    _require_share(actor, checked)
    if store.count_own(work.driver, actor) >= KEPT_FILTERS_MAX:
        raise BadFilterError(f"At most {KEPT_FILTERS_MAX} filters are kept; delete one first.", field="name")
    filter_id = store.insert_filter(work.driver, actor, checked, work.clock.now())
    if checked.is_shared:
        record_audit(work, actor, "filters.share", f"filter:{filter_id}", name=checked.name)
    return _get(work, actor, filter_id)


def change_filter(work: UnitOfWork, actor: Actor, filter_id: int, draft: FilterDraft) -> KeptFilter:
    """Keeps it otherwise: one's own; a shared one also who may share."""
    actor.require(READ)
    found = _get(work, actor, filter_id)
    checked = checked_filter(draft)
    _require_changing(actor, found)
    _require_share(actor, checked)
    store.update_filter(work.driver, filter_id, checked, work.clock.now())
    if found.draft.is_shared or checked.is_shared:
        record_audit(work, actor, "filters.change", f"filter:{filter_id}", name=checked.name)
    return _get(work, actor, filter_id)


def drop_filter(work: UnitOfWork, actor: Actor, filter_id: int) -> None:
    """Keeps it no more."""
    actor.require(READ)
    found = _get(work, actor, filter_id)
    _require_changing(actor, found)
    store.delete_filter(work.driver, filter_id)
    if found.draft.is_shared:
        record_audit(work, actor, "filters.drop", f"filter:{filter_id}", name=found.draft.name)


def list_filters(reading: Reading, actor: Actor) -> list[KeptFilter]:
    """Their own, and those that are shared, by name."""
    actor.require(READ)
    return store.select_filters(reading.driver, actor)


def forget_filters(work: UnitOfWork, actor: Actor, names: Collection[str]) -> int:
    """Takes away filters that ask for somebody by their whole name, who is erased; gives how many."""
    actor.require("customers.erase")
    return store.delete_naming(work.driver, names) if names else 0


def set_shown_columns(work: UnitOfWork, actor: Actor, columns: Sequence[str]) -> list[str]:
    """What they want to see in the list from now on."""
    actor.require(READ)
    chosen = checked_columns(columns)
    store.save_columns(work.driver, actor, chosen)
    record_audit(work, actor, "customers.set_columns", "customer_columns", columns=len(chosen))
    return chosen


def get_shown_columns(reading: Reading, actor: Actor) -> list[str]:
    """What they want to see in the list; the usual, if they never said."""
    actor.require(READ)
    found = store.find_columns(reading.driver, actor)
    return list(USUAL_COLUMNS) if found is None else found


def checked_filter(draft: FilterDraft) -> FilterDraft:
    """The filter as it is kept. A search for one person is not: their phone would stand here after they are erased."""
    name, search = draft.name.strip(), draft.search.strip()
    if not 1 <= len(name) <= FILTER_NAME_LENGTH_MAX or not name.isprintable():
        raise BadFilterError(f"A name has 1 to {FILTER_NAME_LENGTH_MAX} characters.", field="name")
    if len(search) > SEARCH_LENGTH_MAX or "\x00" in search:
        raise BadFilterError("This search is too long to be kept.", field="search")
    if _ONE_PERSON.search(search):
        raise BadFilterError("A search for one person's number is not kept.", field="search")
    condition = None if draft.condition is None else as_document(parse_definition(draft.condition))
    return replace(draft, name=name, search=search, condition=condition, columns=checked_columns(draft.columns))


def _require_share(actor: Actor, draft: FilterDraft) -> None:
    if draft.is_shared:
        actor.require(SHARE)


def _require_changing(actor: Actor, found: KeptFilter) -> None:
    if not found.is_own:
        actor.require(SHARE)


def _get(work: UnitOfWork, actor: Actor, filter_id: int) -> KeptFilter:
    found = store.lock_filter(work.driver, actor, filter_id)
    if found is None:
        raise UnknownFilterError
    return found
