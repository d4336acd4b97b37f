"""Which demo this is: the brand, how many people, the day it is seen from, and whether it is loaded.

It stands in the database itself, as a definition of kind `world`: a draft while it is being loaded, published in the transaction
that ends it. The day it is seen from is kept there, so a loading that was cut off goes on as it began. The brand stands in the
home as well, for who starts a demo has to know it before there is a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from siyu.assembly.demo.brand import ACTOR, DemoBrand, brand_of
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.kernel.errors import ConflictError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

KIND: Final = "world"
BRAND_FILE: Final = "brand"
DEFAULT: Final = "camp"


class OtherBrandError(ConflictError):
    """Another brand lives in this home. Start it, or choose another home by SIYU_HOME."""

    code = "other_demo_brand"


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The demo that was begun: who it is about and the day it is seen from."""

    definition_id: int
    brand: DemoBrand
    customers: int
    anchor: datetime
    is_done: bool


def claim_home(home: Path, brand: str | None) -> DemoBrand:
    """The brand of a demo's home, which is `brand` from now on where nobody lives there yet; without one, whoever lives there."""
    path = home / BRAND_FILE
    lives = path.read_text(encoding="utf-8").strip() if path.exists() else None
    if lives is not None and brand not in (None, lives):
        raise OtherBrandError(f"The brand “{lives}” lives in {home}. Start it, or choose another home by SIYU_HOME.")
    found = brand_of(lives or brand or DEFAULT)
    if lives is None:
        home.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{found.key}\n", encoding="utf-8")
    return found


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
