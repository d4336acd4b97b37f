"""The verbs of ladders. A ladder is a definition of kind `ladder`; each of its stages is a hidden segment while it is in force."""

from __future__ import annotations

from collections.abc import Sequence

from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, InvalidDefinitionError
from siyu.domain.segments import hidden_store
from siyu.domain.segments.contracts import StageCondition
from siyu.domain.segments.expanding import Expansion, references
from siyu.domain.segments.hidden import delete_hidden, hidden_of, keep_hidden, stop_hidden
from siyu.domain.segments.ladders_contracts import LADDER_KIND, Ladder, LadderState
from siyu.domain.segments.ladders_rules import as_document, below, parse_ladder
from siyu.domain.segments.named import check_parts_unused
from siyu.domain.segments.referring import PublishedBook, check_in_force, expand_checked
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork


def create_ladder(work: UnitOfWork, actor: Actor, name: str, document: object) -> LadderState:
    """A new ladder, as a draft. InvalidDefinitionError says where the document is wrong and what to do."""
    actor.require("ladders.write")
    ladder = _checked(work, document)
    made = definitions.create(work, actor, LADDER_KIND, name, as_document(ladder), _references(ladder))
    return _states(work, [made])[0]


def save_ladder(
    work: UnitOfWork, actor: Actor, ladder_id: int, name: str, document: object, *, revision: int | None = None
) -> LadderState:
    """Saves a draft; what is in force stays in force until it is published."""
    actor.require("ladders.write")
    ladder = _checked(work, document)
    saved = definitions.save_draft(
        work,
        actor,
        ladder_id,
        name,
        as_document(ladder),
        _references(ladder),
        kind=LADDER_KIND,
        revision=revision,
    )
    return _states(work, [saved])[0]


def publish_ladder(work: UnitOfWork, actor: Actor, ladder_id: int) -> LadderState:
    """Puts the draft in force, and has audience keep its stages."""
    actor.require("ladders.publish")
    published = definitions.publish(work, actor, ladder_id, kind=LADDER_KIND)
    _keep_stages(work, published)
    return _states(work, [published])[0]


def stop_ladder(work: UnitOfWork, actor: Actor, ladder_id: int) -> LadderState:
    """Its stages keep who stands on them. Segments that ask for a stage go on by the ladder's last rules."""
    actor.require("ladders.publish")
    stopped = definitions.stop(work, actor, ladder_id, kind=LADDER_KIND)
    stop_hidden(work, ladder_id)
    return _states(work, [stopped])[0]


def resume_ladder(work: UnitOfWork, actor: Actor, ladder_id: int) -> LadderState:
    """Its stages follow what happens again."""
    actor.require("ladders.publish")
    resumed = definitions.resume(work, actor, ladder_id, kind=LADDER_KIND)
    _keep_stages(work, resumed)
    return _states(work, [resumed])[0]


def delete_ladder(work: UnitOfWork, actor: Actor, ladder_id: int) -> None:
    """Takes it away with its stages, unless something uses it. Nobody is told to have left."""
    actor.require("ladders.write")
    definitions.delete(work, actor, ladder_id, kind=LADDER_KIND)
    delete_hidden(work, ladder_id)
    hidden_store.forget_ladder(work.driver, ladder_id)


def get_ladder(reading: Reading, actor: Actor, ladder_id: int) -> LadderState:
    """The ladder as it stands."""
    return _states(reading, [definitions.get(reading, actor, ladder_id, LADDER_KIND)])[0]


def list_ladders(reading: Reading, actor: Actor, page: PageRequest) -> Page[LadderState]:
    """Ladders, the newest first."""
    found = definitions.list_definitions(reading, actor, LADDER_KIND, page)
    return Page(_states(reading, found.rows), found.next_after)


def _checked(work: UnitOfWork, document: object) -> Ladder:
    """The ladder, if all that its stages ask for is there."""
    ladder = parse_ladder(document)
    for n, stage in enumerate(ladder.stages):
        if stage.condition is None:
            continue
        try:
            expand_checked(work, stage.condition)
        except InvalidDefinitionError as error:
            raise below(error, n) from None
    return ladder


def _references(ladder: Ladder) -> frozenset[int]:
    return frozenset().union(*(references(stage.condition) for stage in ladder.stages if stage.condition is not None))


def _keep_stages(work: UnitOfWork, published: Definition) -> None:
    ladder_id = published.definition_id
    keys = [stage.key for stage in parse_ladder(published.document).stages]
    check_parts_unused(work, ladder_id, LADDER_KIND, keys)
    check_in_force(work, ladder_id)
    parts = {key: StageCondition(ladder_id, (key,)) for key in keys}
    expansion = Expansion(PublishedBook(work))
    for part in parts.values():
        expansion.of(part)
    keep_hidden(work, ladder_id, published.name, parts)


def _states(reading: Reading, found: Sequence[Definition]) -> list[LadderState]:
    hidden = hidden_of(reading, [each.definition_id for each in found])
    return [
        LadderState(
            ladder_id=each.definition_id,
            name=each.name,
            status=each.status,
            version=each.version,
            revision=each.revision,
            ladder=parse_ladder(each.document) if each.document is not None else None,
            draft=parse_ladder(each.draft) if each.draft is not None else None,
            segments=hidden[each.definition_id],
            updated_at=each.updated_at,
        )
        for each in found
    ]
