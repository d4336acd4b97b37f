"""The verbs of rules. They are kept, versioned and audited by room `definitions`."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from siyu.domain.definitions import reading as definitions_reading
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, Document
from siyu.domain.segments import service as segments
from siyu.domain.tags import service as tags
from siyu.domain.tags.contracts import TRAIT_EVENTS, ArchivedTagError, Group, UnknownTagError
from siyu.engines.tagging.contracts import (
    RULE,
    RULE_JOB,
    RULES_LIVE_MAX,
    TAG_RULE_KIND,
    BadTagRuleError,
    EventRule,
    SegmentRule,
    TagRule,
    TagRuleRingError,
)
from siyu.engines.tagging.rings import find_ring
from siyu.kernel.actors import Actor
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.jobs import defer
from siyu.platform.postgres.database import Reading, UnitOfWork


def create(work: UnitOfWork, actor: Actor, name: str, document: object) -> TagRule:
    """A new rule, as a draft. BadTagRuleError says where the document is wrong."""
    actor.require("tag_rules.write")
    rule = _checked(work, actor, document)
    return _from(definitions.create(work, actor, TAG_RULE_KIND, name, _document(rule), _references(rule)))


def save(
    work: UnitOfWork, actor: Actor, rule_id: int, name: str, document: object, *, revision: int | None = None
) -> TagRule:
    """Saves a draft; what is in force stays in force until it is published."""
    actor.require("tag_rules.write")
    rule = _checked(work, actor, document)
    return _from(
        definitions.save_draft(
            work, actor, rule_id, name, _document(rule), _references(rule), kind=TAG_RULE_KIND, revision=revision
        )
    )


def publish(work: UnitOfWork, actor: Actor, rule_id: int) -> TagRule:
    """Puts the draft in force. Who is in the segment already is tagged by a job; events count from now on."""
    _require_everything(actor, "tag_rules.publish")
    if len(definitions_reading.live_versions(work, TAG_RULE_KIND)) >= RULES_LIVE_MAX:
        raise BadTagRuleError(f"At most {RULES_LIVE_MAX} rules are in force.")
    found = get(work, actor, rule_id)
    _refuse_ring(work, rule_id, found.draft or found.rule)
    return _begun(work, _from(definitions.publish(work, actor, rule_id, kind=TAG_RULE_KIND)))


def stop(work: UnitOfWork, actor: Actor, rule_id: int) -> TagRule:
    """Keeps nothing by this rule any more; what it gave stays."""
    return _from(definitions.stop(work, actor, rule_id, kind=TAG_RULE_KIND))


def resume(work: UnitOfWork, actor: Actor, rule_id: int) -> TagRule:
    """Puts it in force again; a segment's is brought up to who is in it now."""
    _require_everything(actor, "tag_rules.publish")
    _refuse_ring(work, rule_id, get(work, actor, rule_id).rule)
    return _begun(work, _from(definitions.resume(work, actor, rule_id, kind=TAG_RULE_KIND)))


def delete(work: UnitOfWork, actor: Actor, rule_id: int) -> None:
    """Takes it away; what it gave stays."""
    definitions.delete(work, actor, rule_id, kind=TAG_RULE_KIND)


def get(reading: Reading, actor: Actor, rule_id: int) -> TagRule:
    """The rule as it stands."""
    return _from(definitions.get(reading, actor, rule_id, TAG_RULE_KIND))


def list_rules(reading: Reading, actor: Actor, page: PageRequest) -> Page[TagRule]:
    """Rules, the newest first."""
    found = definitions.list_definitions(reading, actor, TAG_RULE_KIND, page)
    return Page([_from(each) for each in found.rows], found.next_after)


def live_rules(reading: Reading) -> dict[int, SegmentRule | EventRule]:
    """All rules in force, by id."""
    return {
        each.definition_id: RULE.validate_python(each.document)
        for each in definitions_reading.live_versions(reading, TAG_RULE_KIND)
    }


def _require_everything(actor: Actor, right: str) -> None:
    actor.require(right)
    if not actor.scope.is_everything:
        raise ForbiddenError("A rule concerns customers outside your scope.")


def _begun(work: UnitOfWork, rule: TagRule) -> TagRule:
    if isinstance(rule.rule, SegmentRule):
        defer(work, RULE_JOB, {"rule_id": rule.rule_id}, only_one=f"{RULE_JOB}:{rule.rule_id}")
    return rule


def _checked(work: UnitOfWork, actor: Actor, document: object) -> SegmentRule | EventRule:
    try:
        rule = RULE.validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(str(each) for each in first["loc"] if each not in ("segment", "event") or len(first["loc"]) > 1)
        raise BadTagRuleError(f"{path}: {first['msg']}", field=path) from None
    group = _group_of(work, actor, rule.tag_id)
    if group.is_archived or any(each.tag_id == rule.tag_id and each.is_archived for each in group.tags):
        raise ArchivedTagError
    if isinstance(rule, EventRule):
        if rule.event in TRAIT_EVENTS:
            raise BadTagRuleError("A tag is not kept by the giving or taking of tags.", field="event")
        where = _document(rule)["where"]
        asked = {"kind": "event", "event": rule.event, "operator": "at_least", "value": 1, "where": where}
        segments.understand(work, actor, asked)
    return rule


def _group_of(reading: Reading, actor: Actor, tag_id: int) -> Group:
    for group in tags.list_groups(reading, actor):
        if any(each.tag_id == tag_id for each in group.tags):
            return group
    raise UnknownTagError


def _refuse_ring(work: UnitOfWork, rule_id: int, rule: SegmentRule | EventRule | None) -> None:
    """No two rules close a ring at the same moment: whoever puts one in force waits for who is about to."""
    if isinstance(rule, SegmentRule):
        work.driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('tagging.rules', 0))")
        others = {each: one for each, one in live_rules(work).items() if isinstance(one, SegmentRule)}
        if ring := find_ring(work, {**others, rule_id: rule}, rule_id):
            names = definitions_reading.names_of(work, ring)
            raise TagRuleRingError([names[each].name for each in ring])


def _references(rule: SegmentRule | EventRule) -> list[int]:
    return [rule.segment_id] if isinstance(rule, SegmentRule) else []


def _document(rule: SegmentRule | EventRule) -> dict[str, Any]:
    document: dict[str, Any] = RULE.dump_python(rule, mode="json")
    return document


def _from(found: Definition) -> TagRule:
    return TagRule(
        rule_id=found.definition_id,
        name=found.name,
        status=found.status,
        version=found.version,
        revision=found.revision,
        rule=_parsed(found.document),
        draft=_parsed(found.draft),
        updated_at=found.updated_at,
    )


def _parsed(document: Document | None) -> SegmentRule | EventRule | None:
    return RULE.validate_python(document) if document is not None else None
