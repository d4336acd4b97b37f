"""Enquiries: what the front line asks and the middle office answers; what becomes of the answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.domain.company.reading import staff_names
from siyu.domain.customers import reading as customers
from siyu.domain.definitions import reading as definitions
from siyu.domain.enquiries import contracts, service
from siyu.domain.enquiries import reading as enquiries
from siyu.faces.api.access import CurrentActor, Id, Paging, ReadOnly, Version, Work
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.scripts import ScriptDefinition
from siyu.faces.api.tasks import names_of
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/enquiries", tags=["enquiries"])

Step = Annotated[int, Field(ge=0, lt=2**31)]
StateWord = Literal["open", "answered", "closed"]


class EnquiryWish(BaseModel):
    """That a step of a journey be changed. `version_since`: the version published after it was wished, if any was; `settled_at`:
    when somebody who edits journeys had looked at it."""

    journey_id: int
    journey: str
    step: int | None
    text: str
    by: str
    at: datetime
    settled_at: datetime | None
    version_since: int | None


class EnquiryRow(BaseModel):
    """An enquiry. `customer` is named only to who may see them; `made_script` is the script that the answer became."""

    enquiry_id: int
    asked_by: str
    asked_at: datetime
    is_mine: bool
    text: str
    customer_id: int | None
    customer: str
    task_id: int | None
    script_id: int | None
    script: str
    journey_id: int | None
    journey: str
    step: int | None
    state: StateWord
    subject: str
    answer: str
    is_shared: bool
    ended_by: str
    ended_at: datetime | None
    read_at: datetime | None
    made_script_id: int | None
    made_script: str
    wish: EnquiryWish | None


class EnquiryPage(BaseModel):
    """Enquiries, and where the next page begins."""

    rows: list[EnquiryRow]
    next_after: str | None


class EnquiryCountsRow(BaseModel):
    """`to_answer`: open ones of those for whom you answer. `unread`: answers to your own that you have not read."""

    to_answer: int
    unread: int


class FoundAnswer(BaseModel):
    """An answer that all may find. `likeness`: from 0 to 1, how like it is to what was looked for."""

    enquiry_id: int
    subject: str
    answer: str
    answered_by: str
    answered_at: datetime
    made_script_id: int | None
    likeness: float


class FoundAnswers(BaseModel):
    """The most like first; without words the newest."""

    rows: list[FoundAnswer]


class NewEnquiry(BaseModel):
    """What one does not know, and what it is about."""

    text: Annotated[str, Field(max_length=contracts.TEXT_LENGTH_MAX)]
    customer_id: Id | None = None
    task_id: Id | None = None
    script_id: Id | None = None
    journey_id: Id | None = None
    step: Step | None = None


class EnquiryAnswer(BaseModel):
    """What is to be said or done. `subject` is the question in general words; with `is_shared` all of the staff find both."""

    subject: Annotated[str, Field(max_length=contracts.SUBJECT_LENGTH_MAX)]
    text: Annotated[str, Field(max_length=contracts.ANSWER_LENGTH_MAX)]
    is_shared: bool = True


class ScriptOfEnquiry(BaseModel):
    """The script that an answer becomes: a new one, or the next version of `script_id`. A draft unless `is_published`."""

    script_id: Id | None = None
    name: str
    definition: Annotated[Document, DescribedAs(ScriptDefinition)]
    revision: Version | None = None
    is_published: bool = False


class NewWish(BaseModel):
    """How a step of a journey should be otherwise."""

    journey_id: Id
    step: Step | None = None
    text: Annotated[str, Field(max_length=contracts.WISH_LENGTH_MAX)]


@router.get("", summary="Enquiries")
def list_enquiries(
    actor: CurrentActor,
    reading: ReadOnly,
    page: Paging,
    view: Annotated[Literal["mine", "team"], Query()] = "mine",
    state: Annotated[StateWord | None, Query()] = None,
    customer_id: Id | None = None,
) -> EnquiryPage:
    """The newest first; where only open ones are asked for, who has waited longest first."""
    wanted = contracts.EnquiryState(state) if state is not None else None
    found = enquiries.list_enquiries(
        reading, actor, page, contracts.EnquiryView(view), state=wanted, customer_id=customer_id
    )
    return EnquiryPage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.post("", summary="Ask what you do not know")
def ask(actor: CurrentActor, work: Work, enquiry: NewEnquiry) -> EnquiryRow:
    """Seen by who answers for you; the answer comes to your inbox."""
    draft = contracts.EnquiryDraft(
        text=enquiry.text,
        customer_id=enquiry.customer_id,
        task_id=enquiry.task_id,
        script_id=enquiry.script_id,
        journey_id=enquiry.journey_id,
        step=enquiry.step,
    )
    return _row(work, actor, service.ask(work, actor, draft))


@router.get("/counts", summary="How many wait for you")
def count_enquiries(actor: CurrentActor, reading: ReadOnly) -> EnquiryCountsRow:
    found = enquiries.count_enquiries(reading, actor)
    return EnquiryCountsRow(to_answer=found.to_answer, unread=found.unread)


@router.get("/answers", summary="Find answers that were given before")
def find_answers(
    actor: CurrentActor,
    reading: ReadOnly,
    q: Annotated[str, Query(max_length=contracts.TEXT_LENGTH_MAX)] = "",
    size: Annotated[int, Query(ge=1, le=contracts.FOUND_MAX)] = contracts.FOUND_MAX,
) -> FoundAnswers:
    """`q` may be a whole question as one would ask it."""
    found = enquiries.find_answers(reading, actor, q, size=size)
    staff = staff_names(reading, {each.answered_by for each in found})
    return FoundAnswers(
        rows=[
            FoundAnswer(
                enquiry_id=each.enquiry_id,
                subject=each.subject,
                answer=each.answer,
                answered_by=staff.get(each.answered_by, ""),
                answered_at=each.answered_at,
                made_script_id=each.made_script_id,
                likeness=each.likeness,
            )
            for each in found
        ]
    )


@router.get("/wishes", summary="What is wished of a journey")
def list_wishes(actor: CurrentActor, reading: ReadOnly, journey_id: Id) -> EnquiryPage:
    """Of steps that the front line had to ask about; those that nobody has settled."""
    found = enquiries.wishes_for(reading, actor, journey_id)
    return EnquiryPage(rows=_rows(reading, actor, found), next_after=None)


@router.get("/{enquiry_id}", summary="One enquiry")
def get_enquiry(actor: CurrentActor, reading: ReadOnly, enquiry_id: Id) -> EnquiryRow:
    return _row(reading, actor, service.get_enquiry(reading, actor, enquiry_id))


@router.post("/{enquiry_id}/answer", summary="Answer it")
def answer_enquiry(actor: CurrentActor, work: Work, enquiry_id: Id, answer: EnquiryAnswer) -> EnquiryRow:
    """Once more: the answer is another from now on, and is to be read anew."""
    told = contracts.Answer(answer.subject, answer.text, answer.is_shared)
    return _row(work, actor, service.answer_enquiry(work, actor, enquiry_id, told))


@router.post("/{enquiry_id}/close", summary="End it without an answer")
def close_enquiry(actor: CurrentActor, work: Work, enquiry_id: Id) -> EnquiryRow:
    return _row(work, actor, service.close_enquiry(work, actor, enquiry_id))


@router.post("/{enquiry_id}/read", summary="Say that you have read the answer")
def read_answer(actor: CurrentActor, work: Work, enquiry_id: Id) -> EnquiryRow:
    return _row(work, actor, service.read_answer(work, actor, enquiry_id))


@router.post("/{enquiry_id}/script", summary="Make a script of the answer")
def make_script(actor: CurrentActor, work: Work, enquiry_id: Id, wanted: ScriptOfEnquiry) -> EnquiryRow:
    """A new one, or the next version of one that there is."""
    service.make_script(
        work,
        actor,
        enquiry_id,
        wanted.script_id,
        wanted.name,
        wanted.definition,
        revision=wanted.revision,
        is_published=wanted.is_published,
    )
    return _row(work, actor, service.get_enquiry(work, actor, enquiry_id))


@router.post("/{enquiry_id}/wish", summary="Wish that a journey be changed")
def wish_change(actor: CurrentActor, work: Work, enquiry_id: Id, wish: NewWish) -> EnquiryRow:
    """Who edits the journey sees it; nothing changes until they publish."""
    told = contracts.Wish(wish.journey_id, wish.step, wish.text)
    return _row(work, actor, service.wish_change(work, actor, enquiry_id, told))


@router.post("/{enquiry_id}/wish/settle", summary="Say that the wish was looked at", status_code=204)
def settle_wish(actor: CurrentActor, work: Work, enquiry_id: Id) -> None:
    service.settle_wish(work, actor, enquiry_id)


def _row(reading: Reading, actor: Actor, enquiry: contracts.Enquiry) -> EnquiryRow:
    return _rows(reading, actor, [enquiry])[0]


def _rows(reading: Reading, actor: Actor, found: Sequence[contracts.Enquiry]) -> list[EnquiryRow]:
    staff = staff_names(reading, _numbers([(each.asked_by, each.ended_by, each.wished_by) for each in found]))
    named = definitions.names_of(
        reading, _numbers([(e.script_id, e.made_script_id, e.journey_id, e.wish_journey_id) for e in found])
    )
    names = {definition_id: each.name for definition_id, each in named.items()}
    people = customers.customers_in_scope(reading, actor, _numbers([(each.customer_id,) for each in found]))
    shown = names_of(reading, sorted(people))
    return [
        EnquiryRow(
            enquiry_id=each.enquiry_id,
            asked_by=staff.get(each.asked_by, ""),
            asked_at=each.asked_at,
            is_mine=each.asked_by == enquiries.staff_id_of(actor),
            text=each.text,
            customer_id=each.customer_id if each.customer_id in people else None,
            customer=shown.get(each.customer_id or 0, ""),
            task_id=each.task_id,
            script_id=each.script_id,
            script=names.get(each.script_id or 0, ""),
            journey_id=each.journey_id,
            journey=names.get(each.journey_id or 0, ""),
            step=each.step,
            state=each.state.value,
            subject=each.subject,
            answer=each.answer,
            is_shared=each.is_shared,
            ended_by=staff.get(each.ended_by or 0, ""),
            ended_at=each.ended_at,
            read_at=each.read_at,
            made_script_id=each.made_script_id,
            made_script=names.get(each.made_script_id or 0, ""),
            wish=_wish(reading, each, names, staff),
        )
        for each in found
    ]


def _wish(
    reading: Reading, enquiry: contracts.Enquiry, names: dict[int, str], staff: dict[int, str]
) -> EnquiryWish | None:
    if enquiry.wish_journey_id is None or enquiry.wished_at is None:
        return None
    since = [
        each.version
        for each in definitions.publications_of(reading, enquiry.wish_journey_id)
        if each.published_at > enquiry.wished_at
    ]
    return EnquiryWish(
        journey_id=enquiry.wish_journey_id,
        journey=names.get(enquiry.wish_journey_id, ""),
        step=enquiry.wish_step,
        text=enquiry.wish,
        by=staff.get(enquiry.wished_by or 0, ""),
        at=enquiry.wished_at,
        settled_at=enquiry.settled_at,
        version_since=min(since, default=None),
    )


def _numbers(found: Iterable[tuple[int | None, ...]]) -> set[int]:
    return {each for row in found for each in row if each is not None}
