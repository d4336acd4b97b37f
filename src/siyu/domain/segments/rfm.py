"""The verbs of RFM schemes. A scheme is a definition of kind `rfm`; each of its cells is a hidden segment while it is in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, DefinitionStatus
from siyu.domain.segments.contracts import RfmCondition
from siyu.domain.segments.hidden import delete_hidden, hidden_of, keep_hidden, stop_hidden
from siyu.domain.segments.named import check_parts_unused
from siyu.domain.segments.referring import check_in_force
from siyu.domain.segments.rfm_contracts import RFM_KIND, RfmState, Scale
from siyu.domain.segments.rfm_rules import as_document, parse_scheme
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork


def create_scheme(work: UnitOfWork, actor: Actor, name: str, document: object) -> RfmState:
    """A new scheme, as a draft. InvalidDefinitionError says where the document is wrong and what to do."""
    actor.require("rfms.write")
    checked = as_document(parse_scheme(document))
    return _states(work, [definitions.create(work, actor, RFM_KIND, name, checked)])[0]


def save_scheme(
    work: UnitOfWork, actor: Actor, scheme_id: int, name: str, document: object, *, revision: int | None = None
) -> RfmState:
    """Saves a draft; what is in force stays in force until it is published."""
    actor.require("rfms.write")
    checked = as_document(parse_scheme(document))
    saved = definitions.save_draft(work, actor, scheme_id, name, checked, kind=RFM_KIND, revision=revision)
    return _states(work, [saved])[0]


def publish_scheme(work: UnitOfWork, actor: Actor, scheme_id: int) -> RfmState:
    """Puts the draft in force, and has audience keep its cells."""
    actor.require("rfms.publish")
    published = definitions.publish(work, actor, scheme_id, kind=RFM_KIND)
    _keep_cells(work, published)
    return _states(work, [published])[0]


def stop_scheme(work: UnitOfWork, actor: Actor, scheme_id: int) -> RfmState:
    """Its cells keep who is in them. Segments that ask for a cell go on by the scheme's last cut-offs."""
    actor.require("rfms.publish")
    stopped = definitions.stop(work, actor, scheme_id, kind=RFM_KIND)
    stop_hidden(work, scheme_id)
    return _states(work, [stopped])[0]


def resume_scheme(work: UnitOfWork, actor: Actor, scheme_id: int) -> RfmState:
    """Its cells follow what happens again."""
    actor.require("rfms.publish")
    resumed = definitions.resume(work, actor, scheme_id, kind=RFM_KIND)
    _keep_cells(work, resumed)
    return _states(work, [resumed])[0]


def delete_scheme(work: UnitOfWork, actor: Actor, scheme_id: int) -> None:
    """Takes it away with its cells, unless something uses it."""
    actor.require("rfms.write")
    definitions.delete(work, actor, scheme_id, kind=RFM_KIND)
    delete_hidden(work, scheme_id)


def get_scheme(reading: Reading, actor: Actor, scheme_id: int) -> RfmState:
    """The scheme as it stands."""
    return _states(reading, [definitions.get(reading, actor, scheme_id, RFM_KIND)])[0]


def list_schemes(reading: Reading, actor: Actor, page: PageRequest) -> Page[RfmState]:
    """Schemes, the newest first."""
    found = definitions.list_definitions(reading, actor, RFM_KIND, page)
    return Page(_states(reading, found.rows), found.next_after)


def change_cuts(work: UnitOfWork, actor: Actor, scheme_id: int, scales: Sequence[Scale]) -> bool:
    """Publishes a version with other cut-offs, if they are others; whether it did. A draft that waits goes on waiting."""
    actor.require("rfms.publish")
    found = definitions.get(work, actor, scheme_id, RFM_KIND)
    if found.status is not DefinitionStatus.LIVE or found.document is None:
        return False
    scheme = parse_scheme(found.document)
    changed = replace(scheme, scales=tuple(scales))
    if changed == scheme:
        return False
    definitions.save_draft(work, actor, scheme_id, found.name, as_document(changed), kind=RFM_KIND)
    _keep_cells(work, definitions.publish(work, actor, scheme_id, kind=RFM_KIND))
    if found.draft is not None:
        definitions.save_draft(work, actor, scheme_id, found.name, found.draft, kind=RFM_KIND)
    return True


def _keep_cells(work: UnitOfWork, published: Definition) -> None:
    scheme_id = published.definition_id
    scheme = parse_scheme(published.document)
    keys = [cell.key for cell in scheme.cells]
    check_parts_unused(work, scheme_id, RFM_KIND, keys)
    check_in_force(work, scheme_id)
    keep_hidden(work, scheme_id, published.name, {key: RfmCondition(scheme_id, (key,)) for key in keys})


def _states(reading: Reading, found: Sequence[Definition]) -> list[RfmState]:
    hidden = hidden_of(reading, [each.definition_id for each in found])
    return [
        RfmState(
            scheme_id=each.definition_id,
            name=each.name,
            status=each.status,
            version=each.version,
            revision=each.revision,
            scheme=parse_scheme(each.document) if each.document is not None else None,
            draft=parse_scheme(each.draft) if each.draft is not None else None,
            segments=hidden[each.definition_id],
            updated_at=each.updated_at,
        )
        for each in found
    ]
