"""What others may know of outgoing calls: endpoints, what is asked for, what came of it, the way out, the errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol
from uuid import UUID

from siyu.domain.definitions.contracts import EventMatch
from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

NAME_LENGTH_MAX: Final = 60
EVENTS_MAX: Final = 20
ENDPOINTS_MAX: Final = 100
FIELDS_MAX: Final = 50
FIELD_NAME_LENGTH_MAX: Final = 60
FIELD_LENGTH_MAX: Final = 2_000
KEY_LENGTH_MAX: Final = 200
ATTEMPTS_MAX: Final = 12
KEPT_DAYS: Final = 30
FAILURES_TO_OPEN: Final = 5
"""After so many failures one after the other an endpoint is let be for a while."""
WAITING_MAX: Final = 200_000
"""So many calls of one endpoint may wait; of events more are not kept then."""

FORGET_CALLS_JOB: Final = "forget_hook_calls"
HOOKS_CONSUMER: Final = "hooks"


class CallKind(StrEnum):
    """Who asked for a call: a journey, an event that the endpoint is told of, or somebody who tries the endpoint."""

    JOURNEY = "journey"
    EVENT = "event"
    TEST = "test"


class CallState(StrEnum):
    """`waiting`: to be made, for the first time or again. `taken`: the other side took it. `failed`: it will not be tried again."""

    WAITING = "waiting"
    TAKEN = "taken"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where calls go. `events`: it is told of these; `tells_who`: calls hold the identities of their customer. `failures`: how many
    attempts failed one after the other; `paused_until`: not called before."""

    endpoint_id: int
    name: str
    url: str
    events: Sequence[EventMatch]
    tells_who: bool
    is_enabled: bool
    failures: int
    paused_until: datetime | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class EndpointNumbers:
    """How an endpoint fares: calls that wait, and of the last days those taken and those that failed."""

    waiting: int = 0
    taken: int = 0
    failed: int = 0
    last_at: datetime | None = None
    last_told: str = ""


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint as it was made. The secret is told this once."""

    endpoint: Endpoint
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A call that a journey asks for. `fields` are texts as they are to be told, filled in for the customer already."""

    call_key: str
    endpoint_id: int
    customer_id: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EventCall:
    """A call because of an event."""

    endpoint_id: int
    event_id: UUID
    profile_id: int
    event: str
    occurred_at: datetime
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A call as a page shows it: nothing of what is in it."""

    call_id: int
    endpoint_id: int
    call_key: str
    kind: CallKind
    event: str
    customer_id: int | None
    state: CallState
    attempts: int
    asked_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    told: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: what came of it, in a word, and how long it took."""

    at: datetime
    told: str
    milliseconds: int


@dataclass(frozen=True, slots=True)
class DueCall:
    """A call to be made now, with all that is needed. Never leaves the process but to its endpoint."""

    call_id: int
    endpoint_id: int
    call_key: str
    kind: CallKind
    profile_id: int | None
    attempts: int
    asked_at: datetime
    url: str
    secret: str = field(repr=False)
    content: Mapping[str, Any] = field(repr=False)
    tells_who: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a try. `told` is a word like http_503; `is_final`: trying again is of no use; `is_gone`: nobody is there."""

    is_taken: bool
    is_final: bool
    told: str
    milliseconds: int
    after_seconds: float | None = None
    is_gone: bool = False


class Caller(Protocol):
    """The way out. Implemented by a channel."""

    def call(self, call: DueCall, document: Mapping[str, Any]) -> Answered:
        """Makes the call once. It raises nothing."""


class AddressCheck(Protocol):
    """Says whether an address may be called. Implemented by a channel."""

    def __call__(self, url: str, /) -> None:
        """BadEndpointError where it may not."""


class UnknownEndpointError(NotFoundError):
    """There is no such endpoint."""

    code = "unknown_endpoint"


class UnknownCallError(NotFoundError):
    """There is no such call, or it was forgotten."""

    code = "unknown_call"


class BadEndpointError(InvalidError):
    """That is no endpoint that can be called."""

    code = "bad_endpoint"


class BadCallError(InvalidError):
    """That call cannot be made."""

    code = "bad_call"


class EndpointInUseError(ConflictError):
    """Calls still wait for this endpoint, or a journey calls it; switch it off first, and take it out of journeys."""

    code = "endpoint_in_use"
