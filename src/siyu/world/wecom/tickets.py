"""Tickets with which a page signs what it asks of the client."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from siyu.world.wecom.calls import Call, Reply
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Window

TICKET_LENGTH = 86
TICKET_SECONDS = 7200
CORP, AGENT = "corp", "agent_config"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket and until when it is good."""

    text: str
    expires_at: datetime


class Tickets:
    """The tickets of a corp and those of its apps."""

    def __init__(self) -> None:
        self.given: dict[tuple[str, str], Ticket] = {}


def get_jsapi_ticket(call: Call) -> Reply:
    return _given(call, CORP)


def get_ticket(call: Call) -> Reply:
    if call.query.text("type", missing=91040) != AGENT:
        raise RefusedError(91040)
    return _given(call, AGENT)


def _given(call: Call, kind: str) -> Reply:
    of_corp, of_app = call.corp.rules.ticket_calls_per_hour
    call.corp.meter.count(("tickets", kind), [(Window.HOUR, of_corp)], call.now)
    call.corp.meter.count(("tickets", kind, call.app.secret), [(Window.HOUR, of_app)], call.now)
    key = (kind, call.app.secret if kind == AGENT else "")
    ticket = call.corp.tickets.given.get(key)
    if ticket is None or ticket.expires_at <= call.now:
        ticket = Ticket(
            call.corp.new_key("", 64) + "-" * (TICKET_LENGTH - 64), call.now + timedelta(seconds=TICKET_SECONDS)
        )
        call.corp.tickets.given[key] = ticket
    return {"ticket": ticket.text, "expires_in": int((ticket.expires_at - call.now).total_seconds())}


def page_signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """The signature that a page must show for its own address, as a client checks it."""
    page = url.partition("#")[0]
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}"
    return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324  # the protocol says so
