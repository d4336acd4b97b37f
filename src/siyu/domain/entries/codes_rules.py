"""From a code's document to the code, and who serves now. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from siyu.domain.company.contracts import WelcomeLink, WelcomeMessage
from siyu.domain.content.contracts import BadLinkError, checked_link
from siyu.domain.entries.codes_contracts import (
    DAY_MINUTES,
    LINK_BYTES_MAX,
    MEMBERS_MAX,
    WELCOME_BYTES_MAX,
    Code,
    CodeLink,
    CodeSlot,
    CodeWelcome,
    GroupFill,
    NobodyReason,
)
from siyu.domain.entries.codes_faults import FAULTS

CODE: TypeAdapter[Code] = TypeAdapter(Code)
"""Pydantic's view of the document: checks shapes and gives the JSON schema."""


def parse_code(document: object) -> Code:
    """The code of a document; InvalidDefinitionError with the first fault otherwise."""
    try:
        code = CODE.validate_python(document)
    except ValidationError as error:
        raise FAULTS.explained(document, error.errors(include_url=False)) from None
    _check_texts(code)
    _check_staff(code)
    _check_groups(code)
    for n, welcome in enumerate(code.welcomes):
        _check_welcome(f"welcomes.{n}", welcome)
    return code


def code_document(code: Code) -> dict[str, Any]:
    """The document of a code, in its one spelling."""
    document: dict[str, Any] = CODE.dump_python(code, mode="json")
    return document


def stored_code(document: object) -> Code:
    """The code of a document that was checked when it was saved."""
    return CODE.validate_python(document)


def _check_texts(code: Code) -> None:
    texts = [(name, getattr(code, name)) for name in ("title", "intro", "channel", "campaign", "content", "corp_id")]
    for n, welcome in enumerate(code.welcomes):
        texts.append((f"welcomes.{n}.text", welcome.text))
        texts += [
            (f"welcomes.{n}.links.{k}.{name}", text)
            for k, link in enumerate(welcome.links)
            for name, text in asdict(link).items()
        ]
    for path, text in texts:
        if any(unicodedata.category(each) in ("Cc", "Cs") and each != "\n" for each in text):
            raise FAULTS.fault(path.split("."), "control")
        if text and not text.strip():
            raise FAULTS.fault(path.split("."), "blank")


def _check_staff(code: Code) -> None:
    lists = [("staff_ids", code.staff_ids), ("backup_ids", code.backup_ids)]
    for n, slot in enumerate(code.slots):
        lists.append((f"slots.{n}.staff_ids", slot.staff_ids))
        if len(set(slot.weekdays)) < len(slot.weekdays):
            raise FAULTS.fault(["slots", n, "weekdays"], "weekdays")
        if slot.begins % DAY_MINUTES == slot.ends % DAY_MINUTES and not _is_whole(slot.begins, slot.ends):
            raise FAULTS.fault(["slots", n, "ends"], "no_time")
    for path, staff_ids in lists:
        if len(set(staff_ids)) < len(staff_ids):
            raise FAULTS.fault(path.split("."), "twice")
    if len(set(code.store_ids)) < len(code.store_ids):
        raise FAULTS.fault(["store_ids"], "store_twice")
    if code.mode in ("groups", "stores"):
        return
    if not code.staff_ids and not code.slots:
        raise FAULTS.fault(["staff_ids"], "nobody")
    if len(code.everybody) > MEMBERS_MAX:
        raise FAULTS.fault(["staff_ids"], "everybody", limit=MEMBERS_MAX)


def _check_groups(code: Code) -> None:
    if len({each.group_id for each in code.groups}) < len(code.groups):
        raise FAULTS.fault(["groups"], "group_twice")
    if code.mode == "groups" and not any(not each.tags for each in code.groups):
        raise FAULTS.fault(["groups"], "no_group")


def _check_welcome(path: str, welcome: CodeWelcome) -> None:
    if welcome.begins % DAY_MINUTES == welcome.ends % DAY_MINUTES and not _is_whole(welcome.begins, welcome.ends):
        raise FAULTS.fault([*path.split("."), "ends"], "no_time")
    if len(welcome.text.encode()) > WELCOME_BYTES_MAX:
        raise FAULTS.fault([*path.split("."), "text"], "bytes", limit=WELCOME_BYTES_MAX)
    for n, link in enumerate(welcome.links):
        _check_link([*path.split("."), "links", n], link)


