"""One stretch of the log into the columns: its events, the customers it touched, the mapping it changed.

Writing the same stretch again has the same effect: events go in under a token of the stretch, customers and the mapping are
whole rows of which the one with the highest position counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from siyu.domain.company.contracts import UNIT_MOVED
from siyu.domain.contacts import reading as contacts
from siyu.domain.contacts.contracts import TRAIT_EVENTS as CONTACT_EVENTS
from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import (
    CUSTOMERS_MERGED,
    CUSTOMERS_SPLIT,
    PROFILE_CREATED,
    TRAIT_EVENTS,
    CustomerTraits,
)
from siyu.domain.groups import reading as groups
from siyu.domain.groups.contracts import TRAIT_EVENTS as GROUP_EVENTS
from siyu.domain.tags import reading as tags
from siyu.domain.tags.contracts import TRAIT_EVENTS as TAG_EVENTS
from siyu.platform.columns.client import Columns
from siyu.platform.columns.events import EventRow, insert_events
from siyu.platform.columns.schema import CUSTOMERS, EVENTS, PROFILE_CUSTOMER, consent_text, reload_customer_of
from siyu.platform.eventlog.projecting import Projector
from siyu.platform.eventlog.reading import ANY_NAME, StoredEvent, Stretch, read_stored
from siyu.platform.postgres.database import Database, Reading

COLUMNS_CONSUMER = "columns"
"""The name of the cursor; audience never overtakes it."""

ROW_EVENTS = (*TRAIT_EVENTS, *TAG_EVENTS, *CONTACT_EVENTS, *GROUP_EVENTS)
"""The events after which a customer's row is written anew; for merges and splits those of all whom they moved."""

NOT_SEEN = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands where nobody was seen: the columns know no NULL there."""

CUSTOMERS_AT_ONCE = 50_000
"""How many customers' rows are in memory at a time where a unit of any size was moved."""

_encode = msgspec.json.Encoder().encode
_MOVING_EVENTS = (CUSTOMERS_MERGED, CUSTOMERS_SPLIT)


class _Moved(msgspec.Struct):
    winner_id: int
    profile_ids: list[int]


class _Born(msgspec.Struct):
    """`profile_ids` are those that belong to the customer from the start, beside the event's own."""

    profile_ids: list[int] = []


class _MovedUnit(msgspec.Struct):
    unit_id: int


_decode_unit = msgspec.json.Decoder(_MovedUnit).decode
_decode_born = msgspec.json.Decoder(_Born).decode


def columns_projector(columns: Columns) -> Projector:
    """The consumer that keeps the columns up with the log."""

    def write(database: Database, stretch: Stretch) -> None:
        with database.read() as reading:
            stored = read_stored(reading.driver, stretch, [ANY_NAME])
            _write_events(columns, event_rows(reading, stored), stretch)
            # rows first: whoever sees events at their new customer also sees, by the row, that this customer is newer
            project_customers(columns, reading, touched_profiles(stored), stretch)
            project_units(columns, reading, stored, stretch)
            project_mapping(columns, reading, stored, stretch)

    return Projector(COLUMNS_CONSUMER, write)


def _write_events(columns: Columns, rows: Sequence[EventRow], stretch: Stretch) -> None:
    """The events of a stretch, each once. Nobody promises that ClickHouse forgets the token of a try that failed late, and then it
    would take the second for done. So after a second try one looks."""
    insert_events(columns, rows, token=f"{EVENTS}:{stretch.after}-{stretch.upto}")
    if stretch.is_repeated:
        there = set(
            columns.query(
                f"SELECT position, n FROM {EVENTS} WHERE position > {{after:UInt64}} AND position <= {{upto:UInt64}}",  # noqa: S608  # a constant
                {"after": stretch.after, "upto": stretch.upto},
            )
        )
        if missing := [row for row in rows if (row.position, row.n) not in there]:
            insert_events(columns, missing, token=None)


def event_rows(reading: Reading, stored: Iterable[StoredEvent]) -> list[EventRow]:
    """The events as the columns may hold them: phones and e-mail masked."""
    return [EventRow(*event[:-1], customers.masked_properties(reading, event.properties_json)) for event in stored]


def touched_profiles(stored: Iterable[StoredEvent]) -> set[int]:
    """The profiles whose customer's row has to be read anew."""
    touched = set()
    for event in stored:
        if event.name in ROW_EVENTS:
            touched.add(event.profile_id)
        if event.name in _MOVING_EVENTS:
            moved = _moved(event)
            touched.update((moved.winner_id, *moved.profile_ids))
    return touched


