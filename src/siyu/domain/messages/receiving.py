"""How receipts of channels become outcomes of messages. Part of `service`."""

from __future__ import annotations

from collections.abc import Sequence

from siyu.domain.messages import receipts_store
from siyu.domain.messages.contracts import (
    MESSAGE_DELIVERED,
    MESSAGE_FAILED,
    MESSAGE_SENT,
    REASON_LENGTH_MAX,
    MessageState,
)
from siyu.domain.messages.ending import count_outcomes
from siyu.domain.messages.receipts_contracts import Receipt
from siyu.kernel.actors import Actor
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import UnitOfWork

RUN_RIGHT = "messages.run"
SOURCE = "messages"


def record_receipts(work: UnitOfWork, actor: Actor, channel: str, receipts: Sequence[Receipt]) -> int:
    """Writes down what a channel tells later of messages that it took, and tells the outcomes; gives how many changed. The same
    receipt again changes nothing, nor does one that a later word has overtaken. Keys that nobody knows are nobody's."""
    actor.require(RUN_RIGHT)
    receipts = [each for each in receipts if each.message_key and len(each.reason) <= REASON_LENGTH_MAX]
    rows = receipts_store.receive(work.driver, channel, receipts, work.clock.now()) if receipts else []
    work.record(event for row in rows for event in _events(work, row))
    count_outcomes(work, [(row.channel, row.day_on, row.was, row.state) for row in rows])
    return len(rows)


def _events(work: UnitOfWork, row: receipts_store.ReceivedRow) -> list[NewEvent]:
    if row.state == MessageState.FAILED:
        return [_event(work, MESSAGE_FAILED, row, reason=row.reason, is_permanent=True)]
    sent = [] if row.was == MessageState.SENT else [_event(work, MESSAGE_SENT, row)]
    return [*sent, _event(work, MESSAGE_DELIVERED, row)]


def _event(work: UnitOfWork, name: str, row: receipts_store.ReceivedRow, **more: object) -> NewEvent:
    return NewEvent(
        name=name,
        event_id=derived_id(name, row.message_key),
        profile_id=row.customer_id,
        occurred_at=work.clock.now(),
        source=SOURCE,
        properties={
            "message_id": row.message_id,
            "message_key": row.message_key,
            "channel": row.channel,
            "definition_id": row.definition_id,
            "version": row.version,
            "step": row.step,
            **more,
        },
    )
