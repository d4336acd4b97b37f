"""Endpoints, which calls go to, and the calls themselves; never what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from siyu.assembly.hooking import address_check
from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.hooks import contracts, service
from siyu.domain.hooks.contracts import EVENTS_MAX, CallState
from siyu.faces.api.access import Context, CurrentActor, Id, Paging, ReadOnly, Work

router = APIRouter(prefix="/api/hooks", tags=["hooks"])

StateWord = Literal["waiting", "taken", "failed"]


class HookNumbers(BaseModel):
    """How an endpoint fares: calls that wait, and those of the last seven days."""

    waiting: int
    taken: int
    failed: int
    last_at: datetime | None
    last_told: str


class HookEndpoint(BaseModel):
    """Where calls go. `tells_who`: calls hold the identities of their customer. `failures`: so many attempts failed one after the
    other; `paused_until`: it is let be."""

    endpoint_id: int
    name: str
    url: str
    events: list[EventMatch]
    tells_who: bool
    is_enabled: bool
    failures: int
    paused_until: datetime | None
    created_at: datetime
    changed_at: datetime


class HookEndpointRow(HookEndpoint):
    """An endpoint with how it fares."""

    numbers: HookNumbers


class HookDraft(BaseModel):
    """An endpoint as it is to be."""

    name: Annotated[str, Field(max_length=200)]
    url: Annotated[str, Field(max_length=2000)]
    events: Annotated[list[EventMatch], Field(max_length=EVENTS_MAX)] = []
    tells_who: bool = False
    is_enabled: bool = True


class HookSecret(BaseModel):
    """A secret that calls are signed with; it cannot be had again."""

    endpoint_id: int
    secret: str


class HookCall(BaseModel):
    """A call. `told` is what came of it last, in a word."""

    call_id: int
    endpoint_id: int
    call_key: str
    kind: Literal["journey", "event", "test"]
    event: str
    customer_id: int | None
    state: StateWord
    attempts: int
    asked_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    told: str


class HookCallPage(BaseModel):
    """Calls, the newest first."""

    rows: list[HookCall]
    next_after: str | None


class HookAttempt(BaseModel):
    """One try of a call."""

    at: datetime
    told: str
    milliseconds: int


class HookReplayAsked(BaseModel):
    """Which calls that ended are made once more; null: all that failed."""

    call_ids: Annotated[list[Id], Field(max_length=1000)] | None = None


class HookReplayed(BaseModel):
    """How many are made once more."""

    count: int


@router.get("", summary="Endpoints")
def list_hook_endpoints(actor: CurrentActor, reading: ReadOnly) -> list[HookEndpointRow]:
    return [
        HookEndpointRow.model_validate({**_told(endpoint), "numbers": asdict(numbers)})
        for endpoint, numbers in service.list_endpoints(reading, actor)
    ]


@router.post("", status_code=201, summary="Make an endpoint; its secret is told this once")
def create_hook_endpoint(actor: CurrentActor, work: Work, context: Context, draft: HookDraft) -> HookSecret:
    check = address_check(context.settings, work.clock)
    made = service.create_endpoint(
        work, actor, draft.name, draft.url, check, events=_events(draft), tells_who=draft.tells_who
    )
    return HookSecret(endpoint_id=made.endpoint.endpoint_id, secret=made.secret)


@router.put("/{endpoint_id}", summary="Change an endpoint, switch it on or off")
def save_hook_endpoint(
    actor: CurrentActor, work: Work, context: Context, endpoint_id: Id, draft: HookDraft
) -> HookEndpoint:
    saved = service.save_endpoint(
        work,
        actor,
        endpoint_id,
        draft.name,
        draft.url,
        address_check(context.settings, work.clock),
        events=_events(draft),
        tells_who=draft.tells_who,
        is_enabled=draft.is_enabled,
    )
    return HookEndpoint.model_validate(_told(saved))


@router.delete("/{endpoint_id}", status_code=204, summary="Take an endpoint away, with all its calls")
def delete_hook_endpoint(actor: CurrentActor, work: Work, endpoint_id: Id) -> None:
    service.delete_endpoint(work, actor, endpoint_id)


@router.post("/{endpoint_id}/secret", summary="Another secret; the one before is good no more")
def renew_hook_secret(actor: CurrentActor, work: Work, endpoint_id: Id) -> HookSecret:
    return HookSecret(endpoint_id=endpoint_id, secret=service.new_secret(work, actor, endpoint_id))


@router.post("/{endpoint_id}/try", status_code=201, summary="Make a call that says nothing")
def try_hook_endpoint(actor: CurrentActor, work: Work, endpoint_id: Id) -> HookCall:
    return HookCall.model_validate(asdict(service.try_endpoint(work, actor, endpoint_id)))


@router.post("/{endpoint_id}/replay", summary="Make calls that ended once more")
def replay_hook_calls(actor: CurrentActor, work: Work, endpoint_id: Id, asked: HookReplayAsked) -> HookReplayed:
    return HookReplayed(count=service.replay_calls(work, actor, endpoint_id, asked.call_ids))


@router.get("/calls", summary="Calls")
def list_hook_calls(
    actor: CurrentActor,
    reading: ReadOnly,
    page: Paging,
    endpoint_id: Id | None = None,
    state: StateWord | None = None,
) -> HookCallPage:
    wanted = CallState(state) if state else None
    found = service.list_calls(reading, actor, page, endpoint_id=endpoint_id, state=wanted)
    return HookCallPage(
        rows=[HookCall.model_validate(asdict(each)) for each in found.rows], next_after=found.next_after
    )


@router.get("/calls/{call_id}/attempts", summary="What came of each try of a call")
def list_hook_attempts(actor: CurrentActor, reading: ReadOnly, call_id: Id) -> list[HookAttempt]:
    return [HookAttempt.model_validate(asdict(each)) for each in service.list_attempts(reading, actor, call_id)]


def _told(endpoint: contracts.Endpoint) -> dict[str, object]:
    return {**asdict(endpoint), "events": list(endpoint.events)}


def _events(draft: HookDraft) -> Sequence[EventMatch]:
    return tuple(draft.events)
