"""The verbs of room `enquiries`. None of them commits."""

from __future__ import annotations

from collections.abc import Collection

from siyu.domain.company.service import record_audit
from siyu.domain.content import service as content
from siyu.domain.content.contracts import PieceSort, ShelfPiece
from siyu.domain.customers.contracts import UnknownCustomerError
from siyu.domain.customers.reading import customer_in_scope
from siyu.domain.definitions import reading as definitions
from siyu.domain.enquiries import rules, store
from siyu.domain.enquiries.contracts import (
    Answer,
    BadEnquiryError,
    Enquiry,
    EnquiryClosedError,
    EnquiryDraft,
    EnquiryState,
    EnquiryUnansweredError,
    UnknownEnquiryError,
    Wish,
)
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, ASK, ANSWER = "enquiries.read", "enquiries.write", "enquiries.answer"
JOURNEY = "journey"


def ask(work: UnitOfWork, actor: Actor, draft: EnquiryDraft) -> Enquiry:
    """Asks what one does not know; UnknownCustomerError for a customer whom the asker may not see."""
    actor.require(ASK)
    text = rules.checked_draft(draft)
    me = _require_staff(actor)
    if draft.customer_id is not None and not customer_in_scope(work, actor, draft.customer_id):
        raise UnknownCustomerError
    _require_kind(work, draft.script_id, PieceSort.SCRIPT.value, "script_id")
    _require_kind(work, draft.journey_id, JOURNEY, "journey_id")
    enquiry_id = store.insert_enquiry(work.driver, draft, text, me, work.clock.now())
    record_audit(work, actor, "enquiries.ask", f"enquiry:{enquiry_id}", customer_id=draft.customer_id)
    return _there(work, actor, enquiry_id)


def get_enquiry(reading: Reading, actor: Actor, enquiry_id: int) -> Enquiry:
    """One that they have asked, or that somebody has for whom they answer."""
    actor.require(READ)
    return _there(reading, actor, enquiry_id)


def answer_enquiry(work: UnitOfWork, actor: Actor, enquiry_id: int, answer: Answer) -> Enquiry:
    """Says what is to be said or done; who asked finds it in the inbox. Once more: the answer is another from now on."""
    actor.require(ANSWER)
    found = _lock_to_answer(work, actor, enquiry_id)
    if found.state is EnquiryState.CLOSED:
        raise EnquiryClosedError
    checked = rules.checked_answer(answer)
    store.save_answer(work.driver, enquiry_id, checked, rules.staff_id_of(actor) or None, work.clock.now())
    record_audit(work, actor, "enquiries.answer", f"enquiry:{enquiry_id}", is_shared=checked.is_shared)
    return _there(work, actor, enquiry_id)


def close_enquiry(work: UnitOfWork, actor: Actor, enquiry_id: int) -> Enquiry:
    """Ends an open one without an answer: who asked does not need it any more, or who answers sees nothing to answer."""
    actor.require(ASK)
    found = store.lock_enquiry(work.driver, enquiry_id, _all_views(actor), rules.seer_of(actor))
    if found is None:
        raise UnknownEnquiryError
    if found.state is not EnquiryState.OPEN:
        raise EnquiryClosedError("It was answered or closed already.")
    store.close_enquiry(work.driver, enquiry_id, rules.staff_id_of(actor) or None, work.clock.now())
    record_audit(work, actor, "enquiries.close", f"enquiry:{enquiry_id}")
    return _there(work, actor, enquiry_id)


def read_answer(work: UnitOfWork, actor: Actor, enquiry_id: int) -> Enquiry:
    """Who asked has read the answer: it leaves the inbox."""
    actor.require(ASK)
    found = store.lock_enquiry(work.driver, enquiry_id, store.MINE, rules.seer_of(actor))
    if found is None:
        raise UnknownEnquiryError
    if found.state is EnquiryState.ANSWERED:
        store.mark_read(work.driver, enquiry_id, work.clock.now())
        record_audit(work, actor, "enquiries.read", f"enquiry:{enquiry_id}")
    return _there(work, actor, enquiry_id)


