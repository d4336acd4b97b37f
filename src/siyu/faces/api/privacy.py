"""Privacy: copies and erasures of persons, their proof, and how long things are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import FileResponse, Response

from siyu.domain.customers import reading as customers
from siyu.domain.privacy import reading as privacy_reading
from siyu.domain.privacy import service as privacy
from siyu.domain.privacy.contracts import (
    REQUESTS_AT_ONCE_MAX,
    ErasureStep,
    ExportGoneError,
    Reason,
    Request,
    RequestKind,
    RequestState,
    UnknownRequestError,
)
from siyu.engines.privacy.contracts import EXPORTS_FOLDER
from siyu.engines.privacy.looking import look_at
from siyu.engines.privacy.retention import count_due
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, Paging, ReadOnly, Work
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api", tags=["privacy"])

Ids = Annotated[list[Id], Field(min_length=1, max_length=REQUESTS_AT_ONCE_MAX)]
Days = dict[Annotated[str, Field(max_length=40)], Annotated[int, Field(ge=0, le=36_500)]]


class PrivacyRequest(BaseModel):
    """A request for a copy or for an erasure. `customer`: what they are called; empty where you may not see them.
    `counts`: what was told or erased, by place; `traces`: how often erased values were still found anywhere, which is 0 where all
    is well."""

    request_id: int
    kind: RequestKind
    customer_id: int
    customer: str
    profiles: int
    state: RequestState
    step: ErasureStep | None
    reason: Reason
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    ended_at: datetime | None
    counts: dict[str, int]
    traces: int | None
    has_certificate: bool
    has_file: bool
    expires_at: datetime | None


class PrivacyRequestPage(BaseModel):
    """Requests, the newest first."""

    rows: list[PrivacyRequest]
    next_after: str | None


class KnownOfCustomer(BaseModel):
    """How many rows are known of a customer: those that an erasure takes away, and those that stay without a name."""

    customer_id: int
    profiles: int
    goes: dict[str, int]
    stays: dict[str, int]


class ErasureAsked(BaseModel):
    """Why somebody is to be erased."""

    reason: Reason


class ErasuresAsked(BaseModel):
    """Many at once."""

    customer_ids: Ids
    reason: Reason


class ErasuresApproved(BaseModel):
    """The word is 删除 or ERASE."""

    request_ids: Ids
    word: Annotated[str, Field(max_length=20)]


class ErasuresDeclined(BaseModel):
    """Requests that come to nothing."""

    request_ids: Ids


class Decided(BaseModel):
    """The requests that were waiting and are decided now."""

    request_ids: list[int]


class RetentionClass(BaseModel):
    """A class of data: how many days it is kept (0: for ever), and what may be chosen."""

    name: str
    zh: str
    en: str
    days: int
    default_days: int
    least_days: int
    most_days: int
    may_be_kept: bool


class Removal(BaseModel):
    """What the daily removal took away of one class."""

    name: str
    removed: int
    removed_at: datetime


class Retention(BaseModel):
    """The rules in force, and what they removed lately."""

    classes: list[RetentionClass]
    changed_at: datetime | None
    changed_by: str | None
    removals: list[Removal]


class RetentionDays(BaseModel):
    """Days by class; a class that is not named has its default."""

    days: Annotated[Days, Field(max_length=40)]


class RetentionPreview(BaseModel):
    """How many rows, files or persons would be removed at once."""

    counts: dict[str, int]


def _rows(reading: Reading, actor: Actor, found: Sequence[Request]) -> list[PrivacyRequest]:
    """Requests with what the customers are called whom the actor sees; requests outlive their coming and going."""
    people = {each.customer_id for each in found} if actor.may("customers.read") else set()
    seen = customers.customers_in_scope(reading, actor, people)
    names = {each.customer_id: each.display_name for each in customers.summaries(reading, sorted(seen))}
    return [
        PrivacyRequest(
            request_id=request.request_id,
            kind=request.kind,
            customer_id=request.customer_id,
            customer=names.get(request.customer_id, ""),
            profiles=len(request.profile_ids),
            state=request.state,
            step=request.step,
            reason=request.reason,
            requested_by=request.requested_by,
            requested_at=request.requested_at,
            decided_by=request.decided_by,
            decided_at=request.decided_at,
            ended_at=request.ended_at,
            counts=dict(request.counts),
            traces=request.traces,
            has_certificate=request.certificate is not None,
            has_file=request.file_name is not None,
            expires_at=request.expires_at,
        )
        for request in found
    ]


@router.get("/customers/{customer_id}/known", summary="What is known of a customer, in numbers")
def count_known(actor: CurrentActor, reading: ReadOnly, columns: ColumnsClient, customer_id: Id) -> KnownOfCustomer:
    known = look_at(reading, columns, actor, customer_id)
    return KnownOfCustomer(
        customer_id=known.customer_id, profiles=known.profiles, goes=dict(known.goes), stays=dict(known.stays)
    )


@router.post("/customers/{customer_id}/exports", summary="Have a copy made of all that is known")
def ask_export(actor: CurrentActor, work: Work, customer_id: Id) -> PrivacyRequest:
    """A file for whoever asks; it is made in the background and kept for some days."""
    return _rows(work, actor, [privacy.ask_export(work, actor, customer_id)])[0]


@router.post("/customers/{customer_id}/erasures", summary="Ask that a customer be erased")
def ask_erasure(actor: CurrentActor, work: Work, customer_id: Id, asked: ErasureAsked) -> PrivacyRequest:
    """Nothing happens before it is approved."""
    return _rows(work, actor, privacy.ask_erasures(work, actor, [customer_id], asked.reason))[0]


@router.get("/privacy/requests", summary="List requests")
def list_privacy_requests(
    actor: CurrentActor,
    reading: ReadOnly,
    page: Paging,
    kind: RequestKind | None = None,
    customer_id: Id | None = None,
) -> PrivacyRequestPage:
    found = privacy.list_requests(reading, actor, page, kind=kind, customer_id=customer_id)
    return PrivacyRequestPage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.get("/privacy/requests/{request_id}", summary="One request")
def get_privacy_request(actor: CurrentActor, reading: ReadOnly, request_id: Id) -> PrivacyRequest:
    return _rows(reading, actor, [privacy.get_request(reading, actor, request_id)])[0]


@router.get(
    "/privacy/requests/{request_id}/file",
    summary="Download a copy",
    response_class=Response,
    responses={200: {"description": "A zip", "content": {"application/zip": {}}}},
)
def download_export(actor: CurrentActor, context: Context, work: Work, request_id: Id) -> Response:
    """For who asked for it alone; written into the audit."""
    name = privacy.get_export_file(work, actor, request_id)
    path = context.settings.home / EXPORTS_FOLDER / name
    if not path.is_file():
        raise ExportGoneError
    return FileResponse(path, media_type="application/zip", filename=name)


@router.get(
    "/privacy/requests/{request_id}/certificate",
    summary="Download the certificate of an erasure",
    response_class=Response,
    responses={200: {"description": "The certificate, its signature in a header", "content": {"application/json": {}}}},
)
def download_certificate(actor: CurrentActor, reading: ReadOnly, request_id: Id) -> Response:
    """`siyu privacy check FILE SIGNATURE` tells whether it is genuine."""
    found = privacy.get_request(reading, actor, request_id)
    if found.certificate is None or found.signature is None:
        raise UnknownRequestError("It has no certificate.")
    return Response(
        found.certificate,
        media_type="application/json",
        headers={
            "X-Siyu-Signature": found.signature,
            "Content-Disposition": f'attachment; filename="erasure-{request_id}-{found.signature}.json"',
        },
    )


@router.post("/privacy/erasures", summary="Ask that many customers be erased")
def ask_erasures(actor: CurrentActor, work: Work, asked: ErasuresAsked) -> list[PrivacyRequest]:
    """Those with an open request keep that one."""
    return _rows(work, actor, privacy.ask_erasures(work, actor, asked.customer_ids, asked.reason))


@router.post("/privacy/erasures/approve", summary="Approve erasures")
def approve_erasures(actor: CurrentActor, work: Work, approved: ErasuresApproved) -> Decided:
    """There is no way back."""
    return Decided(request_ids=privacy.approve_erasures(work, actor, approved.request_ids, approved.word))


@router.post("/privacy/erasures/decline", summary="Decline erasures")
def decline_erasures(actor: CurrentActor, work: Work, declined: ErasuresDeclined) -> Decided:
    """Nobody is erased."""
    return Decided(request_ids=privacy.decline_erasures(work, actor, declined.request_ids))


@router.get("/privacy/retention", summary="How long things are kept")
def get_retention(actor: CurrentActor, reading: ReadOnly) -> Retention:
    return _retention(reading, actor)


@router.put("/privacy/retention", summary="Say how long things are kept")
def save_retention(actor: CurrentActor, work: Work, told: RetentionDays) -> Retention:
    """The daily removal goes by it from now on."""
    privacy.save_retention(work, actor, told.days)
    return _retention(work, actor)


@router.post("/privacy/retention/preview", summary="What rules would remove")
def preview_retention(
    actor: CurrentActor, context: Context, reading: ReadOnly, told: RetentionDays
) -> RetentionPreview:
    """Nothing is removed."""
    return RetentionPreview(counts=dict(count_due(reading, actor, context.settings.home, told.days)))


def _retention(reading: Reading, actor: Actor) -> Retention:
    rules = privacy.get_retention(reading, actor)
    return Retention(
        classes=[
            RetentionClass(
                name=each.name,
                zh=each.zh,
                en=each.en,
                days=rules.days[each.name],
                default_days=each.default_days,
                least_days=each.least_days,
                most_days=each.most_days,
                may_be_kept=each.may_be_kept,
            )
            for each in privacy_reading.retention_classes()
        ],
        changed_at=rules.changed_at,
        changed_by=rules.changed_by,
        removals=[
            Removal(name=each.name, removed=each.removed, removed_at=each.removed_at)
            for each in privacy.list_removals(reading, actor)
        ],
    )
