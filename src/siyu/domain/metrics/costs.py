"""The verbs on costs. Part of `service`. Costs are the company's, not any customer's: who sees but some customers sees no costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from siyu.domain.company.service import record_audit
from siyu.domain.metrics import costs_store as store
from siyu.domain.metrics.costs_contracts import (
    AMOUNT_FEN_MAX,
    COST_LINES_MAX,
    COST_SOURCE_LENGTH_MAX,
    COST_TEXT_LENGTH_MAX,
    BadCostError,
    Cost,
    CostFilter,
    CostImport,
    CostTotals,
    NewCost,
    RecordedCosts,
    UnknownCostError,
)
from siyu.kernel.actors import Actor
from siyu.kernel.errors import ForbiddenError, InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

IMPORTS_SHOWN_MAX = 50
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2199, 12, 31)


def record_costs(
    work: UnitOfWork, actor: Actor, source: str, costs: Sequence[NewCost], *, import_id: int | None = None
) -> RecordedCosts:
    """Keeps lines under their keys. One that is known with the same content changes nothing; with another, it takes the place of
    the one there was. Of lines with the same key the last one counts."""
    actor.require("costs.write")
    _require_all(actor)
    if not 0 < len(source) <= COST_SOURCE_LENGTH_MAX or not source.isprintable():
        raise BadCostError("A source has a name.", field="source")
    if len(costs) > COST_LINES_MAX:
        raise BadCostError(f"At most {COST_LINES_MAX} lines at a time.", field="lines")
    told = {each.key: checked_cost(each) for each in costs}
    store.lock_costs(work.driver)
    known = store.costs_of_keys(work.driver, source, told.keys())
    new = [each for key, each in told.items() if key not in known]
    changed = [each for key, each in told.items() if key in known and _told(known[key]) != each]
    store.withdraw(work.driver, [known[each.key].cost_id for each in changed], work.clock.now())
    _insert(
        work,
        actor,
        source,
        [*((each, None) for each in new), *((each, known[each.key].cost_id) for each in changed)],
        import_id,
    )
    if changed or (new and import_id is None):
        record_audit(work, actor, "metrics.record_costs", "costs", new=len(new), corrected=len(changed))
    return RecordedCosts(len(new), len(changed), len(costs) - len(new) - len(changed))


def correct_cost(work: UnitOfWork, actor: Actor, cost_id: int, told: NewCost) -> Cost:
    """Puts another line, of the same key, in its place."""
    actor.require("costs.write")
    _require_all(actor)
    store.lock_costs(work.driver)
    found = _get(work, cost_id)
    wanted = checked_cost(replace(told, key=found.key))
    if wanted == _told(found):
        return found
    store.withdraw(work.driver, [cost_id], work.clock.now())
    _insert(work, actor, found.source, [(wanted, cost_id)], None)
    record_audit(
        work, actor, "metrics.correct_cost", f"cost:{cost_id}", before_fen=found.amount_fen, fen=wanted.amount_fen
    )
    return store.costs_of_keys(work.driver, found.source, [found.key])[found.key]


def withdraw_cost(work: UnitOfWork, actor: Actor, cost_id: int) -> None:
    """Says that it never was."""
    actor.require("costs.write")
    _require_all(actor)
    store.lock_costs(work.driver)
    found = _get(work, cost_id)
    store.withdraw(work.driver, [cost_id], work.clock.now())
    record_audit(work, actor, "metrics.withdraw_cost", f"cost:{cost_id}", before_fen=found.amount_fen)


def withdraw_cost_import(work: UnitOfWork, actor: Actor, import_id: int) -> int:
    """Undoes an import: no line of it counts any more, and its file may be imported again. What it had taken the place of does not
    come back. How many lines these were."""
    actor.require("costs.write")
    _require_all(actor)
    store.lock_costs(work.driver)
    count = store.withdraw_import(work.driver, import_id, work.clock.now())
    if count == 0:
        raise UnknownCostError
    record_audit(work, actor, "metrics.withdraw_cost_import", f"import:{import_id}", count=count)
    return count


def list_costs(reading: Reading, actor: Actor, which: CostFilter, page: PageRequest) -> Page[Cost]:
    """Lines that count, those of the latest days first."""
    actor.require("metrics.read")
    _require_all(actor)
    found = store.select_costs(reading.driver, which, page.size + 1, _place(page.after))
    rows = found[: page.size]
    return Page(rows, f"{rows[-1].spent_on}_{rows[-1].cost_id}" if len(found) > page.size else None)


def total_costs(reading: Reading, actor: Actor, which: CostFilter) -> CostTotals:
    """What those lines come to."""
    actor.require("metrics.read")
    _require_all(actor)
    lines, amount_fen = store.total(reading.driver, which)
    channels, campaigns = (store.parts(reading.driver, which, field) for field in ("channel", "campaign"))
    return CostTotals(lines, amount_fen, channels, campaigns)


def list_cost_imports(reading: Reading, actor: Actor) -> list[CostImport]:
    """Imports of which something counts, the newest first."""
    actor.require("metrics.read")
    _require_all(actor)
    return store.imports_that_count(reading.driver, IMPORTS_SHOWN_MAX)


def checked_cost(cost: NewCost) -> NewCost:
    """The line with blanks stripped; BadCostError says what is wrong with it."""
    words = {field: getattr(cost, field).strip() for field in ("channel", "campaign", "content", "note")}
    for field, word in words.items():
        if len(word) > COST_TEXT_LENGTH_MAX or not word.isprintable():
            raise BadCostError(f"At most {COST_TEXT_LENGTH_MAX} printable characters.", field=field)
    if not 0 < len(cost.key) <= COST_SOURCE_LENGTH_MAX or not cost.key.isprintable():
        raise BadCostError("A line has a key.", field="key")
    if not 0 <= cost.amount_fen <= AMOUNT_FEN_MAX:
        raise BadCostError("An amount is not negative, and not that large.", field="amount_fen")
    if not FIRST_DAY <= cost.spent_on <= LAST_DAY:
        raise BadCostError("There is no such day of spending.", field="spent_on")
    return replace(cost, **words)


def _require_all(actor: Actor) -> None:
    if not actor.scope.is_everything:
        raise ForbiddenError("Costs are the whole company's; you see a part of its customers.")


def _get(work: UnitOfWork, cost_id: int) -> Cost:
    found = store.find_cost(work.driver, cost_id)
    if found is None:
        raise UnknownCostError
    return found


def _insert(
    work: UnitOfWork,
    actor: Actor,
    source: str,
    costs: Sequence[tuple[NewCost, int | None]],
    import_id: int | None,
) -> None:
    if costs:
        by = f"{actor.kind}:{actor.actor_id}"
        store.insert_costs(work.driver, source, costs, import_id=import_id, by=by, now=work.clock.now())


def _told(found: Cost) -> NewCost:
    return NewCost(
        found.key, found.spent_on, found.amount_fen, found.channel, found.campaign, found.content, found.note
    )


def _place(after: str | None) -> tuple[date, int] | None:
    if after is None:
        return None
    day, _, number = after.partition("_")
    try:
        place = date.fromisoformat(day), int(number)
    except ValueError as error:
        raise InvalidError("That is not a place in this list.", field="after") from error
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise InvalidError("That is not a place in this list.", field="after")
    return place
