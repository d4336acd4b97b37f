"""What units and staff are called, for whoever mentions them; on their own account, without rights."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from siyu.domain.company import personas_store, rules, second_step_store, sign_on_store, store, wecom_store
from siyu.domain.company.contracts import AccountsByChannel, Role, Staff
from siyu.kernel.actors import Actor, ActorKind
from siyu.platform.postgres.database import Reading


def unit_names(reading: Reading, unit_ids: Collection[int]) -> dict[int, str]:
    """The names of those units that there are."""
    rows = reading.driver.execute(
        "SELECT unit_id, name FROM company.units WHERE unit_id = ANY(%s)", (list(unit_ids),)
    ).fetchall()
    return dict(rows)


def staff_ids_below(reading: Reading, unit_path: str | None) -> list[int]:
    """The staff of the unit with that path and of all below it; None: everybody there is or was."""
    rows = reading.driver.execute(
        "SELECT s.staff_id FROM company.staff s JOIN company.units u USING (unit_id)"
        " WHERE %(path)s::text IS NULL OR starts_with(u.path, %(path)s) ORDER BY 1",
        {"path": unit_path},
    )
    return [row[0] for row in rows]


def staff_in_scope(reading: Reading, actor: Actor, staff_ids: Collection[int]) -> set[int]:
    """Those of the staff, also of those who have left, who are in the actor's scope: of their units, or themselves alone."""
    if actor.scope.is_everything:
        return set(staff_ids)
    if actor.scope.own_only:
        return {each for each in staff_ids if actor.kind is ActorKind.STAFF and str(each) == actor.actor_id}
    return set(staff_ids).intersection(staff_ids_below(reading, actor.scope.unit_path))


def path_now(column: str) -> str:
    """SQL of the path that a unit has now whose path stands in `column` as it was once: a unit moves, and scopes that were
    written down move with it."""
    unit_id = f"substring({column}, '([0-9]+)[.]$')::bigint"
    return f"coalesce((SELECT moved.path FROM company.units moved WHERE moved.unit_id = {unit_id}), {column})"  # noqa: S608  # our own


def units_in_scope(reading: Reading, actor: Actor, unit_ids: Collection[int]) -> set[int]:
    """Those of the units of which the actor may see all customers."""
    if actor.scope.own_only:
        return set()
    rows = reading.driver.execute(
        "SELECT unit_id FROM company.units WHERE unit_id = ANY(%(ids)s)"
        " AND (%(path)s::text IS NULL OR starts_with(path, %(path)s))",
        {"ids": list(unit_ids), "path": actor.scope.unit_path},
    )
    return {row[0] for row in rows}


def makers_in_scope(reading: Reading, actor: Actor, makers: Collection[str]) -> set[str]:
    """Those of who makes things, "staff:7" or "key:3", whom the actor has in their scope, and the actor."""
    if actor.scope.is_everything:
        return set(makers)
    staff_ids, key_ids = (
        [int(maker_id) for kind, _, maker_id in (each.partition(":") for each in makers) if kind == wanted]
        for wanted in (ActorKind.STAFF, ActorKind.KEY)
    )
    staff = {f"{ActorKind.STAFF}:{each}" for each in staff_in_scope(reading, actor, staff_ids)}
    keys = {f"{ActorKind.KEY}:{each}" for each in _keys_in_scope(reading, actor, key_ids)}
    return staff | keys | {f"{actor.kind}:{actor.actor_id}"}.intersection(makers)


def _keys_in_scope(reading: Reading, actor: Actor, key_ids: Collection[int]) -> list[int]:
    if actor.scope.own_only or not key_ids:
        return []
    rows = reading.driver.execute(
        "SELECT k.key_id FROM company.keys k JOIN company.units u USING (unit_id)"
        " WHERE k.key_id = ANY(%s) AND starts_with(u.path, %s)",
        (list(key_ids), actor.scope.unit_path),
    )
    return [row[0] for row in rows]


def staff_names(reading: Reading, staff_ids: Collection[int]) -> dict[int, str]:
    """The names of those staff that there are or were."""
    rows = reading.driver.execute(
        "SELECT staff_id, name FROM company.staff WHERE staff_id = ANY(%s)", (list(staff_ids),)
    ).fetchall()
    return dict(rows)


def roles_with(right: str) -> list[str]:
    """The roles that have a right."""
    return [role.value for role, rights in rules.RIGHTS_OF.items() if right in rights]


def active_staff(reading: Reading, staff_ids: Collection[int]) -> set[int]:
    """Those of the staff who may log in."""
    rows = reading.driver.execute(
        "SELECT staff_id FROM company.staff WHERE staff_id = ANY(%s) AND is_active", (list(staff_ids),)
    ).fetchall()
    return {row[0] for row in rows}