def project_mapping(columns: Columns, reading: Reading, stored: Sequence[StoredEvent], stretch: Stretch) -> None:
    """Writes where the profiles are now that merges and splits moved, or that never were customers of their own, and makes every
    later query see it."""
    moved = {profile_id for event in stored if event.name in _MOVING_EVENTS for profile_id in _moved(event).profile_ids}
    moved.update(
        profile_id
        for event in stored
        if event.name == PROFILE_CREATED
        for profile_id in _decode_born(event.properties_json).profile_ids
    )
    if moved:
        write_mapping(columns, customers.current_customer_ids(reading, moved), stretch, PROFILE_CUSTOMER)
        reload_customer_of(columns)


def write_mapping(columns: Columns, customer_of: dict[int, int], stretch: Stretch, table: str) -> None:
    """Writes rows (profile, customer) as known at the end of the stretch."""
    columns.insert_columns(
        table,
        {
            "profile_id": list(customer_of),
            "customer_id": list(customer_of.values()),
            "position": [stretch.upto] * len(customer_of),
        },
        token=_token(table, stretch),
    )


def project_customers(columns: Columns, reading: Reading, profile_ids: Collection[int], stretch: Stretch) -> None:
    """Writes the rows of the customers that the profiles belong to, and takes away those who were merged."""
    if profile_ids:
        write_customers(columns, customer_rows(reading, profile_ids), stretch, CUSTOMERS)


def project_units(columns: Columns, reading: Reading, stored: Sequence[StoredEvent], stretch: Stretch) -> None:
    """Writes the rows of all who are kept in a unit that was moved, or below: where they belong has another path now."""
    moved = {_decode_unit(event.properties_json).unit_id for event in stored if event.name == UNIT_MOVED}
    kept = customers.kept_below(reading, moved) if moved else []
    for part, start in enumerate(range(0, len(kept), CUSTOMERS_AT_ONCE)):
        rows = customer_rows(reading, kept[start : start + CUSTOMERS_AT_ONCE])
        write_customers(columns, rows, stretch, CUSTOMERS, part=f":units:{part}")


class CustomerRow(NamedTuple):
    """What rooms know of a customer; `outside` is what their contacts and groups come to, which stands among the attributes."""

    traits: CustomerTraits
    tag_ids: Sequence[int]
    outside: Mapping[str, Any]


def customer_rows(reading: Reading, profile_ids: Collection[int]) -> list[CustomerRow]:
    """The customers that the profiles belong to, and those they belonged to before a merge."""
    traits = customers.traits(reading, profile_ids)
    known = [each.customer_id for each in traits if not (each.is_merged or each.is_erased)]
    tag_ids = tags.traits(reading, known) if known else {}
    outside: dict[int, dict[str, Any]] = contacts.traits(reading, known) if known else {}
    for customer_id, told in (groups.traits(reading, known) if known else {}).items():
        outside.setdefault(customer_id, {}).update(told)
    return [CustomerRow(each, tag_ids.get(each.customer_id, ()), outside.get(each.customer_id, {})) for each in traits]


def write_customers(
    columns: Columns, rows: Sequence[CustomerRow], stretch: Stretch, table: str, *, part: str = ""
) -> None:
    """Writes whole rows of customers as known at the end of the stretch. `part` tells several writings of one stretch apart."""
    traits = [row.traits for row in rows]
    columns.insert_columns(
        table,
        {
            "customer_id": [each.customer_id for each in traits],
            "unit_path": [each.unit_path for each in traits],
            "attributes": [_encode({**row.traits.attributes, **row.outside}).decode() for row in rows],
            "staff_ids": [each.staff_ids for each in traits],
            "tag_ids": [row.tag_ids for row in rows],
            "consents": [
                [consent_text(said.purpose, said.channel, said.state) for said in each.consents] for each in traits
            ],
            "identity_kinds": [each.identity_kinds for each in traits],
            "entry_channel": [each.entry_channel for each in traits],
            "first_seen_at": [each.first_seen_at or NOT_SEEN for each in traits],
            "position": [stretch.upto] * len(traits),
            "is_deleted": [int(each.is_merged) for each in traits],
            "is_erased": [int(each.is_erased) for each in traits],
        },
        token=_token(table + part, stretch),
    )


def _moved(event: StoredEvent) -> _Moved:
    return msgspec.json.decode(event.properties_json, type=_Moved)


def _token(table: str, stretch: Stretch) -> str | None:
    """So that a call that broke off can be repeated. None for a stretch that is written again: its token may be remembered
    without its rows, and whole rows written twice are one."""
    return None if stretch.is_repeated else f"{table}:{stretch.after}-{stretch.upto}"
