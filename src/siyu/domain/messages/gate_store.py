"""Statements of the gate: what counts already, what is known of channels, and the rows of what was decided."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import psycopg
from pydantic import TypeAdapter

from siyu.domain.customers.contracts import MARKETING
from siyu.domain.messages.contracts import MONTH_DAYS, KeptRules, ReachRules, Recent
from siyu.domain.messages.rules import Decision
from siyu.platform.postgres.packing import packed, packed_numbers

Driver = psycopg.Connection[Any]

GATE_LOCK_KEY = 0x5349_5955_0007
_rules = TypeAdapter(ReachRules)


class AdmittedRow(NamedTuple):
    """A message that is new: requested, or held for a reason."""

    message_id: int
    message_key: str
    customer_id: int
    channel: str
    definition_id: int
    version: int
    step: int
    state: str
    reason: str | None


def lock_gate(driver: Driver) -> None:
    """One at the gate at a time, until the commit: two who count a customer's messages of the day must see each other's."""
    driver.execute("SELECT pg_advisory_xact_lock(%s)", (GATE_LOCK_KEY,))


def select_rules(driver: Driver) -> KeptRules:
    """The rules in force."""
    row = driver.execute(
        "SELECT document, version, set_at FROM messages.rules ORDER BY version DESC LIMIT 1"
    ).fetchone()
    return KeptRules(_rules.validate_python(row[0]), row[1], row[2]) if row else KeptRules(ReachRules(), 0, None)


def insert_rules(driver: Driver, kept: KeptRules, set_by: str) -> bool:
    """Puts a version in force; False where somebody else has put one there."""
    document = json.dumps(_rules.dump_python(kept.rules, mode="json"), ensure_ascii=False)
    return (
        driver.execute(
            "INSERT INTO messages.rules (version, document, set_at, set_by) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (kept.version, document, kept.set_at, set_by),
        ).rowcount
        == 1
    )


def select_known(driver: Driver, message_keys: Collection[str]) -> set[str]:
    """Those of the keys that have a message."""
    rows = driver.execute(
        "SELECT message_key FROM messages.messages WHERE message_key = ANY(string_to_array(%s, chr(31)))",
        (packed(message_keys),),
    ).fetchall()
    return {row[0] for row in rows}


def count_usages(
    driver: Driver, customer_ids: Collection[int], today: date
) -> dict[tuple[int, str], tuple[int, int, int, int]]:
    """{(customer, channel): (today, tomorrow, last seven days, last thirty)} of messages that serve marketing."""
    rows = driver.execute(
        """
        SELECT customer_id, channel, count(*) FILTER (WHERE day_on = %(today)s),
            count(*) FILTER (WHERE day_on > %(today)s), count(*) FILTER (WHERE day_on > %(today)s::date - 7), count(*)
        FROM messages.messages
        WHERE customer_id = ANY(%(customers)s::bigint[]) AND day_on > %(since)s AND purpose = %(purpose)s
          AND (state <> 'failed' OR reason = 'outcome_unknown' OR may_be_there)
        GROUP BY customer_id, channel
        """,
        {
            "today": today,
            "customers": packed_numbers(customer_ids),
            "since": today - timedelta(days=MONTH_DAYS),
            "purpose": MARKETING,
        },
    ).fetchall()
    return {(row[0], row[1]): (row[2], row[3], row[4], row[5]) for row in rows}


def select_let_through(driver: Driver, since_on: date) -> dict[tuple[str, date], int]:
    """{(channel, day): how many messages were let through for it}, of that day and those to come."""
    rows = driver.execute(
        "SELECT channel, day_on, let_through FROM messages.channel_days WHERE day_on >= %s", (since_on,)
    ).fetchall()
    return {(channel, day_on): count for channel, day_on, count in rows}


def add_let_through(driver: Driver, counts: Mapping[tuple[str, date], int]) -> None:
    keys = sorted(counts)
    driver.execute(
        "INSERT INTO messages.channel_days AS d (channel, day_on, let_through)"
        " SELECT * FROM unnest(%s::text[], %s::date[], %s::bigint[])"
        " ON CONFLICT (channel, day_on) DO UPDATE SET let_through = d.let_through + excluded.let_through",
        ([key[0] for key in keys], [key[1] for key in keys], [counts[key] for key in keys]),
    )


class _Shared(NamedTuple):
    """What thousands of messages of one step have in common: it travels once."""

    channel: str
    purpose: str
    definition_id: int
    version: int
    step: int
    channels: tuple[str, ...]
    persona_id: int | None
    expires_at: datetime | None
    routed_by: str | None
    reason: str | None
    not_before: datetime | None
    fall_back_after: int | None
    day_on: date

    @classmethod
    def of(cls, decision: Decision) -> _Shared:
        judged, request = decision.judged, decision.judged.request
        return cls(
            decision.channel,
            request.purpose,
            request.definition_id,
            request.version,
            request.step,
            request.channels,
            request.persona_id,
            request.expires_at,
            judged.routed_by,
            decision.reason.value if decision.reason else None,
            judged.not_before,
            judged.fall_back_after_hours if len(request.channels) > 1 else None,
            decision.day_on,
        )


_INSERT = """
WITH made AS (
    INSERT INTO messages.messages (
        message_key, profile_id, customer_id, channel, purpose, definition_id, version, step, channels, worth, persona_id,
        expires_at, routed_by, state, reason, next_attempt_at, fall_back_at, day_on, created_at
    )
    SELECT d.message_key, d.profile_id, d.customer_id, s.channel, s.purpose, s.definition_id, s.version, s.step,
        ARRAY(SELECT jsonb_array_elements_text(s.channels)), d.worth, s.persona_id, s.expires_at, s.routed_by,
        CASE WHEN s.reason IS NULL THEN 'requested' ELSE 'held' END, s.reason,
        CASE WHEN s.reason IS NULL THEN coalesce(s.not_before, %(now)s) END,
        CASE WHEN s.reason IS NULL THEN coalesce(s.not_before, %(now)s) + make_interval(hours => s.fall_back_after) END,
        CASE WHEN s.reason IS NULL THEN s.day_on END, %(now)s
    FROM unnest(
        string_to_array(%(keys)s, chr(31)), %(profiles)s::bigint[], %(customers)s::bigint[], %(worths)s::bigint[],
        %(numbers)s::bigint[]
    ) WITH ORDINALITY AS d(message_key, profile_id, customer_id, worth, number, place)
    JOIN unnest(
        %(channels)s::text[], %(purposes)s::text[], %(definitions)s::bigint[], %(versions)s::integer[], %(steps)s::integer[],
        %(allowed)s::jsonb[], %(personas)s::bigint[], %(expiries)s::timestamptz[], %(routes)s::text[], %(reasons)s::text[],
        %(not_befores)s::timestamptz[], %(fall_backs)s::integer[], %(days)s::date[]
    ) WITH ORDINALITY AS s(
        channel, purpose, definition_id, version, step, channels, persona_id, expires_at, routed_by, reason, not_before,
        fall_back_after, day_on, number
    ) USING (number) ORDER BY d.place
    ON CONFLICT (message_key) DO NOTHING
    RETURNING message_id, message_key, customer_id, channel, definition_id, version, step, state, reason
)
SELECT (SELECT count(*) FROM made WHERE state = 'requested'), held.*
FROM (SELECT) AS always LEFT JOIN made AS held ON held.state = 'held' ORDER BY held.message_id
"""


def insert_messages(driver: Driver, decisions: Sequence[Decision], now: datetime) -> tuple[int, list[AdmittedRow]]:
    """Makes a message of each decision; gives how many are requested, and those that are held."""
    numbers: dict[_Shared, int] = {}
    numbered = [numbers.setdefault(_Shared.of(each), len(numbers) + 1) for each in decisions]
    shared = list(numbers)
    asked = [each.judged.request for each in decisions]
    rows = driver.execute(
        _INSERT,
        {
            "now": now,
            "keys": packed(each.message_key for each in asked),
            "profiles": packed_numbers(each.profile_id for each in asked),
            "customers": packed_numbers(each.judged.customer_id for each in decisions),
            "worths": packed_numbers(each.worth for each in asked),
            "numbers": packed_numbers(numbered),
            "channels": [each.channel for each in shared],
            "purposes": [each.purpose for each in shared],
            "definitions": [each.definition_id for each in shared],
            "versions": [each.version for each in shared],
            "steps": [each.step for each in shared],
            "allowed": [json.dumps(each.channels) for each in shared],
            "personas": [each.persona_id for each in shared],
            "expiries": [each.expires_at for each in shared],
            "routes": [each.routed_by for each in shared],
            "reasons": [each.reason for each in shared],
            "not_befores": [each.not_before for each in shared],
            "fall_backs": [each.fall_back_after for each in shared],
            "days": [each.day_on for each in shared],
        },
    ).fetchall()
    return rows[0][0], [AdmittedRow(*row[1:]) for row in rows if row[1] is not None]


def select_recent(driver: Driver, customer_ids: Collection[int], since: datetime) -> dict[tuple[int, str], Recent]:
    """{(customer, channel): how many of their messages got through and how many did not} since then."""
    rows = driver.execute(
        """
        SELECT customer_id, channel, count(*) FILTER (WHERE state IN ('sent', 'delivered')),
            count(*) FILTER (WHERE state = 'failed')
        FROM messages.messages WHERE customer_id = ANY(%s::bigint[]) AND created_at > %s
          AND state IN ('sent', 'delivered', 'failed')
        GROUP BY customer_id, channel
        """,
        (packed_numbers(customer_ids), since),
    ).fetchall()
    return {(customer_id, channel): Recent(got, failed) for customer_id, channel, got, failed in rows}


def select_recent_of_channels(driver: Driver, since_on: date) -> dict[str, Recent]:
    """The same of whole channels."""
    rows = driver.execute(
        "SELECT channel, sum(got_through), sum(failed) FROM messages.channel_days WHERE day_on >= %s GROUP BY channel",
        (since_on,),
    ).fetchall()
    return {channel: Recent(int(got), int(failed)) for channel, got, failed in rows}


def add_outcomes(driver: Driver, outcomes: Mapping[tuple[str, date], tuple[int, int, int]]) -> None:
    """{(channel, day): (got through, failed, arrived for sure)} more; in the order of their keys, so that two wait and do not
    deadlock."""
    keys = sorted(outcomes)
    driver.execute(
        "INSERT INTO messages.channel_days AS d (channel, day_on, got_through, failed, arrived)"
        " SELECT * FROM unnest(%s::text[], %s::date[], %s::bigint[], %s::bigint[], %s::bigint[])"
        " ON CONFLICT (channel, day_on) DO UPDATE SET got_through = d.got_through + excluded.got_through,"
        " failed = d.failed + excluded.failed, arrived = d.arrived + excluded.arrived",
        (
            [key[0] for key in keys],
            [key[1] for key in keys],
            *([outcomes[key][n] for key in keys] for n in range(3)),
        ),
    )
