"""The verbs by which channel codes are made and looked at. A code is a definition of kind `code`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition
from siyu.domain.entries import codes_store as store
from siyu.domain.entries import stores_store, ways_store
from siyu.domain.entries.codes_contracts import (
    CODE_KIND,
    Code,
    CodeDay,
    CodeDesign,
    CodeHasAddsError,
    CodeTallies,
    CodeWay,
    LinkChats,
)
from siyu.domain.entries.codes_rules import code_document, parse_code, stored_code
from siyu.domain.entries.stores_contracts import CodeLeadsToStoreError
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, WRITE, PUBLISH = "codes.read", "codes.write", "codes.publish"
DAYS_MAX = 90


def create_code(work: UnitOfWork, actor: Actor, name: str, document: object, zone: ZoneInfo) -> CodeDesign:
    """A new channel code, as a draft. InvalidDefinitionError says where the document is wrong and what to do."""
    actor.require(WRITE)
    code = parse_code(document)
    made = definitions.create(work, actor, CODE_KIND, name, code_document(code), _segments(code))
    return _designs(work, [made], zone)[0]


def save_code(
    work: UnitOfWork,
    actor: Actor,
    code_id: int,
    name: str,
    document: object,
    zone: ZoneInfo,
    *,
    revision: int | None = None,
) -> CodeDesign:
    """Saves a draft; what is in force stays in force until it is published."""
    actor.require(WRITE)
    code = parse_code(document)
    saved = definitions.save_draft(
        work, actor, code_id, name, code_document(code), _segments(code), kind=CODE_KIND, revision=revision
    )
    return _designs(work, [saved], zone)[0]


def publish_code(work: UnitOfWork, actor: Actor, code_id: int, zone: ZoneInfo) -> CodeDesign:
    """Puts the draft in force. Printed pictures stay as they are; the ways in WeCom follow by themselves."""
    actor.require(PUBLISH)
    return _designs(work, [definitions.publish(work, actor, code_id, kind=CODE_KIND)], zone)[0]


def stop_code(work: UnitOfWork, actor: Actor, code_id: int, zone: ZoneInfo) -> CodeDesign:
    """Its page serves nobody any more; its ways in WeCom stay, so that what was scanned before still works."""
    actor.require(PUBLISH)
    return _designs(work, [definitions.stop(work, actor, code_id, kind=CODE_KIND)], zone)[0]


def resume_code(work: UnitOfWork, actor: Actor, code_id: int, zone: ZoneInfo) -> CodeDesign:
    """It serves again."""
    actor.require(PUBLISH)
    return _designs(work, [definitions.resume(work, actor, code_id, kind=CODE_KIND)], zone)[0]


def delete_code(work: UnitOfWork, actor: Actor, code_id: int, zone: ZoneInfo) -> None:
    """Takes it away, unless somebody came by it; its ways in WeCom go a week later."""
    actor.require(WRITE)
    design = get_code(work, actor, code_id, zone)
    if design.tallies.ever:
        raise CodeHasAddsError
    if stores_store.stores_leading_to(work.driver, code_id):
        raise CodeLeadsToStoreError
    definitions.delete(work, actor, code_id, kind=CODE_KIND)


def get_code(reading: Reading, actor: Actor, code_id: int, zone: ZoneInfo) -> CodeDesign:
    """The code as it stands."""
    return _designs(reading, [definitions.get(reading, actor, code_id, CODE_KIND)], zone)[0]


def list_codes(reading: Reading, actor: Actor, page: PageRequest, zone: ZoneInfo) -> Page[CodeDesign]:
    """Codes, the newest first."""
    found = definitions.list_definitions(reading, actor, CODE_KIND, page)
    return Page(_designs(reading, found.rows, zone), found.next_after)


def code_days(reading: Reading, actor: Actor, code_id: int, days: int, zone: ZoneInfo) -> list[CodeDay]:
    """What a code brought in the last days, by day and member, group or store."""
    actor.require(READ)
    definitions.get(reading, actor, code_id, CODE_KIND)
    today = reading.clock.now().astimezone(zone).date()
    return store.days_of(reading.driver, code_id, today - timedelta(days=min(days, DAYS_MAX) - 1))


def code_ways(reading: Reading, actor: Actor, code_id: int) -> list[CodeWay]:
    """How far the ways of a code are."""
    actor.require(READ)
    return ways_store.select_ways(reading.driver, code_id)


def link_chats(reading: Reading, actor: Actor, code_id: int) -> LinkChats:
    """How many of the customers of a code's link wrote."""
    actor.require(READ)
    return LinkChats(*store.chats_of(reading.driver, code_id))


def _segments(code: Code) -> list[int]:
    return sorted({each.segment_id for each in code.welcomes if each.segment_id is not None})


def _designs(reading: Reading, found: Sequence[Definition], zone: ZoneInfo) -> list[CodeDesign]:
    today = reading.clock.now().astimezone(zone).date()
    tallies = store.tallies(reading.driver, [each.definition_id for each in found], today)
    return [
        CodeDesign(
            code_id=each.definition_id,
            name=each.name,
            status=each.status,
            version=each.version,
            revision=each.revision,
            code=stored_code(each.document) if each.document is not None else None,
            draft=stored_code(each.draft) if each.draft is not None else None,
            tallies=tallies.get(each.definition_id, CodeTallies()),
            updated_at=each.updated_at,
        )
        for each in found
    ]