def created_at(reading: Reading, staff_ids: Collection[int]) -> dict[int, datetime]:
    """When each account of the staff was made."""
    rows = reading.driver.execute(
        "SELECT staff_id, created_at FROM company.staff WHERE staff_id = ANY(%s)", (list(staff_ids),)
    ).fetchall()
    return dict(rows)


def personas_in_use(reading: Reading, persona_ids: Collection[int]) -> set[int]:
    """Those of the personas that are not archived."""
    rows = reading.driver.execute(
        "SELECT persona_id FROM company.personas WHERE persona_id = ANY(%s) AND NOT is_archived", (list(persona_ids),)
    ).fetchall()
    return {row[0] for row in rows}


def key_names(reading: Reading, key_ids: Collection[int]) -> dict[int, str]:
    """The names of those keys that there are or were."""
    rows = reading.driver.execute(
        "SELECT key_id, name FROM company.keys WHERE key_id = ANY(%s)", (list(key_ids),)
    ).fetchall()
    return dict(rows)


def find_reader(reading: Reading, staff_id: int) -> tuple[Staff, Actor] | None:
    """Somebody of the staff with their own rights and scope, to tell them what they may see; None for who may log in no more."""
    found = store.find_staff(reading.connection, staff_id)
    if found is None or not found.staff.is_active:
        return None
    return found.staff, rules.actor_of(found.staff, found.unit_path)


def wecom_by_key(reading: Reading) -> dict[int, int]:
    """How many corps' secrets are under each key."""
    return wecom_store.count_by_key(reading.driver)


def sign_on_by_key(reading: Reading) -> dict[int, int]:
    """How many identity providers' secrets are under each key."""
    return sign_on_store.count_by_key(reading.driver)


def has_wecom(reading: Reading) -> bool:
    """Whether any corp is connected and switched on."""
    rows = reading.driver.execute("SELECT 1 FROM company.wecom_corps WHERE is_enabled LIMIT 1").fetchall()
    return bool(rows)


def responsible_for(reading: Reading, unit_path: str) -> list[int]:
    """Who answers for what is below a unit: its active managers, or those of the next unit above that has any, or else the
    administrators."""
    rows = reading.driver.execute(
        "SELECT s.staff_id, s.role, length(u.path) FROM company.staff s JOIN company.units u USING (unit_id)"
        " WHERE s.is_active AND ((s.role = 'manager' AND starts_with(%s, u.path)) OR s.role = 'admin') ORDER BY 1",
        (unit_path,),
    ).fetchall()
    managers = [(length, staff_id) for staff_id, role, length in rows if role == "manager"]
    if not managers:
        return [staff_id for staff_id, role, _ in rows if role == "admin"]
    nearest = max(length for length, _ in managers)
    return [staff_id for length, staff_id in managers if length == nearest]


def is_wecom_connected(reading: Reading, corp_id: str) -> bool:
    """Whether there is such a corp, and it is switched on."""
    row = wecom_store.find_corp(reading.driver, corp_id)
    return row is not None and row.is_enabled


def connected_corps(reading: Reading) -> dict[str, str]:
    """{corp: what it is called here} of those that are connected and switched on, by name."""
    rows = reading.driver.execute(
        "SELECT corp_id, name FROM company.wecom_corps WHERE is_enabled ORDER BY name, corp_id"
    )
    return dict(rows.fetchall())


def accounts_of_persona(reading: Reading, persona_id: int) -> AccountsByChannel:
    """{channel: accounts} by which a persona speaks: userids, open_kfids, appids; nothing for one that there is not."""
    return personas_store.select_accounts(reading.driver, persona_id)


def throttled_staff(reading: Reading, staff_ids: Collection[int]) -> set[int]:
    """Those of the staff who should be brought no new customers now: every account of theirs that wears a persona is held back. Who
    wears none is never held back."""
    return personas_store.select_throttled_staff(reading.driver, staff_ids)


def admins_without_second_step(reading: Reading) -> int:
    """How many administrators log in with a password and nothing else."""
    return second_step_store.count_admins_without(reading.driver, Role.ADMIN)


def company_name(reading: Reading) -> str:
    """What the company calls itself: the name of the unit above all others; empty before it is set up."""
    root = store.find_root(reading.connection)
    return root.name if root is not None else ""


def sessions_in_force(reading: Reading, token_hashes: Collection[bytes]) -> set[bytes]:
    """Those of the sessions, by their tokens' hashes, that have not ended. Being looked at, none lasts longer."""
    rows = reading.driver.execute(
        "SELECT token_hash FROM company.sessions JOIN company.staff USING (staff_id)"
        " WHERE token_hash = ANY(%s) AND expires_at > %s AND is_active",
        (list(token_hashes), reading.clock.now()),
    ).fetchall()
    return {bytes(row[0]) for row in rows}
