"""What becomes of messages that did not get through in their time, or that staff are to send by hand."""

from __future__ import annotations

from collections.abc import Collection

from siyu.domain.messages import service as messages
from siyu.engines.reach.gate import ACTOR, Reach
from siyu.platform.postgres.database import Database


def fall_back_once(database: Database) -> int:
    """Asks the next channel for a batch of messages; gives how many it looked at."""
    with database.begin() as work:
        return messages.fall_back(work, ACTOR)


def give_up_stranded_once(database: Database, present: Collection[str]) -> int:
    """Gives up a batch of messages that waited too long for a channel that is not among those `present`; gives how many."""
    with database.begin() as work:
        return messages.give_up_stranded(work, ACTOR, present)


def hand_out_once(database: Database, reach: Reach) -> int:
    """Gives a batch of messages to the staff members who are to send them by hand; gives how many it saw to."""
    with database.begin() as work:
        claimed = messages.claim_by_hand(work, ACTOR)
        stopped = reach.stopped_by_hand(work, claimed)
        messages.settle(work, ACTOR, stopped)
        gone = {each.message.message_id for each in stopped}
        return len(stopped) + messages.hand_out(work, ACTOR, [each for each in claimed if each.message_id not in gone])
