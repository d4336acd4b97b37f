"""SQL that analysts keep, and the book of all that was run: who, when, the whole text, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from siyu.domain.company.service import record_audit
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition
from siyu.domain.metrics import statements_store
from siyu.domain.metrics.statements_store import StatementRun
from siyu.kernel.actors import Actor
from siyu.kernel.errors import ForbiddenError, InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

STATEMENT_KIND = "statement"
STATEMENT_LENGTH_MAX = 20_000
SQL_RIGHT = "insight.sql"


@dataclass(frozen=True, slots=True)
class SavedStatement:
    """A statement as it was last saved."""

    statement_id: int
    name: str
    revision: int
    text: str
    updated_at: datetime
    updated_by: str


def require_sql(actor: Actor) -> None:
    """ForbiddenError unless they may write SQL: with the right, and over all customers, for a statement knows no scope."""
    actor.require(SQL_RIGHT)
    if not actor.scope.is_everything:
        raise ForbiddenError("SQL is for those who may see all customers.", right=SQL_RIGHT)


def create_statement(work: UnitOfWork, actor: Actor, name: str, text: str) -> SavedStatement:
    """Keeps a statement under a name."""
    require_sql(actor)
    return _saved(definitions.create(work, actor, STATEMENT_KIND, name, {"text": _checked(text)}))


def save_statement(
    work: UnitOfWork, actor: Actor, statement_id: int, name: str, text: str, *, revision: int | None = None
) -> SavedStatement:
    """Another name, another text."""
    require_sql(actor)
    document = {"text": _checked(text)}
    saved = definitions.save_draft(work, actor, statement_id, name, document, kind=STATEMENT_KIND, revision=revision)
    return _saved(saved)


def delete_statement(work: UnitOfWork, actor: Actor, statement_id: int) -> None:
    """Takes it away."""
    require_sql(actor)
    definitions.delete(work, actor, statement_id, kind=STATEMENT_KIND)


def list_statements(reading: Reading, actor: Actor, page: PageRequest) -> Page[SavedStatement]:
    """Kept ones, the newest first."""
    require_sql(actor)
    found = definitions.list_definitions(reading, actor, STATEMENT_KIND, page)
    return Page([_saved(each) for each in found.rows], found.next_after)


def record_statement(work: UnitOfWork, actor: Actor, text: str) -> int:
    """Writes down that somebody is about to run this; gives the number of the run. Committed before it is run."""
    require_sql(actor)
    run_id = statements_store.insert_run(
        work.driver, f"{actor.kind}:{actor.actor_id}", text.replace("\x00", ""), work.clock.now()
    )
    record_audit(work, actor, "metrics.run_statement", f"statement_run:{run_id}", text=text)
    return run_id


def end_statement(work: UnitOfWork, actor: Actor, run_id: int, rows: int | None, fault: str) -> None:
    """Writes down what came of it."""
    require_sql(actor)
    statements_store.end_run(work.driver, run_id, rows, fault, work.clock.now())


def forget_statement_runs(work: UnitOfWork, actor: Actor, before: datetime, size: int) -> int:
    """Takes the oldest statements out of the book, at most `size`; gives how many."""
    actor.require("privacy.run")
    return statements_store.forget_runs(work.driver, before, size)


def list_statement_runs(reading: Reading, actor: Actor, page: PageRequest) -> Page[StatementRun]:
    """What was run, the newest first: one's own, or everybody's for who may read the audit."""
    require_sql(actor)
    if page.after is not None and not (page.after.isdecimal() and page.after.isascii() and len(page.after) < 19):
        raise InvalidError("That is not a place in this list.", field="after")
    own = None if actor.may("audit.read") else f"{actor.kind}:{actor.actor_id}"
    rows = statements_store.select_runs(reading.driver, page.size + 1, int(page.after) if page.after else None, own)
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows, str(rows[-1].run_id) if more else None)


def _checked(text: str) -> str:
    if not text.strip() or len(text) > STATEMENT_LENGTH_MAX:
        raise InvalidError(f"A statement has 1 to {STATEMENT_LENGTH_MAX} characters.", field="text")
    return text


def _saved(found: Definition) -> SavedStatement:
    return SavedStatement(
        statement_id=found.definition_id,
        name=found.name,
        revision=found.revision,
        text=str(found.latest.get("text", "")),
        updated_at=found.updated_at,
        updated_by=found.updated_by,
    )
