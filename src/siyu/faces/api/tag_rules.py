"""Rules that keep tags: by segment, by event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, RootModel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.definitions.service import made_elsewhere
from siyu.engines.tagging import contracts, rules
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly, Version, Work
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/tag-rules", tags=["tags"])


class TagRuleDocument(RootModel[contracts.Rule]):
    """What keeps a tag: being in a segment, or having done something."""


class _DescribedAsRule:
    """For a body's rule: the API's document says what it is, the engine checks it and says where a fault is."""

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.any_schema()

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(TagRuleDocument.__pydantic_core_schema__)


Status = Literal["draft", "live", "stopped"]
_STATUS: dict[DefinitionStatus, Status] = {
    DefinitionStatus.DRAFT: "draft",
    DefinitionStatus.LIVE: "live",
    DefinitionStatus.STOPPED: "stopped",
}


class TagRuleDraft(BaseModel):
    """What is to be saved."""

    name: str
    rule: Annotated[Any, _DescribedAsRule()]
    revision: Version | None = None


class TagRule(BaseModel):
    """A rule. `rule` is what is in force, or the draft of one that never was; `draft_rule` is what waits to be published."""

    rule_id: int
    name: str
    status: Status
    version: int | None
    revision: int
    rule: TagRuleDocument
    draft_rule: TagRuleDocument | None
    segment_name: str | None
    updated_at: datetime
    is_made_elsewhere: bool


class TagRulePage(BaseModel):
    """Rules, the newest first."""

    rows: list[TagRule]
    next_after: str | None


@router.get("", summary="Rules that keep tags")
def list_tag_rules(actor: CurrentActor, reading: ReadOnly, page: Paging) -> TagRulePage:
    found = rules.list_rules(reading, actor, page)
    return TagRulePage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.post("", summary="Draft a rule that keeps a tag")
def create_tag_rule(actor: CurrentActor, work: Work, draft: TagRuleDraft) -> TagRule:
    return _row(work, actor, rules.create(work, actor, draft.name, draft.rule))


@router.get("/{rule_id}", summary="A rule that keeps a tag")
def get_tag_rule(actor: CurrentActor, reading: ReadOnly, rule_id: Id) -> TagRule:
    return _row(reading, actor, rules.get(reading, actor, rule_id))


@router.put("/{rule_id}", summary="Change a rule that keeps a tag")
def save_tag_rule(actor: CurrentActor, work: Work, rule_id: Id, draft: TagRuleDraft) -> TagRule:
    """What is in force stays in force until the draft is published."""
    return _row(work, actor, rules.save(work, actor, rule_id, draft.name, draft.rule, revision=draft.revision))


@router.delete("/{rule_id}", summary="Delete a rule that keeps a tag", status_code=204)
def delete_tag_rule(actor: CurrentActor, work: Work, rule_id: Id) -> None:
    """What it gave stays."""
    rules.delete(work, actor, rule_id)


@router.post("/{rule_id}/publish", summary="Put a rule in force")
def publish_tag_rule(actor: CurrentActor, work: Work, rule_id: Id) -> TagRule:
    """Who is in its segment is tagged at once; events count from now on."""
    return _row(work, actor, rules.publish(work, actor, rule_id))


@router.post("/{rule_id}/stop", summary="Hold a rule")
def stop_tag_rule(actor: CurrentActor, work: Work, rule_id: Id) -> TagRule:
    """What it gave stays."""
    return _row(work, actor, rules.stop(work, actor, rule_id))


@router.post("/{rule_id}/resume", summary="Put a rule in force again")
def resume_tag_rule(actor: CurrentActor, work: Work, rule_id: Id) -> TagRule:
    return _row(work, actor, rules.resume(work, actor, rule_id))


def _row(reading: Reading, actor: Actor, found: contracts.TagRule) -> TagRule:
    return _rows(reading, actor, [found])[0]


def _rows(reading: Reading, actor: Actor, found: Sequence[contracts.TagRule]) -> list[TagRule]:
    chosen = {
        each.rule_id: rule.segment_id
        for each in found
        if isinstance(rule := each.rule or each.draft, contracts.SegmentRule)
    }
    names = definitions.names_of(reading, set(chosen.values()))
    elsewhere = made_elsewhere(reading, actor, [each.rule_id for each in found])
    return [
        TagRule(
            rule_id=each.rule_id,
            name=each.name,
            status=_STATUS[each.status],
            version=each.version,
            revision=each.revision,
            rule=TagRuleDocument.model_validate(each.rule or each.draft),
            draft_rule=TagRuleDocument.model_validate(each.draft) if each.draft and each.rule else None,
            segment_name=names[chosen[each.rule_id]].name if chosen.get(each.rule_id) in names else None,
            updated_at=each.updated_at,
            is_made_elsewhere=each.rule_id in elsewhere,
        )
        for each in found
    ]
