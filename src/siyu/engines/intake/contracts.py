"""What a client may send and what it is told. Limits are Segment's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from siyu.kernel.errors import InvalidError

EVENT_BYTES_MAX = 32 * 1024
REQUEST_BYTES_MAX = 500 * 1024
BATCH_EVENTS_MAX = 2500
DEPTH_MAX = 64
"""Levels of objects and lists in an event; what is deeper, readers down the line might not be able to read."""

OWN_EVENTS = frozenset(
    {
        "account_followed",
        "account_menu_clicked",
        "account_message_received",
        "account_scanned",
        "account_unfollowed",
        "call_ended",
        "code_viewed",
        "consent_changed",
        "contact_added",
        "contact_deleted_by_staff",
        "contact_deleted_staff",
        "contact_handed_over",
        "contact_lost",
        "contact_regained",
        "coupon_issued",
        "coupon_redeemed",
        "coupon_stock_low",
        "custody_changed",
        "customer_erased",
        "customer_identified",
        "customer_tagged",
        "customer_untagged",
        "customers_merged",
        "customers_split",
        "definition_deleted",
        "definition_published",
        "definition_resumed",
        "definition_stopped",
        "experiment_exposed",
        "follow_up_recorded",
        "form_answered",
        "form_opened",
        "handover_refused",
        "journey_completed",
        "journey_entered",
        "journey_exited",
        "journey_goal_reached",
        "journey_passed_over",
        "journey_paused",
        "lead_given",
        "lead_lost",
        "lead_opened",
        "lead_returned",
        "lead_won",
        "link_chat_started",
        "link_forwarded",
        "link_opened",
        "material_read",
        "message_awaiting_staff",
        "message_cancelled",
        "message_clicked",
        "message_delivered",
        "message_failed",
        "message_held",
        "message_requested",
        "message_sent",
        "metric_alerted",
        "order_paid",
        "profile_created",
        "script_used",
        "segment_entered",
        "segment_exited",
        "segment_moved",
        "send_approved",
        "send_asked",
        "send_ended",
        "send_refused",
        "send_started",
        "service_conversation_ended",
        "service_conversation_started",
        "service_handed_over",
        "service_message_received",
        "stage_changed",
        "subscription_answered",
        "task_ended",
        "task_requested",
        "unit_moved",
        "welcome_failed",
        "welcome_sent",
    }
)
"""Facts that only Siyu's own rooms may tell: from outside they would start journeys, send messages, invent revenue. Spelt out
and not imported, so that the intake loads no rooms it has no other use for; a test compares them with the rooms' contracts."""


class BadRequestBodyError(InvalidError):
    """The request is not what Segment's spec says."""

    code = "bad_request_body"


class TooLargeError(InvalidError):
    """The request is larger than Siyu accepts."""

    code = "too_large"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event of a batch that was not accepted: where it stood, why, and what to do."""

    index: int
    code: str
    reason: str


class SentEvent(msgspec.Struct, rename="camel", frozen=True, gc=False):
    """One event as a client sends it, by Segment's spec; properties, traits and context stay undecoded. What only some types of
    events have may be anything in the others."""

    type: str | None = None
    message_id: str | None = None
    user_id: str | int | None = None
    anonymous_id: str | int | None = None
    previous_id: Any = None
    group_id: Any = None
    event: str | None = None
    name: Any = None
    category: Any = None
    timestamp: str | None = None
    original_timestamp: str | None = None
    sent_at: str | None = None
    properties: msgspec.Raw = msgspec.Raw(b"{}")
    traits: msgspec.Raw = msgspec.Raw(b"{}")
    context: msgspec.Raw = msgspec.Raw(b"{}")
