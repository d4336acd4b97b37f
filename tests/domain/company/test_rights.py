"""Who may do what: every role against every verb of every room, found by looking, so that a new verb has to be entered here."""

from __future__ import annotations

import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from importlib import import_module
from typing import Any

import pytest

import siyu.domain
from siyu.domain.company import rules
from siyu.domain.company import service as company
from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.definitions import service as definitions
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database, Reading, UnitOfWork
from tests.conftest import KEYS, cloned
from tests.domain.company.holders import FOR_ALL, HOLDERS
from tests.domain.company.rights import BRINGING_IN, RIGHT_OF_VERB
from tests.domain.company.rights_reaching import ANYBODY

WITHOUT_ACTOR = {
    "company.actor_of_key": "finds out who the actor is",
    "company.actor_of_session": "finds out who the actor is",
    "company.check_setup_code": "there is nobody yet",
    "company.ensure_first_admin": "there is nobody yet",
    "company.is_set_up": "is what every visitor sees",
    "company.log_in": "finds out who the actor is",
    "company.write_key_source": "finds out who sends events",
    "customers.sealed_properties": "only puts a document into the form in which the log may hold it",
    "entries.code_welcome": "is what every customer may see",
    "entries.find_published_code": "is what every customer may see",
    "entries.get_published": "is what every customer may see",
    "entries.parse_code": "only reads a document",
    "sends.parse_post": "only reads a document",
    "sends.parse_send": "only reads a document",
    "entries.parse_form": "only reads a document",
    "entries.any_turn": "is what every customer may see",
    "entries.same_turn": "is what every customer may see",
    "orders.content_hash": "a pure function of an order",
    "service.answer_to": "only reads a message and a document",
    "service.find_rules_in_force": "is what every customer may see",
    "service.greeting_of": "only reads a document",
    "service.least_busy": "only compares",
    "service.parse_rules": "only reads a document",
    "service.plain_text": "only reads a text",
    "service.reason_of": "only names a number",
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


OF_PARTS = (Scope("1.2."), Scope("1.2.", own_only=True), Scope(own_only=True))


@pytest.mark.parametrize("scope", OF_PARTS)
@pytest.mark.parametrize("role", Role)
def test_who_sees_a_part_has_what_touches_no_other_customers(role: Role, scope: Scope) -> None:
    had = {right for right, holders in HOLDERS.items() if role in holders and right not in FOR_ALL}
    giving = {"company.write", "keys.write"} if scope.own_only else set()
    assert rules.rights_within(role, scope) == had - giving


@pytest.mark.parametrize("name", [name for name, right in RIGHT_OF_VERB.items() if right in FOR_ALL])
def test_a_verb_on_all_customers_is_for_none_who_sees_a_part(name: str, prepared: tuple[Database, int]) -> None:
    database, segment_id = prepared
    for scope in OF_PARTS:
        actor = Actor(ActorKind.STAFF, "7", rules.rights_within(Role.ADMIN, scope), scope)
        assert not _is_let_in(database, VERBS[name], actor, segment_id), (name, scope)


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
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
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
