"""Opening and answering forms: each in one transaction with all that follows from it.

Locks are taken in one order: nobody is erased meanwhile, the respondent's profile, the form's tally, and then whatever attributes,
consents and identities need.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, ConsentState, ConsentWord, Evidence, Identity
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import Definition, DefinitionStatus
from siyu.domain.entries import answers_store as store
from siyu.domain.entries.answers_contracts import (
    AlreadyAnsweredError,
    Answered,
    BadAnswersError,
    FormClosedError,
    FormState,
    PersonalFormError,
    PublishedForm,
    Respondent,
    UnknownFormError,
)
from siyu.domain.entries.answers_rules import Outcome, Raw, check_answers, outcome_of, state_of
from siyu.domain.entries.forms_contracts import FORM_ANSWERED, FORM_KIND, FORM_OPENED, Form
from siyu.domain.entries.forms_rules import stored_form
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.errors import NotFoundError
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import Reading, UnitOfWork

RUN = "forms.run"
SOURCE = "entries"
ENTRY_CHANNEL = "form"
SEALED_AS = "form_answer"

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The form somebody answers, in the version they had before them."""

    definition: Definition
    version: int
    form: Form


def get_published(reading: Reading, form_id: int) -> PublishedForm:
    """The form as customers see it now; UnknownFormError where there is none, or only a draft."""
    definition = _definition(reading, form_id)
    form = stored_form(definition.document)
    answers = store.find_tallies(reading.driver, [form_id]).get(form_id, 0)
    state = state_of(form, is_live=definition.status is DefinitionStatus.LIVE, answers=answers, now=reading.clock.now())
    return PublishedForm(form_id, definition.version or 0, definition.name, form, state)


def open_form(work: UnitOfWork, actor: Actor, form_id: int, respondent: Respondent, zone: ZoneInfo) -> bool:
    """Notes that somebody has the form before them, once a business day; tells whether they have answered it. Where it takes no
    answers, only who has answered it is shown it again."""
    actor.require(RUN)
    definition = _definition(work, form_id)
    profile_id = _profile_of(work, actor, respondent)
    has_answered = store.find_latest(work.driver, form_id, _customer_of(work, profile_id)) is not None
    if not has_answered and get_published(work, form_id).state is not FormState.OPEN:
        return False
    today = work.clock.now().astimezone(zone).date()
    if store.insert_opening(work.driver, form_id, profile_id, today):
        told = {"form_id": form_id, "form": definition.name, "version": definition.version}
        event_id = derived_id(FORM_OPENED, form_id, profile_id, today)
        work.record([NewEvent(FORM_OPENED, event_id, profile_id, work.clock.now(), SOURCE, told)])
    return has_answered


def answer_form(
    work: UnitOfWork, actor: Actor, form_id: int, version: int, respondent: Respondent, raw: Raw, page_id: str
) -> Answered:
    """Takes an answer, with attributes, consents and the event that follow from it. `page_id` is that of the page that was sent:
    sent again it changes nothing. Raises why it cannot be taken: FormClosedError, AlreadyAnsweredError, PersonalFormError,
    BadAnswersError."""
    actor.require(RUN)
    sheet = _sheet_of(work, form_id, version)
    if sheet.form.who == "personal" and respondent.profile_id is None:
        raise PersonalFormError
    checked = check_answers(sheet.form, raw)
    profile_id = _profile_of(work, actor, respondent)
    answers = store.lock_tally(work.driver, form_id)
    if answers is None:
        raise UnknownFormError
    customer_id = _customer_of(work, profile_id)
    if known := store.find_page(work.driver, form_id, customer_id, page_id):
        return Answered(known.answer_id, is_repeated=True, is_changed=False)
    before = store.find_latest(work.driver, form_id, customer_id)
    is_change = before is not None and sheet.form.answering == "once"
    state = _state_now(work, form_id, answers - is_change)
    if state is not FormState.OPEN:
        raise FormClosedError(state)
    if is_change and not sheet.form.may_change:
        raise AlreadyAnsweredError
    if checked.faults:
        raise BadAnswersError(checked.faults)
    outcome, now = outcome_of(sheet.form, checked.values), work.clock.now()
    kept = _kept(work, outcome)
    if is_change and before is not None:
        answer_id, revision, profile_id = before.answer_id, before.revision + 1, before.profile_id
        store.change_answer(work.driver, answer_id, sheet.version, page_id, kept, now)
    else:
        answer_id = store.insert_answer(work.driver, form_id, sheet.version, profile_id, page_id, kept, now)
        revision = 1
    _follow(work, actor, sheet, answer_id, profile_id, outcome, is_sure=respondent.profile_id is not None)
    event_id = derived_id(FORM_ANSWERED, answer_id, revision)
    told = _told(sheet, answer_id, outcome)
    work.record([NewEvent(FORM_ANSWERED, event_id, profile_id, now, SOURCE, told)])
    return Answered(answer_id, is_repeated=False, is_changed=is_change)


