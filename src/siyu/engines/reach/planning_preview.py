"""What a send would come to if it were asked for now: who gets it by which channel, who does not and why, and what it takes.

Asked of the same gate that judges the messages later, with what it has counted so far. Of very many people an even sample is asked
and the numbers are scaled up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from siyu.domain.company.reading import accounts_of_persona
from siyu.domain.contacts import reading as contacts
from siyu.domain.customers.reading import attributes_of, keepers_of
from siyu.domain.messages import reading as messages
from siyu.domain.messages.contracts import HAND, HeldReason, MessageRequest
from siyu.domain.sends import reading as sends_reading
from siyu.domain.sends.contracts import STEP, WECOM_CHANNEL, Ids, LeftOutReason, Send
from siyu.engines.reach.gate import Reach
from siyu.engines.reach.planning import CUSTOMERS_MAX, sender_of
from siyu.engines.reach.planning_rules import rules_of
from siyu.engines.reach.planning_runs import people_of, recipients_of
from siyu.kernel.actors import Actor
from siyu.platform.columns.client import Columns
from siyu.platform.numbers import distinct
from siyu.platform.postgres.database import Reading

SAMPLE_MAX = 20_000
SLICE = 5_000
PEOPLE_SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class Preview:
    """`segment` people are in it, `reached` would get the message; `is_estimate` where a sample stands for all. `reasons`: how many
    would not, by reason. `members` of the staff would be asked, `tasks` made, `staff_seconds` be spent on confirming and on sending
    by hand."""

    segment: int
    reached: int
    is_estimate: bool
    reasons: Mapping[str, int]
    channels: Mapping[str, int]
    members: int
    tasks: int
    staff_seconds: int
    cost_fen: int


def preview(reading: Reading, columns: Columns, reach: Reach, actor: Actor, send: Send) -> Preview:
    """What a send would come to now, asked for by this actor."""
    people, _, left_out = people_of(reading, columns, None, send, actor, rules_of(reading), reach.zone)
    step = max(1, -(-len(people) // SAMPLE_MAX))
    asked = people[::step]
    scale = len(people) / len(asked) if len(asked) else 1.0
    refused: Counter[str] = Counter()
    channels: Counter[str] = Counter()
    by_tasks: list[int] = []
    by_hand: list[int] = []
    for customer_id, channel, reason in _foreseen(reading, reach, send, asked):
        if reason is not None:
            refused[reason] += 1
            continue
        channels[channel] += 1
        if channel == WECOM_CHANNEL:
            by_tasks.append(customer_id)
        elif channel == HAND:
            by_hand.append(customer_id)
    members, corps = _members(reading, send, by_tasks)
    keepers = set(keepers_of(reading, by_hand).values())
    by_channel = {name: round(count * scale) for name, count in channels.items()}
    tasks = max(corps, -(-by_channel.get(WECOM_CHANNEL, 0) // CUSTOMERS_MAX))
    shares = members + tasks - corps  # each member's customers come together; where one task ends, somebody has two
    reasons = {reason.value: len(who) for reason, who in left_out.items() if len(who)}
    reasons |= {reason: round(count * scale) for reason, count in refused.items()}
    costs = reach.costs_fen(messages.reach_rules(reading).rules)
    return Preview(
        segment=len(people) + sum(len(who) for who in left_out.values()),
        reached=sum(by_channel.values()),
        is_estimate=step > 1,
        reasons=reasons,
        channels=by_channel,
        members=members + len(keepers),
        tasks=tasks,
        staff_seconds=(shares + by_channel.get(HAND, 0)) * rules_of(reading).confirmation_seconds,
        cost_fen=sum(costs.get(name, 0) * count for name, count in by_channel.items()),
    )


def recipients(reading: Reading, actor: Actor, send: Send) -> int:
    """How many people a send would be for now that this actor asks for, whatever today's quotas leave of them; the gate has not
    seen them."""
    return len(recipients_of(reading, send, actor)[0])


def people_behind(reading: Reading, columns: Columns, reach: Reach, actor: Actor, send: Send, reason: str) -> Ids:
    """Those who would not get it for that reason, ascending; some of them where the gate says so."""
    people, _, left_out = people_of(reading, columns, None, send, actor, rules_of(reading), reach.zone)
    if reason in set(LeftOutReason):
        return left_out.get(LeftOutReason(reason), np.array([], dtype=np.uint64))
    found: list[int] = []
    for customer_id, _, refusal in _foreseen(reading, reach, send, people[:: max(1, -(-len(people) // SAMPLE_MAX))]):
        if refusal == reason:
            found.append(customer_id)
            if len(found) >= PEOPLE_SHOWN_MAX:
                break
    return distinct(np.array(found, dtype=np.uint64))


def _foreseen(reading: Reading, reach: Reach, send: Send, asked: Ids) -> Iterator[tuple[int, str, str | None]]:
    """(customer, channel, why not) as the gate would say now."""
    rules = messages.reach_rules(reading).rules
    for start in range(0, len(asked), SLICE):
        requests = [
            MessageRequest(f"preview:{each}", each, 0, 0, STEP, send.channels, send.purpose)
            for each in asked[start : start + SLICE].tolist()
        ]
        judged = reach.judged(reading, requests, rules)
        foreseen = messages.foreseen(reading, judged, rules, reach.zone)
        passed = {each.customer_id: channel for each, channel, reason in foreseen if reason is None}
        later = dict.fromkeys(_unfilled(reading, send, passed), HeldReason.MISSING_VALUE)
        later |= dict.fromkeys(_strangers(reading, send, list(passed)), HeldReason.NO_ADDRESS)
        for each, channel, reason in foreseen:
            refusal = reason or later.get(each.customer_id)
            yield each.customer_id, channel, refusal.value if refusal is not None else None


def _accounts(reading: Reading, send: Send) -> Sequence[str] | None:
    """The members who speak as the persona of a send; None where it has none."""
    return accounts_of_persona(reading, send.persona_id).get(WECOM_CHANNEL, ()) if send.persona_id is not None else None


def _strangers(reading: Reading, send: Send, customer_ids: list[int]) -> set[int]:
    """Those who are with no member of the persona that speaks, where no other channel could reach them."""
    accounts = _accounts(reading, send)
    if accounts is None or send.channels != (WECOM_CHANNEL,):
        return set()
    addresses = contacts.addresses_of(reading, customer_ids)
    known = {who for who, [(_, _, userids), *_] in addresses.items() if sender_of(accounts, userids) is not None}
    return set(customer_ids) - known


def _unfilled(reading: Reading, send: Send, channel_of: Mapping[int, str]) -> set[int]:
    """Those of whom nothing is known for a field of their channel's own template: it does not go out with an empty one."""
    texts = {channel: send.content.for_channel(channel) for channel in set(channel_of.values())}
    asked = {who: texts[channel] for who, channel in channel_of.items() if texts[channel].template_id is not None}
    known = attributes_of(reading, asked) if any(text.fields for text in texts.values()) else {}
    return {who for who, text in asked.items() if text.render(known.get(who, {})).missing}


def _members(reading: Reading, send: Send, customer_ids: list[int]) -> tuple[int, int]:
    """How many members, at how many corps, would be asked to confirm: those of the persona that speaks, or who has a customer
    alone, or had them last; of others the first stands for all."""
    accounts = _accounts(reading, send)
    members: set[tuple[str, str]] = set()
    for start in range(0, len(customer_ids), SLICE):
        addresses = contacts.addresses_of(reading, customer_ids[start : start + SLICE])
        learned = sends_reading.learned_members(reading, [each[0][1] for each in addresses.values()])
        for (corp_id, profile_id, userids), *_ in addresses.values():
            if sender := sender_of(accounts, userids):
                members.add((corp_id, sender))
            elif accounts is None:
                members.add(learned.get(profile_id) or (corp_id, userids[0]))
    return len(members), len({corp_id for corp_id, _ in members})
