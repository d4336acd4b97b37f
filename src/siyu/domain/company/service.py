"""The verbs of room `company`. Those without an Actor are the ones that find out who the actor is."""

from __future__ import annotations

from siyu.domain.company import rules, store
from siyu.domain.company.adopting import adopt_staff, keep_adopted, rename_unit
from siyu.domain.company.auditing import record_audit
from siyu.domain.company.connecting import (
    find_wecom_connection,
    list_wecom_connections,
    list_wecom_corps,
    new_callback_keys,
    reseal_wecom,
    save_wecom_corp,
    save_wecom_findings,
    save_wecom_welcome,
)
from siyu.domain.company.contracts import (
    UNIT_MOVED,
    EmailTakenError,
    LastAdminError,
    Role,
    Staff,
    Unit,
    WrongPasswordError,
)
from siyu.domain.company.keys import create_key, list_keys, revoke_key
from siyu.domain.company.logging_in import (
    actor_of_key,
    actor_of_session,
    log_in,
    log_in_vouched,
    log_out,
    refuse_vouched,
    vouching_wait,
    write_key_source,
)
from siyu.domain.company.personas import (
    add_account,
    archive_persona,
    create_persona,
    dress_account,
    get_persona,
    list_personas,
    note_complaint,
    remove_account,
    save_health,
    save_persona,
    watched_accounts,
)
from siyu.domain.company.reaching import reached_unit, require_rights_of
from siyu.domain.company.recording import count_old_records, forget_log_ins, list_audit, shorten_audit
from siyu.domain.company.second_step import (
    begin_second_step,
    confirm_second_step,
    end_second_step,
    get_second_step,
    reset_second_step,
)
from siyu.domain.company.setting_up import check_setup_code, is_set_up
from siyu.domain.company.sign_on import (
    find_sign_on,
    live_sign_on,
    log_in_by_claims,
    reseal_sign_on,
    save_sign_on,
    save_sign_on_fault,
    unbind_sign_on,
)
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.errors import ForbiddenError, NotFoundError
from siyu.kernel.events import NOBODY, NewEvent
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.crypto import hash_password, verify_password
from siyu.platform.postgres.database import Reading, UnitOfWork

__all__ = [
    "actor_of_key",
    "actor_of_session",
    "add_account",
    "adopt_staff",
    "archive_persona",
    "begin_second_step",
    "change_password",
    "check_setup_code",
    "confirm_second_step",
    "count_old_records",
    "create_key",
    "create_persona",
    "create_staff",
    "create_unit",
    "deactivate_staff",
    "dress_account",
    "end_second_step",
    "ensure_first_admin",
    "find_sign_on",
    "find_wecom_connection",
    "forget_log_ins",
    "get_persona",
    "get_second_step",
    "is_set_up",
    "keep_adopted",
    "list_audit",
    "list_keys",
    "list_personas",
    "list_staff",
    "list_units",
    "list_wecom_connections",
    "list_wecom_corps",
    "live_sign_on",
    "log_in",
    "log_in_by_claims",
    "log_in_vouched",
    "log_out",
    "move_unit",
    "new_callback_keys",
    "note_complaint",
    "record_audit",
    "refuse_vouched",
    "remove_account",
    "rename_unit",
    "reseal_sign_on",
    "reseal_wecom",
    "reset_second_step",
    "revoke_key",
    "save_health",
    "save_persona",
    "save_sign_on",
    "save_sign_on_fault",
    "save_wecom_corp",
    "save_wecom_findings",
    "save_wecom_welcome",
    "shorten_audit",
    "unbind_sign_on",
    "vouching_wait",
    "watched_accounts",
    "write_key_source",
]
"""What of this door is written in the files beside it, and below."""

# --- staff


def ensure_first_admin(work: UnitOfWork, email: str, password: str, company_name: str, name: str = "管理员") -> bool:
    """Makes the root unit and the first administrator of a fresh installation; False where there is staff already."""
    store.lock_tree(work.connection)
    if is_set_up(work):
        return False
    root = store.find_root(work.connection) or _insert_unit(work, company_name, None)
    _insert_staff(work, system_actor("setup"), name, email, password, Role.ADMIN, root, own_only=False)
    return True


def create_staff(
    work: UnitOfWork,
    actor: Actor,
    name: str,
    email: str,
    password: str,
    role: Role,
    unit_id: int,
    *,
    own_only: bool | None = None,
) -> Staff:
    """Adds somebody, with no right that the actor lacks. The front line and partners see their own customers only, if not said
    otherwise; PartnerScopeError for a partner who would see the whole company."""
    actor.require("company.write")
    require_rights_of(actor, role)
    unit = reached_unit(work, actor.scope, unit_id)
    narrow = role in rules.OWN_ONLY if own_only is None else own_only
    rules.check_partner(role, unit.path, own_only=narrow)
    return _insert_staff(work, actor, name, email, password, role, unit, own_only=narrow)


