"""What other rooms and engines read of definitions, on their own account: no actor, no rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from siyu.domain.definitions import store
from siyu.domain.definitions.contracts import Definition, DefinitionName, DefinitionPublication, DefinitionVersion
from siyu.kernel.errors import NotFoundError
from siyu.platform.postgres.database import Reading


def get_version(reading: Reading, definition_id: int, version: int) -> DefinitionVersion:
    """A published version, even of a definition that was deleted since: what runs has pinned it."""
    found = store.find_version(reading.connection, definition_id, version)
    if found is None:
        raise NotFoundError(f"Definition {definition_id} has no version {version}.")
    return found


def publications_of(reading: Reading, definition_id: int) -> list[DefinitionPublication]:
    """When its versions were published, and by whom, the latest first."""
    return store.select_publications(reading.connection, definition_id)


def live_versions(reading: Reading, kind: str) -> list[DefinitionVersion]:
    """The latest version of every live definition of a kind, by id."""
    return store.select_live(reading.connection, kind)


def used_by(reading: Reading, definition_id: int) -> list[DefinitionName]:
    """Definitions whose draft or latest version refers to this one, by id."""
    return store.select_users(reading.connection, [definition_id]).get(definition_id, [])


def users_of(reading: Reading, definition_ids: Collection[int]) -> dict[int, list[DefinitionName]]:
    """As `used_by`, for many at once; who is used by nothing is left out."""
    return store.select_users(reading.connection, definition_ids)


def naming(
    reading: Reading,
    members: Collection[str],
    values: Collection[int],
    *,
    kinds: Collection[str] | None = None,
    after: int = 0,
    size: int | None = None,
) -> list[DefinitionName]:
    """Definitions (of some kinds) whose draft or latest version has, anywhere within, one of these members that is, or lists, one
    of the numbers: who uses what is no definition itself. By id, after one, so many at most."""
    return store.select_naming(reading.connection, members, values, kinds, after, size)


def names_of(reading: Reading, definition_ids: Collection[int]) -> dict[int, DefinitionName]:
    """What the definitions are called, of whatever kind and status; deleted ones are left out."""
    return store.select_names(reading.connection, definition_ids)


def references_in_force(reading: Reading) -> Mapping[int, frozenset[int]]:
    """To which others the latest versions refer, stopped ones' too; who refers to nothing is left out."""
    return store.select_references(reading.connection)


def list_by_id(reading: Reading, definition_ids: Collection[int]) -> list[Definition]:
    """Those of the definitions that are there, of whatever kind and status, by id."""
    return store.select_latest(reading.connection, definition_ids)


def fingerprint(reading: Reading) -> object:
    """Another whenever any definition was touched."""
    return store.fingerprint(reading.connection)
