"""What of the company an actor reaches. Part of `service`."""

from __future__ import annotations

from siyu.domain.company import rules, store
from siyu.domain.company.contracts import Role, Unit
from siyu.kernel.actors import Actor, Scope
from siyu.kernel.errors import NotFoundError
from siyu.platform.postgres.database import Reading


def require_rights_of(actor: Actor, role: Role) -> None:
    """Nobody gives rights that they lack; those that nobody of the actor's scope has are not given with it."""
    for right in sorted(rules.rights_within(role, actor.scope)):
        actor.require(right)


def reached_unit(reading: Reading, scope: Scope, unit_id: int) -> Unit:
    """The unit, if it is within the scope; NotFoundError otherwise."""
    unit = store.find_unit(reading.connection, unit_id, scope)
    if unit is None:
        raise NotFoundError(f"Unit {unit_id}.")
    return unit