def make_script(
    work: UnitOfWork,
    actor: Actor,
    enquiry_id: int,
    script_id: int | None,
    name: str,
    document: object,
    *,
    revision: int | None = None,
    is_published: bool = False,
) -> ShelfPiece:
    """Makes a script of an answer: a new one, or (`script_id`) the next version of one that there is. It is a draft, unless the
    actor may publish scripts and says so."""
    actor.require(ANSWER)
    _lock_answered(work, actor, enquiry_id)
    sort = PieceSort.SCRIPT
    if script_id is None:
        made = content.create_piece(work, actor, sort, name, document)
    else:
        made = content.save_piece(work, actor, sort, script_id, name, document, revision=revision)
    if is_published:
        made = content.publish_piece(work, actor, sort, made.definition_id)
    store.save_made_script(work.driver, enquiry_id, made.definition_id)
    record_audit(work, actor, "enquiries.make_script", f"enquiry:{enquiry_id}", script_id=made.definition_id)
    return made


def wish_change(work: UnitOfWork, actor: Actor, enquiry_id: int, wish: Wish) -> Enquiry:
    """Asks that a step of a journey be changed, because of what was asked. Whoever edits the journey sees it; nothing changes
    until they publish."""
    actor.require(ANSWER)
    _lock_answered(work, actor, enquiry_id)
    checked = rules.checked_wish(wish)
    _require_kind(work, checked.journey_id, JOURNEY, "journey_id")
    store.save_wish(work.driver, enquiry_id, checked, rules.staff_id_of(actor) or None, work.clock.now())
    record_audit(work, actor, "enquiries.wish", f"enquiry:{enquiry_id}", journey_id=checked.journey_id)
    return _there(work, actor, enquiry_id)


def settle_wish(work: UnitOfWork, actor: Actor, enquiry_id: int) -> None:
    """Somebody who edits journeys has looked at the wish, whether they changed anything or not."""
    actor.require("journeys.write")
    if not store.settle_wish(work.driver, enquiry_id, work.clock.now()):
        raise UnknownEnquiryError
    record_audit(work, actor, "enquiries.settle", f"enquiry:{enquiry_id}")


def forget_enquiries(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[int, int]:
    """Takes away what was asked about the profiles of somebody who is erased; {profile_id: how many}. A script that was made of an
    answer stays: it is about nobody."""
    actor.require("customers.erase")
    return store.delete_of_profiles(work.driver, profile_ids)


def _all_views(actor: Actor) -> str:
    return f"{store.MINE} OR {store.TEAM}" if actor.may(ANSWER) else store.MINE


def _there(reading: Reading, actor: Actor, enquiry_id: int) -> Enquiry:
    found = store.find_enquiry(reading.driver, enquiry_id, _all_views(actor), rules.seer_of(actor))
    if found is None:
        raise UnknownEnquiryError
    return found


def _lock_to_answer(work: UnitOfWork, actor: Actor, enquiry_id: int) -> Enquiry:
    found = store.lock_enquiry(work.driver, enquiry_id, store.TEAM, rules.seer_of(actor))
    if found is None:
        raise UnknownEnquiryError
    return found


def _lock_answered(work: UnitOfWork, actor: Actor, enquiry_id: int) -> None:
    if _lock_to_answer(work, actor, enquiry_id).state is not EnquiryState.ANSWERED:
        raise EnquiryUnansweredError


def _require_staff(actor: Actor) -> int:
    me = rules.staff_id_of(actor)
    if not me:
        raise BadEnquiryError("This is for somebody of the staff, not for a program.")
    return me


def _require_kind(reading: Reading, definition_id: int | None, kind: str, field: str) -> None:
    if definition_id is None:
        return
    found = definitions.names_of(reading, [definition_id]).get(definition_id)
    if found is None or found.kind != kind:
        raise BadEnquiryError(f"There is no such {kind}.", field=field)
