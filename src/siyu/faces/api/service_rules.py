"""What accounts of customer service answer by themselves: rules made, tried out, put in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field, RootModel

from siyu.domain.definitions.service import made_elsewhere
from siyu.domain.service import contracts, service
from siyu.faces.api.access import Context, CurrentActor, Id, Paging, ReadOnly, Version, Work
from siyu.faces.api.documents import DescribedAs, Document
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/service-rules", tags=["service"])

TriedAt = Annotated[AwareDatetime, Field(ge=datetime(1990, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))]

Status = Literal["draft", "live", "stopped"]


class ServiceRuleDefinition(RootModel[contracts.ServiceRules]):
    """What is answered to whom: a greeting, words, questions, hours, when a person takes over."""


class ServiceRuleRow(BaseModel):
    """Rules. `definition` is what is in force, or the draft of those that never were; `draft_definition` is what waits to be
    published. `accounts` go by them. Hand `revision` back when saving."""

    rules_id: int
    name: str
    status: Status
    version: int | None
    revision: int
    definition: ServiceRuleDefinition
    draft_definition: ServiceRuleDefinition | None
    accounts: list[int]
    updated_at: datetime
    is_made_elsewhere: bool


class ServiceRulePage(BaseModel):
    """Rules, the newest first."""

    rows: list[ServiceRuleRow]
    next_after: str | None


class ServiceRuleDraft(BaseModel):
    """What is to be saved."""

    name: str
    definition: Annotated[Document, DescribedAs(ServiceRuleDefinition)]
    revision: Version | None = None


class ServiceTrialAsked(BaseModel):
    """What a customer might write, and how many messages before it fitted nothing."""

    definition: Annotated[Document, DescribedAs(ServiceRuleDefinition)]
    text: Annotated[str, Field(max_length=2_000)] = ""
    unmatched: Annotated[int, Field(ge=0, le=100)] = 0
    is_first: bool = False
    at: TriedAt | None = None


class ServiceTrial(BaseModel):
    """What would be answered: `rule` says by what, `hand_over` why a person takes over, if one does. `greeting` and `questions` are
    what somebody sees who enters."""

    greeting: str
    questions: list[str]
    text: str
    rule: str
    hand_over: str


@router.get("", summary="Rules of customer service")
def list_service_rules(actor: CurrentActor, reading: ReadOnly, page: Paging) -> ServiceRulePage:
    found = service.list_rules(reading, actor, page)
    return ServiceRulePage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.post("", summary="New rules, as a draft")
def create_service_rules(actor: CurrentActor, work: Work, draft: ServiceRuleDraft) -> ServiceRuleRow:
    return _row(work, actor, service.create_rules(work, actor, draft.name, draft.definition))


@router.post("/trial", summary="What would be answered")
def try_service_rules(
    actor: CurrentActor, context: Context, reading: ReadOnly, asked: ServiceTrialAsked
) -> ServiceTrial:
    """Nothing is sent. The first fault of the document is told instead, where it has one."""
    actor.require("service_rules.read")
    rules = service.parse_rules(asked.definition)
    greeting, questions = service.greeting_of(rules) or ("", ())
    local = (asked.at or reading.clock.now()).astimezone(context.settings.zone)
    answer = service.answer_to(rules, asked.text, local, unmatched=asked.unmatched, is_first=asked.is_first)
    return ServiceTrial(
        greeting=greeting,
        questions=list(questions),
        text=answer.text if asked.text else "",
        rule=answer.rule if asked.text else "",
        hand_over=answer.hand_over if asked.text else "",
    )


@router.get("/{rules_id}", summary="Rules as they stand")
def get_service_rules(actor: CurrentActor, reading: ReadOnly, rules_id: Id) -> ServiceRuleRow:
    return _row(reading, actor, service.get_rules(reading, actor, rules_id))


@router.put("/{rules_id}", summary="Save a draft")
def save_service_rules(actor: CurrentActor, work: Work, rules_id: Id, draft: ServiceRuleDraft) -> ServiceRuleRow:
    saved = service.save_rules(work, actor, rules_id, draft.name, draft.definition, revision=draft.revision)
    return _row(work, actor, saved)


@router.delete("/{rules_id}", summary="Take them away", status_code=204)
def delete_service_rules(actor: CurrentActor, work: Work, rules_id: Id) -> None:
    """Only where no account goes by them."""
    service.delete_rules(work, actor, rules_id)


@router.post("/{rules_id}/publish", summary="Put the draft in force")
def publish_service_rules(actor: CurrentActor, work: Work, rules_id: Id) -> ServiceRuleRow:
    return _row(work, actor, service.publish_rules(work, actor, rules_id))


@router.post("/{rules_id}/stop", summary="Answer nothing by them any more")
def stop_service_rules(actor: CurrentActor, work: Work, rules_id: Id) -> ServiceRuleRow:
    """Words on consent and on erasure are answered all the same."""
    return _row(work, actor, service.stop_rules(work, actor, rules_id))


@router.post("/{rules_id}/resume", summary="Answer by them again")
def resume_service_rules(actor: CurrentActor, work: Work, rules_id: Id) -> ServiceRuleRow:
    return _row(work, actor, service.resume_rules(work, actor, rules_id))


def _row(reading: Reading, actor: Actor, design: contracts.ServiceDesign) -> ServiceRuleRow:
    return _rows(reading, actor, [design])[0]


def _rows(reading: Reading, actor: Actor, designs: Sequence[contracts.ServiceDesign]) -> list[ServiceRuleRow]:
    elsewhere = made_elsewhere(reading, actor, [each.rules_id for each in designs])
    return [
        ServiceRuleRow(
            rules_id=each.rules_id,
            name=each.name,
            status=_STATUS[each.status.value],
            version=each.version,
            revision=each.revision,
            definition=ServiceRuleDefinition(each.rules or each.latest),
            draft_definition=ServiceRuleDefinition(each.draft) if each.draft is not None else None,
            accounts=list(each.accounts),
            updated_at=each.updated_at,
            is_made_elsewhere=each.rules_id in elsewhere,
        )
        for each in designs
    ]


_STATUS: dict[str, Status] = {"draft": "draft", "live": "live", "stopped": "stopped"}
