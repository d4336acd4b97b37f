"""Dashboards: definitions of kind `dashboard`. They are not published: what they show changes nothing for anybody.

Somebody's own are theirs alone; to others they are not there. What is shared everybody sees who may see dashboards, and changes who
may write them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition
from siyu.domain.metrics.dashboards_language import Dashboard
from siyu.domain.metrics.dashboards_rules import dashboard_document, parse_dashboard, references_of
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.errors import ForbiddenError, NotFoundError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

DASHBOARD_KIND = "dashboard"


@dataclass(frozen=True, slots=True)
class SavedDashboard:
    """A dashboard as it was last saved. Hand `revision` back when saving to be told of others' edits."""

    dashboard_id: int
    name: str
    revision: int
    dashboard: Dashboard
    updated_at: datetime
    created_by: str

    def is_seen_by(self, actor: Actor) -> bool:
        """Whether it is shared, or theirs."""
        return self.dashboard.shared == "all" or actor.kind is ActorKind.SYSTEM or self.created_by == _author(actor)


def create_dashboard(work: UnitOfWork, actor: Actor, name: str, document: object) -> SavedDashboard:
    """A new one. InvalidDefinitionError says where the document is wrong and what to do."""
    actor.require("dashboards.write")
    dashboard = parse_dashboard(document)
    made = definitions.create(
        work, actor, DASHBOARD_KIND, name, dashboard_document(dashboard), references_of(dashboard)
    )
    return _saved(made)


def save_dashboard(
    work: UnitOfWork, actor: Actor, dashboard_id: int, name: str, document: object, *, revision: int | None = None
) -> SavedDashboard:
    """Other cards, other places. Only its author takes a shared one back."""
    actor.require("dashboards.write")
    before = get_dashboard(work, actor, dashboard_id)
    dashboard = parse_dashboard(document)
    if dashboard.shared == "me" and before.created_by != _author(actor):
        raise ForbiddenError("Only its author takes a dashboard back.")
    saved = definitions.save_draft(
        work,
        actor,
        dashboard_id,
        name,
        dashboard_document(dashboard),
        references_of(dashboard),
        kind=DASHBOARD_KIND,
        revision=revision,
    )
    return _saved(saved)


def delete_dashboard(work: UnitOfWork, actor: Actor, dashboard_id: int) -> None:
    """Takes it away, unless something uses it."""
    actor.require("dashboards.write")
    get_dashboard(work, actor, dashboard_id)
    definitions.delete(work, actor, dashboard_id, kind=DASHBOARD_KIND)


def get_dashboard(reading: Reading, actor: Actor, dashboard_id: int) -> SavedDashboard:
    """One of those that they see."""
    found = _saved(definitions.get(reading, actor, dashboard_id, DASHBOARD_KIND))
    if not found.is_seen_by(actor):
        raise NotFoundError(f"Dashboard {dashboard_id}.")
    return found


def list_dashboards(reading: Reading, actor: Actor, page: PageRequest) -> Page[SavedDashboard]:
    """Those that they see, the newest first."""
    seen: list[SavedDashboard] = []
    after = page.after
    while True:
        found = definitions.list_definitions(reading, actor, DASHBOARD_KIND, replace(page, after=after))
        for each in map(_saved, found.rows):
            if each.is_seen_by(actor):
                if len(seen) == page.size:
                    return Page(seen, str(seen[-1].dashboard_id))
                seen.append(each)
        if found.next_after is None:
            return Page(seen, None)
        after = found.next_after


def _author(actor: Actor) -> str:
    return f"{actor.kind}:{actor.actor_id}"


def _saved(found: Definition) -> SavedDashboard:
    return SavedDashboard(
        dashboard_id=found.definition_id,
        name=found.name,
        revision=found.revision,
        dashboard=parse_dashboard(found.latest),
        updated_at=found.updated_at,
        created_by=found.created_by,
    )
