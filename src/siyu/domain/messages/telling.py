"""The events of room `messages`, made of what happened."""

from __future__ import annotations

import msgspec

from siyu.domain.messages import store
from siyu.domain.messages.contracts import (
    MESSAGE_CANCELLED,
    MESSAGE_DELIVERED,
    MESSAGE_FAILED,
    MESSAGE_HELD,
    MESSAGE_REQUESTED,
    MESSAGE_SENT,
    ClaimedMessage,
    MessageRequest,
    MessageState,
    Settlement,
)
from siyu.domain.messages.gate_store import AdmittedRow
from siyu.kernel.ids import derived_hex
from siyu.platform.eventlog.append import EncodedEvent
from siyu.platform.postgres.database import UnitOfWork

SOURCE = "messages"
_encode = msgspec.json.Encoder().encode


def wanted(work: UnitOfWork, request: MessageRequest) -> EncodedEvent:
    """That somebody wants a message sent."""
    told = {
        "message_key": request.message_key,
        "channel": request.channels[0],
        "channels": request.channels,
        "definition_id": request.definition_id,
        "version": request.version,
        "step": request.step,
        "purpose": request.purpose,
        "worth": request.worth,
        "persona_id": request.persona_id,
        "expires_at": request.expires_at.isoformat() if request.expires_at else None,
    }
    event_id = derived_hex(MESSAGE_REQUESTED, request.message_key)
    return EncodedEvent(MESSAGE_REQUESTED, event_id, request.profile_id, work.clock.now(), SOURCE, _encode(told))


def outcome(
    work: UnitOfWork,
    name: str,
    message: AdmittedRow | store.ClickRow | ClaimedMessage,
    *once: int,
    **fields: object,
) -> EncodedEvent:
    """What became of a message; `once` tells apart what may happen to one more than once."""
    told = {
        "message_id": message.message_id,
        "message_key": message.message_key,
        "channel": message.channel,
        "definition_id": message.definition_id,
        "version": message.version,
        "step": message.step,
        **fields,
    }
    event_id = derived_hex(name, message.message_key, *map(str, once))
    return EncodedEvent(name, event_id, message.customer_id, work.clock.now(), SOURCE, _encode(told))


def settled(work: UnitOfWork, settlement: Settlement) -> list[EncodedEvent]:
    """What is told of a message that was settled; nothing where it is to be tried again."""
    message, reason = settlement.message, settlement.reason
    match settlement.state:
        case MessageState.SENT:
            return [outcome(work, MESSAGE_SENT, message)]
        case MessageState.DELIVERED:
            return [outcome(work, MESSAGE_SENT, message), outcome(work, MESSAGE_DELIVERED, message)]
        case MessageState.HELD:
            return [outcome(work, MESSAGE_HELD, message, reason=reason)]
        case MessageState.CANCELLED:
            return [outcome(work, MESSAGE_CANCELLED, message, reason=reason)]
        case MessageState.FAILED:
            permanent = settlement.is_permanent
            return [outcome(work, MESSAGE_FAILED, message, reason=reason, is_permanent=permanent)]
        case _:
            return []
