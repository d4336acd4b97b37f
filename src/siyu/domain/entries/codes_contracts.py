"""Channel codes: by which members customers are served, and what a code counts for. Part of `contracts`.

On duty are those of `staff_ids` always, and those of a slot while it lasts; a slot that ends before it begins ends on the next day.
Whoever has their fill for the day serves no more; where nobody is left, the backups do, and they have no fill.

A code's `state` is what WeCom hands back with whoever came by it: of a landing code it names the member as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple, Protocol

from pydantic import Field

from siyu.domain.definitions.contracts import WITHOUT_KIND, DefinitionStatus
from siyu.domain.entries.forms_contracts import Line, OptionalLine, Prose, TagIds, Truth
from siyu.kernel.errors import ConflictError

CODE_KIND = "code"
CODE_VIEWED = "code_viewed"
"""A customer who is known opened a code's page: {code_id, code, channel, campaign, content}; once for each and day."""

MEMBERS_MAX = 100
"""WeCom's own limit for one code."""
BACKUPS_MAX = 20
SLOTS_MAX = 50
WELCOMES_MAX = 20
LINKS_MAX = 8
DAY_MINUTES = 24 * 60
CAP_MAX = 1_000_000
WELCOME_BYTES_MAX = 4_000
LINK_BYTES_MAX = {"title": 128, "description": 512, "url": 2_048, "picture_url": 2_048}

_STATE = re.compile(r"syc\.([1-9]\d{0,11})(?:\.([1-9]\d{0,11}))?")

StaffId = Annotated[int, Field(strict=True, ge=1, lt=10**12)]
StaffIds = Annotated[tuple[StaffId, ...], Field(max_length=MEMBERS_MAX)]
Minute = Annotated[int, Field(strict=True, ge=0, le=DAY_MINUTES)]
Cap = Annotated[int, Field(strict=True, ge=1, le=CAP_MAX)]
Word = Annotated[str, Field(strict=True, max_length=60)]


@dataclass(frozen=True, slots=True)
class CodeSlot:
    """Who is on duty on some weekdays (Monday is 1), from one minute of the day to another."""

    __pydantic_config__ = WITHOUT_KIND

    weekdays: Annotated[tuple[Annotated[int, Field(strict=True, ge=1, le=7)], ...], Field(min_length=1, max_length=7)]
    begins: Minute
    ends: Minute
    staff_ids: Annotated[tuple[StaffId, ...], Field(min_length=1, max_length=MEMBERS_MAX)]


@dataclass(frozen=True, slots=True)
class CodeLink:
    """A link under a welcome."""

    __pydantic_config__ = WITHOUT_KIND

    title: Line
    url: Annotated[str, Field(strict=True, min_length=1, max_length=2_048)]
    description: OptionalLine = ""
    picture_url: Annotated[str, Field(strict=True, max_length=2_048)] = ""


@dataclass(frozen=True, slots=True)
class CodeWelcome:
    """What somebody is greeted with who comes between two minutes of the day, and, where a segment is named, is known and in it.
    The first that fits counts; where none does the corp's own greeting is sent."""

    __pydantic_config__ = WITHOUT_KIND

    text: Annotated[str, Field(strict=True, min_length=1, max_length=WELCOME_BYTES_MAX)]
    begins: Minute = 0
    ends: Minute = DAY_MINUTES
    segment_id: Annotated[int, Field(strict=True, ge=1, le=2**53 - 1)] | None = None
    links: Annotated[tuple[CodeLink, ...], Field(max_length=LINKS_MAX)] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A channel code as its document says it."""

    __pydantic_config__ = WITHOUT_KIND

    title: Line
    corp_id: Annotated[str, Field(strict=True, min_length=2, max_length=64)]
    mode: Literal["landing", "direct"] = "landing"
    choice: Literal["rotation", "random", "least_busy"] = "rotation"
    intro: Prose = ""
    staff_ids: StaffIds = ()
    slots: Annotated[tuple[CodeSlot, ...], Field(max_length=SLOTS_MAX)] = ()
    backup_ids: Annotated[tuple[StaffId, ...], Field(max_length=BACKUPS_MAX)] = ()
    member_daily_max: Cap | None = None
    daily_max: Cap | None = None
    channel: Word = ""
    campaign: Word = ""
    content: Word = ""
    tags: TagIds = ()
    welcomes: Annotated[tuple[CodeWelcome, ...], Field(max_length=WELCOMES_MAX)] = ()
    skips_verification: Truth = True

    @property
    def everybody(self) -> tuple[int, ...]:
        """All who may serve at some time, in the order of the document."""
        by_slots = (staff_id for slot in self.slots for staff_id in slot.staff_ids)
        return tuple(dict.fromkeys([*self.staff_ids, *by_slots, *self.backup_ids]))


@dataclass(frozen=True, slots=True)
class CodeTallies:
    """How many were added by a code: today, in the last seven and thirty days with it, ever."""

    today: int = 0
    week: int = 0
    month: int = 0
    ever: int = 0


@dataclass(frozen=True, slots=True)
class CodeDesign:
    """A code as its makers see it: the published one (None before the first), and the draft if one is waiting."""

    code_id: int
    name: str
    status: DefinitionStatus
    version: int | None
    revision: int
    code: Code | None
    draft: Code | None
    tallies: CodeTallies
    updated_at: datetime

    @property
    def latest(self) -> Code:
        """What somebody who edits it should see."""
        found = self.draft or self.code
        if found is None:
            raise ValueError(f"code {self.code_id} has no document")
        return found


@dataclass(frozen=True, slots=True)
class PublishedCode:
    """A code in force."""

    code_id: int
    name: str
    code: Code


@dataclass(frozen=True, slots=True)
class CodeDay:
    """A business day of one member with a code; member 0 where a direct code's page was opened, or nobody could serve."""

    day: date
    staff_id: int
    visitors: int
    adds: int


