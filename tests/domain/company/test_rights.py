"""Who may do what: every role against every verb of every room, found by looking, so that a new verb has to be entered here."""

from __future__ import annotations

import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

import pytest

import siyu.domain
from siyu.domain.company import rules
from siyu.domain.company import service as company
from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.definitions import service as definitions
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database, Reading, UnitOfWork
from tests.conftest import KEYS, cloned

A, O, M, F, N = Role.ADMIN, Role.OPERATOR, Role.MANAGER, Role.FRONTLINE, Role.ANALYST  # noqa: E741  # letters of the table

HOLDERS: Mapping[str, set[Role]] = {
    "customers.read": {A, O, M, F, N},
    "customers.reveal": {A, O, M, F},
    "customers.assign": {A, O, M},
    "customers.merge": {A, O, M},
    "customers.export": {A, O},
    "customers.erase": {A, O},
    "privacy.read": {A, O},
    "privacy.run": set(),
    "retention.write": {A},
    "consent.write": {A, O, M, F},
    "segments.read": {A, O, M, N},
    "segments.write": {A, O, N},
    "segments.publish": {A, O},
    "segments.export": {A, O},
    "lists.read": {A, O, M, N},
    "lists.write": {A, O},
    "forms.read": {A, O, M, N},
    "forms.write": {A, O},
    "forms.publish": {A, O},
    "forms.export": {A, O},
    "forms.run": set(),
    "experiments.read": {A, O, M, N},
    "experiments.write": {A, O, N},
    "experiments.publish": {A, O},
    "experiments.assign": {A, O},
    "tags.read": {A, O, M, F, N},
    "tags.write": {A, O},
    "tags.apply": {A, O, M, F},
    "tags.run": set(),
    "tag_rules.read": {A, O, N},
    "tag_rules.write": {A, O},
    "tag_rules.publish": {A, O},
    "rfms.read": {A, O, M, N},
    "rfms.write": {A, O, N},
    "rfms.publish": {A, O},
    "ladders.read": {A, O, M, N},
    "ladders.write": {A, O, N},
    "ladders.publish": {A, O},
    "journeys.read": {A, O, M, N},
    "journeys.write": {A, O},
    "journeys.publish": {A, O},
    "journeys.run": set(),
    "metrics.read": {A, O, M, N},
    "metrics.write": {A, O, N},
    "metrics.publish": {A, O},
    "metrics.run": set(),
    "messages.read": {A, O, M, F, N},
    "messages.run": set(),
    "content.write": {A, O},
    "orders.read": {A, O, M, F, N},
    "orders.write": {A, O, M},
    "insight.read": {A, O, M, N},
    "imports.read": {A, O},
    "imports.write": {A, O},
    "intake.write": {A},
    "company.read": {A, O, M},
    "company.write": {A},
    "keys.write": {A},
    "audit.read": {A},
}

ANYBODY = None
BRINGING_IN = "intake.write or imports.write"
"""Who sends events, or imports files: what comes in that way makes customers."""

