"""What a template is made of. Part of `templates`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Two = tuple[str, str]
"""Chinese and English."""
TemplateAsk = Literal["segment_id", "channel"]
ORDER: Final = "order_completed"


@dataclass(frozen=True, slots=True)
class Act:
    """Something said or done: a message, a staff task with what to say, a post in groups, a moment."""

    kind: Literal["message", "task", "group_message", "moment"]
    name: Two
    text: Two
    is_service: bool = False
    deadline_minutes: int = 24 * 60


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of a day, and what is done then; at once where there is no `at`."""

    day: int
    at: str | None
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class JourneyTemplate:
    """A goal, and the days to it. `begins`: "segment" (entering one), "birthday", "by_hand", or the name of an event."""

    key: str
    name: Two
    about: Two
    goal: Two
    begins: str
    beats: tuple[Hour, ...]
    subject: Literal["customer", "group", "account"] = "customer"
    goal_name: Two = ("下单", "Orders")
    goal_event: str | None = None
    goal_days: int = 14
    goal_leaves: bool = False
    may_come_again: bool = False

    @property
    def asks(self) -> tuple[TemplateAsk, ...]:
        """What only the company knows."""
        asks: list[TemplateAsk] = ["segment_id"] if self.begins == "segment" else []
        if any(act.kind == "message" for beat in self.beats for act in beat.acts):
            asks.append("channel")
        return tuple(asks)

    @property
    def days(self) -> int:
        """How many days it takes."""
        return max(beat.day for beat in self.beats) + 1


def message(name: Two, text: Two, *, is_service: bool = False) -> Act:
    return Act("message", name, text, is_service)


def task(name: Two, text: Two, minutes: int = 24 * 60) -> Act:
    return Act("task", name, text, deadline_minutes=minutes)
