"""Persons who were erased: only they themselves come back, no sync brings them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.privacy.reading import has_suppressed, suppressed_among
from siyu.engines.mirror.contracts import ACTOR
from siyu.platform.postgres.database import UnitOfWork

Row = TypeVar("Row")


def without_erased(work: UnitOfWork, rows: Sequence[Row], ids_of: Callable[[Row], tuple[str, str]]) -> list[Row]:
    """The rows but those of persons who were erased; nobody is between this look and the commit. `ids_of` tells external_userid and
    unionid."""
    customers.hold_known(work, ACTOR)
    if not has_suppressed(work):
        return list(rows)
    people = {Identity("external_userid", ids_of(row)[0]) for row in rows}
    people |= {Identity("unionid", ids_of(row)[1]) for row in rows if ids_of(row)[1]}
    gone = {each.value for each in suppressed_among(work, people)}
    return [row for row in rows if gone.isdisjoint(ids_of(row))]