def _check_link(path: Sequence[str | int], link: CodeLink) -> None:
    for name, most in LINK_BYTES_MAX.items():
        text = getattr(link, name)
        if len(text.encode()) > most:
            raise FAULTS.fault([*path, name], "bytes", limit=most)
        if name.endswith("url") and text:
            try:
                checked_link(text)
            except BadLinkError:
                raise FAULTS.fault([*path, name], "link") from None


def _is_whole(begins: int, ends: int) -> bool:
    return begins == 0 and ends == DAY_MINUTES


# --- who serves


@dataclass(frozen=True, slots=True)
class Load:
    """What a code has to do today: `adds` by member, everybody's together, and places that are kept for who is scanning now."""

    adds: Mapping[int, int]
    kept: Mapping[int, int]
    total: int

    def of(self, staff_id: int) -> int:
        return self.adds.get(staff_id, 0) + self.kept.get(staff_id, 0)


@dataclass(frozen=True, slots=True)
class Serving:
    """Those who may serve now, in the order of the document; where there is nobody, why."""

    staff_ids: tuple[int, ...]
    is_backup: bool = False
    reason: NobodyReason | None = None


def is_in_slot(slot: CodeSlot, local: datetime) -> bool:
    """Whether a slot lasts at a local time; its end is no more part of it."""
    minute, weekday = local.hour * 60 + local.minute, local.isoweekday()
    if slot.begins < slot.ends:
        return weekday in slot.weekdays and slot.begins <= minute < slot.ends
    before = (weekday - 2) % 7 + 1
    return (weekday in slot.weekdays and minute >= slot.begins) or (before in slot.weekdays and minute < slot.ends)


def on_duty(code: Code, local: datetime) -> tuple[int, ...]:
    """Who is on duty at a local time, without the backups."""
    by_slots = (staff_id for slot in code.slots if is_in_slot(slot, local) for staff_id in slot.staff_ids)
    return tuple(dict.fromkeys([*code.staff_ids, *by_slots]))


def serving(code: Code, local: datetime, usable: Collection[int], load: Load) -> Serving:
    """Who may serve now: on duty, still with us, without their fill; or else the backups."""
    duty = [staff_id for staff_id in on_duty(code, local) if staff_id in usable]
    is_full = code.daily_max is not None and load.total >= code.daily_max
    free = (
        []
        if is_full
        else [one for one in duty if code.member_daily_max is None or load.of(one) < code.member_daily_max]
    )
    if free:
        return Serving(tuple(free))
    backups = tuple(staff_id for staff_id in code.backup_ids if staff_id in usable)
    if backups:
        return Serving(backups, is_backup=True)
    return Serving((), reason=NobodyReason.FULL if duty else NobodyReason.OFF_DUTY)


def chosen(code: Code, staff_ids: Sequence[int], load: Load, last_staff_id: int, dice: int) -> int:
    """Who of those serves the next visitor. `last_staff_id` served the last one, `dice` is any number."""
    if code.choice == "random":
        return staff_ids[dice % len(staff_ids)]
    if code.choice == "least_busy":
        least = min(load.of(staff_id) for staff_id in staff_ids)
        staff_ids = [staff_id for staff_id in staff_ids if load.of(staff_id) == least]
    order = list(code.everybody)
    after = order.index(last_staff_id) + 1 if last_staff_id in order else 0
    return next(staff_id for staff_id in [*order[after:], *order[:after]] if staff_id in staff_ids)


def group_for(
    code: Code, fills: Mapping[int, GroupFill], kept: Mapping[int, int], tag_ids: Collection[int]
) -> int | None:
    """The group that somebody comes into who bears those tags: the first below its cap, those for their tags before those for all;
    where WeCom makes new groups, the last of them even if it is full. None where all are full, or none is there."""
    theirs = [each for each in code.groups if each.group_id in fills and set(each.tags) & set(tag_ids)]
    alls = [each for each in code.groups if each.group_id in fills and not each.tags]
    for each in [*theirs, *alls]:
        if fills[each.group_id].people + kept.get(each.group_id, 0) < each.members_max:
            return each.group_id
    return alls[-1].group_id if code.makes_groups and alls else None


def welcome_for(code: Code, local: datetime, segment_ids: Collection[int]) -> WelcomeMessage | None:
    """What somebody is greeted with who is in those segments; None where the code says nothing."""
    minute = local.hour * 60 + local.minute
    for each in code.welcomes:
        is_time = (
            each.begins <= minute < each.ends
            if each.begins < each.ends
            else (minute >= each.begins or minute < each.ends)
        )
        if is_time and (each.segment_id is None or each.segment_id in segment_ids):
            links = [WelcomeLink(link.title, link.url, link.description, link.picture_url) for link in each.links]
            return WelcomeMessage(each.text, links)
    return None
