"""The second step of log-ins: put in force and ended by its owner, taken away by who runs the company."""

from __future__ import annotations

import io
from datetime import datetime

import segno
from fastapi import APIRouter
from pydantic import BaseModel, Field

from siyu.assembly.setting_up import brand_of
from siyu.domain.company import contracts, service
from siyu.faces.api.access import TOUCHES_ONES_OWN, Context, CurrentActor, Id, ReadOnly, Work
from siyu.faces.api.session import second_step_key

PICTURE_SCALE, PICTURE_BORDER = 5, 2

router = APIRouter(tags=["session"])


class SecondStepState(BaseModel):
    """Whether one's own log-in asks for a code, since when, and how many recovery codes are left."""

    is_on: bool
    since: datetime | None
    recovery_left: int


class BegunSecondStep(BaseModel):
    """What to show to an authenticator: a picture to be scanned (SVG), or the secret to be typed."""

    secret: str
    picture: str


class SecondStepCode(BaseModel):
    """A code that the phone shows, or, to end it, one of the recovery codes."""

    code: str = Field(min_length=1, max_length=40, repr=False)


class RecoveryCodes(BaseModel):
    """Each opens one log-in in the place of the phone. They are never shown again."""

    codes: list[str]


@router.get("/api/session/second-step", summary="One's own second step", response_model=SecondStepState)
def get_second_step(actor: CurrentActor, reading: ReadOnly) -> contracts.SecondStep:
    return service.get_second_step(reading, actor)


@router.post("/api/session/second-step", summary="Begin a second step", dependencies=[TOUCHES_ONES_OWN])
def begin_second_step(actor: CurrentActor, work: Work, context: Context) -> BegunSecondStep:
    issuer = brand_of(context.settings, context.database)
    begun = service.begin_second_step(work, actor, second_step_key(context), issuer)
    out = io.BytesIO()
    # Its namespace stays: an SVG that is the source of an <img> is not drawn without it.
    segno.make(begun.address).save(
        out, kind="svg", xmldecl=False, nl=False, scale=PICTURE_SCALE, border=PICTURE_BORDER, light="#fff"
    )
    return BegunSecondStep(secret=begun.secret, picture=out.getvalue().decode())


@router.post("/api/session/second-step/confirm", summary="Put a second step in force", dependencies=[TOUCHES_ONES_OWN])
def confirm_second_step(actor: CurrentActor, work: Work, context: Context, given: SecondStepCode) -> RecoveryCodes:
    return RecoveryCodes(codes=service.confirm_second_step(work, actor, second_step_key(context), given.code))


@router.post(
    "/api/session/second-step/end", summary="End a second step", status_code=204, dependencies=[TOUCHES_ONES_OWN]
)
def end_second_step(actor: CurrentActor, context: Context, given: SecondStepCode) -> None:
    with context.database.begin() as work:
        refusal = service.end_second_step(work, actor, second_step_key(context), given.code)
    if refusal is not None:
        raise refusal


@router.delete("/api/staff/{staff_id}/second-step", summary="Take somebody's second step away", status_code=204)
def reset_second_step(actor: CurrentActor, work: Work, staff_id: Id) -> None:
    service.reset_second_step(work, actor, staff_id)
