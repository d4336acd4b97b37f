"""Drafts, versions, references, and two people at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.company import service as company
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions import rules, service
from siyu.domain.definitions.contracts import (
    Definition,
    DefinitionInUseError,
    DefinitionName,
    DefinitionStatus,
    NothingToPublishError,
    StaleDefinitionError,
    UnacceptableDocumentError,
    UnknownReferenceError,
    WrongStatusError,
)
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.kernel.errors import ForbiddenError, InvalidError, NotFoundError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database

EDITOR = Actor(
    ActorKind.STAFF,
    "7",
    frozenset(f"{kind}s.{right}" for kind in ("segment", "journey") for right in ("read", "write", "publish")),
)
WRITER = Actor(ActorKind.STAFF, "8", frozenset({"segments.read", "segments.write"}))


def _create(database: Database, kind: str = "segment", name: str = "S", references: tuple[int, ...] = ()) -> Definition:
    with database.begin() as work:
        return service.create(work, EDITOR, kind, name, {"n": 1}, references)


def _publish(database: Database, definition_id: int) -> Definition:
    with database.begin() as work:
        return service.publish(work, EDITOR, definition_id)


def _save(database: Database, definition_id: int, document: Any, *references: int) -> Definition:
    with database.begin() as work:
        return service.save_draft(work, EDITOR, definition_id, "S", document, references)


def test_a_draft_becomes_a_version_and_what_is_saved_later_waits(database: Database) -> None:
    made = _create(database, name=" 沉睡客户 ")
    assert (made.name, made.status, made.version) == ("沉睡客户", DefinitionStatus.DRAFT, None)
    assert (made.document, made.draft, made.latest) == (None, {"n": 1}, {"n": 1})
    assert made.created_by == "staff:7"
    first = _publish(database, made.definition_id)
    assert (first.status, first.version, first.document, first.draft) == (DefinitionStatus.LIVE, 1, {"n": 1}, None)
    saved = _save(database, made.definition_id, {"n": 2})
    assert (saved.version, saved.document, saved.draft, saved.latest) == (1, {"n": 1}, {"n": 2}, {"n": 2})
    with database.read() as reading:
        assert [version.document for version in definitions.live_versions(reading, "segment")] == [{"n": 1}]
    second = _publish(database, made.definition_id)
    assert (second.version, second.document) == (2, {"n": 2})
    with database.read() as reading:
        assert definitions.get_version(reading, made.definition_id, 1).document == {"n": 1}
        assert [version.version for version in definitions.live_versions(reading, "segment")] == [2]
        with pytest.raises(NotFoundError):
            definitions.get_version(reading, made.definition_id, 3)
    with pytest.raises(NothingToPublishError):
        _publish(database, made.definition_id)


def test_what_is_stopped_is_not_in_force_until_it_is_resumed(database: Database) -> None:
    made = _create(database)
    with database.begin() as work:
        for verb in (service.stop, service.resume):
            with pytest.raises(WrongStatusError):
                verb(work, EDITOR, made.definition_id)
    _publish(database, made.definition_id)
    with database.begin() as work:
        assert service.stop(work, EDITOR, made.definition_id).status is DefinitionStatus.STOPPED
        assert definitions.live_versions(work, "segment") == []
        assert service.resume(work, EDITOR, made.definition_id).status is DefinitionStatus.LIVE
        assert len(definitions.live_versions(work, "segment")) == 1


def test_what_is_used_cannot_be_deleted(database: Database) -> None:
    segment = _create(database).definition_id
    journey = _create(database, "journey", "J", (segment,)).definition_id

    def delete(definition_id: int) -> None:
        with database.begin() as work:
            service.delete(work, EDITOR, definition_id)

    with pytest.raises(DefinitionInUseError) as refused:
        delete(segment)
    assert refused.value.fields == {"used_by": [{"definition_id": journey, "kind": "journey", "name": "J"}]}
    _publish(database, journey)
    _save(database, journey, {"n": 2})
    with pytest.raises(DefinitionInUseError):
        delete(segment)  # the draft uses it no more, the published version does
    _publish(database, journey)
    with database.read() as reading:
        assert definitions.used_by(reading, segment) == []
    delete(segment)
    _save(database, journey, {"n": 3})
    with pytest.raises(UnknownReferenceError):
        _save(database, journey, {"n": 3}, segment)


def test_what_was_deleted_is_gone_but_its_versions_stay(database: Database) -> None:
    made = _create(database).definition_id
    user = _create(database, "journey", "J", (made,)).definition_id
    _publish(database, made)
    with database.begin() as work:
        service.delete(work, EDITOR, user)
        assert definitions.used_by(work, made) == []
        service.delete(work, EDITOR, made)
    with database.begin() as work:
        assert definitions.get_version(work, made, 1).document == {"n": 1}
        assert definitions.live_versions(work, "segment") == []
        assert service.list_definitions(work, EDITOR, "segment", PageRequest()).rows == []
        for verb in (service.publish, service.stop, service.resume, service.delete):
            with pytest.raises(NotFoundError):
                verb(work, EDITOR, made)
        with pytest.raises(NotFoundError):
            service.get(work, EDITOR, made, "segment")
    with database.read() as reading:
        names = reading.driver.execute("SELECT name, properties FROM log.events ORDER BY batch_id, n").fetchall()
    assert [name for name, _ in names] == ["definition_published", "definition_deleted", "definition_deleted"]
    assert names[-1][1] == {"definition_id": made, "kind": "segment", "version": 1}


def test_references_are_to_what_is_there_and_to_others(database: Database) -> None:
    made = _create(database).definition_id
    with pytest.raises(UnknownReferenceError):
        _create(database, "journey", "J", (made, 10**9))
    with pytest.raises(UnknownReferenceError):
        _save(database, made, {}, made)
    with pytest.raises(InvalidError):
        _save(database, made, {}, *range(rules.REFERENCES_MAX + 2))


def test_of_two_edits_of_one_revision_one_is_told(database: Database) -> None:
    made = _create(database)

    def save(document: str) -> str:
        try:
            with database.begin() as work:
                service.save_draft(work, EDITOR, made.definition_id, "S", {"by": document}, revision=made.revision)
        except StaleDefinitionError:
            return "told"
        return "saved"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(save, "abcd")) == ["saved", "told", "told", "told"]


def test_versions_published_at_once_follow_each_other(database: Database) -> None:
    made = _create(database).definition_id
    start = threading.Barrier(6, timeout=30)

    def publish(n: int) -> int:
        start.wait()
        with database.begin() as work:
            service.save_draft(work, EDITOR, made, "S", {"n": n})
            return service.publish(work, EDITOR, made).version or 0

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(publish, range(6))) == [1, 2, 3, 4, 5, 6]


def test_using_and_deleting_at_once_leaves_no_loose_end(database: Database) -> None:
    for _ in range(10):
        segment = _create(database).definition_id
        start = threading.Barrier(2, timeout=30)

        def use(segment: int = segment, start: threading.Barrier = start) -> bool:
            start.wait()
            try:
                _create(database, "journey", "J", (segment,))
            except UnknownReferenceError:
                return False
            return True

        def delete(segment: int = segment, start: threading.Barrier = start) -> bool:
            start.wait()
            try:
                with database.begin() as work:
                    service.delete(work, EDITOR, segment)
            except DefinitionInUseError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            used, deleted = (each.result() for each in (pool.submit(use), pool.submit(delete)))
        assert used is not deleted


def test_lists_are_of_one_kind_newest_first_in_pages(database: Database) -> None:
    ids = [_create(database, name=f"S{n}").definition_id for n in range(5)]
    _create(database, "journey", "J")
    seen: list[int] = []
    after: str | None = None
    with database.read() as reading:
        while True:
            page = service.list_definitions(reading, EDITOR, "segment", PageRequest(2, after))
            seen += [row.definition_id for row in page.rows]
            after = page.next_after
            if after is None:
                break
        with pytest.raises(InvalidError):
            service.list_definitions(reading, EDITOR, "segment", PageRequest(2, "１"))
        with pytest.raises(NotFoundError):
            service.get(reading, EDITOR, ids[0], "journey")
    assert seen == ids[::-1]


def test_a_kind_that_is_asked_for_has_to_fit(database: Database) -> None:
    made = _create(database)
    verbs: list[Callable[..., object]] = [service.publish, service.stop, service.resume, service.delete]
    with database.begin() as work:
        for verb in verbs:
            with pytest.raises(NotFoundError):
                verb(work, EDITOR, made.definition_id, kind="journey")


def test_who_writes_drafts_cannot_touch_what_is_in_force(database: Database) -> None:
    with database.begin() as work:
        made = service.create(work, WRITER, "segment", "S", {}).definition_id
        for verb in (service.publish, service.stop, service.resume):
            with pytest.raises(ForbiddenError):
                verb(work, WRITER, made)
        with pytest.raises(ForbiddenError):
            service.create(work, WRITER, "journey", "J", {})
    _publish(database, made)
    with database.begin() as work, pytest.raises(ForbiddenError):
        service.delete(work, WRITER, made)
    with database.begin() as work:
        unpublished = service.create(work, WRITER, "segment", "S", {}).definition_id
        service.delete(work, WRITER, unpublished)


def test_every_change_is_in_the_audit(database: Database) -> None:
    made = _create(database).definition_id
    _save(database, made, {"n": 2})
    _publish(database, made)
    with database.begin() as work:
        service.stop(work, EDITOR, made)
        service.resume(work, EDITOR, made)
        service.delete(work, EDITOR, made)
        rows = company.list_audit(work, system_actor("test"), PageRequest()).rows
    assert [row.verb.removeprefix("definitions.") for row in rows[::-1]] == [
        "create",
        "save_draft",
        "publish",
        "stop",
        "resume",
        "delete",
    ]
    assert {(row.actor_id, row.subject) for row in rows} == {("7", f"segment:{made}")}


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "a\x00b", "a\nb"])
def test_a_name_has_a_shape(name: str) -> None:
    with pytest.raises(InvalidError):
        rules.checked_name(name)


@pytest.mark.parametrize("kind", ["", "Segment", "a b", "x" * 41, "1", "segment; DROP"])
def test_a_kind_has_a_shape(kind: str) -> None:
    with pytest.raises(InvalidError):
        rules.checked_kind(kind)


@pytest.mark.parametrize(
    "document",
    [
        {"n": float("nan")},
        {"n": float("inf")},
        {"t": "a\x00b"},
        {"a\x00": 1},
        {"t": "\ud800"},
        {"t": {1, 2}},
        {"n": [2**53]},
        {"n": 1e300},
        {"t": "x" * rules.DOCUMENT_BYTES_MAX},
    ],
    ids=[
        "nan",
        "infinity",
        "nul",
        "nul in a key",
        "half a character",
        "no json",
        "large integer",
        "large number",
        "large",
    ],
)
def test_a_document_is_json_that_can_be_kept(document: Any) -> None:
    with pytest.raises(UnacceptableDocumentError):
        rules.checked_document(document)


def test_what_has_no_shape_is_neither_created_nor_saved(database: Database) -> None:
    made = _create(database)
    with database.begin() as work:
        for kind, name, document in (("Segment", "S", {}), ("segment", "", {}), ("segment", "S", {"t": "\x00"})):
            with pytest.raises(InvalidError):
                service.create(work, system_actor("test"), kind, name, document)
        for name, document in (("", {}), ("S", {"t": "\x00"})):
            with pytest.raises(InvalidError):
                service.save_draft(work, EDITOR, made.definition_id, name, document)


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
EXACT = st.floats(-(2.0**53) + 1, 2.0**53 - 1) | st.integers(-(2**53) + 1, 2**53 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | EXACT | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(documents=st.lists(st.dictionaries(TEXT, JSON, max_size=5), min_size=5, max_size=10))
def test_a_document_comes_back_as_it_was(database: Database, documents: list[dict[str, Any]]) -> None:
    with database.begin() as work:
        for document in documents:
            assert service.create(work, EDITOR, "segment", "S", document).draft == document


def test_a_name_is_enough_to_say_who_uses_it(database: Database) -> None:
    segment = _create(database).definition_id
    journey = _create(database, "journey", "J", (segment,)).definition_id
    _publish(database, journey)
    _save(database, journey, {}, segment)
    with database.read() as reading:
        assert definitions.used_by(reading, segment) == [DefinitionName(journey, "journey", "S")]
