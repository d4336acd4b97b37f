"""Answers and what they come to, as staff see them: of the customers they may see, with phones and e-mail masked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

import msgspec

from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import SEALED_KINDS, Identity, masked
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions import service as definitions_service
from siyu.domain.entries import answers_store as store
from siyu.domain.entries.answering import SEALED_AS
from siyu.domain.entries.answers_contracts import AnswerRow, FormNumbers, QuestionNumbers, Value
from siyu.domain.entries.forms_contracts import FORM_KIND, SCALES, Form, choices_of
from siyu.domain.entries.forms_rules import stored_form
from siyu.domain.entries.numbers_store import Counting
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading

_decode = msgspec.json.Decoder(dict[str, str]).decode


def list_answers(reading: Reading, actor: Actor, form_id: int, page: PageRequest) -> Page[AnswerRow]:
    """Answers to a form, the newest first."""
    actor.require("forms.read")
    actor.require("customers.read")
    definitions_service.get(reading, actor, form_id, FORM_KIND)
    rows = store.select_answers(
        reading.driver, form_id, before=customers.page_key(page), size=page.size + 1, among=_among(reading, actor)
    )
    shown = rows[: page.size]
    names = {each.customer_id: each.display_name for each in customers.summaries(reading, _customers(shown))}
    sheets = {version: sheet_of(reading, form_id, version) for version in {row.version for row in shown}}
    return Page(
        rows=[
            AnswerRow(
                answer_id=row.answer_id,
                customer_id=row.customer_id,
                customer_name=names.get(row.customer_id, f"#{row.customer_id}"),
                version=row.version,
                answered_at=row.answered_at,
                changed_at=row.changed_at,
                score=row.score,
                band=row.band,
                values=masked_values(reading, row, sheets[row.version]),
            )
            for row in shown
        ],
        next_after=str(shown[-1].answer_id) if len(rows) > page.size else None,
    )


def form_numbers(reading: Reading, actor: Actor, form_id: int, zone: ZoneInfo) -> FormNumbers:
    """What the answers to a form come to. Choices that are gone from the form by now are counted under their keys."""
    actor.require("forms.read")
    definition = definitions_service.get(reading, actor, form_id, FORM_KIND)
    counting = Counting(reading.driver, form_id, _among(reading, actor))
    opened, respondents, answers, mean_score = counting.totals()
    counted = _counted(stored_form(definition.latest))
    told, counts = counting.answered(), counting.counts(counted)
    return FormNumbers(
        opened=opened,
        respondents=respondents,
        answers=answers,
        mean_score=float(mean_score) if mean_score is not None else None,
        bands=counting.bands(),
        questions={
            key: QuestionNumbers(numbers[0], counts.get(key, {}), *numbers[1:]) for key, numbers in told.items()
        },
        by_day=counting.by_day(zone.key),
    )


def get_respondent(reading: Reading, actor: Actor, form_id: int, customer_id: int) -> int:
    """The customer as of now, for an address of the form that is theirs alone; UnknownCustomerError outside the scope."""
    actor.require("forms.read")
    definitions_service.get(reading, actor, form_id, FORM_KIND)
    return customers.get_customer(reading, actor, customer_id).customer_id


def sheet_of(reading: Reading, form_id: int, version: int) -> Form:
    """The form as it was in a version."""
    return stored_form(definitions.get_version(reading, form_id, version).document)


def masked_values(reading: Reading, row: store.StoredAnswer, form: Form) -> dict[str, Value]:
    """The answers in the order of the questions; phones and e-mail masked."""
    kinds = {question.key: question.kind for question in form.questions}
    opened = opened_values(reading, row)
    told = {
        key: masked(Identity(kinds[key], str(value))) if kinds.get(key) in SEALED_KINDS else value
        for key, value in opened.items()
    }
    return {key: told[key] for key in kinds if key in told}


def opened_values(reading: Reading, row: store.StoredAnswer) -> dict[str, Value]:
    """All answers in plain."""
    texts: Mapping[str, Value] = (
        _decode(reading.keys.open_bytes(SEALED_AS, bytes(row.sealed))) if row.sealed is not None else {}
    )
    return {**row.choices, **texts}


def _counted(form: Form) -> list[str]:
    """The questions whose answers are few different ones."""
    return [
        question.key
        for question in form.questions
        if choices_of(question) or question.kind in SCALES or question.kind == "consent"
    ]


def _among(reading: Reading, actor: Actor) -> list[int] | None:
    visible = customers.ids_in_scope(reading, actor)
    return None if visible is None else [int(each) for each in visible]


def _customers(rows: Collection[store.StoredAnswer]) -> list[int]:
    return sorted({row.customer_id for row in rows})
