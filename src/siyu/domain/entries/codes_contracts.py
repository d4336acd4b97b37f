"""Channel codes: by which members, groups or stores customers are served, and what a code counts for. Part of `contracts`.

Five modes: a page that shows the chosen member's code (`landing`), WeCom's own code of all members (`direct`), a page with the
chosen group's code (`groups`), a page that leads to the nearest store (`stores`), WeCom's acquisition link (`link`), which falls
back to the page of members where the corp's quota is used up.

On duty are those of `staff_ids` always, and those of a slot while it lasts; a slot that ends before it begins ends on the next day.
Whoever has their fill for the day serves no more; where nobody is left, the backups do, and they have no fill.

A code's `state` is what WeCom hands back with whoever came by it: of a landing code it names the member as well, of one of groups
the group.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from siyu.domain.definitions.contracts import WITHOUT_KIND, DefinitionStatus, Id
from siyu.domain.entries.forms_contracts import Line, OptionalLine, Prose, TagIds, Truth
from siyu.domain.entries.ways_contracts import WayKind
from siyu.kernel.errors import ConflictError, ForbiddenError

CODE_KIND = "code"
CODE_VIEWED = "code_viewed"
"""A customer who is known opened a code's page: {code_id, code, channel, campaign, content}; once for each and day."""
LINK_CHAT_STARTED = "link_chat_started"
"""A customer who came by a code's acquisition link wrote for the first time: {code_id, code, channel, campaign, content,
staff_id}."""

MEMBERS_MAX = 100
"""WeCom's own limit for one code."""
BACKUPS_MAX = 20
SLOTS_MAX = 50
WELCOMES_MAX = 20
LINKS_MAX = 8
GROUPS_MAX = 50
GROUP_SIZE_MAX = 500
"""WeCom's own limit for a group."""
STORES_MAX = 2_000
DAY_MINUTES = 24 * 60
CAP_MAX = 1_000_000
WELCOME_BYTES_MAX = 4_000
LINK_BYTES_MAX = {"title": 128, "description": 512, "url": 2_048, "picture_url": 2_048}

_STATE = re.compile(r"syc\.([1-9]\d{0,11})(?:\.g?([1-9]\d{0,11}))?")

StaffIds = Annotated[tuple[Id, ...], Field(max_length=MEMBERS_MAX)]
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
    staff_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MEMBERS_MAX)]


@dataclass(frozen=True, slots=True)
class CodeGroup:
    """A group that a code leads to, up to so many people in it. With tags it is for those alone who are known to bear one."""

    __pydantic_config__ = WITHOUT_KIND

    group_id: Id
    members_max: Annotated[int, Field(strict=True, ge=1, le=GROUP_SIZE_MAX)] = 200
    tags: TagIds = ()


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
    segment_id: Id | None = None
    links: Annotated[tuple[CodeLink, ...], Field(max_length=LINKS_MAX)] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A channel code as its document says it."""

    __pydantic_config__ = WITHOUT_KIND

    title: Line
    corp_id: Annotated[str, Field(strict=True, min_length=2, max_length=64)]
    mode: Literal["landing", "direct", "groups", "stores", "link"] = "landing"
    choice: Literal["rotation", "random", "least_busy"] = "rotation"
    intro: Prose = ""
    staff_ids: StaffIds = ()
    slots: Annotated[tuple[CodeSlot, ...], Field(max_length=SLOTS_MAX)] = ()
    backup_ids: Annotated[tuple[Id, ...], Field(max_length=BACKUPS_MAX)] = ()
    member_daily_max: Cap | None = None
    daily_max: Cap | None = None
    channel: Word = ""
    campaign: Word = ""
    content: Word = ""
    tags: TagIds = ()
    welcomes: Annotated[tuple[CodeWelcome, ...], Field(max_length=WELCOMES_MAX)] = ()
    skips_verification: Truth = True
    groups: Annotated[tuple[CodeGroup, ...], Field(max_length=GROUPS_MAX)] = ()
    makes_groups: Truth = False
    """Whether WeCom makes a new group where the last one of `groups` has its fill."""
    store_ids: Annotated[tuple[Id, ...], Field(max_length=STORES_MAX)] = ()
    """Those stores alone; without any, all there are."""
    leads_to: Literal["advisers", "groups"] = "advisers"
    """Which of a store's codes somebody gets who comes to it."""

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
    """A business day of one member, group or store with a code; 0 where WeCom chose, or nobody could serve."""

    day: date
    target_id: int
    visitors: int
    adds: int


@dataclass(frozen=True, slots=True)
class CodeWay:
    """How far a code's way in WeCom is, of one member or group, or of all (`target_id` 0); `address` is its picture, or the
    link itself. `refusal` is WeCom's code where it refused."""

    kind: WayKind
    target_id: int
    address: str
    is_made: bool
    is_current: bool
    refusal: int


class CodeAdds(NamedTuple):
    """How many were added by a code to a member, or joined a group by it, on a day."""

    code_id: int
    target_id: int
    day: date
    adds: int


@dataclass(frozen=True, slots=True)
class GroupFill:
    """A group as it is in WeCom: the key by which it is known there, its name, and how many people are in it."""

    chat_id: str
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class LinkQuota:
    """How many customers a corp bought for its acquisition links, how many are left, and when WeCom said so."""

    total: int
    left: int
    read_at: datetime


@dataclass(frozen=True, slots=True)
class LinkChats:
    """Customers of a code's link, as WeCom tells them: how many, and how many of them wrote."""

    customers: int
    wrote: int


class NobodyReason(StrEnum):
    """Why nobody serves a visitor: there is no such code now; nobody is on duty; all have their fill; the way is still made."""

    CLOSED = "closed"
    OFF_DUTY = "off_duty"
    FULL = "full"
    PREPARING = "preparing"


@dataclass(frozen=True, slots=True)
class Turn:
    """Who serves a visitor: the member or group (0 where WeCom chooses) and the picture to scan, or the link that leads there, or
    why nobody does."""

    target_id: int
    qr_code: str = ""
    reason: NobodyReason | None = None
    link: str = ""


class CodeBeyondScopeError(ForbiddenError):
    """This code leads customers to members or groups whom you do not see: leave them out, or ask somebody who sees them."""

    code = "code_beyond_scope"


class CodeHasAddsError(ConflictError):
    """Customers came by this code: stop it instead."""

    code = "code_has_adds"


def state_of(code_id: int, target_id: int, kind: WayKind = WayKind.CONTACT) -> str:
    """What WeCom hands back with whoever came by a code; at most 30 characters."""
    if not target_id:
        return f"syc.{code_id}"
    return f"syc.{code_id}.{'g' if kind is WayKind.GROUP else ''}{target_id}"


def code_of(state: str) -> tuple[int, int] | None:
    """(code, member or group, or 0) that a state names; None for one that is not ours."""
    found = _STATE.fullmatch(state)
    return (int(found[1]), int(found[2] or 0)) if found else None


def code_tags(code: Code) -> list[tuple[str, int]]:
    """Every tag that the code gives or asks for, with the way to it."""
    asked = [(f"groups.{n}.tags", tag_id) for n, group in enumerate(code.groups) for tag_id in group.tags]
    return [*(("tags", tag_id) for tag_id in code.tags), *asked]


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
