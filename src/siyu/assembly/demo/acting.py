"""Somebody of a demo brand's staff, as who acts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from siyu.assembly.demo.brand import ACTOR
from siyu.domain.company.contracts import Staff
from siyu.domain.company.reading import find_reader
from siyu.domain.company.service import list_staff
from siyu.domain.customers.reading import list_customers
from siyu.kernel.actors import Actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Reading

PAGE_MAX = 200


def everybody(reading: Reading) -> list[Staff]:
    """Whoever works for the brand."""
    return [each for each in list_staff(reading, ACTOR, PageRequest(size=PAGE_MAX)).rows if each.is_active]


def acting(reading: Reading, staff_id: int) -> Actor:
    """Somebody, with their own rights and scope."""
    found = find_reader(reading, staff_id)
    if found is None:
        raise RuntimeError("who works for the demo brand may log in")
    return found[1]


def find_acting(reading: Reading, email: str) -> Actor | None:
    """The one of that address; None where they left."""
    staff_id = next((each.staff_id for each in everybody(reading) if each.email == email), None)
    return acting(reading, staff_id) if staff_id is not None else None


def seen_by(reading: Reading, actor: Actor, at: datetime) -> Iterator[int]:
    """The customers whom somebody had seen by then, of those whom the actor may see: the newest first."""
    page: PageRequest | None = PageRequest(size=PAGE_MAX)
    while page is not None:
        found = list_customers(reading, actor, page)
        yield from (each.customer_id for each in found.rows if each.first_seen_at <= at)
        page = PageRequest(size=PAGE_MAX, after=found.next_after) if found.next_after is not None else None
