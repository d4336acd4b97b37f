"""From a form's document to the form. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from siyu.domain.content.contracts import BadLinkError, checked_link
from siyu.domain.customers.contracts import ALL_CHANNELS, PURPOSES, identifying_kind, is_channel
from siyu.domain.entries.forms_contracts import (
    QUESTIONS_MAX,
    YEARS,
    AnyQuestion,
    ConsentQuestion,
    ContactQuestion,
    Form,
    MultipleQuestion,
    NumberQuestion,
    Question,
    choices_of,
)
from siyu.domain.entries.forms_faults import explained, fault

FORM: TypeAdapter[Form] = TypeAdapter(Form)
"""Pydantic's view of the document: checks shapes and gives the JSON schema."""

_NOT_IN_NAMES = set(".:`")


def parse_form(document: object) -> Form:
    """The form of a document; InvalidDefinitionError with the first fault otherwise."""
    try:
        form = FORM.validate_python(document)
    except ValidationError as error:
        raise explained(document, error.errors(include_url=False)) from None
    _check_texts(FORM.dump_python(form, mode="json"))
    _check_policy(form)
    _check_bands(form)
    _check_questions(form)
    return form


def as_document(form: Form) -> dict[str, Any]:
    """The document of a form, in its one spelling."""
    document: dict[str, Any] = FORM.dump_python(form, mode="json")
    return document


def stored_form(document: object) -> Form:
    """The form of a document that was checked when it was saved."""
    return FORM.validate_python(document)


_TITLES = {"title", "label"}


def _check_texts(document: object) -> None:
    """No control characters but new lines; what people have to read is not blank."""
    waiting: list[tuple[str, object]] = [("", document)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, dict):
            waiting += [(f"{path}.{name}".lstrip("."), each) for name, each in node.items()]
        elif isinstance(node, list):
            waiting += [(f"{path}.{n}", each) for n, each in enumerate(node)]
        elif isinstance(node, str):
            if any(unicodedata.category(each) in ("Cc", "Cs") and each != "\n" for each in node):
                raise fault(path, "control")
            if node and not node.strip() and path.rsplit(".", 1)[-1] in _TITLES:
                raise fault(path, "blank")


def _check_policy(form: Form) -> None:
    for path, at in (("opens_at", form.opens_at), ("closes_at", form.closes_at)):
        if at is not None and not YEARS[0] <= at.year < YEARS[1]:
            raise fault(path, "years")
    if form.opens_at is not None and form.closes_at is not None and form.closes_at <= form.opens_at:
        raise fault("closes_at", "opens_closes")
    if form.next_url is not None:
        try:
            checked_link(form.next_url)
        except BadLinkError:
            raise fault("next_url", "link") from None
    elif form.next_label:
        raise fault("next_url", "next_link")


def _check_bands(form: Form) -> None:
    _check_attribute("score_attribute", form.score_attribute)
    _check_attribute("band_attribute", form.band_attribute)
    if form.band_attribute is not None and not form.bands:
        raise fault("band_attribute", "no_bands")
    for n, band in enumerate(form.bands):
        if n and band.least <= form.bands[n - 1].least:
            raise fault(f"bands.{n}.least", "bands_up")
        if band.key in {each.key for each in form.bands[:n]}:
            raise fault(f"bands.{n}.key", "key_twice")


def _check_questions(form: Form) -> None:
    if len(form.questions) > QUESTIONS_MAX:
        raise fault("pages", "many_questions", limit=QUESTIONS_MAX)
    earlier: dict[str, Question] = {}
    for path, question in _places(form):
        if question.key in earlier:
            raise fault(f"{path}.key", "key_twice")
        _check_show_if(path, question, earlier)
        _check_kind(path, question)
        earlier[question.key] = question


def _places(form: Form) -> Iterator[tuple[str, Question]]:
    for n, page in enumerate(form.pages):
        for m, question in enumerate(page.questions):
            yield f"pages.{n}.questions.{m}", question


def _check_show_if(path: str, question: AnyQuestion, earlier: dict[str, Question]) -> None:
    if question.show_if is None:
        return
    asked = earlier.get(question.show_if.question)
    if asked is None or not choices_of(asked):
        raise fault(f"{path}.show_if.question", "show_if_question")
    known = {choice.key for choice in choices_of(asked)}
    for n, key in enumerate(question.show_if.any_of):
        if key not in known:
            raise fault(f"{path}.show_if.any_of.{n}", "show_if_choice")


def _check_kind(path: str, question: Question) -> None:
    seen: set[str] = set()
    for n, choice in enumerate(choices_of(question)):
        if choice.key in seen:
            raise fault(f"{path}.choices.{n}.key", "key_twice")
        seen.add(choice.key)
    if isinstance(question, MultipleQuestion) and question.most is not None:
        if question.most == 0:
            raise fault(f"{path}.most", "no_choices")
        if question.least > question.most:
            raise fault(f"{path}.most", "least_most")
    if isinstance(question, MultipleQuestion) and question.least > len(question.choices):
        raise fault(f"{path}.least", "most_choices", limit=len(question.choices))
    bounds = (question.least, question.most) if isinstance(question, NumberQuestion) else (None, None)
    if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
        raise fault(f"{path}.most", "least_most")
    if isinstance(question, ConsentQuestion):
        _check_consent(path, question)
    held = question.kind if isinstance(question, ContactQuestion) else None
    _check_attribute(f"{path}.attribute", question.attribute, held)


def _check_consent(path: str, question: ConsentQuestion) -> None:
    purpose = PURPOSES.get(question.purpose)
    if purpose is None:
        raise fault(f"{path}.purpose", "purpose")
    if purpose.by_channel and (question.channel == ALL_CHANNELS or not is_channel(question.channel)):
        raise fault(f"{path}.channel", "needs_channel")
    if not purpose.by_channel and question.channel != ALL_CHANNELS:
        raise fault(f"{path}.channel", "no_channel")
    if question.is_required and purpose.needs_consent:
        raise fault(f"{path}.is_required", "required_consent")
    if question.attribute is not None:
        raise fault(f"{path}.attribute", "consent_attribute")


def _check_attribute(path: str, name: str | None, held: str | None = None) -> None:
    """A name of an attribute that holds an identity is for the question that asks for just that; and what holds a phone or an
    e-mail must have such a name, or it would not be sealed."""
    if name is None:
        return
    if not name.strip() or not name.isprintable() or _NOT_IN_NAMES.intersection(name):
        raise fault(path, "attribute_name")
    if identifying_kind(name) != held:
        raise fault(path, "attribute" if held is None else "contact_attribute")
