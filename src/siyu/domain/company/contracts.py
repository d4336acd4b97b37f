"""What room `company` hands out, its events and its errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from siyu.kernel.actors import Actor
from siyu.kernel.errors import BusyError, ConflictError, ForbiddenError, InvalidError, SiyuError

SESSION_AGE_MAX = timedelta(days=14)
"""A session ends after this time in any case."""

UNIT_MOVED = "unit_moved"
"""A unit and all below it have new paths: {unit_id, old_path, new_path}."""


class Role(StrEnum):
    """What somebody does in the company; `rules.RIGHTS_OF` says which rights that gives."""

    ADMIN = "admin"
    OPERATOR = "operator"
    MANAGER = "manager"
    FRONTLINE = "frontline"
    ANALYST = "analyst"


class KeyKind(StrEnum):
    """`write`: may send events and nothing else, so it may stand in a web page. `api`: acts with the rights of a role."""

    WRITE = "write"
    API = "api"


class Outcome(StrEnum):
    """How something audited ended."""

    ALLOWED = "allowed"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the company (region, store …). `path` lists the ids from the root to it: "1.4.9."."""

    unit_id: int
    parent_id: int | None
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who may log in. `own_only`: sees just the customers in their own custody."""

    staff_id: int
    name: str
    email: str
    role: Role
    unit_id: int
    unit_name: str
    own_only: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A log-in that succeeded. `token` goes into the cookie and is kept nowhere else."""

    token: str
    expires_at: datetime
    staff: Staff
    actor: Actor


@dataclass(frozen=True, slots=True)
class RefusedLogIn:
    """A log-in that failed, and the error to answer with."""

    error: SiyuError


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that was found by its token and holds. `expires_at` may just have slid."""

    staff: Staff
    actor: Actor
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Key:
    """A program's key, without its secret; `prefix` is how the secret begins."""

    key_id: int
    kind: KeyKind
    name: str
    prefix: str
    role: Role | None
    unit_id: int | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class CreatedKey:
    """A new key and its secret, which cannot be had again."""

    key: Key
    secret: str


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the audit: who did what to what, or was refused."""

    at: datetime
    actor_kind: str
    actor_id: str
    actor_name: str
    verb: str
    subject: str
    outcome: Outcome
    fields: Mapping[str, object]


class UnauthenticatedError(SiyuError):
    """Log in first."""

    code = "unauthenticated"


class WrongCredentialsError(UnauthenticatedError):
    """The e-mail or the password is wrong."""

    code = "wrong_credentials"


class TooManyAttemptsError(BusyError):
    """Too many failed log-ins; wait before you try again."""

    code = "too_many_attempts"


class CsrfError(ForbiddenError):
    """The request does not carry the token of your session; reload the page."""

    code = "csrf"


class WeakPasswordError(InvalidError):
    """This password is too short, too long or too well known."""

    code = "weak_password"


class WrongPasswordError(InvalidError):
    """The current password is wrong."""

    code = "wrong_password"


class EmailTakenError(ConflictError):
    """Somebody with this e-mail exists already."""

    code = "email_taken"


class UnitCycleError(ConflictError):
    """A unit cannot be moved below itself."""

    code = "unit_cycle"


class LastAdminError(ConflictError):
    """This is the last administrator, who has to stay."""

    code = "last_admin"
