"""The root of every error that Siyu raises on purpose.

A subclass has a stable `code` and a docstring; the docstring is the message that a person reads. Faces map codes to
HTTP answers, so nothing below a face knows a status number.
"""

from __future__ import annotations

import inspect
from typing import ClassVar


class SiyuError(Exception):
    """Something went wrong in Siyu."""

    code: ClassVar[str] = "siyu_error"

    def __init__(self, detail: str = "", **fields: object) -> None:
        """`detail` says what of this case; `fields` are machine-readable and never personal."""
        self.detail = detail
        self.fields = fields
        super().__init__(self.message)

    @property
    def message(self) -> str:
        first = inspect.cleandoc(type(self).__doc__ or "").split("\n\n", 1)[0].replace("\n", " ")
        return f"{first} {self.detail}".strip()


class NotFoundError(SiyuError):
    """There is no such thing, or it is outside your scope."""

    code = "not_found"


class ForbiddenError(SiyuError):
    """You do not have the right to do this."""

    code = "forbidden"


class InvalidError(SiyuError):
    """This input cannot be accepted."""

    code = "invalid"


class ConflictError(SiyuError):
    """Someone else changed this, or it exists already."""

    code = "conflict"


class BusyError(SiyuError):
    """Siyu has too much to do just now; try again later."""

    code = "busy"

    def __init__(self, detail: str = "", *, retry_after_seconds: int = 1, **fields: object) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(detail, retry_after_seconds=retry_after_seconds, **fields)