RIGHT_OF_VERB: Mapping[str, str | None] = {
    "company.change_password": "company.write",
    "company.count_old_records": "privacy.run",
    "company.forget_log_ins": "privacy.run",
    "company.shorten_audit": "privacy.run",
    "company.create_key": "keys.write",
    "company.create_staff": "company.write",
    "company.create_unit": "company.write",
    "company.deactivate_staff": "company.write",
    "company.list_audit": "audit.read",
    "company.list_keys": "keys.write",
    "company.list_staff": "company.read",
    "company.list_units": "company.read",
    "company.log_out": ANYBODY,
    "company.move_unit": "company.write",
    "company.record_audit": ANYBODY,
    "company.revoke_key": "keys.write",
    "content.ensure_links": "content.write",
    "customers.forget_profiles": "customers.erase",
    "customers.lock_erasing": "customers.erase",
    "customers.hold_known": BRINGING_IN,
    "customers.mark_seen": BRINGING_IN,
    "customers.resolve": BRINGING_IN,
    "customers.reseal": "keys.write",
    "customers.reveal": "customers.reveal",
    "customers.set_attributes": BRINGING_IN,
    "customers.rebuild_consents": "consent.write",
    "customers.record_consents": "consent.write",
    "customers.set_consent": "consent.write",
    "customers.set_consents": "consent.write",
    "customers.set_custody": "customers.assign",
    "customers.merge": "customers.merge",
    "customers.split": "customers.merge",
    "definitions.create": "segments.write",
    "definitions.delete": "segments.publish",
    "definitions.get": "segments.read",
    "definitions.list_definitions": "segments.read",
    "definitions.publish": "segments.publish",
    "definitions.resume": "segments.publish",
    "definitions.save_draft": "segments.write",
    "definitions.stop": "segments.publish",
    "experiments.assign": "experiments.assign",
    "experiments.begin_experiment": "experiments.publish",
    "experiments.create_experiment": "experiments.write",
    "experiments.decide": "experiments.publish",
    "experiments.delete_experiment": "experiments.write",
    "experiments.end_experiment": "experiments.publish",
    "experiments.get_experiment": "experiments.read",
    "experiments.list_decisions": "experiments.read",
    "experiments.list_experiments": "experiments.read",
    "experiments.resume_experiment": "experiments.publish",
    "experiments.save_experiment": "experiments.write",
    "experiments.forget_arms": "customers.erase",
    "entries.answer_form": "forms.run",
    "entries.create_form": "forms.write",
    "entries.delete_form": "forms.write",
    "entries.forget_answers": "customers.erase",
    "entries.forget_texts": "privacy.run",
    "entries.form_numbers": "forms.read",
    "entries.get_form": "forms.read",
    "entries.get_respondent": "forms.read",
    "entries.list_answers": "forms.read",
    "entries.list_forms": "forms.read",
    "entries.open_form": "forms.run",
    "entries.publish_form": "forms.publish",
    "entries.reseal": "keys.write",
    "entries.resume_form": "forms.publish",
    "entries.save_form": "forms.write",
    "entries.start_file": "forms.export",
    "entries.stop_form": "forms.publish",
    "journeys.create": "journeys.write",
    "journeys.end_entries": "customers.erase",
    "journeys.end_entries_on_leave": "journeys.run",
    "journeys.follow_customers": "journeys.run",
    "journeys.get": "journeys.read",
    "journeys.list_journeys": "journeys.read",
    "journeys.lock_due_entries": "journeys.run",
    "journeys.lock_taking_in": "journeys.run",
    "journeys.move_entries": "journeys.run",
    "journeys.pause": "journeys.publish",
    "journeys.publish": "journeys.publish",
    "journeys.resume": "journeys.publish",
    "journeys.save": "journeys.write",
    "journeys.save_taking_in": "journeys.run",
    "journeys.start_entries": "journeys.run",
    "messages.admit": "messages.run",
    "messages.cancel_messages": "customers.erase",
    "messages.claim": "messages.run",
    "messages.failures_of": "messages.run",
    "messages.follow_customers": "messages.run",
    "messages.lock_gate": "messages.run",
    "messages.record_click": "messages.run",
    "messages.request_messages": "messages.run",
    "messages.rest_channel": "messages.run",
    "messages.settle": "messages.run",
    "messages.wake_channel": "messages.run",
    "metrics.acknowledge_alert": "metrics.read",
    "metrics.create_metric": "metrics.write",
    "metrics.create_rule": "metrics.publish",
    "metrics.delete_metric": "metrics.write",
    "metrics.delete_rule": "metrics.publish",
    "metrics.get_metric": "metrics.read",
    "metrics.install_shipped": "metrics.publish",
    "metrics.list_alerts": "metrics.read",
    "metrics.list_metrics": "metrics.read",
    "metrics.list_rules": "metrics.read",
    "metrics.list_targets": "metrics.read",
    "metrics.publish_metric": "metrics.publish",
    "metrics.record_check": "metrics.run",
    "metrics.save_metric": "metrics.write",
    "metrics.save_rule": "metrics.publish",
    "metrics.set_north_star": "metrics.publish",
    "metrics.set_targets": "metrics.publish",
    "metrics.understand": "metrics.read",
    "orders.record_paid": "orders.write",
    "privacy.approve_erasures": "customers.erase",
    "privacy.ask_erasures": "customers.erase",
    "privacy.ask_export": "customers.export",
    "privacy.begin_erasure": "privacy.run",
    "privacy.decline_erasures": "customers.erase",
    "privacy.delete_ended_requests": "privacy.run",
    "privacy.finish_erasure": "privacy.run",
    "privacy.finish_export": "privacy.run",
    "privacy.get_export_file": "customers.export",
    "privacy.get_request": "privacy.read",
    "privacy.get_retention": "privacy.read",
    "privacy.list_removals": "privacy.read",
    "privacy.list_requests": "privacy.read",
    "privacy.lock_requests": "privacy.run",
    "privacy.record_removals": "privacy.run",
    "privacy.reseal": "keys.write",
    "privacy.save_place": "privacy.run",
    "privacy.save_retention": "retention.write",
    "privacy.save_step": "privacy.run",
    "privacy.sealed_values": "privacy.run",
    "privacy.suppress": "privacy.run",
    "privacy.take_export_files": "privacy.run",
    "segments.apply_found": "segments.publish",
    "segments.ask_estimate": "segments.publish",
    "segments.ask_export": "segments.export",
    "segments.change_list": "lists.write",
    "segments.create": "segments.write",
    "segments.create_list": "lists.write",
    "segments.delete": "segments.publish",
    "segments.delete_list": "lists.write",
    "segments.fail_export": "segments.export",
    "segments.finish_export": "segments.export",
    "segments.get_estimate": "insight.read",
    "segments.miss_estimate": "segments.publish",
    "segments.put_estimate": "segments.publish",
    "segments.get": "segments.read",
    "segments.get_list": "lists.read",
    "segments.list_exports": "segments.export",
    "segments.list_lists": "lists.read",
    "segments.list_segments": "segments.read",
    "segments.leave_segments": "customers.erase",
    "segments.move_members": "segments.publish",
    "segments.publish": "segments.publish",
    "segments.record_refresh": "segments.publish",
    "segments.resume": "segments.publish",
    "segments.rename_list": "lists.write",
    "segments.save": "segments.write",
    "segments.save_export_progress": "segments.export",
    "segments.stop": "segments.publish",
    "segments.take_export": "segments.export",
    "segments.understand": "segments.read",
    "segments.change_cuts": "rfms.publish",
    "segments.create_ladder": "ladders.write",
    "segments.create_scheme": "rfms.write",
    "segments.delete_ladder": "ladders.write",
    "segments.delete_scheme": "rfms.write",
    "segments.follow_stages": "segments.publish",
    "segments.get_ladder": "ladders.read",
    "segments.get_scheme": "rfms.read",
    "segments.list_ladders": "ladders.read",
    "segments.list_schemes": "rfms.read",
    "segments.publish_ladder": "ladders.publish",
    "segments.publish_scheme": "rfms.publish",
    "segments.resume_ladder": "ladders.publish",
    "segments.resume_scheme": "rfms.publish",
    "segments.save_ladder": "ladders.write",
    "segments.save_scheme": "rfms.write",
    "segments.stop_ladder": "ladders.publish",
    "segments.stop_scheme": "rfms.publish",
    "tags.archive_group": "tags.write",
    "tags.archive_tag": "tags.write",
    "tags.create_group": "tags.write",
    "tags.create_tag": "tags.write",
    "tags.forget_taggings": "customers.erase",
    "tags.get_bulk": "tags.read",
    "tags.hand_over": "tags.run",
    "tags.keep_tagged": "tags.apply",
    "tags.keep_untagged": "tags.apply",
    "tags.list_bulks": "tags.read",
    "tags.list_groups": "tags.read",
    "tags.lock_tags": "tags.run",
    "tags.retag": "tags.apply",
    "tags.rename_tag": "tags.write",
    "tags.save_group": "tags.write",
    "tags.start_bulk": "tags.apply",
    "tags.stop_bulk": "tags.apply",
    "tags.tag": "tags.apply",
    "tags.take_expired": "tags.run",
    "tags.untag": "tags.apply",
    "tags.work_bulk": "tags.run",
}
"""What a verb needs. The trials are made on a live segment, so that deleting it needs `segments.publish`."""

