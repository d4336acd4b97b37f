"""Versions of materials and scripts: when each was put in force, and by whom."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from siyu.domain.content import service
from siyu.domain.content.contracts import PieceSort
from siyu.faces.naming import actor_names
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading


class PieceVersionRow(BaseModel):
    """A published version of a material or a script."""

    version: int
    published_at: datetime
    published_by: str


class PieceVersions(BaseModel):
    """All of them, the latest first."""

    rows: list[PieceVersionRow]


def piece_versions(reading: Reading, actor: Actor, sort: PieceSort, piece_id: int) -> PieceVersions:
    """The versions of a material or a script."""
    found = service.list_piece_versions(reading, actor, sort, piece_id)
    names = actor_names(reading, {each.published_by for each in found})
    return PieceVersions(
        rows=[
            PieceVersionRow(
                version=each.version,
                published_at=each.published_at,
                published_by=names.get(each.published_by, each.published_by),
            )
            for each in found
        ]
    )
