"""What a persona may say of itself, and when an account of it is held back. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date

from siyu.domain.company.personas_contracts import (
    PERSONA_CHANNELS,
    WECOM,
    AccountDraft,
    AccountNumbers,
    PersonaDraft,
    PersonaLimits,
    ThrottleReason,
)
from siyu.kernel.errors import InvalidError

NAME_LENGTH_MAX, TEXT_LENGTH_MAX, LIST_MAX, NUMBER_MAX = 40, 2_000, 30, 100_000
ACCOUNT_LENGTH_MAX = 128


def checked_persona(draft: PersonaDraft) -> PersonaDraft:
    """The draft without blanks around its texts; InvalidError names the field that cannot be."""
    return replace(
        draft,
        name=_line(draft.name, "name", least=1),
        role=_line(draft.role, "role"),
        tone=_text(draft.tone, "tone"),
        welcome=_text(draft.welcome, "welcome"),
        stages=_list(draft.stages, "stages"),
        dressing=_list(draft.dressing, "dressing"),
        limits=_limits(draft.limits),
    )


def checked_account(draft: AccountDraft) -> AccountDraft:
    """The account as it may be kept."""
    if draft.channel not in PERSONA_CHANNELS:
        raise InvalidError(f"Choose one of {', '.join(PERSONA_CHANNELS)}.", field="channel")
    account = draft.account.strip()
    if not 1 <= len(account) <= ACCOUNT_LENGTH_MAX or not account.isprintable():
        raise InvalidError("Name the account.", field="account")
    if draft.channel == WECOM and (draft.staff_id is None or not draft.corp_id):
        raise InvalidError("A member of WeCom is somebody of the staff, in a corp.", field="staff_id")
    return replace(draft, account=account, name=_line(draft.name, "name"), corp_id=draft.corp_id.strip())


def throttle_reasons(numbers: AccountNumbers, limits: PersonaLimits, today: date) -> tuple[ThrottleReason, ...]:
    """Why an account with these numbers is brought nobody today; nothing where it may go on."""
    is_new = numbers.opened_on is not None and (today - numbers.opened_on).days < limits.new_days
    adds_most = limits.new_daily_adds if is_new else limits.daily_adds
    found = []
    if adds_most and numbers.adds_today >= adds_most:
        found.append(ThrottleReason.ADDS)
    is_enough = numbers.adds_week >= max(1, limits.deletions_least)
    if (
        limits.deletions_percent
        and is_enough
        and numbers.deletions_week * 100 >= numbers.adds_week * limits.deletions_percent
    ):
        found.append(ThrottleReason.DELETIONS)
    if limits.weekly_complaints and numbers.complaints_week >= limits.weekly_complaints:
        found.append(ThrottleReason.COMPLAINTS)
    return tuple(found)


def _limits(limits: PersonaLimits) -> PersonaLimits:
    for each in fields(limits):
        value = getattr(limits, each.name)
        most = 100 if each.name == "deletions_percent" else NUMBER_MAX
        if not 0 <= value <= most:
            raise InvalidError(f"0 to {most}.", field=f"limits.{each.name}")
    return limits


def _list(words: Sequence[str], field: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(_line(each, field, least=1) for each in words))
    if len(found) > LIST_MAX:
        raise InvalidError(f"At most {LIST_MAX}.", field=field)
    return found


def _line(text: str, field: str, *, least: int = 0) -> str:
    stripped = text.strip()
    if not least <= len(stripped) <= NAME_LENGTH_MAX or not stripped.isprintable():
        raise InvalidError(f"{least} to {NAME_LENGTH_MAX} printable characters.", field=field)
    return stripped


def _text(text: str, field: str) -> str:
    stripped = text.strip()
    is_plain = all(each == "\n" or unicodedata.category(each) not in ("Cc", "Cs") for each in stripped)
    if len(stripped) > TEXT_LENGTH_MAX or not is_plain:
        raise InvalidError(f"At most {TEXT_LENGTH_MAX} characters, without control characters.", field=field)
    return stripped