WITHOUT_ACTOR = {
    "company.actor_of_key": "finds out who the actor is",
    "company.actor_of_session": "finds out who the actor is",
    "company.ensure_first_admin": "there is nobody yet",
    "company.log_in": "finds out who the actor is",
    "company.write_key_source": "finds out who sends events",
    "customers.sealed_properties": "only puts a document into the form in which the log may hold it",
    "entries.get_published": "is what every customer may see",
    "entries.parse_form": "only reads a document",
    "orders.content_hash": "a pure function of an order",
    "segments.make_due": "only has customers looked at again",
    "segments.parse_scheme": "only reads a document",
}

Verb = Callable[..., object]


def _functions() -> Iterator[tuple[str, Verb]]:
    for room in pkgutil.iter_modules(siyu.domain.__path__):
        if not room.ispkg:
            continue
        path = f"siyu.domain.{room.name}"
        if "service" not in {each.name for each in pkgutil.iter_modules(import_module(path).__path__)}:
            continue
        module = import_module(f"{path}.service")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_its_own = function.__module__ == module.__name__ or name in getattr(module, "__all__", ())
            if is_its_own and not name.startswith("_"):
                yield f"{room.name}.{name}", function


FUNCTIONS = dict(_functions())
VERBS = {name: function for name, function in FUNCTIONS.items() if "actor" in inspect.signature(function).parameters}


