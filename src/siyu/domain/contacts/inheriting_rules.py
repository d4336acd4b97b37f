"""Decisions about inheritances; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siyu.domain.contacts.contracts import Refusal
from siyu.domain.contacts.inheriting_contracts import (
    HandoverState,
    OutsideTransfer,
    TransferState,
)

LIMIT_REACHED: Final = 40128
TAKER_FULL: Final = 40099
UNDER_WAY_CODE: Final = 40129
UNDER_WAY: Final = frozenset({40100, UNDER_WAY_CODE, 90507})
DAY_IS_FULL: Final = 45009
LATER: Final = frozenset({-1, 6000, 45033, 45035})
ALREADY_THERE: Final = frozenset({90504, 90508})
"""Of groups: whose owner it is to be has it already, after a call of which nobody heard the answer."""

SOON = timedelta(minutes=5)
CONFIGURATION_PAUSE = timedelta(minutes=10)
LOOK_EVERY = timedelta(hours=1)
UNDER_WAY_PAUSE = timedelta(hours=6)
DAY_PAUSE = timedelta(hours=12)
GIVEN_UP_AFTER = timedelta(days=7)
"""Of what WeCom says nothing for so long, or is asked for in vain, is given up."""
CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a hand-over: its state, in how long one looks again (None: never), WeCom's code. `is_to_look`: its transfer
    has to be looked up, for nobody knows whose it is."""

    state: HandoverState
    wait: timedelta | None = None
    errcode: int = 0
    is_to_look: bool = False


def answered(errcode: int, *, is_group: bool, since: timedelta) -> Step:
    """What WeCom's code for one says. `since`: how long ago it was planned: what has to wait for too long is given up."""
    if errcode == 0:
        return Step(HandoverState.DONE) if is_group else Step(HandoverState.WAITING, LOOK_EVERY)
    if is_group and errcode in ALREADY_THERE:
        return Step(HandoverState.DONE)
    if errcode == LIMIT_REACHED:
        return Step(HandoverState.LIMITED, errcode=errcode)
    if errcode == TAKER_FULL:
        return Step(HandoverState.TAKER_FULL, errcode=errcode)
    pause = UNDER_WAY_PAUSE if errcode in UNDER_WAY else DAY_PAUSE if errcode == DAY_IS_FULL else SOON
    if errcode in UNDER_WAY | LATER or errcode == DAY_IS_FULL:
        if since >= GIVEN_UP_AFTER:
            return Step(HandoverState.FAILED, errcode=errcode)
        return Step(HandoverState.PLANNED, pause, errcode, is_to_look=errcode in UNDER_WAY and not is_group)
    return Step(HandoverState.FAILED, errcode=errcode)


def looked_up(found: OutsideTransfer | None, asked_at: datetime, now: datetime, *, is_certain: bool) -> Step | None:
    """What a transfer's standing says of a hand-over; None where it says nothing. `is_certain`: that it has begun is known. Where
    it is not, only what cannot be of an earlier transfer counts."""
    if found is not None and found.state is TransferState.WAITING:
        return Step(HandoverState.WAITING, LOOK_EVERY)
    if found is not None and found.state is TransferState.DONE:
        if is_certain if found.done_at is None else found.done_at >= asked_at - CLOCKS_DIFFER:
            return Step(HandoverState.DONE)
    elif found is not None and is_certain:
        return Step(HandoverState.REFUSED if found.state is TransferState.REFUSED else HandoverState.TAKER_FULL)
    return Step(HandoverState.FAILED) if is_certain and now - asked_at >= GIVEN_UP_AFTER else None


def after_refusal(refusal: Refusal, errcode: int, wait_seconds: int) -> Step:
    """What a refusal of the whole call says of all that was in it."""
    if refusal is Refusal.RETRY and errcode == 0:
        return Step(HandoverState.ASKED)
    if refusal is Refusal.CONFIGURATION:
        return Step(HandoverState.PLANNED, CONFIGURATION_PAUSE, errcode)
    if refusal in (Refusal.RETRY, Refusal.WAIT, Refusal.RESTART):
        return Step(HandoverState.PLANNED, max(timedelta(seconds=wait_seconds), SOON), errcode)
    return Step(HandoverState.FAILED, errcode=errcode)
