"""Tracked links that staff give to customers, and what became of them. Part of `contracts`.

Who opened is a device, known by a cookie of its own. The first device that opens a link is taken for that of the customer to whom
it was given, unless it is known as another customer's; every further device counts as one to which it was forwarded. Of pages of
ours it is known how long they were read; of pages of others only that somebody was sent there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from siyu.domain.content.shelf_contracts import ArticleBody, FileBody, ImageBody

LINK_OPENED = "link_opened"
LINK_FORWARDED = "link_forwarded"
MATERIAL_READ = "material_read"

READ_SECONDS_MIN = 10
"""From how long on a page counts as read."""


@dataclass(frozen=True, slots=True)
class Share:
    """A link that was given, and what became of it. `url` is None where it leads to a page of ours. `read_seconds` are of all
    visitors."""

    share_id: int
    material_id: int | None
    version: int | None
    url: str | None
    title: str
    staff_id: int
    profile_id: int | None
    made_at: datetime
    opens: int
    visitors: int
    forwards: int
    read_seconds: int
    first_opened_at: datetime | None
    last_opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenedShare:
    """Where an opened link leads: on to `url`, or to a page of ours with `body`. `is_own`: by the customer whose link it is."""

    share: Share
    url: str | None
    body: ArticleBody | ImageBody | FileBody | None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class ShareFilter:
    """Which links are asked for."""

    customer_id: int | None = None
    material_id: int | None = None
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class ShareNumbers:
    """What links came to: of one material or address, or of one of the staff. `opened` are links that were opened at all."""

    material_id: int | None
    link_id: int | None
    staff_id: int | None
    title: str
    given: int
    opened: int
    opens: int
    visitors: int
    forwards: int
    read_seconds: int
