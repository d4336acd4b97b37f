"""The page on which customers answer a form: by anybody's address, or by one that was made for one person.

It works without scripts: every question is shown then, with a word on when to answer it, and the server drops what does not count.
With them, questions and pages come as they are needed. Who merely looks (a crawler, a preview) is not told of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, cast

from fastapi import APIRouter, Depends, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from siyu.domain.content.contracts import FORM_PATH
from siyu.domain.entries import service
from siyu.domain.entries.contracts import (
    AlreadyAnsweredError,
    BadAnswersError,
    FormClosedError,
    FormState,
    PersonalFormError,
    PublishedForm,
    Respondent,
    UnknownFormError,
)
from siyu.faces.api.access import Context, context_of
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.addresses import addresses_of
from siyu.faces.h5.forms_rendering import FIELD_PREFIX, Filling, values_of
from siyu.faces.h5.forms_tokens import (
    COOKIE,
    COOKIE_SECONDS,
    TOKEN_HOURS_MAX,
    FormTokens,
    PageToken,
    identity_of,
    new_id,
)
from siyu.faces.h5.forms_words import FORM_WORDS
from siyu.faces.h5.links import is_person
from siyu.faces.h5.pages import language_of, not_found_page, page
from siyu.faces.h5.throttling import Throttle
from siyu.kernel.actors import system_actor

router = APIRouter(include_in_schema=False)

ACTOR = system_actor("forms")
SCRIPT_PATH: Final = "/h5/forms.js"
SCRIPT_SECONDS: Final = 3600
OPENINGS_PER_MINUTE_MAX = 1_200
ANSWERS_PER_MINUTE_MAX = 300
"""From one address, behind which a whole camp may sit; for each process."""

FIELDS_MAX = 10_000

Sent = Mapping[str, Sequence[str]]


async def _sent(request: Request) -> Sent:
    """The fields of the page, each with all its values; files that nobody asked for are dropped."""
    fields: dict[str, list[str]] = {}
    async with request.form(max_files=1, max_fields=FIELDS_MAX) as form:
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(value)
    return fields


Fields = Annotated[Sent, Depends(_sent)]


@router.get(SCRIPT_PATH)
def form_script() -> Response:
    path = Path(__file__).with_name("templates") / "forms.js"
    return FileResponse(
        path, media_type="text/javascript", headers={"Cache-Control": f"public, max-age={SCRIPT_SECONDS}"}
    )


@router.get(f"{FORM_PATH}{{code}}")
def show_form(request: Request, context: Context, code: str, done: str = "") -> Response:
    """The form, or why there is none to fill in now, or thanks."""
    opened = addresses_of(context).open_form(code)
    published = _published(context, opened[0]) if opened is not None else None
    if opened is None or published is None:
        return not_found_page(request)
    if done in ("thanks", "changed", "already"):
        return _message(request, done, published)
    known = _visitor_of(request, context)
    is_open = published.state is FormState.OPEN
    if not is_open and not (_may_be_changed(published) and (known or opened[1] is not None)):
        return _message(request, published.state.value, published)
    if published.form.who == "personal" and opened[1] is None:
        return _message(request, "personal", published)
    visitor = known or new_id(context.database.ids)
    has_answered = False
    if is_person(request):
        if not _throttle(request, "form_openings", OPENINGS_PER_MINUTE_MAX).allows(_address(request), _now(context)):
            return _busy(request, published)
        try:
            with context.database.begin() as work:
                who = _respondent(opened[1], visitor)
                has_answered = service.open_form(work, ACTOR, published.form_id, who, context.settings.zone)
        except UnknownFormError:
            return not_found_page(request)
    if not is_open and not has_answered:
        return _message(request, published.state.value, published)
    if has_answered and published.form.answering == "once" and not published.form.may_change:
        return _message(request, "already", published)
    is_change = has_answered and published.form.answering == "once"
    filling = Filling(_token(context, published, visitor), notice="change_note" if is_change else "")
    return _form_page(request, context, published, filling, visitor if opened[1] is None else "")


@router.post(f"{FORM_PATH}{{code}}")
def send_form(request: Request, context: Context, code: str, sent: Fields) -> Response:
    """Takes the answers and thanks; or shows the page again with what is wrong, and all that was filled in."""
    opened = addresses_of(context).open_form(code)
    published = _published(context, opened[0]) if opened is not None else None
    if opened is None or published is None:
        return not_found_page(request)
    if not _throttle(request, "form_answers", ANSWERS_PER_MINUTE_MAX).allows(_address(request), _now(context)):
        return _busy(request, published)
    raw = {name[len(FIELD_PREFIX) :]: values for name, values in sent.items() if name.startswith(FIELD_PREFIX)}
    token = FormTokens(context.secret_key).open_page(next(iter(sent.get("token", ())), ""))
    visitor = _visitor_of(request, context) or (token.visitor if token else new_id(context.database.ids))
    again = "" if opened[1] is not None else visitor
    if token is None or not _is_fresh(request, context, token, published.form_id):
        filling = Filling(_token(context, published, visitor), raw, notice="expired")
        return _form_page(request, context, published, filling, again, status=422)
    try:
        with context.database.begin() as work:
            answered = service.answer_form(
                work, ACTOR, token.form_id, token.version, _respondent(opened[1], visitor), raw, token.page_id
            )
    except BadAnswersError as error:
        filling = Filling(_token(context, published, visitor), raw, error.faults, notice="faults")
        return _form_page(request, context, published, filling, again, status=422)
    except (FormClosedError, AlreadyAnsweredError, PersonalFormError) as error:
        return _message(request, _REFUSALS.get(type(error)) or _state_of(error), published, status=409)
    except UnknownFormError:
        return not_found_page(request)
    done = "changed" if answered.is_changed else "thanks"
    answer = RedirectResponse(f"{FORM_PATH}{code}?lang={language_of(request)}&done={done}", status_code=303)
    return _with_cookie(request, context, answer, again)


_REFUSALS = {AlreadyAnsweredError: "already", PersonalFormError: "personal"}


def _state_of(error: Exception) -> str:
    return error.state.value if isinstance(error, FormClosedError) else FormState.STOPPED.value


def _published(context: ApiContext, form_id: int) -> PublishedForm | None:
    try:
        with context.database.read() as reading:
            return service.get_published(reading, form_id)
    except UnknownFormError:
        return None


def _may_be_changed(published: PublishedForm) -> bool:
    """Whether who has answered may come again, though the form is full."""
    return published.state is FormState.FULL and published.form.answering == "once" and published.form.may_change


def _respondent(profile_id: int | None, visitor: str) -> Respondent:
    return Respondent(profile_id) if profile_id is not None else Respondent(visitor=identity_of(visitor))


def _visitor_of(request: Request, context: ApiContext) -> str | None:
    return FormTokens(context.secret_key).open_visitor(request.cookies.get(COOKIE, ""))


def _token(context: ApiContext, published: PublishedForm, visitor: str) -> str:
    page_id, hour = new_id(context.database.ids), int(_now(context).timestamp()) // 3600
    token = PageToken(published.form_id, published.version, hour, visitor, page_id)
    return FormTokens(context.secret_key).page_token(token)


def _is_fresh(request: Request, context: ApiContext, token: PageToken, form_id: int) -> bool:
    """Whether the page was shown by us, for this form, lately, and is sent from it."""
    age_hours = int(_now(context).timestamp()) // 3600 - token.hour
    is_ours = request.headers.get("sec-fetch-site", "same-origin") != "cross-site"
    return is_ours and token.form_id == form_id and 0 <= age_hours <= TOKEN_HOURS_MAX


def _now(context: ApiContext) -> datetime:
    return context.database.clock.now()


def _form_page(
    request: Request,
    context: ApiContext,
    published: PublishedForm,
    filling: Filling,
    visitor: str,
    *,
    status: int = 200,
) -> Response:
    language = language_of(request)
    values = values_of(published.form, filling, language)
    shown = page(request, "form.html", status=status, script=SCRIPT_PATH, **values)
    return _with_cookie(request, context, shown, visitor)


def _with_cookie(request: Request, context: ApiContext, answer: Response, visitor: str) -> Response:
    """So that the visitor is known when they come again; who came by a link of their own needs none."""
    if visitor:
        answer.set_cookie(
            COOKIE,
            FormTokens(context.secret_key).visitor_cookie(visitor),
            max_age=COOKIE_SECONDS,
            path=FORM_PATH,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    return answer


def _message(request: Request, what: str, published: PublishedForm, *, status: int = 200) -> Response:
    """A page without questions: thanks, or why there is nothing to fill in."""
    words, form = FORM_WORDS[language_of(request)], published.form
    zone = context_of(request).settings.zone
    at = form.opens_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if form.opens_at else ""
    is_thanks = what in ("thanks", "changed")
    text = form.thanks if is_thanks and form.thanks else words["thanks_text" if is_thanks else f"{what}_text"]
    return page(
        request,
        "form_message.html",
        status=status,
        title=words[f"{what}_title"],
        text=text.format(at=at) if what == "not_yet" else text,
        is_thanks=is_thanks,
        form=form,
    )


def _busy(request: Request, published: PublishedForm) -> Response:
    answer = _message(request, "busy", published, status=429)
    answer.headers["Retry-After"] = "60"
    return answer


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _throttle(request: Request, what: str, most: int) -> Throttle:
    """One for each application."""
    state = request.app.state
    if not hasattr(state, what):
        setattr(state, what, Throttle(most))
    return cast(Throttle, getattr(state, what))
