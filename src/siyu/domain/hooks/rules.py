"""What may stand in an endpoint and a call, when a call is tried again and when an endpoint is let be. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.hooks.contracts import (
    ATTEMPTS_MAX,
    EVENTS_MAX,
    FAILURES_TO_OPEN,
    FIELD_LENGTH_MAX,
    FIELD_NAME_LENGTH_MAX,
    FIELDS_MAX,
    KEY_LENGTH_MAX,
    NAME_LENGTH_MAX,
    Answered,
    BadCallError,
    BadEndpointError,
    CallRequest,
)

WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 300, 900, 1800, 3600, 7200, 14400, 14400, 14400, 14400)
)
"""How long a call waits after its first, second … try: together about a day."""
PAUSE_MIN, PAUSE_MAX = timedelta(seconds=30), timedelta(hours=1)


def checked_name(name: str) -> str:
    """A name of an endpoint."""
    text = name.strip()
    if not 1 <= len(text) <= NAME_LENGTH_MAX or not text.isprintable():
        raise BadEndpointError(f"A name has 1 to {NAME_LENGTH_MAX} printable characters.", field="name")
    return text


def checked_events(events: Sequence[EventMatch]) -> Sequence[EventMatch]:
    """Which events an endpoint is told of."""
    if len(events) > EVENTS_MAX:
        raise BadEndpointError(f"An endpoint is told of at most {EVENTS_MAX} sorts of events.", field="events")
    return events


def check_call(request: CallRequest) -> None:
    """BadCallError for one that cannot be made."""
    if not 1 <= len(request.call_key) <= KEY_LENGTH_MAX:
        raise BadCallError(f"A key has 1 to {KEY_LENGTH_MAX} characters.")
    check_fields(request.fields)


def check_fields(fields: Mapping[str, str]) -> None:
    """BadCallError for fields that are too many, or too long."""
    if len(fields) > FIELDS_MAX:
        raise BadCallError(f"A call has at most {FIELDS_MAX} fields.")
    for name, text in fields.items():
        if not 1 <= len(name) <= FIELD_NAME_LENGTH_MAX or len(text) > FIELD_LENGTH_MAX:
            raise BadCallError(
                f"A field's name has at most {FIELD_NAME_LENGTH_MAX} characters, its text {FIELD_LENGTH_MAX}.",
                field=name[:FIELD_NAME_LENGTH_MAX],
            )


def next_try(attempts: int, answered: Answered, now: datetime) -> datetime | None:
    """When a call that was not taken is tried again, after so many tries; None where it is not."""
    if answered.is_final or attempts >= ATTEMPTS_MAX:
        return None
    wait = WAITS[min(attempts, len(WAITS)) - 1]
    if answered.after_seconds is not None:
        wait = max(wait, timedelta(seconds=answered.after_seconds))
    return now + wait


def pause_after(failures: int, now: datetime) -> datetime | None:
    """Until when an endpoint is let be that failed so many times one after the other; None: it is not yet."""
    if failures < FAILURES_TO_OPEN:
        return None
    doublings = min(failures - FAILURES_TO_OPEN, 10)
    return now + min(PAUSE_MAX, PAUSE_MIN * (1 << doublings))
