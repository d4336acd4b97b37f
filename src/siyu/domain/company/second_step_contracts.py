"""What others may know of the second step of a log-in. Part of `contracts`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError, SiyuError


@dataclass(frozen=True, slots=True)
class SecondStep:
    """Whether somebody's log-in asks for a code as well, since when, and how many recovery codes are left."""

    is_on: bool
    since: datetime | None
    recovery_left: int


@dataclass(frozen=True, slots=True)
class NewSecondStep:
    """What an authenticator is given: the secret to be typed, and the address (`otpauth://`) to be scanned."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


class UnauthenticatedError(SiyuError):
    """Log in first."""

    code = "unauthenticated"


class SecondStepNeededError(UnauthenticatedError):
    """The password is right; the code that your phone shows is needed as well."""

    code = "second_step_needed"


class WrongSecondStepError(UnauthenticatedError):
    """This code is wrong, or was used before."""

    code = "wrong_second_step"


class WrongCodeError(InvalidError):
    """The phone shows another code by now, or its clock is wrong."""

    code = "wrong_code"


class SecondStepTakenError(ConflictError):
    """A second step is in force already; end it first."""

    code = "second_step_taken"


class NoSecondStepError(NotFoundError):
    """There is no second step."""

    code = "no_second_step"
