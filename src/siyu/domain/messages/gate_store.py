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
        "SELECT message_key FROM messages.messages WHERE message_key = ANY(%s)", (list(message_keys),)
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
        WHERE customer_id = ANY(%(customers)s) AND day_on > %(since)s AND purpose = %(purpose)s
          AND (state <> 'failed' OR reason = 'outcome_unknown' OR may_be_there)
        GROUP BY customer_id, channel
        """,
        {
            "today": today,
            "customers": list(customer_ids),
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


_INSERT = """
INSERT INTO messages.messages (
    message_key, profile_id, customer_id, channel, purpose, definition_id, version, step, channels, worth, persona_id,
    expires_at, routed_by, state, reason, next_attempt_at, fall_back_at, day_on, created_at
)
SELECT message_key, profile_id, customer_id, channel, purpose, definition_id, version, step,
    ARRAY(SELECT jsonb_array_elements_text(channels)), worth, persona_id, expires_at, routed_by,
    CASE WHEN reason IS NULL THEN 'requested' ELSE 'held' END, reason,
    CASE WHEN reason IS NULL THEN coalesce(not_before, %(now)s) END,
    CASE WHEN reason IS NULL THEN coalesce(not_before, %(now)s) + make_interval(hours => fall_back_after) END,
    CASE WHEN reason IS NULL THEN day_on END, %(now)s
FROM unnest(
    %(keys)s::text[], %(profiles)s::bigint[], %(customers)s::bigint[], %(channels)s::text[], %(purposes)s::text[],
    %(definitions)s::bigint[], %(versions)s::integer[], %(steps)s::integer[], %(allowed)s::jsonb[], %(worths)s::bigint[],
    %(personas)s::bigint[], %(expiries)s::timestamptz[], %(routes)s::text[], %(reasons)s::text[],
    %(not_befores)s::timestamptz[], %(fall_backs)s::integer[], %(days)s::date[]
) WITH ORDINALITY AS d(
    message_key, profile_id, customer_id, channel, purpose, definition_id, version, step, channels, worth, persona_id,
    expires_at, routed_by, reason, not_before, fall_back_after, day_on, place
) ORDER BY place
ON CONFLICT (message_key) DO NOTHING
RETURNING message_id, message_key, customer_id, channel, definition_id, version, step, state, reason
"""


def insert_messages(driver: Driver, decisions: Sequence[Decision], now: datetime) -> list[AdmittedRow]:
    """Makes a message of each decision, requested or held."""
    asked = [each.judged.request for each in decisions]
    rows = driver.execute(
        _INSERT,
        {
            "now": now,
            "keys": [each.message_key for each in asked],
            "profiles": [each.profile_id for each in asked],
            "customers": [each.judged.customer_id for each in decisions],
            "channels": [each.channel for each in decisions],
            "purposes": [each.purpose for each in asked],
            "definitions": [each.definition_id for each in asked],
            "versions": [each.version for each in asked],
            "steps": [each.step for each in asked],
            "allowed": [json.dumps(each.channels) for each in asked],
            "worths": [each.worth for each in asked],
            "personas": [each.persona_id for each in asked],
            "expiries": [each.expires_at for each in asked],
            "routes": [each.judged.routed_by for each in decisions],
            "reasons": [each.reason.value if each.reason else None for each in decisions],
            "not_befores": [each.judged.not_before for each in decisions],
            "fall_backs": [
                each.judged.fall_back_after_hours if len(each.judged.request.channels) > 1 else None
                for each in decisions
            ],
            "days": [each.day_on for each in decisions],
        },
    ).fetchall()
    return [AdmittedRow(*row) for row in rows]


def select_recent(driver: Driver, customer_ids: Collection[int], since: datetime) -> dict[tuple[int, str], Recent]:
    """{(customer, channel): how many of their messages got through and how many did not} since then."""
    rows = driver.execute(
        """
        SELECT customer_id, channel, count(*) FILTER (WHERE state IN ('sent', 'delivered')),
            count(*) FILTER (WHERE state = 'failed')
        FROM messages.messages WHERE customer_id = ANY(%s) AND created_at > %s AND state IN ('sent', 'delivered', 'failed')
        GROUP BY customer_id, channel
        """,
        (list(customer_ids), since),
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
