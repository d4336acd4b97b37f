"""Forms: designed, published, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, RootModel

from siyu.assembly.setting_up import brand_of
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.service import made_elsewhere
from siyu.domain.entries import contracts, service
from siyu.faces.api.access import ONLY_READS, Context, CurrentActor, Id, Paging, ReadOnly, Searching, Version, Work
from siyu.faces.api.context import ApiContext
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.forms_checks import check_tags
from siyu.faces.api.used_by import UsedBy, used_by
from siyu.faces.h5.addresses import addresses_of
from siyu.faces.h5.forms_rendering import Filling, values_of
from siyu.faces.h5.pages import rendered
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/forms", tags=["forms"])


class FormDefinition(RootModel[contracts.Form]):
    """A form: pages of questions, and what becomes of the answers."""


class FormRow(BaseModel):
    """A form. `definition` is what is in force, or the draft of one that never was; `draft_definition` is what waits to be
    published. `state` says whether it takes answers now (null before it is published), `url` is where anybody answers it. Hand
    `revision` back when saving."""

    form_id: int
    name: str
    status: Literal["draft", "live", "stopped"]
    state: Literal["open", "not_yet", "ended", "full", "stopped"] | None
    version: int | None
    revision: int
    definition: FormDefinition
    draft_definition: FormDefinition | None
    answers: int
    url: str
    updated_at: datetime
    is_made_elsewhere: bool
    used_by: list[UsedBy]


class FormPage(BaseModel):
    """Forms, the newest first."""

    rows: list[FormRow]
    next_after: str | None


class FormDraft(BaseModel):
    """What is to be saved."""

    name: str
    definition: Annotated[Document, DescribedAs(FormDefinition)]
    revision: Version | None = None


class FormPreviewAsked(BaseModel):
    """A form to be looked at before it is saved."""

    definition: Annotated[Document, DescribedAs(FormDefinition)]
    language: Literal["zh", "en"] = "zh"


class FormPreview(BaseModel):
    """The page as customers would see it, without its script."""

    html: str


class AnswerValue(RootModel[bool | int | float | str | list[str]]):
    """The key of a choice, keys of choices, a number, a day, a text, or true for a consent."""


class FormAnswer(BaseModel):
    """One answer, phones and e-mail masked. `changed_at` where it was sent anew since."""

    answer_id: int
    customer_id: int
    customer_name: str
    version: int
    answered_at: datetime
    changed_at: datetime | None
    score: int | None
    band: str | None
    values: dict[str, AnswerValue]


class FormAnswerPage(BaseModel):
    """Answers, the newest first."""

    rows: list[FormAnswer]
    next_after: str | None


class FormQuestionStatistics(BaseModel):
    """How many answered; how often each choice or step of a scale was taken; of numbers the mean and the ends."""

    answers: int
    counts: dict[str, int]
    mean: float | None
    least: float | None
    most: float | None


class FormDayCount(BaseModel):
    """Answers on a business day."""

    day: str
    answers: int


class FormStatistics(BaseModel):
    """What a form came to, of the customers whom you may see: persons who opened it and who answered, answers, and each question by
    its key. What people typed is not counted."""

    opened: int
    respondents: int
    answers: int
    mean_score: float | None
    bands: dict[str, int]
    questions: dict[str, FormQuestionStatistics]
    by_day: list[FormDayCount]


class FormLinkAsked(BaseModel):
    """For whom."""

    customer_id: Id


class PersonalLink(BaseModel):
    """An address under which just this customer answers, and is known by it."""

    url: str


@router.get("", summary="Forms")
def list_forms(actor: CurrentActor, context: Context, reading: ReadOnly, page: Searching) -> FormPage:
    found = service.list_forms(reading, actor, page)
    return FormPage(rows=_rows(context, reading, actor, found.rows), next_after=found.next_after)


@router.post("", summary="A new form, as a draft")
def create_form(actor: CurrentActor, context: Context, work: Work, draft: FormDraft) -> FormRow:
    check_tags(work, actor, "forms.write", draft.definition)
    return _row(context, work, actor, service.create_form(work, actor, draft.name, draft.definition))


@router.post("/preview", summary="The page of a form that is not saved yet", dependencies=[ONLY_READS])
def preview_form(actor: CurrentActor, context: Context, asked: FormPreviewAsked) -> FormPreview:
    """The first fault of the document is told instead, where it has one."""
    actor.require("forms.read")
    form = service.parse_form(asked.definition)
    values = values_of(form, Filling(), asked.language)
    return FormPreview(
        html=rendered("form.html", asked.language, brand_of(context.settings, context.database), script="", **values)
    )


@router.get("/{form_id}", summary="One form")
def get_form(actor: CurrentActor, context: Context, reading: ReadOnly, form_id: Id) -> FormRow:
    return _row(context, reading, actor, service.get_form(reading, actor, form_id))


@router.put("/{form_id}", summary="Save a draft")
def save_form(actor: CurrentActor, context: Context, work: Work, form_id: Id, draft: FormDraft) -> FormRow:
    check_tags(work, actor, "forms.write", draft.definition)
    saved = service.save_form(work, actor, form_id, draft.name, draft.definition, revision=draft.revision)
    return _row(context, work, actor, saved)


@router.delete("/{form_id}", summary="Take it away", status_code=204)
def delete_form(actor: CurrentActor, work: Work, form_id: Id) -> None:
    """Only where nobody has answered it yet."""
    service.delete_form(work, actor, form_id)


@router.post("/{form_id}/publish", summary="Put the draft in force")
def publish_form(actor: CurrentActor, context: Context, work: Work, form_id: Id) -> FormRow:
    return _row(context, work, actor, service.publish_form(work, actor, form_id))


@router.post("/{form_id}/stop", summary="Take no more answers")
def stop_form(actor: CurrentActor, context: Context, work: Work, form_id: Id) -> FormRow:
    return _row(context, work, actor, service.stop_form(work, actor, form_id))


@router.post("/{form_id}/resume", summary="Take answers again")
def resume_form(actor: CurrentActor, context: Context, work: Work, form_id: Id) -> FormRow:
    return _row(context, work, actor, service.resume_form(work, actor, form_id))


@router.get("/{form_id}/answers", summary="What was answered")
def list_form_answers(actor: CurrentActor, reading: ReadOnly, form_id: Id, page: Paging) -> FormAnswerPage:
    found = service.list_answers(reading, actor, form_id, page)
    return FormAnswerPage(
        rows=[
            FormAnswer(
                answer_id=each.answer_id,
                customer_id=each.customer_id,
                customer_name=each.customer_name,
                version=each.version,
                answered_at=each.answered_at,
                changed_at=each.changed_at,
                score=each.score,
                band=each.band,
                values={key: AnswerValue(value) for key, value in each.values.items()},
            )
            for each in found.rows
        ],
        next_after=found.next_after,
    )


@router.get("/{form_id}/statistics", summary="What the answers come to")
def get_form_statistics(actor: CurrentActor, context: Context, reading: ReadOnly, form_id: Id) -> FormStatistics:
    found = service.form_numbers(reading, actor, form_id, context.settings.zone)
    return FormStatistics(
        opened=found.opened,
        respondents=found.respondents,
        answers=found.answers,
        mean_score=found.mean_score,
        bands=dict(found.bands),
        questions={
            key: FormQuestionStatistics(
                answers=each.answers, counts=dict(each.counts), mean=each.mean, least=each.least, most=each.most
            )
            for key, each in found.questions.items()
        },
        by_day=[FormDayCount(day=day, answers=count) for day, count in found.by_day],
    )


@router.post("/{form_id}/links", summary="A customer's own address of the form")
def make_form_link(
    actor: CurrentActor, context: Context, reading: ReadOnly, form_id: Id, asked: FormLinkAsked
) -> PersonalLink:
    """Give it to nobody but this customer: who has it answers in their name."""
    customer_id = service.get_respondent(reading, actor, form_id, asked.customer_id)
    return PersonalLink(url=addresses_of(context).personal_form_url(form_id, customer_id))


def _row(context: ApiContext, reading: Reading, actor: Actor, design: contracts.FormDesign) -> FormRow:
    return _rows(context, reading, actor, [design])[0]


def _rows(
    context: ApiContext, reading: Reading, actor: Actor, designs: Sequence[contracts.FormDesign]
) -> list[FormRow]:
    form_ids = [each.form_id for each in designs]
    users, elsewhere = definitions.users_of(reading, form_ids), made_elsewhere(reading, actor, form_ids)
    return [
        FormRow(
            form_id=each.form_id,
            name=each.name,
            status=_STATUS[each.status.value],
            state=service.get_published(reading, each.form_id).state.value if each.form is not None else None,
            version=each.version,
            revision=each.revision,
            definition=FormDefinition(each.form or each.latest),
            draft_definition=FormDefinition(each.draft) if each.draft is not None else None,
            answers=each.answers,
            url=addresses_of(context).form_url(each.form_id),
            updated_at=each.updated_at,
            is_made_elsewhere=each.form_id in elsewhere,
            used_by=used_by(users.get(each.form_id, [])),
        )
        for each in designs
    ]


_STATUS: dict[str, Literal["draft", "live", "stopped"]] = {"draft": "draft", "live": "live", "stopped": "stopped"}
