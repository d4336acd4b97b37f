"""What customers do themselves: which events are their own acts, and the condition that asks for any of them. Part of `contracts`.

An event is a customer's own act where it did not come from one of Siyu's rooms, or is one of ACTS_IN_ROOMS. Numbers of active
customers and the conditions that find these customers read it here, so that both mean the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from siyu.domain.definitions.contracts import WITH_KIND
from siyu.domain.segments.language_words import Window

ROOM_SOURCES: Final = (
    "channels",
    "company",
    "contacts",
    "content",
    "customers",
    "definitions",
    "entries",
    "experiments",
    "groups",
    "journeys",
    "leads",
    "messages",
    "metrics",
    "orders",
    "promotions",
    "segments",
    "sends",
    "service",
    "tags",
    "tasks",
)
"""Sources of what Siyu itself records; everything else came from outside."""
ACTS_IN_ROOMS: Final = (
    "order_paid",
    "message_clicked",
    "code_viewed",
    "link_chat_started",
    "link_opened",
    "material_read",
    "form_opened",
    "form_answered",
    "service_message_received",
    "account_scanned",
    "account_menu_clicked",
    "account_message_received",
)
"""What rooms record that a customer did."""


@dataclass(frozen=True, slots=True)
class ActedCondition:
    """The customer did anything themselves, in the window or ever: visits, orders, clicks. What Siyu or staff did is none of it."""

    __pydantic_config__ = WITH_KIND

    window: Window | None = None
    kind: Literal["acted"] = "acted"
