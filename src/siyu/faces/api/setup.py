"""First-run set-up: an installation without staff asks for its first administrator, once, by the code of its terminal."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from siyu.assembly import setting_up
from siyu.domain.company.contracts import CsrfError, RefusedLogIn
from siyu.domain.company.service import is_set_up
from siyu.faces.api.access import Context, CurrentActor, ReadOnly
from siyu.faces.api.session import LogInSlot, Session, keep_session, session_shown

router = APIRouter(prefix="/api/setup", tags=["setup"])


class SetupState(BaseModel):
    """Whether this installation waits to be set up."""

    is_open: bool


class SetupDraft(BaseModel):
    """The code of the terminal, the company, and who looks after this installation first."""

    code: str = Field(max_length=60, repr=False)
    company_name: str = Field(max_length=200)
    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    password: str = Field(max_length=200, repr=False)


class SetupStepShown(BaseModel):
    """One step after that: `data`, `wecom`, `segment` or `journey`, and whether it is done."""

    key: str
    is_done: bool


class SetupSteps(BaseModel):
    """All of them, in the order in which one does them."""

    rows: list[SetupStepShown]


@router.get("", summary="Whether this installation waits to be set up")
def get_setup(reading: ReadOnly) -> SetupState:
    """For everybody, so it tells nothing else."""
    return SetupState(is_open=not is_set_up(reading))


@router.post("", summary="Set up")
def set_up(draft: SetupDraft, request: Request, response: Response, context: Context, _slot: LogInSlot) -> Session:
    """Works once, for who has the code that the terminal shows; whoever it is is logged in then."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise CsrfError()
    told = setting_up.FirstAdmin(
        code=draft.code,
        company_name=draft.company_name,
        name=draft.name,
        email=draft.email,
        password=draft.password,
        address=request.client.host if request.client else "unknown",
    )
    with context.database.begin() as work:
        opened = setting_up.set_up(work, context.settings, context.secret_key, told)
    if isinstance(opened, RefusedLogIn):
        raise opened.error
    keep_session(opened, request, response, context)
    return session_shown(context, opened.staff, opened.actor, opened.token)


@router.get("/steps", summary="What is still to be done")
def list_setup_steps(actor: CurrentActor, reading: ReadOnly) -> SetupSteps:
    rows = [SetupStepShown(key=each.key, is_done=each.is_done) for each in setting_up.setup_steps(reading, actor)]
    return SetupSteps(rows=rows)