def change_password(
    work: UnitOfWork, actor: Actor, staff_id: int, new_password: str, current_password: str = ""
) -> None:
    """Sets a password and ends all sessions of its owner. For one's own the current one is asked for."""
    is_own = actor.kind is ActorKind.STAFF and actor.actor_id == str(staff_id)
    if not is_own:
        actor.require("company.write")
    found = _lock_staff(work, actor.scope if not is_own else Scope(), staff_id)
    if is_own and not verify_password(found.password_hash, current_password):
        raise WrongPasswordError(field="current_password")
    if not is_own:
        require_rights_of(actor, found.staff.role)
    hashed = hash_password(rules.checked_password(new_password))
    store.update_staff(work.connection, staff_id, password_hash=hashed)
    store.delete_sessions_of(work.connection, staff_id)
    record_audit(work, actor, "company.change_password", f"staff:{staff_id}")


def deactivate_staff(work: UnitOfWork, actor: Actor, staff_id: int) -> None:
    """Somebody has left: no log-in any more, and the sessions end now."""
    actor.require("company.write")
    admins = store.lock_active_admins(work.connection)
    found = _lock_staff(work, actor.scope, staff_id)
    require_rights_of(actor, found.staff.role)
    if admins == [staff_id]:
        raise LastAdminError()
    store.update_staff(work.connection, staff_id, is_active=False)
    store.delete_sessions_of(work.connection, staff_id)
    record_audit(work, actor, "company.deactivate_staff", f"staff:{staff_id}")


def list_staff(reading: Reading, actor: Actor, page: PageRequest) -> Page[Staff]:
    """Staff of the actor's units, in the order they came; the list can be searched, by e-mail too."""
    actor.require("company.read")
    rows = store.select_staff(reading.connection, actor.scope, page, rules.place_of(page) or 0)
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows=rows, next_after=str(rows[-1].staff_id) if more else None)


# --- units


def create_unit(work: UnitOfWork, actor: Actor, name: str, parent_id: int) -> Unit:
    """A new unit below one that the actor may see."""
    actor.require("company.write")
    store.lock_tree(work.connection)
    unit = _insert_unit(work, name, reached_unit(work, actor.scope, parent_id))
    record_audit(work, actor, "company.create_unit", f"unit:{unit.unit_id}", parent_id=parent_id)
    return unit


def move_unit(work: UnitOfWork, actor: Actor, unit_id: int, parent_id: int) -> Unit:
    """Puts a unit, with all below it, below another."""
    actor.require("company.write")
    store.lock_tree(work.connection)
    unit = reached_unit(work, actor.scope, unit_id)
    parent = reached_unit(work, actor.scope, parent_id)
    if unit.path == actor.scope.unit_path:
        raise ForbiddenError("That is the unit your own scope begins with.", unit_id=unit_id)
    path = rules.moved_path(unit, parent, store.deepest_below(work.connection, unit))
    store.move_subtree(work.connection, unit, parent, path)
    event = NewEvent(
        name=UNIT_MOVED,
        event_id=work.ids.new_id(),
        profile_id=NOBODY,
        occurred_at=work.clock.now(),
        source="company",
        properties={"unit_id": unit_id, "old_path": unit.path, "new_path": path},
    )
    work.record([event])
    record_audit(work, actor, "company.move_unit", f"unit:{unit_id}", parent_id=parent_id)
    return reached_unit(work, Scope(), unit_id)


def list_units(reading: Reading, actor: Actor) -> list[Unit]:
    """The units in the actor's scope, each after its parent."""
    actor.require("company.read")
    return store.select_units(reading.connection, actor.scope)


# --- inside


def _lock_staff(work: UnitOfWork, scope: Scope, staff_id: int) -> store.StaffRecord:
    found = store.find_staff(work.connection, staff_id, lock=True)
    if found is None or not found.unit_path.startswith(scope.unit_path or ""):
        raise NotFoundError(f"Staff {staff_id}.")
    return found


def _insert_unit(work: UnitOfWork, name: str, parent: Unit | None) -> Unit:
    unit_id = store.next_unit_id(work.connection)
    unit = Unit(
        unit_id=unit_id,
        parent_id=parent.unit_id if parent else None,
        name=rules.checked_name(name),
        path=rules.path_below(parent, unit_id),
    )
    store.insert_unit(work.connection, unit, work.clock.now())
    return unit


def _insert_staff(
    work: UnitOfWork, actor: Actor, name: str, email: str, password: str, role: Role, unit: Unit, *, own_only: bool
) -> Staff:
    staff_id = store.insert_staff(
        work.connection,
        work.clock.now(),
        email=rules.checked_email(email),
        name=rules.checked_name(name),
        password_hash=hash_password(rules.checked_password(password)),
        role=role.value,
        unit_id=unit.unit_id,
        own_only=own_only,
    )
    if staff_id is None:
        raise EmailTakenError(field="email")
    record_audit(work, actor, "company.create_staff", f"staff:{staff_id}", role=role, unit_id=unit.unit_id)
    found = store.find_staff(work.connection, staff_id)
    if found is None:
        raise NotFoundError(f"Staff {staff_id}.")
    return found.staff
