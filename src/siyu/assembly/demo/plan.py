"""Which demo this is: the brand, how many people, the day it is seen from, and whether it is loaded.

It stands in the database itself, as a definition of kind `world`: a draft while it is being loaded, published in the transaction
that ends it. The day it is seen from is kept there, so a loading that was cut off goes on as it began.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siyu.assembly.demo.brand import ACTOR, DemoBrand, brand_of
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

KIND: Final = "world"


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The demo that was begun: who it is about and the day it is seen from."""

    definition_id: int
    brand: DemoBrand
    customers: int
    anchor: datetime
    is_done: bool


def begin_plan(work: UnitOfWork, brand: DemoBrand, customers: int, anchor: datetime) -> None:
    """Writes down what is begun."""
    document = {"brand": brand.key, "seed": brand.seed, "customers": customers, "anchor": anchor.isoformat()}
    definitions.create(work, ACTOR, KIND, brand.name, document)


def end_plan(work: UnitOfWork, plan: DemoPlan) -> None:
    """Everything is there."""
    definitions.publish(work, ACTOR, plan.definition_id, kind=KIND)


def find_plan(reading: Reading) -> DemoPlan | None:
    """The demo of this database."""
    rows = definitions.list_definitions(reading, ACTOR, KIND, PageRequest(size=1)).rows
    if not rows:
        return None
    document = rows[0].latest
    return DemoPlan(
        definition_id=rows[0].definition_id,
        brand=brand_of(document["brand"]),
        customers=document["customers"],
        anchor=datetime.fromisoformat(document["anchor"]),
        is_done=rows[0].status is DefinitionStatus.LIVE,
    )
