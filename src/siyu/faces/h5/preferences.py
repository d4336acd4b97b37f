"""The page where customers say which messages they want. Whoever has the address may: it stands in their own messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from siyu.domain.content.contracts import PREFERENCES_PATH
from siyu.domain.customers.contracts import ConsentState
from siyu.domain.customers.reading import consents_of, current_customer_ids
from siyu.domain.customers.service import set_consent
from siyu.domain.messages.contracts import MARKETING
from siyu.faces.api.access import Context
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.addresses import addresses_of
from siyu.faces.h5.pages import language_of, not_found_page, page
from siyu.kernel.actors import Actor, ActorKind
from siyu.platform.postgres.database import Reading

router = APIRouter(include_in_schema=False)

TOKEN_HOURS_MAX = 24
NOTICES = ("saved_on", "saved_off", "expired")


@dataclass(frozen=True, slots=True)
class Choice:
    """One channel that the customer ever said something about."""

    channel: str
    is_granted: bool


@router.get(f"{PREFERENCES_PATH}{{code}}")
def show_preferences(request: Request, context: Context, code: str, done: str = "") -> Response:
    """What the customer agreed to, each with a button to change it."""
    with context.database.read() as reading:
        customer_id = _customer_of(reading, context, code)
        if customer_id is None:
            return not_found_page(request)
        choices = [
            Choice(consent.channel, consent.state is ConsentState.GRANTED)
            for consent in consents_of(reading, customer_id)
            if consent.purpose == MARKETING
        ]
    return page(
        request,
        "preferences.html",
        choices=choices,
        token=addresses_of(context).form_token(customer_id, _hour(context)),
        notice=done if done in NOTICES else None,
    )


@router.post(f"{PREFERENCES_PATH}{{code}}")
def save_preferences(
    request: Request,
    context: Context,
    code: str,
    token: Annotated[str, Form(max_length=100)],
    channel: Annotated[str, Form(max_length=40)],
    state: Annotated[ConsentState, Form()],
) -> Response:
    """Keeps one choice and shows the page again. Only a channel that the page showed can be chosen."""
    with context.database.begin() as work:
        customer_id = _customer_of(work, context, code)
        if customer_id is None:
            return not_found_page(request)
        shown = {consent.channel for consent in consents_of(work, customer_id) if consent.purpose == MARKETING}
        if not _is_fresh(context, token, customer_id) or channel not in shown:
            return _again(request, code, "expired")
        actor = Actor(ActorKind.CUSTOMER, str(customer_id), frozenset({"consent.write"}))
        set_consent(work, actor, customer_id, channel=channel, purpose=MARKETING, state=state)
    return _again(request, code, "saved_on" if state is ConsentState.GRANTED else "saved_off")


def _again(request: Request, code: str, notice: str) -> Response:
    """By a redirect, so that reloading the page sends nothing again."""
    return RedirectResponse(f"{PREFERENCES_PATH}{code}?lang={language_of(request)}&done={notice}", status_code=303)


def _customer_of(reading: Reading, context: ApiContext, code: str) -> int | None:
    """The customer as of now, who may have been merged since the address was made."""
    customer_id = addresses_of(context).open_preferences(code)
    return current_customer_ids(reading, [customer_id]).get(customer_id) if customer_id is not None else None


def _hour(context: ApiContext) -> int:
    return int(context.database.clock.now().timestamp()) // 3600


def _is_fresh(context: ApiContext, token: str, customer_id: int) -> bool:
    opened = addresses_of(context).open_form_token(token)
    return opened is not None and opened[0] == customer_id and 0 <= _hour(context) - opened[1] <= TOKEN_HOURS_MAX
