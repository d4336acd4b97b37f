"""The verbs on rules: made, put in force, taken away. A definition of kind `service_rule`. Part of `service`."""

from __future__ import annotations

from collections.abc import Sequence

from siyu.domain.definitions import reading as definitions_reading
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, DefinitionStatus
from siyu.domain.service import accounts_store
from siyu.domain.service.contracts import SERVICE_RULE_KIND, RulesInUseError, ServiceDesign, ServiceRules
from siyu.domain.service.replies_rules import parse_rules, rules_document, stored_rules
from siyu.kernel.actors import Actor
from siyu.kernel.errors import NotFoundError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, WRITE, PUBLISH = "service_rules.read", "service_rules.write", "service_rules.publish"


def create_rules(work: UnitOfWork, actor: Actor, name: str, document: object) -> ServiceDesign:
    """New rules, as a draft. InvalidDefinitionError says where the document is wrong and what to do."""
    actor.require(WRITE)
    made = definitions.create(work, actor, SERVICE_RULE_KIND, name, rules_document(parse_rules(document)))
    return _designs(work, [made])[0]


def save_rules(
    work: UnitOfWork, actor: Actor, rules_id: int, name: str, document: object, *, revision: int | None = None
) -> ServiceDesign:
    """Saves a draft; what is in force stays in force until it is published."""
    actor.require(WRITE)
    checked = rules_document(parse_rules(document))
    saved = definitions.save_draft(work, actor, rules_id, name, checked, kind=SERVICE_RULE_KIND, revision=revision)
    return _designs(work, [saved])[0]


def publish_rules(work: UnitOfWork, actor: Actor, rules_id: int) -> ServiceDesign:
    """Puts the draft in force: the next message is answered by it."""
    actor.require(PUBLISH)
    return _designs(work, [definitions.publish(work, actor, rules_id, kind=SERVICE_RULE_KIND)])[0]


def stop_rules(work: UnitOfWork, actor: Actor, rules_id: int) -> ServiceDesign:
    """Nothing is answered by them any more; words on consent and on erasure still are."""
    actor.require(PUBLISH)
    return _designs(work, [definitions.stop(work, actor, rules_id, kind=SERVICE_RULE_KIND)])[0]


def resume_rules(work: UnitOfWork, actor: Actor, rules_id: int) -> ServiceDesign:
    """They answer again."""
    actor.require(PUBLISH)
    return _designs(work, [definitions.resume(work, actor, rules_id, kind=SERVICE_RULE_KIND)])[0]


def delete_rules(work: UnitOfWork, actor: Actor, rules_id: int) -> None:
    """Takes rules away that no account goes by."""
    actor.require(WRITE)
    if get_rules(work, actor, rules_id).accounts:
        raise RulesInUseError
    definitions.delete(work, actor, rules_id, kind=SERVICE_RULE_KIND)


def get_rules(reading: Reading, actor: Actor, rules_id: int) -> ServiceDesign:
    """The rules as they stand."""
    return _designs(reading, [definitions.get(reading, actor, rules_id, SERVICE_RULE_KIND)])[0]


def list_rules(reading: Reading, actor: Actor, page: PageRequest) -> Page[ServiceDesign]:
    """Rules, the newest first."""
    found = definitions.list_definitions(reading, actor, SERVICE_RULE_KIND, page)
    return Page(_designs(reading, found.rows), found.next_after)


def find_rules_in_force(reading: Reading, rules_id: int | None) -> ServiceRules | None:
    """What an account with these rules answers by now; None where they were never published, or are stopped."""
    found = definitions_reading.list_by_id(reading, [rules_id]) if rules_id is not None else []
    if not found or found[0].kind != SERVICE_RULE_KIND or found[0].status is not DefinitionStatus.LIVE:
        return None
    return stored_rules(found[0].document)


def require_rules(reading: Reading, rules_id: int) -> None:
    """NotFoundError where there are no such rules."""
    found = definitions_reading.list_by_id(reading, [rules_id])
    if not found or found[0].kind != SERVICE_RULE_KIND:
        raise NotFoundError(f"Rules {rules_id}.")


def _designs(reading: Reading, found: Sequence[Definition]) -> list[ServiceDesign]:
    accounts = accounts_store.accounts_of_rules(reading.driver, [each.definition_id for each in found])
    return [
        ServiceDesign(
            rules_id=each.definition_id,
            name=each.name,
            status=each.status,
            version=each.version,
            revision=each.revision,
            rules=stored_rules(each.document) if each.document is not None else None,
            draft=stored_rules(each.draft) if each.draft is not None else None,
            accounts=accounts.get(each.definition_id, ()),
            updated_at=each.updated_at,
        )
        for each in found
    ]
