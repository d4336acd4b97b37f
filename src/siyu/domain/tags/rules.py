"""Decisions about tags; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from siyu.domain.tags.contracts import COLOURS, NAME_LENGTH_MAX, BadTagError, BadTaggingError

REASON_LENGTH_MAX = 200
_PERSONAL = re.compile(r"@|\d{7}")


def checked_name(name: str) -> str:
    """The name without blanks around it."""
    stripped = name.strip()
    if not 1 <= len(stripped) <= NAME_LENGTH_MAX or not stripped.isprintable():
        raise BadTagError(f"A name has 1 to {NAME_LENGTH_MAX} characters.", field="name")
    return stripped


def checked_colour(colour: str) -> str:
    if colour not in COLOURS:
        raise BadTagError(f"The colours are {', '.join(COLOURS)}.", field="colour")
    return colour


def checked_reason(reason: str) -> str:
    """The reason without blanks around it, if there is one. It stays in the log, so it may not name anybody."""
    stripped = reason.strip()
    if len(stripped) > REASON_LENGTH_MAX or (stripped and not stripped.isprintable()) or _PERSONAL.search(stripped):
        raise BadTaggingError(
            f"A reason has at most {REASON_LENGTH_MAX} characters and nobody's phone or e-mail.", field="reason"
        )
    return stripped


def checked_expiry(expires_at: datetime | None, now: datetime) -> datetime | None:
    """The instant, if it is still to come."""
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= now):
        raise BadTaggingError("A tag expires at an instant to come.", field="expires_at")
    return expires_at


@dataclass(frozen=True, slots=True)
class Grant:
    """Who is to bear a tag: the profile that it is given to, and until when."""

    profile_id: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What tagging comes to: who bears it newly, for whom it lasts longer, from whom another tag of its group is taken, and who
    bears as many as anybody can."""

    given: Mapping[int, Grant]
    prolonged: Mapping[int, datetime | None]
    replaced: Mapping[int, int]
    full: frozenset[int]


def wanted(customer_of: Mapping[int, int], expires: Mapping[int, datetime | None]) -> dict[int, Grant]:
    """One grant for each customer, {customer_id: grant}: to the smallest profile asked for, until the last of the ends."""
    found: dict[int, Grant] = {}
    for profile_id in sorted(customer_of):
        customer_id, until = customer_of[profile_id], expires[profile_id]
        known = found.get(customer_id)
        if known is None:
            found[customer_id] = Grant(profile_id, until)
        else:
            found[customer_id] = Grant(known.profile_id, longer(known.expires_at, until))
    return found


def longer(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later end; None is no end."""
    return None if one is None or other is None else max(one, other)


def decide(
    tag_id: int,
    grants: Mapping[int, Grant],
    borne: Mapping[int, tuple[int, datetime | None]],
    counts: Mapping[int, int],
    most: int,
) -> Decision:
    """What a tag changes. `borne` is what each customer bears already, of this tag or of its exclusive group, and until when;
    `counts` how many tags they bear in all. A tag of the same exclusive group makes room for this one."""
    given, prolonged, replaced, full = {}, {}, {}, set()
    for customer_id, grant in grants.items():
        known = borne.get(customer_id)
        if known is not None and known[0] == tag_id:
            until = longer(known[1], grant.expires_at)
            if until != known[1]:
                prolonged[customer_id] = until
        elif known is None and counts.get(customer_id, 0) >= most:
            full.add(customer_id)
        else:
            given[customer_id] = grant
            if known is not None:
                replaced[customer_id] = known[0]
    return Decision(given, prolonged, replaced, frozenset(full))
