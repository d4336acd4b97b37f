"""What somebody is greeted with who comes by a channel code: by the time of the day, and by who they are, if that is known."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from siyu.domain.company.contracts import WelcomeMessage
from siyu.domain.customers.contracts import BadIdentityError, normal_identity
from siyu.domain.customers.reading import customers_known_as
from siyu.domain.entries.reading import codes_of_states
from siyu.domain.entries.service import code_welcome
from siyu.domain.segments.reading import is_member
from siyu.platform.postgres.database import Reading


def has_welcome(reading: Reading, state: str) -> bool:
    """Whether a code of this state greets with something of its own."""
    published = codes_of_states(reading, [state]).get(state)
    return published is not None and bool(published.code.welcomes)


def find_welcome(reading: Reading, state: str, external_userid: str, zone: ZoneInfo) -> WelcomeMessage | None:
    """The code's own greeting for somebody now; None where it has none, or the state is no code's."""
    published = codes_of_states(reading, [state]).get(state)
    if published is None or not published.code.welcomes:
        return None
    asked = {each.segment_id for each in published.code.welcomes if each.segment_id is not None}
    customer_id = _customer_of(reading, external_userid) if asked else None
    inside = {each for each in asked if customer_id is not None and is_member(reading, each, [customer_id])}
    return code_welcome(published, reading.clock.now().astimezone(zone), inside)


def _customer_of(reading: Reading, external_userid: str) -> int | None:
    try:
        identity = normal_identity("external_userid", external_userid)
    except BadIdentityError:
        return None
    return customers_known_as(reading, [identity]).get(identity)
