"""What codes need in WeCom: contact ways, codes to join groups, acquisition links. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class WayKind(StrEnum):
    """What a way is in WeCom."""

    CONTACT = "contact"
    GROUP = "group"
    LINK = "link"


class WayStep(StrEnum):
    """What is to be done about a way in WeCom."""

    MAKE = "make"
    CHANGE = "change"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class WayTask:
    """One thing to do about a way, which leads to these userids or groups. `attempts` counts this one; after a first whose answer
    was lost it may be there already."""

    way_id: int
    corp_id: str
    kind: WayKind
    step: WayStep
    state: str
    remark: str
    leads_to: tuple[str, ...]
    is_automatic: bool
    is_single: bool
    config_id: str
    attempts: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class WantedWay:
    """A way that there should be. `is_automatic`: people are added unasked, or a new group is made when this one is full."""

    code_id: int
    target_id: int
    corp_id: str
    remark: str
    leads_to: tuple[str, ...]
    is_automatic: bool
    kind: WayKind = WayKind.CONTACT


@dataclass(frozen=True, slots=True)
class MadeWay:
    """A way as it is in WeCom."""

    config_id: str
    address: str = field(default="", compare=False)


class WaySource(Protocol):
    """Where ways are made. SourceRefusedError (of room contacts) where it refuses."""

    def make_way(self, task: WayTask) -> MadeWay: ...

    def find_way(self, task: WayTask, known: frozenset[str]) -> MadeWay | None: ...

    def change_way(self, task: WayTask) -> None: ...

    def delete_way(self, task: WayTask) -> None: ...


@dataclass(frozen=True, slots=True)
class LinkVisitor:
    """Somebody who came by an acquisition link to a member."""

    external_userid: str
    userid: str
    has_written: bool


class LinkSource(Protocol):
    """Where acquisition links are. SourceRefusedError (of room contacts) where it refuses. `quota` is (bought, left)."""

    def quota(self) -> tuple[int, int]: ...

    def customers(self, link_id: str) -> Iterable[Sequence[LinkVisitor]]: ...
