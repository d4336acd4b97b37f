"""Decisions about contacts; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from siyu.domain.contacts.contracts import (
    DESCRIPTION_LENGTH_MAX,
    REMARK_LENGTH_MAX,
    BadRemarkError,
    LostBy,
    OutsideContact,
    OutsideDepartment,
    OutsideMember,
    OutsideRelation,
    Removal,
)

NAME_LENGTH_MAX = 80
BACK_OFF_FIRST = timedelta(seconds=5)
BACK_OFF_MAX = timedelta(hours=6)
ATTEMPTS_MAX = 20

ADD_WAYS: Final[Mapping[int, str]] = {
    0: "unknown",
    1: "qr",
    2: "mobile_search",
    3: "card",
    4: "group",
    5: "phone_book",
    6: "wechat_contact",
    8: "third_party",
    9: "email_search",
    10: "channels",
    11: "schedule",
    12: "meeting",
    13: "wechat_friend",
    14: "hardware",
    15: "door_to_door",
    16: "acquisition_link",
    17: "custom",
    18: "request_reply",
    21: "presales",
    22: "partner",
    24: "wechat_request",
    201: "shared_by_colleague",
    202: "assigned",
}
"""How somebody came to a member, as segments call it."""

GENDERS: Final[Mapping[int, str]] = {1: "male", 2: "female"}


def name_of(told: str, otherwise: str) -> str:
    """A name that a unit or somebody of the staff can have."""
    shown = "".join(letter for letter in told if letter.isprintable()).strip()[:NAME_LENGTH_MAX].strip()
    return shown or otherwise


def email_of(member: OutsideMember, corp_id: str) -> str:
    """The e-mail by which a member is found among the staff; a made-up one, that leads nowhere, where none was told."""
    told = member.email.strip().lower()
    name, _, host = told.partition("@")
    if name and "." in host and "@" not in host and told.isprintable() and " " not in told:
        return told
    return f"{member.userid.lower().replace('@', '.at.')}@{corp_id.lower()}.invalid"


def parents_first(told: Sequence[OutsideDepartment]) -> list[OutsideDepartment]:
    """The departments, each after the one above it; one whose parent was not told hangs below the root."""
    by_id = {each.department_id: each for each in told}
    ordered: dict[int, OutsideDepartment] = {}

    def place(department: OutsideDepartment, below: frozenset[int]) -> None:
        parent = by_id.get(department.parent_id) if department.parent_id is not None else None
        if parent is not None and parent.department_id not in ordered and parent.department_id not in below:
            place(parent, below | {department.department_id})
        ordered.setdefault(department.department_id, department)

    for each in sorted(told, key=lambda department: department.department_id):
        place(each, frozenset())
    return list(ordered.values())


def fingerprint(contact: OutsideContact, relation: OutsideRelation) -> bytes:
    """Sixteen bytes that are others as soon as anything told of the two is."""
    told = (
        *(contact.name, contact.unionid, contact.gender, contact.avatar, contact.kind, contact.company),
        *(relation.created_at.isoformat(), relation.remark, relation.description, relation.company),
        *(relation.add_way, relation.state, relation.oper_userid),
        *sorted(relation.mobiles),
        "tags",
        *sorted(relation.tag_ids),
    )
    return blake2b("\x1f".join(map(str, told)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Known:
    """A relation as it stands here."""

    profile_id: int
    fingerprint: bytes
    tag_ids: Sequence[str]
    added_at: datetime
    lost_at: datetime | None
    lost_by: LostBy | None
    told_at: datetime


def begins_again(known: Known, created_at: datetime) -> bool:
    """Whether a relation that ended is told as living. A customer who deletes the member stays in the member's list, so that one
    begins again only with a new beginning; what merely was not found, as soon as it is found."""
    if known.lost_at is None:
        return False
    if known.lost_by is LostBy.UNKNOWN:
        return True
    if known.lost_by is LostBy.CUSTOMER:
        return created_at > known.lost_at
    return created_at >= known.lost_at and created_at > known.added_at


def attributes_of(contact: OutsideContact, relation: OutsideRelation, *, is_new: bool) -> dict[str, object]:
    """What a contact tells of the customer. The name that they go by in WeCom is taken for theirs only where nothing else was told
    since they were added: so it is told once, as of then."""
    told: dict[str, object] = {"nickname": contact.name} if contact.name else {}
    if is_new and contact.name:
        told["name"] = contact.name
    if contact.gender in GENDERS:
        told["gender"] = GENDERS[contact.gender]
    if contact.avatar:
        told["avatar"] = contact.avatar
    if contact.company:
        told["company"] = contact.company
    if relation.mobiles:
        told["mobile"] = list(relation.mobiles)
    return told


def contact_state(living: int, last_lost_by: LostBy | None) -> str:
    """What a customer's relations come to: `active` while one lives, `blocked` where the customer ended the last, else `lost`."""
    if living:
        return "active"
    return "blocked" if last_lost_by is LostBy.CUSTOMER else "lost"


@dataclass(frozen=True, slots=True)
class TagVerdict:
    """What the tags in WeCom come to for somebody: tags to give, to take where a sync gave them, to take whoever gave them."""

    give: frozenset[int]
    take_own: frozenset[int]
    take_whole: frozenset[int]


def judge_tags(
    borne_there: AbstractSet[str],
    taken_there: AbstractSet[str],
    given_by_sync: AbstractSet[int],
    tag_of: Mapping[str, int],
    removal_of: Mapping[str, Removal],
) -> TagVerdict:
    """The union rule: a customer has a tag if any living relation has it. `taken_there` are tags that a relation lost; where nobody
    bears one any more, the group's rule says whether it is taken from who has it from elsewhere too."""
    wanted = {tag_of[each] for each in borne_there if each in tag_of}
    whole = {
        tag_of[each]
        for each in taken_there - borne_there
        if each in tag_of and removal_of.get(each) is Removal.EITHER and tag_of[each] not in wanted
    }
    return TagVerdict(
        give=frozenset(wanted - given_by_sync),
        take_own=frozenset(given_by_sync - wanted - whole),
        take_whole=frozenset(whole),
    )


def back_off(attempts: int, wait_seconds: int) -> timedelta:
    """How long to wait before a write is tried again."""
    doubled = timedelta(seconds=BACK_OFF_FIRST.total_seconds() * float(2 ** min(attempts, 20)))
    return max(min(doubled, BACK_OFF_MAX), timedelta(seconds=wait_seconds))


def checked_remark(remark: str | None, description: str | None) -> tuple[str | None, str | None]:
    """Both without blanks around them."""
    stripped = (
        remark.strip() if remark is not None else None,
        description.strip() if description is not None else None,
    )
    if stripped == (None, None):
        raise BadRemarkError
    if len(stripped[0] or "") > REMARK_LENGTH_MAX or len(stripped[1] or "") > DESCRIPTION_LENGTH_MAX:
        raise BadRemarkError
    return stripped


def chosen_keeper(living: Iterable[tuple[int, datetime]], keeper: int | None) -> int | None:
    """Of members who have a customer (member, since when): the one who keeps them, else the one who has had them the longest."""
    since = dict(living)
    if keeper in since:
        return keeper
    return min(since, key=lambda member: (since[member], member), default=None)
