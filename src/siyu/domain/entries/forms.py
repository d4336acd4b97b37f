"""The verbs by which forms are made. A form is a definition of kind `form`."""

from __future__ import annotations

from collections.abc import Sequence

from siyu.domain.customers.reading import scope_parameters
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition
from siyu.domain.entries import answers_store as store
from siyu.domain.entries.answers_contracts import FormHasAnswersError
from siyu.domain.entries.forms_contracts import FORM_KIND, FormDesign
from siyu.domain.entries.forms_rules import as_document, parse_form, stored_form
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, WRITE, PUBLISH = "forms.read", "forms.write", "forms.publish"


def create_form(work: UnitOfWork, actor: Actor, name: str, document: object) -> FormDesign:
    """A new form, as a draft. InvalidDefinitionError says where the document is wrong and what to do."""
    actor.require(WRITE)
    made = definitions.create(work, actor, FORM_KIND, name, as_document(parse_form(document)))
    return _designs(work, actor, [made])[0]


def save_form(
    work: UnitOfWork, actor: Actor, form_id: int, name: str, document: object, *, revision: int | None = None
) -> FormDesign:
    """Saves a draft; what is in force stays in force until it is published."""
    actor.require(WRITE)
    saved = definitions.save_draft(
        work, actor, form_id, name, as_document(parse_form(document)), kind=FORM_KIND, revision=revision
    )
    return _designs(work, actor, [saved])[0]


def publish_form(work: UnitOfWork, actor: Actor, form_id: int) -> FormDesign:
    """Puts the draft in force. Who has the version before open still may send it."""
    actor.require(PUBLISH)
    published = definitions.publish(work, actor, form_id, kind=FORM_KIND)
    store.ensure_tally(work.driver, form_id)
    return _designs(work, actor, [published])[0]


def stop_form(work: UnitOfWork, actor: Actor, form_id: int) -> FormDesign:
    """It takes no more answers; those that there are stay."""
    actor.require(PUBLISH)
    return _designs(work, actor, [definitions.stop(work, actor, form_id, kind=FORM_KIND)])[0]


def resume_form(work: UnitOfWork, actor: Actor, form_id: int) -> FormDesign:
    """It takes answers again."""
    actor.require(PUBLISH)
    return _designs(work, actor, [definitions.resume(work, actor, form_id, kind=FORM_KIND)])[0]


def delete_form(work: UnitOfWork, actor: Actor, form_id: int) -> None:
    """Takes it away, unless somebody has answered it."""
    actor.require(WRITE)
    if store.lock_tally(work.driver, form_id):
        raise FormHasAnswersError
    definitions.delete(work, actor, form_id, kind=FORM_KIND)


def get_form(reading: Reading, actor: Actor, form_id: int) -> FormDesign:
    """The form as it stands."""
    return _designs(reading, actor, [definitions.get(reading, actor, form_id, FORM_KIND)])[0]


def list_forms(reading: Reading, actor: Actor, page: PageRequest) -> Page[FormDesign]:
    """Forms, the newest first, with how many of the customers whom the actor may see have answered."""
    found = definitions.list_definitions(reading, actor, FORM_KIND, page)
    return Page(_designs(reading, actor, found.rows), found.next_after)


def _designs(reading: Reading, actor: Actor, found: Sequence[Definition]) -> list[FormDesign]:
    form_ids = [each.definition_id for each in found]
    if actor.scope.is_everything:
        tallies = store.find_tallies(reading.driver, form_ids)
    else:
        tallies = store.count_answers(reading.driver, form_ids, scope_parameters(actor))
    return [
        FormDesign(
            form_id=each.definition_id,
            name=each.name,
            status=each.status,
            version=each.version,
            revision=each.revision,
            form=stored_form(each.document) if each.document is not None else None,
            draft=stored_form(each.draft) if each.draft is not None else None,
            answers=tallies.get(each.definition_id, 0),
            updated_at=each.updated_at,
        )
        for each in found
    ]
