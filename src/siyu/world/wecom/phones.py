"""What customers' phones would show: everything that reached them, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from siyu.world.wecom.changes import Changes


class Origin(StrEnum):
    """How a message came about."""

    CHAT = "chat"
    WELCOME = "welcome"
    MASS = "mass"
    MOMENT = "moment"
    KF = "kf"
    GROUP = "group"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Shown:
    """One message on a phone. `sender` is a userid, an open_kfid, or an external_userid; `chat_id` says in which group."""

    at: int
    origin: Origin
    sender: str
    content: Mapping[str, Any]
    chat_id: str = ""
    is_own: bool = False


@dataclass(slots=True)
class Phones:
    """The phones of all customers who ever got anything."""

    changes: Changes = field(default_factory=Changes)
    on_shown: Callable[[int], object] | None = None
    """Told whose phone has just shown something that its owner did not write; has to be quick."""
    _shown: dict[int, list[Shown]] = field(default_factory=dict)
    staff: dict[str, list[Shown]] = field(default_factory=dict)

    def show(self, number: int, shown: Shown) -> None:
        self._shown.setdefault(number, []).append(shown)
        self.changes.tell()
        if self.on_shown is not None and not shown.is_own:
            self.on_shown(number)

    def of(self, number: int) -> Sequence[Shown]:
        """What a customer's phone shows, the oldest first."""
        return self._shown.get(number, ())

    def show_staff(self, userid: str, shown: Shown) -> None:
        """Something that a member gets as one of the staff: a message of an app, a customer's chat."""
        self.staff.setdefault(userid, []).append(shown)
        self.changes.tell()
