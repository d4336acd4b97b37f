"""The verbs of segments: drafts and versions, and who may do what."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from siyu.domain.definitions.contracts import (
    DefinitionStatus,
    InvalidDefinitionError,
    StaleDefinitionError,
)
from siyu.domain.segments import reading, service
from siyu.domain.segments.contracts import (
    Found,
    Merge,
    Standing,
)
from siyu.domain.segments.definition import parse_definition
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database, UnitOfWork

SIYU = system_actor("test")
ANALYST = Actor(ActorKind.STAFF, "7", frozenset({"segments.read", "segments.write"}))
STRANGER = Actor(ActorKind.STAFF, "8", frozenset({"customers.read"}))
BUYERS = {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 1}
SILENT = {
    "kind": "moment",
    "event": "order_paid",
    "which": "last",
    "window": {"kind": "rolling", "least": {"amount": 90, "unit": "day"}},
}
NOBODY = np.empty(0, np.uint64)


def a_live_segment(database: Database, document: Mapping[str, object] = BUYERS) -> int:
    with database.begin() as work:
        made = service.create(work, SIYU, "买过的人", document)
        service.publish(work, SIYU, made.segment_id)
    return made.segment_id


def test_a_segment_lives_through_drafts_and_versions(database: Database) -> None:
    with database.begin() as work:
        made = service.create(work, ANALYST, "买过的人", BUYERS)
        assert (made.status, made.version, made.definition) == (DefinitionStatus.DRAFT, None, None)
        assert (made.draft, made.sentence_zh) == (parse_definition(BUYERS), "购买过")
    with database.begin() as work:
        published = service.publish(work, SIYU, made.segment_id)
        assert (published.status, published.version, published.draft) == (DefinitionStatus.LIVE, 1, None)
        assert published.definition == parse_definition(BUYERS)
    with database.begin() as work:
        saved = service.save(work, ANALYST, made.segment_id, "沉默的人", SILENT)
        assert saved.definition == parse_definition(BUYERS)
        assert (saved.draft, saved.sentence_en) == (parse_definition(SILENT), "Customers who have bought")
        with pytest.raises(StaleDefinitionError):
            service.save(work, ANALYST, made.segment_id, "沉默的人", SILENT, revision=published.revision)
    with database.read() as work:
        assert [(each.segment_id, each.version) for each in reading.wanted(work)] == [(made.segment_id, 1)]
    with database.begin() as work:
        assert service.stop(work, SIYU, made.segment_id).status is DefinitionStatus.STOPPED
        assert reading.wanted(work) == []
        assert service.resume(work, SIYU, made.segment_id).status is DefinitionStatus.LIVE
        assert service.publish(work, SIYU, made.segment_id).version == 2


def test_a_bad_definition_is_never_kept(database: Database) -> None:
    with database.begin() as work:
        with pytest.raises(InvalidDefinitionError):
            service.create(work, SIYU, "坏的", {"kind": "all", "of": []})
        made = service.create(work, SIYU, "好的", BUYERS)
        with pytest.raises(InvalidDefinitionError):
            service.save(work, SIYU, made.segment_id, "坏的", {**BUYERS, "count": -1})
        assert service.get(work, SIYU, made.segment_id).name == "好的"


def verbs(work: UnitOfWork, segment_id: int) -> list[tuple[Actor, Callable[[Actor], object]]]:
    """Each verb with somebody who may not do it."""
    found = Found(
        [],
        NOBODY,
        [],
        np.empty(0, np.int64),
        NOBODY,
        None,
        np.zeros(1, np.uint8),
        Standing(0, None, 0),
        work.clock.now(),
        0,
    )
    return [
        (STRANGER, lambda actor: service.create(work, actor, "x", BUYERS)),
        (STRANGER, lambda actor: service.save(work, actor, segment_id, "x", BUYERS)),
        (STRANGER, lambda actor: service.get(work, actor, segment_id)),
        (STRANGER, lambda actor: service.list_segments(work, actor, PageRequest())),
        (STRANGER, lambda actor: service.delete(work, actor, segment_id)),
        (ANALYST, lambda actor: service.publish(work, actor, segment_id)),
        (ANALYST, lambda actor: service.stop(work, actor, segment_id)),
        (ANALYST, lambda actor: service.resume(work, actor, segment_id)),
        (ANALYST, lambda actor: service.delete(work, actor, segment_id)),
        (ANALYST, lambda actor: service.move_members(work, actor, [Merge(1, 2)])),
        (ANALYST, lambda actor: service.record_refresh(work, actor, segment_id, 1)),
        (ANALYST, lambda actor: service.apply_found(work, actor, found)),
    ]


def test_rights_are_asked_for(database: Database) -> None:
    segment_id = a_live_segment(database)
    with database.begin() as work:
        for actor, verb in verbs(work, segment_id):
            with pytest.raises(ForbiddenError):
                verb(actor)
        assert service.get(work, SIYU, segment_id).status is DefinitionStatus.LIVE
