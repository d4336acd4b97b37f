"""Which part of the house knows what of a person: what is told to her, what an erasure does with it. One line for each table.

A test walks through the schema: a table with a column that names a person and no line here fails.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from siyu.domain.contacts import reading as contacts
from siyu.domain.content import reading as content
from siyu.domain.customers import reading as customers
from siyu.domain.enquiries import reading as enquiries
from siyu.domain.entries import reading as entries
from siyu.domain.experiments import reading as experiments
from siyu.domain.groups import reading as groups
from siyu.domain.hooks import reading as hooks
from siyu.domain.journeys import reading as journeys
from siyu.domain.messages import reading as messages
from siyu.domain.orders import reading as orders
from siyu.domain.privacy.contracts import Told
from siyu.domain.promotions import reading as promotions
from siyu.domain.segments import reading as segments
from siyu.domain.sends import reading as sends
from siyu.domain.service import reading as service
from siyu.domain.tags import reading as tags
from siyu.domain.tasks import reading as tasks
from siyu.platform.postgres.database import Reading


@dataclass(frozen=True, slots=True)
class Part:
    """A table that knows something of persons: the section of an export that tells it, and what an erasure does."""

    section: str
    erasure: str


PARTS: Final = {
    "customers.profiles": Part("identities", "identity replaced by erased:ID, attributes emptied; the number stays"),
    "customers.consents": Part("consents", "deleted"),
    "customers.consent_records": Part("consent_records", "deleted, with all evidence"),
    "customers.custody": Part("custody", "deleted"),
    "customers.bulk_parts": Part("custody", "kept until the work is done: numbers alone, and a husk is passed over"),
    "customers.bulk_unchanged": Part("custody", "kept: numbers alone, and a husk is in no list"),
    "customers.merges": Part("merges", "what staff wrote is emptied; numbers stay"),
    "customers.separations": Part("separations", "kept: numbers alone"),
    "segments.dues": Part("segments", "deleted: only when she would have been looked at again"),
    "segments.calls": Part("segments", "deleted: only that she was to be looked at again"),
    "segments.filters": Part("filters", "deleted where one asks for her by her whole name"),
    "segments.exports": Part("lists", "kept until the file is written: numbers alone, and a husk is in no file"),
    "entries.answers": Part("forms", "deleted; the form's count stays"),
    "entries.openings": Part("forms", "deleted"),
    "entries.link_customers": Part("codes", "deleted"),
    "entries.leads": Part("leads", "deleted"),
    "entries.follow_ups": Part("follow_ups", "deleted"),
    "content.shares": Part("links_given", "deleted, with who opened them"),
    "content.uses": Part("scripts_used", "deleted"),
    "experiments.assignments": Part("experiments", "deleted"),
    "orders.orders": Part("orders", "kept under the husk: amounts and numbers of orders"),
    "segments.stages": Part("stages", "deleted"),
    "journeys.entries": Part("journeys", "ended; numbers stay"),
    "contacts.relations": Part("contacts", "deleted; a sync does not bring her back"),
    "contacts.tag_looks": Part("contacts", "deleted: only that her tags were to be looked at"),
    "contacts.handovers": Part("handovers", "deleted"),
    "contacts.writes": Part("contacts_to_write", "deleted"),
    "service.conversations": Part("service_conversations", "deleted"),
    "service.messages": Part("service_messages", "deleted"),
    "service.tasks": Part("service_messages", "deleted: only what was to be said"),
    "groups.memberships": Part("groups", "deleted; the group's count stays"),
    "hooks.calls": Part("calls", "deleted"),
    "promotions.codes": Part("coupons", "the code is emptied, and withdrawn where not used; numbers stay"),
    "tags.taggings": Part("tags", "deleted"),
    "tags.bulk_parts": Part("tags", "kept until the work is done: numbers alone, and a husk is not tagged"),
    "tasks.tasks": Part("tasks", "deleted"),
    "enquiries.enquiries": Part("enquiries", "deleted; a script that was made of an answer stays"),
    "messages.messages": Part("messages", "cancelled where not sent; what channels answered is emptied"),
    "sends.task_parts": Part("mass_messages", "the member's name is emptied; numbers stay"),
    "log.events": Part("events", "stripped to numbers, money and ids of things, and marked"),
    "privacy.requests": Part("requests", "kept: the proof"),
}
"""Table → part. The columns engine holds a projection of customers and log, and is rewritten."""


def told_by_rooms(reading: Reading, profile_ids: Collection[int]) -> Told:
    """Section → rows of all that rooms know of the profiles; events are told apart."""
    known = customers.known_profiles(reading, profile_ids)
    names = {name for each in known for name in each.names()}
    customer_ids = set(customers.current_customer_ids(reading, profile_ids).values())
    return {
        **customers.told_of(reading, profile_ids),
        "orders": orders.told_of(reading, profile_ids),
        "messages": messages.told_of(reading, profile_ids),
        "mass_messages": sends.told_of(reading, profile_ids),
        "journeys": journeys.told_of(reading, profile_ids),
        "forms": entries.told_of(reading, profile_ids),
        "codes": entries.told_of_codes(reading, profile_ids),
        **entries.told_of_leads(reading, profile_ids),
        "experiments": experiments.told_of(reading, profile_ids),
        **contacts.told_of(reading, profile_ids),
        **content.told_of(reading, profile_ids),
        **service.told_of(reading, profile_ids),
        "groups": groups.told_of(reading, profile_ids),
        "calls": hooks.told_of(reading, profile_ids),
        "coupons": promotions.told_of(reading, profile_ids),
        "tags": tags.told_of(reading, profile_ids),
        "tasks": tasks.told_of(reading, profile_ids),
        "enquiries": enquiries.told_of(reading, profile_ids),
        "segments": segments.told_of(reading, customer_ids),
        "lists": segments.told_of_lists(reading, customer_ids),
        "filters": segments.told_of_filters(reading, names),
        "stages": segments.told_of_stages(reading, customer_ids),
    }
