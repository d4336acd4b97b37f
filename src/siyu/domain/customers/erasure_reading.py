"""All that is known of persons, for themselves and for who erases it. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from siyu.domain.customers import erasure_store, sealing
from siyu.domain.customers.contracts import Identity
from siyu.platform.postgres.database import Reading


class KnownProfile(NamedTuple):
    """A profile with all that is known of it, opened; `stored_value` is what stands in the table for its identity."""

    profile_id: int
    identity: Identity
    stored_value: str
    first_seen_at: datetime
    last_seen_at: datetime
    attributes: Mapping[str, Any]
    entry_channel: str

    def names(self) -> set[str]:
        """What the person is called."""
        told = (self.attributes.get(name, [None])[0] for name in ("name", "nickname"))
        return {each for each in told if isinstance(each, str) and each.strip()}


def known_profiles(reading: Reading, profile_ids: Collection[int]) -> list[KnownProfile]:
    """Those of the profiles that are not erased."""
    rows = reading.driver.execute(
        "SELECT profile_id, kind, value, sealed, first_seen_at, last_seen_at, attributes, entry_channel"
        " FROM customers.profiles"
        " WHERE profile_id = ANY(%s) AND erased_at IS NULL ORDER BY profile_id",
        (list(profile_ids),),
    ).fetchall()
    return [
        KnownProfile(
            profile_id=row[0],
            identity=sealing.opened_identity(reading.keys, row[1], row[2], row[3]),
            stored_value=row[2],
            first_seen_at=row[4],
            last_seen_at=row[5],
            attributes=sealing.opened_document(reading.keys, row[6]),
            entry_channel=row[7],
        )
        for row in rows
    ]


_TOLD = {
    "consents": (
        ("purpose", "channel", "state", "changed_at"),
        "SELECT purpose, channel, state, changed_at FROM customers.consents WHERE profile_id = ANY(%(ids)s)"
        " ORDER BY purpose, channel, changed_at",
    ),
    "consent_records": (
        ("purpose", "channel", "state", "told_at", "recorded_at", "source", "notice", "reference", "policy_version"),
        "SELECT purpose, channel, state, told_at, recorded_at, source, notice, reference, policy_version"
        " FROM customers.consent_records WHERE profile_id = ANY(%(ids)s) ORDER BY record_id",
    ),
    "custody": (
        ("unit", "staff"),
        "SELECT u.name, s.name FROM customers.custody k JOIN company.units u ON u.unit_id = k.unit_id"
        " LEFT JOIN company.staff s ON s.staff_id = k.staff_id WHERE k.profile_id = ANY(%(ids)s) ORDER BY k.profile_id",
    ),
    "merges": (
        ("is_split", "winner_id", "loser_id", "profile_ids", "cause", "reason", "at"),
        "SELECT is_split, winner_id, loser_id, profile_ids, cause, reason, merged_at FROM customers.merges"
        " WHERE winner_id = ANY(%(ids)s) OR loser_id = ANY(%(ids)s) ORDER BY merge_id",
    ),
    "separations": (
        ("profile_id", "separation_id"),
        "SELECT profile_id, separation_id FROM customers.separations WHERE profile_id = ANY(%(ids)s)"
        " ORDER BY profile_id, separation_id",
    ),
}


def told_of(reading: Reading, profile_ids: Collection[int]) -> dict[str, list[dict[str, Any]]]:
    """Section → rows of all that this room knows of the profiles, opened, for the person herself."""
    known = known_profiles(reading, profile_ids)
    told: dict[str, list[dict[str, Any]]] = {
        "identities": [
            {
                "profile_id": each.profile_id,
                "kind": each.identity.kind,
                "value": each.identity.value,
                "first_seen_at": each.first_seen_at,
                "last_seen_at": each.last_seen_at,
                "entry_channel": each.entry_channel,
            }
            for each in known
        ],
        "attributes": [
            {"profile_id": each.profile_id, "name": name, "value": value, "set_at": set_at}
            for each in known
            for name, (value, set_at, *_) in sorted(each.attributes.items())
            if value is not None
        ],
    }
    for section, (names, statement) in _TOLD.items():
        rows = reading.driver.execute(statement, {"ids": list(profile_ids)}).fetchall()
        told[section] = [dict(zip(names, row, strict=True)) for row in rows]
    return told


def erased_among(reading: Reading, customer_ids: Collection[int]) -> set[int]:
    """Those of the customers that were erased."""
    rows = reading.driver.execute(
        "SELECT profile_id FROM customers.profiles WHERE profile_id = ANY(%s) AND erased_at IS NOT NULL",
        (list(customer_ids),),
    ).fetchall()
    return {row[0] for row in rows}


def erased_since(reading: Reading, instant: datetime) -> list[int]:
    """The profiles that became husks since then."""
    rows = reading.driver.execute(
        "SELECT profile_id FROM customers.profiles WHERE erased_at >= %s", (instant,)
    ).fetchall()
    return [row[0] for row in rows]


class SilentVisitors(NamedTuple):
    """Customers known by nothing but anonymous ids and long not seen; `next_after` is the place to look on from."""

    customer_ids: Collection[int]
    next_after: tuple[datetime, int] | None


FIRST_PLACE = (datetime(1, 1, 2, tzinfo=UTC), 0)


def silent_anonymous(
    reading: Reading, before: datetime, size: int, after: tuple[datetime, int] = FIRST_PLACE
) -> SilentVisitors:
    """Looks at `size` anonymous ids last seen before, the longest silent first, from a place on."""
    return SilentVisitors(*erasure_store.select_silent_anonymous(reading.driver, before, after, size))


def still_silent(reading: Reading, customer_ids: Collection[int], before: datetime) -> set[int]:
    """Those of the customers who are known by nothing but anonymous ids and were last seen before."""
    return erasure_store.still_silent(reading.driver, customer_ids, before)
