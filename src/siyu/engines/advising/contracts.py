"""What the engine `advising` hands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from siyu.kernel.actors import system_actor

ACTOR = system_actor("advising")
STAFF_WORK_CONSUMER = "staff_work"


class AdviceKind(StrEnum):
    """What is to be done next, by why."""

    OVERDUE_TASK = "overdue_task"
    TASK_TODAY = "task_today"
    FOLLOW_UP_DUE = "follow_up_due"
    LEFT_IN_CART = "left_in_cart"
    COUPON_ENDS = "coupon_ends"
    FREE_LEAD = "free_lead"
    IDLE_LEAD = "idle_lead"
    KEEN_LEAD = "keen_lead"
    LAPSING = "lapsing"
    BIRTHDAY = "birthday"
    SILENT = "silent"
    NEW_FRIEND = "new_friend"
    WELCOME_BUYER = "welcome_buyer"


Act = Literal["open_task", "follow_up", "claim", "talk"]
"""What a click does: opens the task; opens the form of a follow-up; takes the lead; makes a task, or begins to write."""


@dataclass(frozen=True, slots=True)
class KnownTask:
    """An open task about a customer."""

    task_id: int
    title: str
    due_at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class KnownLead:
    """The open lead of a customer. `returns_at`: when it comes back to the pool if nobody follows up."""

    lead_id: int
    is_mine: bool
    is_free: bool
    intent: str
    stage: str
    next_at: datetime | None
    touched_at: datetime
    returns_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a customer, as far as the rules look at it. Nothing is guessed: None and 0 mean that nobody knows."""

    now: datetime
    today: date
    tasks: Sequence[KnownTask] = ()
    lead: KnownLead | None = None
    promised_at: datetime | None = None
    last_talk_at: datetime | None = None
    last_seen_at: datetime | None = None
    added_at: datetime | None = None
    orders: int = 0
    last_order_at: datetime | None = None
    cart_at: datetime | None = None
    birthday: date | None = None
    coupon: tuple[str, datetime] | None = None
    p_alive: float | None = None
    expected_fen: int = 0


@dataclass(frozen=True, slots=True)
class Advice:
    """A step, and why: in Chinese and in English. The first is the one to take; `weight` says how it was ordered. `stage` is that
    of scripts that help; `ref` the task or lead that it is about."""

    kind: AdviceKind
    weight: int
    act: Act
    title_zh: str
    title_en: str
    reason_zh: str
    reason_en: str
    stage: str
    ref: int | None = None
