"""The page where customers say which messages they want. Whoever has the address may: it stands in their own messages.

The address also takes a mail program's one-click unsubscribe (RFC 8058): put it, with `?channel=mail`, into `List-Unsubscribe`, and
`List-Unsubscribe=One-Click` into `List-Unsubscribe-Post`. Looking at the page changes nothing, whoever looks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from siyu.domain.content.contracts import PREFERENCES_PATH
from siyu.domain.customers.contracts import (
    ALL_CHANNELS,
    MARKETING,
    PARTNER_SHARING,
    PROFILING,
    PURPOSES,
    Allowance,
    ConsentState,
    Evidence,
    is_channel,
)
from siyu.domain.customers.reading import allowances_of, current_customer_ids, erased_among, parted_since
from siyu.domain.customers.service import set_consent
from siyu.domain.privacy.contracts import OpenRequestError, Reason
from siyu.domain.privacy.service import ask_erasures
from siyu.faces.api.access import Context
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.addresses import addresses_of
from siyu.faces.h5.pages import language_of, not_found_page, page
from siyu.faces.h5.words import WORDS
from siyu.kernel.actors import Actor, ActorKind
from siyu.platform.postgres.database import Reading, UnitOfWork

router = APIRouter(include_in_schema=False)

TOKEN_HOURS_MAX = 24
NOTICES = ("saved_on", "saved_off", "expired", "erasure_asked", "erasure_unclear")
SOURCE: Final = "h5"
ONE_CLICK: Final = "One-Click"
ERASURE: Final = "erasure"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing the customer can say yes or no to. `is_muted`: it makes no difference while all is stopped."""

    purpose: str
    channel: str
    is_on: bool
    is_muted: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What the page shows: messages by channel with a word for all of them, and what else the customer may refuse."""

    messages: Sequence[Choice]
    everything: Choice | None
    others: Sequence[Choice]

    def has(self, purpose: str, channel: str) -> bool:
        shown = [*self.messages, *([self.everything] if self.everything else []), *self.others]
        return any((each.purpose, each.channel) == (purpose, channel) for each in shown)


@router.get(f"{PREFERENCES_PATH}{{code}}")
def show_preferences(request: Request, context: Context, code: str, done: str = "") -> Response:
    """What the customer agreed to, each with a button to change it."""
    with context.database.read() as reading:
        customer_id = _customer_of(reading, context, code)
        if customer_id is None:
            return not_found_page(request)
        choices = choices_from(allowances_of(reading, customer_id))
    return page(
        request,
        "preferences.html",
        choices=choices,
        name_of=name_of,
        token=addresses_of(context).form_token(customer_id, _hour(context)),
        notice=done if done in NOTICES else None,
    )


@router.post(f"{PREFERENCES_PATH}{{code}}")
def save_preferences(
    request: Request,
    context: Context,
    code: str,
    token: Annotated[str, Form(max_length=100)] = "",
    channel: Annotated[str, Form(max_length=40)] = "",
    purpose: Annotated[str, Form(max_length=40)] = MARKETING,
    state: Annotated[ConsentState, Form()] = ConsentState.WITHDRAWN,
    ask: Annotated[str, Form(max_length=40)] = "",
    one_click: Annotated[str, Form(alias="List-Unsubscribe", max_length=40)] = "",
    of_channel: Annotated[str, Query(alias="channel", max_length=40)] = "",
) -> Response:
    """Keeps one choice and shows the page again; or what a mail program asks at one click; or passes on that the customer
    wants to be erased."""
    with context.database.begin() as work:
        customer_id = _customer_of(work, context, code)
        if customer_id is None:
            return not_found_page(request)
        if one_click == ONE_CLICK:
            refusing = _spoken_for(work, context, code, customer_id)
            _keep(work, request, refusing, MARKETING, of_channel if is_channel(of_channel) else ALL_CHANNELS, None)
            return PlainTextResponse("")
        if ask == ERASURE:
            if not _is_fresh(context, token, customer_id):
                return _again(request, code, "expired")
            return _again(request, code, _ask_erasure(work, _spoken_for(work, context, code, customer_id)))
        is_shown = choices_from(allowances_of(work, customer_id)).has(purpose, channel)
        if not _is_fresh(context, token, customer_id) or not is_shown:
            return _again(request, code, "expired")
        is_no = state is ConsentState.WITHDRAWN
        who = _spoken_for(work, context, code, customer_id) if is_no else {customer_id}
        _keep(work, request, who, purpose, channel, state)
    return _again(request, code, "saved_on" if state is ConsentState.GRANTED else "saved_off")


def choices_from(allowances: Sequence[Allowance]) -> Choices:
    """Channels that the customer ever said something about; handing data to partners where they agreed to it; offers picked
    for them, which everybody may refuse. A page asks nobody for more than that."""
    cells = {(each.purpose, each.channel): each for each in allowances}
    whole = cells[MARKETING, ALL_CHANNELS]
    messages = [
        Choice(MARKETING, each.channel, each.state is ConsentState.GRANTED, is_muted=not whole.is_allowed)
        for each in allowances
        if each.purpose == MARKETING and each.channel != ALL_CHANNELS and each.state is not None
    ]
    is_worth_it = len(messages) > 1 or whole.state is not None
    sharing, profiling = cells[PARTNER_SHARING, ALL_CHANNELS], cells[PROFILING, ALL_CHANNELS]
    others = [Choice(PROFILING, ALL_CHANNELS, profiling.is_allowed)]
    if sharing.state is not None:
        others.append(Choice(PARTNER_SHARING, ALL_CHANNELS, sharing.is_allowed))
    return Choices(messages, Choice(MARKETING, ALL_CHANNELS, whole.is_allowed) if is_worth_it else None, others)


def _keep(
    work: UnitOfWork, request: Request, who: Collection[int], purpose: str, channel: str, state: ConsentState | None
) -> None:
    """What the customer read when they pressed is the proof; None is a mail program's withdrawal."""
    words = WORDS[language_of(request)]
    is_on = state is ConsentState.GRANTED
    shown = [words["preferences_title"], name_of(words, purpose, channel), words["turn_on" if is_on else "turn_off"]]
    evidence = Evidence(
        source=SOURCE,
        notice=" · ".join(shown) if state else f"List-Unsubscribe={ONE_CLICK}",
        reference=PREFERENCES_PATH.rstrip("/"),
    )
    for customer_id in sorted(who):
        actor = Actor(ActorKind.CUSTOMER, str(customer_id), frozenset({"consent.write"}))
        set_consent(
            work,
            actor,
            customer_id,
            channel=channel,
            purpose=purpose,
            state=state or ConsentState.WITHDRAWN,
            evidence=evidence,
        )


