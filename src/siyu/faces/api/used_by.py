"""What uses something, as answers tell it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from siyu.domain.definitions.contracts import DefinitionName


class UsedBy(BaseModel):
    """Something that uses this."""

    definition_id: int
    kind: str
    name: str


def used_by(names: Sequence[DefinitionName]) -> list[UsedBy]:
    """A line for each."""
    return [UsedBy(definition_id=each.definition_id, kind=each.kind, name=each.name) for each in names]
