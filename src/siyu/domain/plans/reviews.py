"""The verbs of reviews; `service` hands them out. None of them commits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from siyu.domain.company import reading as company
from siyu.domain.company.service import record_audit
from siyu.domain.definitions import reading as definitions_reading
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import StaleDefinitionError
from siyu.domain.plans import store
from siyu.domain.plans.contracts import (
    ACTIONS_MAX,
    REVIEW_KIND,
    TASK_STATES,
    Action,
    Frozen,
    OutsideUnitError,
    Review,
    ReviewClosedError,
    ReviewNumbers,
    ReviewState,
    TaskState,
    UnknownTaskError,
)
from siyu.domain.plans.reading import plans_by_id, reviews_by_id, unit_paths, units_seen
from siyu.domain.plans.rules import FAULTS, NUMBERS, is_seen, is_within, parse_review, place_of, review_document
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.errors import ForbiddenError, InvalidError, NotFoundError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

TEXT_MAX = 500


def create_review(work: UnitOfWork, actor: Actor, name: str, document: object) -> ReviewState:
    """A new review, open."""
    actor.require("reviews.write")
    review = parse_review(document)
    references = _references(work, actor, review, None)
    made = definitions.create(work, actor, REVIEW_KIND, name, review_document(review), references)
    store.put_review(work.driver, made.definition_id, review.plan_id, review.follows_id, review.until_on)
    return reviews_by_id(work, [made.definition_id])[made.definition_id]


def save_review(
    work: UnitOfWork, actor: Actor, review_id: int, name: str, document: object, *, revision: int | None = None
) -> ReviewState:
    """What it says now; ReviewClosedError of one that is closed."""
    actor.require("reviews.write")
    review = parse_review(document)
    _open(work, actor, review_id)
    references = _references(work, actor, review, review_id)
    definitions.save_draft(
        work, actor, review_id, name, review_document(review), references, kind=REVIEW_KIND, revision=revision
    )
    store.put_review(work.driver, review_id, review.plan_id, review.follows_id, review.until_on)
    return reviews_by_id(work, [review_id])[review_id]


def close_review(
    work: UnitOfWork, actor: Actor, review_id: int, numbers: ReviewNumbers, *, revision: int | None = None
) -> ReviewState:
    """What it says, and these numbers, stay from now on: they are those of the actor's scope. `revision` is the one that was
    counted; StaleDefinitionError if it changed since."""
    actor.require("reviews.publish")
    before = _open(work, actor, review_id)
    if revision is not None and revision != before.revision:
        raise StaleDefinitionError(revision=before.revision)
    if actor.scope.own_only:
        raise ForbiddenError("Who sees just their own customers cannot close a review.")
    definitions.publish(work, actor, review_id, kind=REVIEW_KIND)
    told = NUMBERS.dump_python(numbers, mode="json")
    store.close_review(work.driver, review_id, told, actor.scope.unit_path, work.clock.now())
    return reviews_by_id(work, [review_id])[review_id]


def delete_review(work: UnitOfWork, actor: Actor, review_id: int) -> None:
    """Takes away an open one with its actions, unless another follows it."""
    actor.require("reviews.write")
    _open(work, actor, review_id)
    definitions.delete(work, actor, review_id, kind=REVIEW_KIND)
    store.delete_review(work.driver, review_id)


def get_review(reading: Reading, actor: Actor, review_id: int) -> ReviewState:
    """The review as it stands."""
    actor.require("reviews.read")
    found = reviews_by_id(reading, [review_id]).get(review_id)
    if found is None or not is_seen(actor.scope, _path(reading, found.review)):
        raise NotFoundError(f"Review {review_id}.")
    return found


def list_reviews(reading: Reading, actor: Actor, page: PageRequest, *, plan_id: int | None = None) -> Page[ReviewState]:
    """The newest first; all, or those of a plan."""
    actor.require("reviews.read")
    units = units_seen(reading, actor.scope)
    ids = store.page_of_reviews(reading.driver, page, place_of(page), units, plan_id)
    found = reviews_by_id(reading, ids[: page.size])
    rows = [found[each] for each in ids[: page.size] if each in found]
    return Page(rows, str(ids[page.size - 1]) if len(ids) > page.size else None)


def find_frozen(reading: Reading, actor: Actor, review_id: int) -> Frozen | None:
    """The numbers of a closed review; None of one that is open, and for who may not see all the customers whom they count."""
    get_review(reading, actor, review_id)
    found = store.numbers_of(reading.driver, review_id)
    if found is None:
        return None
    numbers, path = found
    if actor.scope.own_only or (
        actor.scope.unit_path is not None and not (path or "").startswith(actor.scope.unit_path)
    ):
        return None
    return Frozen(NUMBERS.validate_python(numbers), path)


# --- actions


def list_actions(reading: Reading, actor: Actor, review_id: int) -> list[Action]:
    """Those that came of a review, and those of the reviews before it that are still open, as far as the actor sees them."""
    get_review(reading, actor, review_id)
    chain = reviews_by_id(reading, store.reviews_before(reading.driver, review_id))
    earlier = [key for key, each in chain.items() if is_seen(actor.scope, _path(reading, each.review))]
    found = store.actions_of(reading.driver, [review_id, *earlier])
    return [each for each in found if each.review_id == review_id or each.is_open]


def add_action(
    work: UnitOfWork, actor: Actor, review_id: int, text: str, owner_id: int | None = None, due_on: date | None = None
) -> Action:
    """One more thing to do."""
    actor.require("reviews.write")
    _open(work, actor, review_id)
    if len(store.actions_of(work.driver, [review_id])) >= ACTIONS_MAX:
        raise InvalidError(f"At most {ACTIONS_MAX} actions.", field="text")
    made = store.insert_action(
        work.driver, review_id, _checked_text(text), _checked_owner(work, owner_id), due_on, work.clock.now()
    )
    record_audit(work, actor, "reviews.add_action", f"review:{review_id}", action_id=made.action_id)
    return made


def save_action(
    work: UnitOfWork,
    actor: Actor,
    action_id: int,
    state: TaskState,
    text: str,
    owner_id: int | None = None,
    due_on: date | None = None,
) -> Action:
    """How it stands. What it says stays once its review is closed. Who may write reviews says so of every action, everybody else of
    their own."""
    actor.require("reviews.read")
    before = store.lock_action(work.driver, action_id)
    if before is None:
        raise UnknownTaskError
    review = get_review(work, actor, before.review_id)
    if state not in TASK_STATES:
        raise InvalidError("There is no such state.", field="state")
    changed = replace(before, text=_checked_text(text), owner_id=owner_id, due_on=due_on)
    if changed != before:
        actor.require("reviews.write")
        _checked_owner(work, owner_id)
        if review.closed_at is not None:
            raise ReviewClosedError
    if not (actor.kind is ActorKind.STAFF and str(before.owner_id) == actor.actor_id):
        actor.require("reviews.write")
        _require_within(work, actor, review.review)
    made = replace(changed, state=state, changed_at=work.clock.now())
    store.update_action(work.driver, made)
    record_audit(work, actor, "reviews.save_action", f"review:{before.review_id}", action_id=action_id, state=state)
    return made


def remove_action(work: UnitOfWork, actor: Actor, action_id: int) -> None:
    """Takes it away, while its review is open."""
    actor.require("reviews.write")
    before = store.lock_action(work.driver, action_id)
    if before is None:
        raise UnknownTaskError
    _open(work, actor, before.review_id)
    store.delete_action(work.driver, action_id)
    record_audit(work, actor, "reviews.remove_action", f"review:{before.review_id}", action_id=action_id)


def _open(work: UnitOfWork, actor: Actor, review_id: int) -> ReviewState:
    """A review that this actor may change and that nobody closes meanwhile."""
    store.lock_review(work.driver, review_id)
    found = reviews_by_id(work, [review_id]).get(review_id)
    if found is None or not is_seen(actor.scope, _path(work, found.review)):
        raise NotFoundError(f"Review {review_id}.")
    if found.closed_at is not None:
        raise ReviewClosedError
    _require_within(work, actor, found.review)
    return found


def _require_within(reading: Reading, actor: Actor, review: Review) -> None:
    """A review of no plan is anybody's who may write reviews."""
    path = _path(reading, review)
    if review.plan_id is not None and not is_within(actor.scope, path):
        raise OutsideUnitError


