"""What happens elsewhere, as it concerns staff work: customers are kept by others, come into the segment of leads, buy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from siyu.domain.customers.reading import current_customer_ids, keepers_of
from siyu.domain.entries import service as entries
from siyu.domain.messages import service as messages
from siyu.domain.tasks import service as tasks
from siyu.engines.advising.contracts import ACTOR
from siyu.kernel.events import Event
from siyu.platform.postgres.database import UnitOfWork

SEGMENT_SOURCE = "segment"


def follow_keepers(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Gives tasks, leads, and what is to be sent by hand, to who keeps the customers now; by an inheritance, a claim or by hand."""
    people = set(current_customer_ids(work, {each.profile_id for each in events}).values())
    keepers = keepers_of(work, people)
    keeper_of = {each: keepers.get(each) for each in sorted(people)}
    tasks.follow_keepers(work, ACTOR, keeper_of)
    entries.follow_keepers(work, ACTOR, keeper_of)
    messages.follow_keepers(work, ACTOR, keepers)


def follow_segment(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Makes leads of who enters the segment that the rules of leads name."""
    wanted = entries.lead_segment(work, ACTOR)
    entered = {each.profile_id for each in events if wanted is not None and each.properties["segment_id"] == wanted}
    if entered:
        entries.open_leads(work, ACTOR, set(current_customer_ids(work, entered).values()), SEGMENT_SOURCE)


def follow_orders(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Who buys was won, if the rules of leads say so; an order that is told of long after says nothing of a lead opened since."""
    customer_of = current_customer_ids(work, {each.profile_id for each in events})
    bought_at: dict[int, datetime] = {}
    for each in events:
        customer_id = customer_of.get(each.profile_id, each.profile_id)
        bought_at[customer_id] = max(each.occurred_at, bought_at.get(customer_id, each.occurred_at))
    entries.win_leads(work, ACTOR, bought_at)