@dataclass(frozen=True, slots=True)
class CodeWay:
    """How far a code's way in WeCom is, of one member, or of all (`staff_id` 0). `refusal` is WeCom's code where it refused."""

    staff_id: int
    qr_code: str
    is_made: bool
    is_current: bool
    refusal: int


class CodeAdds(NamedTuple):
    """How many were added by a code to a member on a day."""

    code_id: int
    staff_id: int
    day: date
    adds: int


class NobodyReason(StrEnum):
    """Why nobody serves a visitor: there is no such code now; nobody is on duty; all have their fill; the way is still made."""

    CLOSED = "closed"
    OFF_DUTY = "off_duty"
    FULL = "full"
    PREPARING = "preparing"


@dataclass(frozen=True, slots=True)
class Turn:
    """Who serves a visitor: the member (0 for a direct code, where WeCom chooses) and the picture to scan, or why nobody does."""

    staff_id: int
    qr_code: str = ""
    reason: NobodyReason | None = None


# --- ways in WeCom


class WayStep(StrEnum):
    """What is to be done about a way in WeCom."""

    MAKE = "make"
    CHANGE = "change"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class WayTask:
    """One thing to do about a way. `attempts` counts this one; after a first whose answer was lost it may be there already."""

    way_id: int
    corp_id: str
    step: WayStep
    state: str
    remark: str
    userids: tuple[str, ...]
    skips_verification: bool
    is_single: bool
    config_id: str
    attempts: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class WantedWay:
    """A way that there should be."""

    code_id: int
    staff_id: int
    corp_id: str
    remark: str
    userids: tuple[str, ...]
    skips_verification: bool


@dataclass(frozen=True, slots=True)
class MadeWay:
    """A way as it is in WeCom."""

    config_id: str
    qr_code: str = field(default="", compare=False)


class WaySource(Protocol):
    """Where ways are made. SourceRefusedError (of room contacts) where it refuses."""

    def make_way(self, task: WayTask) -> MadeWay: ...

    def find_way(self, task: WayTask, known: frozenset[str]) -> MadeWay | None: ...

    def change_way(self, task: WayTask) -> None: ...

    def delete_way(self, config_id: str) -> None: ...


class CodeHasAddsError(ConflictError):
    """Customers came by this code: stop it instead."""

    code = "code_has_adds"


def state_of(code_id: int, staff_id: int) -> str:
    """What WeCom hands back with whoever came by a code; at most 30 characters."""
    return f"syc.{code_id}.{staff_id}" if staff_id else f"syc.{code_id}"


def code_of(state: str) -> tuple[int, int] | None:
    """(code, member, or 0) that a state names; None for one that is not ours."""
    found = _STATE.fullmatch(state)
    return (int(found[1]), int(found[2] or 0)) if found else None


def code_tags(code: Code) -> list[tuple[str, int]]:
    """Every tag that the code gives, with the way to it."""
    return [("tags", tag_id) for tag_id in code.tags]


def origin_of(published: PublishedCode) -> Mapping[str, Any]:
    """What events say of a code."""
    code = published.code
    return {
        "code_id": published.code_id,
        "code": published.name,
        "channel": code.channel,
        "campaign": code.campaign,
        "content": code.content,
    }
