"""What the door of room `company` says about first-run set-up. Part of `contracts`."""

from __future__ import annotations

from siyu.kernel.errors import ConflictError, ForbiddenError


class WrongSetupCodeError(ForbiddenError):
    """This is not the set-up code that the terminal shows."""

    code = "wrong_setup_code"


class AlreadySetUpError(ConflictError):
    """This installation has been set up; log in."""

    code = "already_set_up"
