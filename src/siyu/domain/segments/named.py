"""What schemes and ladders have in common: other definitions ask for their parts by name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionInUseError
from siyu.platform.postgres.database import UnitOfWork

_NAMED = {"rfm": ("scheme_id", "cells"), "ladder": ("ladder_id", "stages")}
"""Kind of definition → the fields by which a condition names it and its parts."""


def check_parts_unused(work: UnitOfWork, definition_id: int, kind: str, parts: Collection[str]) -> None:
    """DefinitionInUseError where another definition asks for a part that is not among `parts`: it would ask for nothing."""
    users = [user.definition_id for user in definitions.used_by(work, definition_id)]
    for user in definitions.list_by_id(work, users):
        asked = {part for document in (user.document, user.draft) for part in _asked(document, definition_id, kind)}
        if missing := sorted(asked - set(parts)):
            raise DefinitionInUseError(
                f"{user.name} asks for {', '.join(missing)}.",
                used_by=[{"definition_id": user.definition_id, "kind": user.kind, "name": user.name}],
                parts=missing,
            )


def _asked(document: object, definition_id: int, kind: str) -> Iterator[str]:
    id_field, parts_field = _NAMED[kind]
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if node.get(id_field) == definition_id:
                yield from node.get(parts_field, ())
            waiting.extend(node.values())
        elif isinstance(node, list | tuple):
            waiting.extend(node)
