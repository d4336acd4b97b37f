"""Which role has which rights, and what names, e-mails, passwords and audit fields may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from siyu.domain.company.contracts import (
    SESSION_AGE_MAX,
    PartnerScopeError,
    Role,
    Staff,
    Unit,
    UnitCycleError,
    WeakPasswordError,
)
from siyu.domain.company.rights_rules import (
    COMPANY_WIDE,
    OWN_ONLY,
    RIGHTS,
    RIGHTS_OF,
    SYSTEM_RIGHTS,
    WIDENING,
    WRITE_KEY_RIGHTS,
)
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.kernel.clock import Clock, real_span
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import PageRequest

__all__ = ["COMPANY_WIDE", "OWN_ONLY", "RIGHTS", "RIGHTS_OF", "SYSTEM_RIGHTS", "WRITE_KEY_RIGHTS"]
"""What of this file is written in the one beside it."""

NAME_LENGTH_MAX = 80
EMAIL_LENGTH_MAX = 254
KEY_PREFIX_LENGTH = 16
PLACE_DIGITS_MAX = 18
PASSWORD_LENGTH_MIN = 8
PASSWORD_LENGTH_MAX = 200
TREE_DEPTH_MAX = 20

SESSION_IDLE_MAX = timedelta(hours=12)
USE_NOTED_EVERY = timedelta(minutes=1)
"""How often it is written down that a session or a key was used."""

FREE_FAILURES = 5
"""Failed log-ins for one e-mail from one address, or from one known device, after which waiting begins."""
FREE_FAILURES_OF_EMAIL = 30
"""The same for an e-mail from all unknown devices together: more than a stranger gets from one address, so that he cannot
lock somebody out alone, and few enough that guessing from many addresses is hopeless."""
FREE_FAILURES_OF_ADDRESS = 50
"""The same for all log-ins from one address, behind which a whole office may sit."""
WAIT_MAX = timedelta(minutes=15)
FAILURES_FORGOTTEN_AFTER = timedelta(hours=24)

WELL_KNOWN_PASSWORDS: Final = frozenset(
    {"password", "password1", "12345678", "123456789", "1234567890", "11111111", "88888888", "00000000"}
    | {"qwertyui", "qwerty123", "abc12345", "a1234567", "iloveyou", "woaini1314", "1qaz2wsx"}
)

AUDIT_TEXT_LENGTH_MAX = 200
_PERSONAL = re.compile(r"@|(?<!\d)1[3-9]\d{9}(?!\d)")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def checked_name(name: str) -> str:
    """The name without blanks around it."""
    stripped = name.strip()
    if not 1 <= len(stripped) <= NAME_LENGTH_MAX or not stripped.isprintable():
        raise InvalidError(f"A name has 1 to {NAME_LENGTH_MAX} printable characters.", field="name")
    return stripped


def normal_email(email: str) -> str:
    """The one form in which an e-mail address is kept and looked up."""
    return email.strip().lower()


def checked_email(email: str) -> str:
    normal = normal_email(email)
    if len(normal) > EMAIL_LENGTH_MAX or not normal.isprintable() or not _EMAIL.fullmatch(normal):
        raise InvalidError("That is not an e-mail address.", field="email")
    return normal


def checked_password(password: str) -> str:
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        raise WeakPasswordError(f"It has {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters.", field="password")
    if password.lower() in WELL_KNOWN_PASSWORDS:
        raise WeakPasswordError("It is one of the first that anybody would try.", field="password")
    return password


def path_below(parent: Unit | None, unit_id: int) -> str:
    """The path of a unit with that id below `parent`."""
    path = f"{parent.path if parent else ''}{unit_id}."
    if path.count(".") > TREE_DEPTH_MAX:
        raise InvalidError(f"The tree of units is at most {TREE_DEPTH_MAX} deep.", field="parent_id")
    return path


def moved_path(unit: Unit, parent: Unit, deepest: str) -> str:
    """The path that `unit` gets below `parent`; UnitCycleError where the parent is the unit or is below it.

    `deepest` is the longest path below the unit: that one still has to fit.
    """
    if parent.path.startswith(unit.path):
        raise UnitCycleError(unit_id=unit.unit_id, parent_id=parent.unit_id)
    path = path_below(parent, unit.unit_id)
    if path.count(".") + deepest.count(".") - unit.path.count(".") > TREE_DEPTH_MAX:
        raise InvalidError(f"The tree of units is at most {TREE_DEPTH_MAX} deep.", field="parent_id")
    return path


def scope_of(role: Role | None, unit_path: str | None, *, own_only: bool) -> Scope:
    """What somebody of that unit may see: everything, at the root, but for partners."""
    is_root = unit_path is None or unit_path.count(".") == 1
    return Scope(None if is_root else unit_path, own_only=own_only or (is_root and role is Role.PARTNER))


def check_partner(role: Role, unit_path: str | None, *, own_only: bool) -> None:
    """PartnerScopeError where a partner was to see more than their scope can be."""
    if scope_of(role, unit_path, own_only=own_only).own_only is not own_only:
        raise PartnerScopeError(field="unit_id")


def rights_within(role: Role, scope: Scope) -> frozenset[str]:
    """The rights of a role for who sees that much."""
    if scope.is_everything:
        return RIGHTS_OF[role]
    return RIGHTS_OF[role] - COMPANY_WIDE - (WIDENING if scope.own_only else frozenset())


def actor_of(staff: Staff, unit_path: str) -> Actor:
    """Somebody of the staff, with their own rights and scope."""
    scope = scope_of(staff.role, unit_path, own_only=staff.own_only)
    return Actor(ActorKind.STAFF, str(staff.staff_id), rights_within(staff.role, scope), scope)


def unit_of(scope: Scope) -> int | None:
    """The unit that a scope begins with; None for everything."""
    return int(scope.unit_path.rstrip(".").rsplit(".", 1)[-1]) if scope.unit_path is not None else None


def place_of(page: PageRequest) -> int | None:
    """The id after which a page begins; InvalidError where `after` is none of this list's."""
    if page.after is None:
        return None
    if not (page.after.isascii() and page.after.isdecimal() and len(page.after) <= PLACE_DIGITS_MAX):
        raise InvalidError("That is not a place in this list.", field="after")
    return int(page.after)


def slid_expiry(clock: Clock, opened_at: datetime, now: datetime) -> datetime:
    """When a session ends that is used now: after a time without use, and in the end in any case."""
    return min(now + real_span(clock, SESSION_IDLE_MAX), opened_at + real_span(clock, SESSION_AGE_MAX))


def wait_after(failures: int, free: int) -> timedelta:
    """How long to wait after that many failures in a row: nothing at first, then 2 s, 4 s, 8 s … up to a limit."""
    if failures < free:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - free + 1, 20)), WAIT_MAX)


def audit_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """What may stand in the audit: plain short values; a text that could be a person's (e-mail, phone) is masked."""
    return {name: _audit_value(value) for name, value in fields.items() if value is not None}


def _audit_value(value: object) -> object:
    return value if isinstance(value, bool | int) else audit_text(str(value))


def audit_text(text: str) -> str:
    """A text as the audit may hold it."""
    return "***" if _PERSONAL.search(text) else text[:AUDIT_TEXT_LENGTH_MAX].replace("\x00", "")