@pytest.fixture(scope="module")
def prepared(postgres_url: str, template: str) -> Iterator[tuple[Database, int]]:
    """A database with a live segment; every trial in it is rolled back."""
    with cloned(postgres_url, template) as url:
        database = Database(url, keys=KEYS)
        with database.begin() as work:
            made = definitions.create(work, system_actor("test"), "segment", "S", {"kind": "all", "of": []})
            definitions.publish(work, system_actor("test"), made.definition_id)
        yield database, made.definition_id
        database.close()


def test_every_verb_is_entered_and_no_other() -> None:
    assert set(VERBS) == set(RIGHT_OF_VERB)
    assert set(FUNCTIONS) - set(VERBS) == set(WITHOUT_ACTOR)


def test_every_right_is_somebodys_or_the_systems() -> None:
    assert set(HOLDERS) == rules.RIGHTS | rules.SYSTEM_RIGHTS
    assert {right for right, holders in HOLDERS.items() if not holders} == rules.SYSTEM_RIGHTS
    named = {each for right in RIGHT_OF_VERB.values() if right is not None for each in right.split(" or ")}
    assert named <= set(HOLDERS)


@pytest.mark.parametrize("role", Role)
def test_a_role_has_the_rights_of_the_table(role: Role) -> None:
    assert rules.RIGHTS_OF[role] == {right for right, holders in HOLDERS.items() if role in holders}


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_is_for_those_who_have_its_right(name: str, prepared: tuple[Database, int]) -> None:
    database, segment_id = prepared
    right = RIGHT_OF_VERB[name]
    for role in Role:
        actor = Actor(ActorKind.STAFF, "7", rules.RIGHTS_OF[role])
        is_allowed = right is ANYBODY or any(role in HOLDERS[each] for each in right.split(" or "))
        assert _is_let_in(database, VERBS[name], actor, segment_id) is is_allowed, (name, role)
    write_key = Actor(ActorKind.KEY, "7", rules.WRITE_KEY_RIGHTS)
    is_for_intake = right in (ANYBODY, BRINGING_IN, "intake.write")
    assert _is_let_in(database, VERBS[name], write_key, segment_id) is is_for_intake, name
    assert _is_let_in(database, VERBS[name], system_actor("test"), segment_id), name


def _is_let_in(database: Database, verb: Verb, actor: Actor, segment_id: int) -> bool:
    """Whether the verb came past its question of rights. What it then makes of made-up arguments does not matter here."""
    with database.engine.connect() as connection:
        work = UnitOfWork(connection, database.clock, database.ids, database.keys)
        try:
            verb(**_arguments(verb, work, actor, segment_id))
        except ForbiddenError:
            return False
        except Exception:
            return True
        finally:
            connection.rollback()
    return True


def _arguments(verb: Verb, work: UnitOfWork, actor: Actor, segment_id: int) -> dict[str, object]:
    hints = typing.get_type_hints(verb)
    special: dict[str, object] = {
        "actor": actor,
        "definition_id": segment_id,
        "segment_id": segment_id,
        "kind": "segment",
    }
    return {
        name: special[name] if name in special else _made_up(hints[name], work)
        for name, parameter in inspect.signature(verb).parameters.items()
        if (parameter.default is parameter.empty or name in special)
        and parameter.kind is not inspect.Parameter.VAR_KEYWORD
    }


def _made_up(hint: Any, work: UnitOfWork) -> object:
    """Something of the type, so that a verb that looks at its arguments first does not fail for that."""
    plain: dict[Any, object] = {int: 10**9, str: "x", float: 1.0, bool: False, bytes: b"x", PageRequest: PageRequest()}
    origin = typing.get_origin(hint)
    if hint in (UnitOfWork, Reading):
        return work
    if hint in plain:
        return plain[hint]
    if isinstance(hint, type) and issubclass(hint, Role):
        return Role.FRONTLINE
    if origin in (typing.Union, types.UnionType):
        return None
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {}
    if isinstance(origin, type) and issubclass(origin, Iterable):
        return ()
    return None


def test_an_actor_cannot_give_what_it_has_not(prepared: tuple[Database, int]) -> None:
    database, _ = prepared
    narrow = Actor(ActorKind.STAFF, "7", frozenset({"company.write", "keys.write", "customers.read"}))
    with database.engine.connect() as connection:
        work = UnitOfWork(connection, database.clock, database.ids, database.keys)
        with pytest.raises(ForbiddenError):
            company.create_staff(work, narrow, "x", "x@example.com", "long enough", Role.ADMIN, 1)
        with pytest.raises(ForbiddenError):
            company.create_key(work, narrow, KeyKind.API, "x", Role.ADMIN)