def _path(reading: Reading, review: Review) -> str | None:
    if review.plan_id is None:
        return None
    row = store.plans_of(reading.driver, [review.plan_id]).get(review.plan_id)
    return unit_paths(reading).get(row.unit_id) if row is not None and row.unit_id is not None else None


def _references(reading: Reading, actor: Actor, review: Review, review_id: int | None) -> set[int]:
    found = definitions_reading.names_of(reading, review.metric_ids)
    for n, each in enumerate(review.metric_ids):
        if each not in found or found[each].kind != "metric":
            raise FAULTS.fault(("metric_ids", n), "no_metric")
    told = set(found)
    if review.plan_id is not None:
        if not plans_by_id(reading, [review.plan_id]) or not is_seen(actor.scope, _path(reading, review)):
            raise FAULTS.fault(("plan_id",), "no_plan")
        _require_within(reading, actor, review)
        told.add(review.plan_id)
    if review.follows_id is not None:
        before = reviews_by_id(reading, [review.follows_id]).get(review.follows_id)
        follows_itself = review.follows_id == review_id or (
            review_id is not None and review_id in store.reviews_before(reading.driver, review.follows_id)
        )
        if before is None or follows_itself or not is_seen(actor.scope, _path(reading, before.review)):
            raise FAULTS.fault(("follows_id",), "no_review")
        told.add(review.follows_id)
    return told


def _checked_text(text: str) -> str:
    stripped = text.strip()
    if not 1 <= len(stripped) <= TEXT_MAX or not stripped.isprintable():
        raise InvalidError(f"Say what is to be done, in 1 to {TEXT_MAX} characters.", field="text")
    return stripped


def _checked_owner(reading: Reading, owner_id: int | None) -> int | None:
    if owner_id is not None and owner_id not in company.staff_names(reading, [owner_id]):
        raise InvalidError("There is no such member of staff.", field="owner_id")
    return owner_id
