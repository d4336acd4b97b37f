"""What can go wrong between a client and WeCom, by rules that say where, after how many calls and how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """Of calls: late, never done, done but the answer lost, an HTTP status, an error code, a token taken back.
    Of callbacks: late, lost, twice, after the next one."""

    DELAY = "delay"
    DROP = "drop"
    LOSE_ANSWER = "lose_answer"
    STATUS = "status"
    ERRCODE = "errcode"
    REVOKE_TOKEN = "revoke_token"  # noqa: S105  # no password
    CALLBACK_DELAY = "callback_delay"
    CALLBACK_DROP = "callback_drop"
    CALLBACK_DUPLICATE = "callback_duplicate"
    CALLBACK_REORDER = "callback_reorder"

    @property
    def is_of_callbacks(self) -> bool:
        return self.value.startswith("callback_")


@dataclass(slots=True)
class Fault:
    """One rule. `place` is how a path begins ("/cgi-bin/externalcontact/") or, for callbacks, the Event ("" for all);
    it holds `count` times after `skip` that it leaves alone. `seconds`, `status` and `errcode` are what it does."""

    kind: FaultKind
    place: str = ""
    skip: int = 0
    count: int = 1
    seconds: float = 0.0
    status: int = 502
    errcode: int = -1


class Faults:
    """The rules in force; each is used up by its own count."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._rules.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def of_call(self, path: str) -> list[Fault]:
        """What goes wrong with this call; counts it."""
        return self._meet(path, of_callbacks=False)

    def of_callback(self, event: str) -> list[Fault]:
        """What goes wrong with this callback; counts it."""
        return self._meet(event, of_callbacks=True)

    def _meet(self, place: str, *, of_callbacks: bool) -> list[Fault]:
        met = []
        with self._lock:
            for rule in self._rules:
                if rule.kind.is_of_callbacks is not of_callbacks or not place.startswith(rule.place):
                    continue
                if rule.skip > 0:
                    rule.skip -= 1
                elif rule.count > 0:
                    rule.count -= 1
                    met.append(rule)
            self._rules = [rule for rule in self._rules if rule.count > 0]
        return met
