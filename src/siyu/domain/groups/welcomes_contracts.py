"""What others may know of welcomes of groups: what who joins is greeted with, how it stands in WeCom, the way there, the errors.

WeCom greets by itself: Siyu keeps the templates there, and the owner of a group chooses one of them in their client.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Protocol

from pydantic import ConfigDict, Field

from siyu.domain.content.contracts import Attachment
from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

WELCOMES_MAX: Final = 100
"""As many templates WeCom gives a corp."""
TEXT_BYTES_MAX: Final = 3000
UNKNOWN_TEMPLATE: Final = 40035
"""WeCom's code for a template that it does not have (any more)."""
NICKNAME: Final = "%NICKNAME%"
"""WeCom puts the name of who joined in its place."""


@dataclass(frozen=True, slots=True)
class GroupWelcome:
    """What somebody who joins a group is greeted with: a text, in which `%NICKNAME%` is their name, one attachment, or both."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    text: Annotated[str, Field(strict=True, max_length=TEXT_BYTES_MAX)] = ""
    attachment: Attachment | None = None


class WelcomeState(StrEnum):
    """`waiting`: WeCom does not have it as it is now. `unclear`: WeCom was asked to make it and did not answer; there is no list to
    look in, so somebody has to say whether it is made again. `refused`: WeCom does not take it, or it was deleted there
    (UNKNOWN_TEMPLATE)."""

    WAITING = "waiting"
    MADE = "made"
    UNCLEAR = "unclear"
    REFUSED = "refused"


class WelcomeStep(StrEnum):
    """What is to be done about a welcome in WeCom."""

    MAKE = "make"
    CHANGE = "change"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class KeptWelcome:
    """A welcome as it stands. `refusal` is WeCom's code where it did not take it."""

    welcome_id: int
    corp_id: str
    name: str
    welcome: GroupWelcome
    state: WelcomeState
    refusal: int
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class WelcomeTask:
    """One thing to do in WeCom; `revision` says what of the welcome is told there. `attempts` counts this one."""

    welcome_id: int
    corp_id: str
    step: WelcomeStep
    template_id: str
    welcome: GroupWelcome
    revision: int
    attempts: int


class GroupWelcomes(Protocol):
    """The templates of a corp. Each call raises SourceRefusedError of room contacts."""

    def make(self, welcome: GroupWelcome) -> str:
        """Gives the name WeCom has for it. Not to be called again where its answer was lost."""

    def change(self, template_id: str, welcome: GroupWelcome) -> None:
        """Replaces all of it."""

    def is_there(self, template_id: str) -> bool:
        """Whether WeCom has it still: somebody may have deleted it in WeCom's own console."""

    def delete(self, template_id: str) -> None:
        """Takes it away; groups that had it greet no more."""


class BadGroupWelcomeError(InvalidError):
    """This cannot greet who joins a group."""

    code = "bad_group_welcome"


class UnknownGroupWelcomeError(NotFoundError):
    """There is no such welcome."""

    code = "unknown_group_welcome"


class TooManyGroupWelcomesError(ConflictError):
    """WeCom keeps no more welcomes for a corp; take one away first."""

    code = "too_many_group_welcomes"