def _ask_erasure(work: UnitOfWork, who: Collection[int]) -> str:
    """Staff approve it, or not; asking again changes nothing. Where nobody can say whom the address reached, staff are to be
    asked by other means: the wrong person would be erased."""
    if len(who) > 1:
        return "erasure_unclear"
    (customer_id,) = who
    actor = Actor(ActorKind.CUSTOMER, str(customer_id), frozenset({"customers.erase"}))
    with suppress(OpenRequestError):
        ask_erasures(work, actor, [customer_id], Reason.ASKED_BY_CUSTOMER)
    return "erasure_asked"


def name_of(words: Mapping[str, str], purpose: str, channel: str) -> str:
    """What a choice is called on the page."""
    if not PURPOSES[purpose].by_channel:
        return words[f"purpose_{purpose}"]
    if channel == ALL_CHANNELS:
        return words["channel_all"]
    return words.get(f"channel_{channel}") or words["channel_other"]


def _again(request: Request, code: str, notice: str) -> Response:
    """By a redirect, so that reloading the page sends nothing again."""
    return RedirectResponse(f"{PREFERENCES_PATH}{code}?lang={language_of(request)}&done={notice}", status_code=303)


def _customer_of(reading: Reading, context: ApiContext, code: str) -> int | None:
    """The customer as of now, who may have been merged since the address was made; nobody where she was erased."""
    opened = addresses_of(context).open_preferences(code)
    now_id = current_customer_ids(reading, opened[:1]).get(opened[0]) if opened is not None else None
    return None if now_id is None or erased_among(reading, [now_id]) else now_id


def _spoken_for(reading: Reading, context: ApiContext, code: str, customer_id: int) -> set[int]:
    """Whom a no counts for: all who were this customer when the address was made and were parted since. Nobody can say which
    of them it reached, and a no must not be lost."""
    opened = addresses_of(context).open_preferences(code)
    if opened is None:
        return {customer_id}
    made_at = datetime.fromtimestamp(opened[1] * 3600, UTC)
    return {customer_id} | parted_since(reading, [opened[0], customer_id], made_at)


def _hour(context: ApiContext) -> int:
    return int(context.database.clock.now().timestamp()) // 3600


def _is_fresh(context: ApiContext, token: str, customer_id: int) -> bool:
    opened = addresses_of(context).open_form_token(token)
    return opened is not None and opened[0] == customer_id and 0 <= _hour(context) - opened[1] <= TOKEN_HOURS_MAX
