"""What others may know of tags that are kept alike there and here, and of what waits to be written there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from siyu.kernel.errors import NotFoundError


class WriteBack(StrEnum):
    """To which relations of a customer a tag goes that was given here."""

    NONE = "none"
    KEEPER = "keeper"
    ALL = "all"


class Removal(StrEnum):
    """Who may take a tag away. `own`: each side only what it gave itself; `either`: what is taken on one side is taken on both."""

    OWN = "own"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class OutsideTag:
    """A tag there; one more than `order` stands first."""

    outside_id: str
    name: str


@dataclass(frozen=True, slots=True)
class OutsideTagGroup:
    """Tags there that belong together."""

    outside_id: str
    name: str
    tags: Sequence[OutsideTag]


class TagSource(Protocol):
    """Where groups of tags come from."""

    def tag_groups(self) -> Sequence[OutsideTagGroup]: ...

    def add_tag(self, group_id: str, group_name: str, name: str) -> tuple[str, str]:
        """(group, tag) as they are called there; an empty `group_id` makes the group, or finds it by its name."""

    def rename_tag(self, outside_id: str, name: str) -> None: ...

    def delete_tag(self, outside_id: str) -> None: ...

    def deleted_tags(self, outside_ids: Sequence[str]) -> set[str]:
        """Those that were there and have been deleted; what is merely not told of is none of them."""


@dataclass(frozen=True, slots=True)
class SyncedGroup:
    """A group of tags that is kept alike, and by what rules."""

    corp_id: str
    outside_id: str
    group_id: int
    name: str
    is_synced: bool
    write_back: WriteBack
    removal: Removal
    tags: int


@dataclass(frozen=True, slots=True)
class Write:
    """What is to be written to one relation there; until an instant it is for one to do."""

    profile_id: int
    member_id: int
    userid: str
    external_userid: str
    add_tags: Sequence[str]
    remove_tags: Sequence[str]
    remark: str | None
    description: str | None
    attempts: int
    taken_until: datetime


class UnknownSyncedGroupError(NotFoundError):
    """There is no such group of tags in WeCom."""

    code = "unknown_synced_group"
