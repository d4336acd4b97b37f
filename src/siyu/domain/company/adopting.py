"""Staff and units that stand for somebody and something outside. Part of `service`.

Who is brought in this way cannot log in by a password until somebody sets one, and has the narrowest role.
"""

from __future__ import annotations

from siyu.domain.company import rules, store
from siyu.domain.company.auditing import record_audit
from siyu.domain.company.contracts import Role
from siyu.domain.company.reaching import reached_unit
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.platform.postgres.database import UnitOfWork

NO_PASSWORD = "-"  # noqa: S105  # no hash of any password


def adopt_staff(work: UnitOfWork, actor: Actor, name: str, email: str, unit_id: int) -> tuple[int, bool]:
    """(who of the staff has this e-mail, whether they were made now); who is new is in the front line of the unit."""
    actor.require("company.write")
    normal = rules.checked_email(email)
    found = store.find_staff_by_email(work.connection, normal)
    if found is not None:
        return found.staff.staff_id, False
    unit = reached_unit(work, actor.scope, unit_id)
    staff_id = store.insert_staff(
        work.connection,
        work.clock.now(),
        email=normal,
        name=rules.checked_name(name),
        password_hash=NO_PASSWORD,
        role=Role.FRONTLINE.value,
        unit_id=unit.unit_id,
        own_only=True,
    )
    if staff_id is None:
        raise InvalidError("Somebody else was just made with this e-mail.", field="email")
    record_audit(work, actor, "company.adopt_staff", f"staff:{staff_id}", unit_id=unit_id)
    return staff_id, True


def keep_adopted(
    work: UnitOfWork, actor: Actor, staff_id: int, *, name: str, unit_id: int | None, is_active: bool
) -> None:
    """Calls somebody who was adopted by their present name, puts them into a unit, and lets them in or not."""
    actor.require("company.write")
    values: dict[str, object] = {"name": rules.checked_name(name), "is_active": is_active}
    if unit_id is not None:
        values["unit_id"] = reached_unit(work, actor.scope, unit_id).unit_id
    store.update_staff(work.connection, staff_id, **values)
    if not is_active:
        store.delete_sessions_of(work.connection, staff_id)


def rename_unit(work: UnitOfWork, actor: Actor, unit_id: int, name: str) -> None:
    """Gives a unit another name."""
    actor.require("company.write")
    unit = reached_unit(work, actor.scope, unit_id)
    store.update_unit_name(work.connection, unit.unit_id, rules.checked_name(name))
    record_audit(work, actor, "company.rename_unit", f"unit:{unit_id}")
