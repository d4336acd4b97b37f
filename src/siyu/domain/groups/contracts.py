"""What others may know of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from siyu.domain.groups.welcomes_contracts import (
    NICKNAME,
    TEXT_BYTES_MAX,
    UNKNOWN_TEMPLATE,
    WELCOMES_MAX,
    BadGroupWelcomeError,
    GroupWelcome,
    GroupWelcomes,
    KeptWelcome,
    TooManyGroupWelcomesError,
    UnknownGroupWelcomeError,
    WelcomeState,
    WelcomeStep,
    WelcomeTask,
)
from siyu.kernel.errors import NotFoundError

__all__ = [
    "NICKNAME",
    "TEXT_BYTES_MAX",
    "UNKNOWN_TEMPLATE",
    "WELCOMES_MAX",
    "BadGroupWelcomeError",
    "GroupWelcome",
    "GroupWelcomes",
    "KeptWelcome",
    "TooManyGroupWelcomesError",
    "UnknownGroupWelcomeError",
    "WelcomeState",
    "WelcomeStep",
    "WelcomeTask",
]
"""What of this door is written in the file beside it."""

GROUP_JOINED = "group_joined"
GROUP_LEFT = "group_left"

TRAIT_EVENTS = (GROUP_JOINED, GROUP_LEFT)
"""Events after which a customer's columns must be read anew."""

JOIN_SCENES = {1: "invited", 2: "link", 3: "code"}


@dataclass(frozen=True, slots=True)
class OutsideGroupMember:
    """A customer in a group, as they are told. `join_scene` is a key of JOIN_SCENES."""

    external_userid: str
    joined_at: datetime
    unionid: str = ""
    name: str = ""
    join_scene: int = 0
    invited_by: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class OutsideGroup:
    """A group with the customers in it, and how many of the staff are."""

    chat_id: str
    name: str
    owner_userid: str
    created_at: datetime
    notice: str = ""
    status: int = 0
    version: str = ""
    staff: int = 0
    members: Sequence[OutsideGroupMember] = ()


class GroupSource(Protocol):
    """Where groups come from; `group` is None for one that is no more."""

    def chat_ids(self) -> Sequence[tuple[str, int]]: ...

    def group(self, chat_id: str, status: int = 0) -> OutsideGroup | None: ...


@dataclass(frozen=True, slots=True)
class Group:
    """A group. `repeated`: customers of it who are in other groups of the asker's scope too. `status`: 1 its owner left, 2 is being
    inherited, 3 was."""

    group_id: int
    corp_id: str
    chat_id: str
    name: str
    notice: str
    owner_userid: str
    owner_id: int | None
    owner_name: str | None
    status: int
    created_at: datetime
    dissolved_at: datetime | None
    members: int
    customers: int
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class Membership:
    """A customer in a group, or who was. `groups`: in how many groups of the asker's scope they are now. Of a customer outside the
    scope there is no more than that they came and went: no `customer_id`, no name."""

    customer_id: int | None
    name: str
    join_scene: str
    invited_by: str
    state: str
    joined_at: datetime
    left_at: datetime | None
    is_removed: bool | None
    groups: int


@dataclass(frozen=True, slots=True)
class GroupChanges:
    """What telling of a group came to."""

    joined: int = 0
    left: int = 0
    is_changed: bool = False


class UnknownGroupChatError(NotFoundError):
    """There is no such group, or it is outside your scope."""

    code = "unknown_group_chat"
