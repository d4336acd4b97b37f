"""What operators do with journeys: design, publish, pause, look at versions. Part of `service`.

Whether what a journey refers to is there, only the engine `orchestration` can see: its `publishing` checks, and calls
these verbs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from siyu.domain.content.service import keep_messages
from siyu.domain.definitions import reading as definitions_reading
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, DefinitionPublication, StaleDefinitionError
from siyu.domain.journeys.checking import faults_in
from siyu.domain.journeys.compiling import compiled
from siyu.domain.journeys.contracts import JOURNEY_KIND, Journey
from siyu.domain.journeys.document import JourneyDefinition
from siyu.domain.journeys.faults import refusal
from siyu.domain.journeys.parsing import document_of, node_names, stored_definition
from siyu.domain.journeys.plans import keep_plan, set_running
from siyu.domain.journeys.versions import VersionChanges, changes_between
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

_SIYU = system_actor("journeys")


def create(
    work: UnitOfWork, actor: Actor, name: str, definition: JourneyDefinition, references: Collection[int]
) -> Journey:
    """A new journey, as a draft. `references`: the definitions it speaks of."""
    actor.require("journeys.write")
    document = document_of(definition)
    return journey_of(definitions.create(work, actor, JOURNEY_KIND, name, document, references=references))


def save(
    work: UnitOfWork,
    actor: Actor,
    journey_id: int,
    name: str,
    definition: JourneyDefinition,
    references: Collection[int],
    *,
    revision: int | None = None,
) -> Journey:
    """Saves a draft beside the version in force."""
    actor.require("journeys.write")
    saved = definitions.save_draft(
        work,
        actor,
        journey_id,
        name,
        document_of(definition),
        references=references,
        kind=JOURNEY_KIND,
        revision=revision,
    )
    return journey_of(saved)


def publish(
    work: UnitOfWork,
    actor: Actor,
    journey_id: int,
    definition: JourneyDefinition,
    segments: Mapping[tuple[str, str], int],
    code_urls: Mapping[int, str],
) -> Journey:
    """Makes the draft the version that newcomers get, and lets it run. `definition` is the draft as it was checked;
    StaleDefinitionError where somebody has saved another since. `segments` and `code_urls` as `compiling` wants them."""
    _require_everything(actor)
    if faults := faults_in(definition):
        raise refusal(faults, node_names(definition))
    journey = journey_of(definitions.publish(work, actor, journey_id, kind=JOURNEY_KIND))
    if journey.definition != definition:
        raise StaleDefinitionError(revision=journey.revision)
    plan, contents = compiled(definition, segments, code_urls)
    keep_messages(work, _SIYU, journey_id, journey.version or 1, contents)
    keep_plan(work, actor, journey_id, journey.version or 1, plan)
    return journey


def pause(work: UnitOfWork, actor: Actor, journey_id: int) -> Journey:
    """Nobody moves on until it is resumed; people still come in, and go out."""
    actor.require("journeys.publish")
    paused = definitions.stop(work, actor, journey_id, kind=JOURNEY_KIND)
    set_running(work, journey_id, is_running=False)
    return journey_of(paused)


def resume(work: UnitOfWork, actor: Actor, journey_id: int) -> Journey:
    """Entries move on; who was due meanwhile is due now."""
    _require_everything(actor)
    resumed = definitions.resume(work, actor, journey_id, kind=JOURNEY_KIND)
    set_running(work, journey_id, is_running=True)
    return journey_of(resumed)


def get(reading: Reading, actor: Actor, journey_id: int) -> Journey:
    """The journey, or NotFoundError."""
    return journey_of(definitions.get(reading, actor, journey_id, JOURNEY_KIND))


def list_journeys(reading: Reading, actor: Actor, page: PageRequest) -> Page[Journey]:
    """The newest first."""
    found = definitions.list_definitions(reading, actor, JOURNEY_KIND, page)
    return Page(rows=[journey_of(row) for row in found.rows], next_after=found.next_after)


def list_versions(reading: Reading, actor: Actor, journey_id: int) -> list[DefinitionPublication]:
    """The published versions, the latest first."""
    definitions.get(reading, actor, journey_id, JOURNEY_KIND)
    return definitions_reading.publications_of(reading, journey_id)


def get_version(reading: Reading, actor: Actor, journey_id: int, version: int) -> JourneyDefinition:
    """What a published version says; NotFoundError where there is none such."""
    definitions.get(reading, actor, journey_id, JOURNEY_KIND)
    return stored_definition(definitions_reading.get_version(reading, journey_id, version).document)


def get_changes(
    reading: Reading, actor: Actor, journey_id: int, before: int, after: int | None = None
) -> VersionChanges:
    """What has changed from one version to another; to the draft (or what is in force, where there is none) without
    `after`."""
    earlier = get_version(reading, actor, journey_id, before)
    later = get(reading, actor, journey_id).latest if after is None else get_version(reading, actor, journey_id, after)
    return changes_between(earlier, later)


def journey_of(definition: Definition) -> Journey:
    """The journey that a definition is."""
    return Journey(
        journey_id=definition.definition_id,
        name=definition.name,
        status=definition.status,
        version=definition.version,
        revision=definition.revision,
        definition=stored_definition(definition.document) if definition.document is not None else None,
        draft=stored_definition(definition.draft) if definition.draft is not None else None,
        updated_at=definition.updated_at,
    )


def _require_everything(actor: Actor) -> None:
    """A journey in force lets in whoever it is for: to put it there is for who sees them all."""
    actor.require("journeys.publish")
    if not actor.scope.is_everything:
        raise ForbiddenError("A journey reaches customers outside your scope.")
