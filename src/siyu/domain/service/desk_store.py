"""Every statement by which staff see conversations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import psycopg

from siyu.domain.customers.reading import IN_SCOPE, scope_parameters
from siyu.domain.service.contracts import Conversation, ServiceDay, ServiceNumber, SessionState
from siyu.domain.service.store import COLUMNS, conversation
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.clock import EPOCH
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import PageRequest

Driver = psycopg.Connection[Any]

_SEEN = f"({IN_SCOPE} OR c.staff_id = %(me)s)"
_FROM = (
    f"SELECT {COLUMNS}, p.customer_id, a.name FROM service.conversations c"  # noqa: S608  # our own
    " JOIN customers.profiles p USING (profile_id) JOIN service.accounts a USING (account_id)"
)
_LIST = f"""{_FROM}
WHERE {_SEEN} AND (%(account)s::bigint IS NULL OR c.account_id = %(account)s)
  AND (%(state)s::smallint IS NULL OR c.state = %(state)s)
  AND (%(customer)s::bigint IS NULL OR p.customer_id = (
        SELECT w.customer_id FROM customers.profiles w WHERE w.profile_id = %(customer)s))
  AND (%(at)s::timestamptz IS NULL OR (c.touched_at, c.conversation_id) < (%(at)s, %(id)s))
ORDER BY c.touched_at DESC, c.conversation_id DESC LIMIT %(size)s
"""  # noqa: S608  # our own
_DAYS = f"""
SELECT coalesce(to_char(c.began_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD'), ''), count(*), coalesce(sum(c.received), 0),
       coalesce(sum(c.by_rules), 0), coalesce(sum(c.by_persons), 0),
       count(c.handed_over_at),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.first_answered_at - c.first_asked_at)),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.taken_at - c.handed_over_at))
FROM service.conversations c JOIN customers.profiles p USING (profile_id)
WHERE {_SEEN} AND c.began_at >= %(since)s AND (%(account)s::bigint IS NULL OR c.account_id = %(account)s)
GROUP BY GROUPING SETS ((to_char(c.began_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD')), ()) ORDER BY 1 DESC
"""  # noqa: S608  # our own
_COUNTED = {
    ServiceNumber.CONVERSATIONS: "true",
    ServiceNumber.RECEIVED: "c.received > 0",
    ServiceNumber.BY_RULES: "c.by_rules > 0",
    ServiceNumber.BY_PERSONS: "c.by_persons > 0",
    ServiceNumber.HANDED_OVER: "c.handed_over_at IS NOT NULL",
}
"""Which conversations a number counts, or counts something of."""


class Wanted(NamedTuple):
    """Which conversations: of an account, in a state, of a customer; None is all."""

    account_id: int | None
    state: SessionState | None
    customer_id: int | None


class Place(NamedTuple):
    """Where a page begins: after this conversation, touched then."""

    at: datetime
    conversation_id: int


def place_of(page: PageRequest) -> Place | None:
    """Where the page begins; InvalidError for what is no place in this list."""
    if page.after is None:
        return None
    at, _, conversation_id = page.after.partition(".")
    if not all(each.isascii() and each.isdecimal() and len(each) <= 17 for each in (at, conversation_id)):
        raise InvalidError("That is not a place in this list.", field="after")
    return Place(EPOCH + timedelta(microseconds=int(at)), int(conversation_id))


def place_after(last: Conversation) -> str:
    """The place behind a conversation."""
    return f"{(last.touched_at.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)}.{last.conversation_id}"


def select_conversations(
    driver: Driver, actor: Actor, wanted: Wanted, size: int, place: Place | None
) -> list[tuple[Conversation, int, str]]:
    """Each with its customer and the name of its account."""
    given = {
        **_of(actor),
        "account": wanted.account_id,
        "state": int(wanted.state) if wanted.state is not None else None,
        "customer": wanted.customer_id,
        "at": place.at if place is not None else None,
        "id": place.conversation_id if place is not None else None,
        "size": size,
    }
    return [_told(row) for row in driver.execute(_LIST.encode(), given).fetchall()]


def find_seen(driver: Driver, actor: Actor, conversation_id: int) -> tuple[Conversation, int, str] | None:
    """A conversation that the actor may see."""
    statement = f"{_FROM} WHERE {_SEEN} AND c.conversation_id = %(id)s"
    row = driver.execute(statement.encode(), {**_of(actor), "id": conversation_id}).fetchone()
    return _told(row) if row else None


def select_days(driver: Driver, actor: Actor, account_id: int | None, since: datetime, zone: str) -> list[ServiceDay]:
    rows = driver.execute(
        _DAYS.encode(), {**_of(actor), "account": account_id, "since": since, "zone": zone}
    ).fetchall()
    return [ServiceDay(*row[:6], *(float(each) if each is not None else None for each in row[6:])) for row in rows]


def select_counted(
    driver: Driver, actor: Actor, since: datetime, number: ServiceNumber, before: int, size: int
) -> list[int]:
    """The customers below `before` whom a number of all accounts counts, descending."""
    rows = driver.execute(
        "SELECT DISTINCT p.customer_id FROM service.conversations c JOIN customers.profiles p USING (profile_id)"  # noqa: S608  # our own
        f" WHERE {_SEEN} AND c.began_at >= %(since)s AND {_COUNTED[number]} AND p.customer_id < %(before)s"
        " ORDER BY 1 DESC LIMIT %(size)s",
        {**_of(actor), "since": since, "before": before, "size": size},
    ).fetchall()
    return [row[0] for row in rows]


def _of(actor: Actor) -> dict[str, Any]:
    me = int(actor.actor_id) if actor.kind is ActorKind.STAFF else None
    return {**scope_parameters(actor), "me": me}


def _told(row: tuple[Any, ...]) -> tuple[Conversation, int, str]:
    return conversation(row[:-2]), row[-2], row[-1]
