"""What WeCom's refusals mean for who called: try again, wait, give up, set something right, or begin the pages anew."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Final

from siyu.kernel.errors import BusyError, ConflictError, InvalidError, SiyuError


class Remedy(StrEnum):
    """What helps against an error. Everything that is in no table below is final: it lies in what was asked."""

    RETRY = "retry"
    SLOW_DOWN = "slow_down"
    SERIALISE = "serialise"
    WAIT = "wait"
    RENEW_TOKEN = "renew_token"  # noqa: S105  # no password
    CONFIGURE = "configure"
    RESTART_PAGES = "restart_pages"
    GIVE_UP = "give_up"


REMEDIES: Final[Mapping[int, Remedy]] = {
    **dict.fromkeys((-1, 6000), Remedy.RETRY),
    **dict.fromkeys((41063, 41079, 41096), Remedy.RETRY),  # still being done; 41096 is for the welcome to judge
    45033: Remedy.SLOW_DOWN,
    45035: Remedy.SERIALISE,
    **dict.fromkeys((45009, 45036), Remedy.WAIT),
    **dict.fromkeys((40014, 42001), Remedy.RENEW_TOKEN),
    **dict.fromkeys((50100, 60268), Remedy.RESTART_PAGES),
    **dict.fromkeys(
        (
            *(40001, 40013, 40056, 40091, 40093, 41001, 41002, 41004, 41011, 41057, 42012, 43009, 43012),
            *(48001, 48002, 48005, 48006, 48007, 48009, 48010, 48011, 50001, 50002, 50003, 50006),
            *(60011, 60020, 60021, 60030, 60031, 84074, 84083, 84084, 301002, 301007, 301042, 610023, 610024),
        ),
        Remedy.CONFIGURE,
    ),
}

NOT_A_CONTACT = 84061
"""There is no relation between member and customer, or none at all."""


def remedy_of(errcode: int) -> Remedy:
    """What helps against an error of this number."""
    return REMEDIES.get(errcode, Remedy.GIVE_UP)


class WecomBusyError(BusyError):
    """WeCom did not do it now; the same call can be made again later."""

    code: ClassVar[str] = "wecom_busy"

    def __init__(self, errcode: int = 0, path: str = "", *, retry_after_seconds: int = 5) -> None:
        self.errcode, self.path = errcode, path
        super().__init__(_told(errcode, path), retry_after_seconds=retry_after_seconds, errcode=errcode, path=path)


class WecomThrottledError(WecomBusyError):
    """WeCom takes no more of these calls for a while."""

    code: ClassVar[str] = "wecom_throttled"


class WecomUnreachableError(WecomBusyError):
    """WeCom did not answer; whether it did what was asked is unknown."""

    code: ClassVar[str] = "wecom_unreachable"


class WecomRefusedError(InvalidError):
    """WeCom refuses this for what was asked; asked again it refuses again."""

    code: ClassVar[str] = "wecom_refused"

    def __init__(self, errcode: int = 0, path: str = "") -> None:
        self.errcode, self.path = errcode, path
        super().__init__(_told(errcode, path), errcode=errcode, path=path)


class WecomConfigurationError(ConflictError):
    """WeCom refuses every such call until something is set right, in its console or in the connection."""

    code: ClassVar[str] = "wecom_configuration"

    def __init__(self, errcode: int = 0, path: str = "") -> None:
        self.errcode, self.path = errcode, path
        super().__init__(_told(errcode, path), errcode=errcode, path=path)


class WecomCursorError(ConflictError):
    """A page that was kept for later is gone; begin with the first again."""

    code: ClassVar[str] = "wecom_cursor"

    def __init__(self, errcode: int = 0, path: str = "") -> None:
        self.errcode, self.path = errcode, path
        super().__init__(_told(errcode, path), errcode=errcode, path=path)


class WecomAnswerError(SiyuError):
    """WeCom answered with something that its documents do not know."""

    code: ClassVar[str] = "wecom_answer"


WecomError = WecomBusyError | WecomRefusedError | WecomConfigurationError | WecomCursorError | WecomAnswerError
"""All that a call can raise."""


def error_of(errcode: int, path: str, retry_after_seconds: int = 60) -> SiyuError:
    """The error that tells who called what to do. WeCom's own words are not handed on: they name addresses."""
    match remedy_of(errcode):
        case Remedy.WAIT:
            return WecomThrottledError(errcode, path, retry_after_seconds=retry_after_seconds)
        case Remedy.RETRY | Remedy.SLOW_DOWN | Remedy.SERIALISE:
            return WecomBusyError(errcode, path)
        case Remedy.CONFIGURE | Remedy.RENEW_TOKEN:
            return WecomConfigurationError(errcode, path)
        case Remedy.RESTART_PAGES:
            return WecomCursorError(errcode, path)
        case Remedy.GIVE_UP:
            return WecomRefusedError(errcode, path)


def _told(errcode: int, path: str) -> str:
    return f"({path}: {errcode})" if path else f"({errcode})"
