"""What the door of room `company` says about logging in by the company's identity provider. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from siyu.kernel.errors import ConflictError, NotFoundError


@dataclass(frozen=True, slots=True)
class SignOnDraft:
    """How one logs in by the company's identity provider (OpenID Connect).

    `email_claim` is where the provider says who somebody is among the staff, the first time: from then on it is who the provider
    says they are, whatever their e-mail. `trusts_email` believes an e-mail that the provider
    has not verified: right only where members cannot change theirs. Who is not among the staff is made one of them with
    `new_role` in `new_unit_id`, where both are told and the e-mail is of one of `domains`; else they are refused.
    """

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    email_claim: str = "email"
    trusts_email: bool = False
    new_role: str | None = None
    new_unit_id: int | None = None
    domains: Sequence[str] = ()
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class SignOn:
    """A draft that was saved, without its secret; `fault` is what the last check found: empty for nothing, None before it."""

    draft: SignOnDraft
    has_secret: bool
    changed_at: datetime
    checked_at: datetime | None
    fault: str | None


class SignOnUnknownError(ConflictError):
    """The identity provider knows you, but there is nobody with your e-mail among the staff here."""

    code = "sign_on_unknown"


class SignOnTakenError(ConflictError):
    """Somebody else of the identity provider logs in to the account with your e-mail; an administrator can end that."""

    code = "sign_on_taken"


class NoSignOnError(NotFoundError):
    """Nobody of the identity provider logs in to this account."""

    code = "no_sign_on"


class SignOnEmailError(ConflictError):
    """The identity provider did not say your e-mail, or has not verified it."""

    code = "sign_on_email"


class SignOnStateError(ConflictError):
    """This log-in was not begun here, is too old, or was finished before."""

    code = "sign_on_state"
