"""Which event goes where: every arrow of the system, in one place.

A consumer reads the log with a cursor of its own; its handlers take batches, and their effects commit with the cursor.

    outside ─► inbox ─► intake ─► log ─► columns ─► audience ─► log (segment_entered …)
                                   │
                                   ├─► orders, consents      what some events mean to rooms
                                   ├─► segments              membership follows merges
                                   ├─► orchestration         journeys start, end and go on, by any event they name
                                   ├─► ladders               who moves from stage to stage
                                   ├─► acquisition           who came by a channel code is counted and tagged
                                   ├─► staff_work            tasks and leads go with who keeps the customer
                                   ├─► mirror                what was tagged here is written to WeCom
                                   ├─► tagging               segments keep tags, events and answers to forms give them
                                   └─► reach                 messages are judged at the gate
"""

from __future__ import annotations

from collections.abc import Sequence

from siyu.domain.contacts.contracts import CONTACT_ADDED
from siyu.domain.customers.contracts import CONSENT_CHANGED, CUSTODY_CHANGED, CUSTOMERS_MERGED, CUSTOMERS_SPLIT
from siyu.domain.entries.contracts import FORM_ANSWERED
from siyu.domain.groups.contracts import GROUP_JOINED
from siyu.domain.messages.contracts import MESSAGE_REQUESTED
from siyu.domain.orders.contracts import ORDER_PAID
from siyu.domain.segments.contracts import LADDERS_CONSUMER, MERGE_CONSUMER, SEGMENT_ENTERED, SEGMENT_EXITED
from siyu.domain.tags.contracts import CUSTOMER_TAGGED, CUSTOMER_UNTAGGED
from siyu.engines.acquisition.contracts import ACQUISITION_CONSUMER
from siyu.engines.acquisition.following import adds_follower
from siyu.engines.advising import following
from siyu.engines.advising.contracts import STAFF_WORK_CONSUMER
from siyu.engines.audience.merges import follow_merges
from siyu.engines.audience.stages import follow_stages
from siyu.engines.intake.telling import (
    CONSENT_GRANTED,
    CONSENT_WITHDRAWN,
    ORDER_COMPLETED,
    ToldOrders,
    record_told_consents,
)
from siyu.engines.mirror.contracts import MIRROR_CONSUMER
from siyu.engines.mirror.tagging import follow_tags
from siyu.engines.orchestration.follow import ALWAYS, follow_log, watched
from siyu.engines.reach.gate import Reach, follow_customers
from siyu.engines.tagging.contracts import TAGGING_CONSUMER
from siyu.engines.tagging.follow import follow_forms, follow_segments
from siyu.platform.eventlog.consuming import Consumer, Handler, More

Arrow = tuple[str, Handler]


def on(event_name: str, handler: Handler) -> Arrow:
    """One arrow: events of this name go to this handler."""
    return event_name, handler


def consumer(name: str, *arrows: Arrow, behind: Sequence[str] = (), more: More | None = None) -> Consumer:
    """A reader of the log that follows `arrows`, and `more` of names that change as people work; it never overtakes the consumers
    `behind` names."""
    handlers: dict[str, list[Handler]] = {}
    for event_name, handler in arrows:
        handlers.setdefault(event_name, []).append(handler)
    return Consumer(name=name, handlers=handlers, behind=tuple(behind), more=more)


def consumers(reach: Reach, told_orders: ToldOrders) -> list[Consumer]:
    """Everyone who reads the log and keeps what follows in PostgreSQL."""
    return [
        consumer("orders", on(ORDER_COMPLETED, told_orders.record_told_orders)),
        consumer("consents", on(CONSENT_GRANTED, record_told_consents), on(CONSENT_WITHDRAWN, record_told_consents)),
        consumer(MERGE_CONSUMER, on(CUSTOMERS_MERGED, follow_merges), on(CUSTOMERS_SPLIT, follow_merges)),
        consumer(
            "orchestration",
            *(on(name, follow_log) for name in ALWAYS),
            more=watched,
        ),
        consumer(
            LADDERS_CONSUMER,
            on(SEGMENT_ENTERED, follow_stages),
            on(SEGMENT_EXITED, follow_stages),
            on(CUSTOMERS_MERGED, follow_stages),
            on(CUSTOMERS_SPLIT, follow_stages),
        ),
        consumer(
            TAGGING_CONSUMER,
            on(SEGMENT_ENTERED, follow_segments),
            on(SEGMENT_EXITED, follow_segments),
            on(CUSTOMERS_SPLIT, follow_segments),
            on(FORM_ANSWERED, follow_forms),
        ),
        consumer(
            ACQUISITION_CONSUMER,
            on(CONTACT_ADDED, adds_follower(reach.zone)),
            on(GROUP_JOINED, adds_follower(reach.zone)),
        ),
        consumer(
            STAFF_WORK_CONSUMER,
            on(CUSTODY_CHANGED, following.follow_keepers),
            on(SEGMENT_ENTERED, following.follow_segment),
            on(ORDER_PAID, following.follow_orders),
        ),
        consumer(MIRROR_CONSUMER, on(CUSTOMER_TAGGED, follow_tags), on(CUSTOMER_UNTAGGED, follow_tags)),
        consumer(
            "reach",
            on(MESSAGE_REQUESTED, reach.judge_requests),
            on(CONSENT_CHANGED, reach.take_back),
            on(CUSTOMERS_MERGED, follow_customers),
            on(CUSTOMERS_SPLIT, follow_customers),
        ),
    ]
