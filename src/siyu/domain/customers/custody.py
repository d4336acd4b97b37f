"""Who keeps customers: given by hand, or following who has them as contacts. Part of `service`."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from siyu.domain.company.service import record_audit
from siyu.domain.customers import custody_store, erasure_store
from siyu.domain.customers.contracts import CUSTODY_CHANGED, UnknownCustomerError, UnknownKeeperError
from siyu.domain.customers.reading import customer_in_scope
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.events import NewEvent
from siyu.platform.eventlog.append import EncodedEvent
from siyu.platform.postgres.database import UnitOfWork

SOURCE = "customers"
_AUDITED = frozenset({ActorKind.STAFF, ActorKind.KEY})
_encode = msgspec.json.Encoder().encode


def set_custody(work: UnitOfWork, actor: Actor, customer_id: int, *, unit_id: int, staff_id: int | None) -> None:
    """Gives the customer into the keeping of a unit, and of one of its staff, whoever kept them before."""
    actor.require("customers.assign")
    if not customer_in_scope(work, actor, customer_id) or not erasure_store.hold_living(work.driver, [customer_id]):
        raise UnknownCustomerError
    if not custody_store.save_custody(work.driver, customer_id, unit_id, staff_id, within_path=actor.scope.unit_path):
        raise UnknownKeeperError
    if actor.kind in _AUDITED:
        record_audit(
            work, actor, "customers.set_custody", f"customer:{customer_id}", unit_id=unit_id, staff_id=staff_id
        )
    work.record(
        [
            NewEvent(
                CUSTODY_CHANGED,
                work.ids.new_id(),
                customer_id,
                work.clock.now(),
                SOURCE,
                {"unit_id": unit_id, "staff_id": staff_id},
            )
        ]
    )


def move_custody(work: UnitOfWork, actor: Actor, moves: Mapping[int, tuple[int | None, int, int]]) -> int:
    """{customer: (staff whose keeping ends, unit, staff)}: gives customers over where they are kept by just that one; with None
    where nobody keeps them. Gives how many were."""
    actor.require("customers.assign")
    moved = custody_store.move_custody(work.driver, moves) if moves else {}
    _tell(work, moved)
    return len(moved)


def give_custody(work: UnitOfWork, actor: Actor, given: Mapping[int, tuple[int, int | None]]) -> set[int]:
    """{customer: (unit, staff)}: gives customers into keeping, whoever kept them; with None they are the unit's alone. Gives who
    are kept otherwise than before."""
    actor.require("customers.assign")
    changed = custody_store.give_custody(work.driver, given) if given else {}
    _tell(work, changed)
    return set(changed)


def _tell(work: UnitOfWork, kept: Mapping[int, tuple[int, int | None]]) -> None:
    now = work.clock.now()
    work.record(
        EncodedEvent(
            CUSTODY_CHANGED,
            work.ids.new_id().hex,
            customer_id,
            now,
            SOURCE,
            _encode({"unit_id": unit_id, "staff_id": staff_id}),
        )
        for customer_id, (unit_id, staff_id) in sorted(kept.items())
    )