def _definition(reading: Reading, form_id: int) -> Definition:
    found = [each for each in definitions.list_by_id(reading, [form_id]) if each.kind == FORM_KIND]
    if not found or found[0].document is None:
        raise UnknownFormError
    return found[0]


def _sheet_of(reading: Reading, form_id: int, version: int) -> _Sheet:
    definition = _definition(reading, form_id)
    try:
        document = definitions.get_version(reading, form_id, version).document
    except NotFoundError as error:
        raise UnknownFormError from error
    return _Sheet(definition, version, stored_form(document))


def _state_now(work: UnitOfWork, form_id: int, answers: int) -> FormState:
    """By what is in force now, though an older version was before whoever answers."""
    definition = _definition(work, form_id)
    is_live = definition.status is DefinitionStatus.LIVE
    return state_of(stored_form(definition.document), is_live=is_live, answers=answers, now=work.clock.now())


def _profile_of(work: UnitOfWork, actor: Actor, respondent: Respondent) -> int:
    """Nobody is erased until the commit. UnknownFormError for the personal link of somebody who was."""
    customers.hold_known(work, actor)
    now = work.clock.now()
    if respondent.profile_id is not None:
        profile_id = respondent.profile_id
        if not customers_reading.known_profiles(work, [profile_id]):
            raise UnknownFormError
    else:
        group = (Identity("anonymous_id", respondent.visitor),)
        profile_id = customers.resolve(work, actor, {group: now}, channels={group: ENTRY_CHANNEL})[group[0]]
    customers.mark_seen(work, actor, {profile_id: now})
    return profile_id


def _customer_of(reading: Reading, profile_id: int) -> int:
    return customers_reading.current_customer_ids(reading, [profile_id])[profile_id]


def _kept(work: UnitOfWork, outcome: Outcome) -> store.NewAnswer:
    sealed = work.seals.seal_bytes(SEALED_AS, _encode(outcome.personal)) if outcome.personal else None
    band = outcome.band.key if outcome.band is not None else None
    return store.NewAnswer(outcome.score, band, outcome.plain, sealed, work.seals.newest if sealed else None)


def _told(sheet: _Sheet, answer_id: int, outcome: Outcome) -> dict[str, Any]:
    """What the event says: nothing that anybody typed."""
    told: dict[str, Any] = {
        "form_id": sheet.definition.definition_id,
        "form": sheet.definition.name,
        "version": sheet.version,
        "answer_id": answer_id,
        "tags": list(outcome.tags),
        "answers": outcome.plain,
    }
    if outcome.score is not None:
        told["score"] = outcome.score
    if outcome.band is not None:
        told["band"] = outcome.band.key
    return told


def _follow(
    work: UnitOfWork, actor: Actor, sheet: _Sheet, answer_id: int, profile_id: int, outcome: Outcome, *, is_sure: bool
) -> None:
    """Attributes, identities (of who is known for sure alone) and consents."""
    now = work.clock.now()
    if outcome.attributes:
        customers.set_attributes(work, actor, [AttributeChange(profile_id, outcome.attributes, now)])
    if outcome.identities and is_sure:
        (known,) = customers_reading.known_profiles(work, [profile_id])
        customers.resolve(work, actor, {(known.identity, *outcome.identities): now})
    if outcome.consents:
        _agree(work, sheet, answer_id, profile_id, outcome, now)


def _agree(work: UnitOfWork, sheet: _Sheet, answer_id: int, profile_id: int, outcome: Outcome, now: datetime) -> None:
    """The words that were ticked are the proof."""
    customer_id = _customer_of(work, profile_id)
    customers.record_consents(
        work,
        Actor(ActorKind.CUSTOMER, str(customer_id), frozenset({"consent.write"})),
        [
            ConsentWord(
                profile_id,
                each.purpose,
                each.channel,
                ConsentState.GRANTED,
                now,
                Evidence(
                    source="form",
                    notice=each.title,
                    reference=f"form:{sheet.definition.definition_id}/{sheet.version}/{answer_id}",
                ),
            )
            for each in outcome.consents
        ],
    )
