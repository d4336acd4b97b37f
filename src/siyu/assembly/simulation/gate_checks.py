"""No gate is bypassed, and none is shut for nothing: consent, quiet hours, caps and quotas against a plain reference of what people
said themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from siyu.assembly.simulation.company import A_DAY_MOST, QUIET, RECEIPT, TEXTS_A_DAY_MOST, TEXTS_OF_ALL_MOST
from siyu.assembly.simulation.console import BY_NIGHT
from siyu.assembly.simulation.message_checks import Arrival, Kept, arrivals_of, kept_messages
from siyu.assembly.simulation.people import TOLD
from siyu.assembly.simulation.simulated import BEGINS_AT, Simulated
from siyu.assembly.simulation.whose import Whose
from siyu.engines.reach.tasks_planning import DAY_BEGINS, DAY_ENDS
from siyu.platform.postgres.database import Reading

SERVICE_TITLES = (RECEIPT, BY_NIGHT)
BATCH_MAX = timedelta(minutes=30)
"""So long a batch may be on its way where everything is slow: what was begun by day ends a little later."""


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said of advertisements by a channel: when, and when all had heard of it (None: nobody ever did)."""

    is_yes: bool
    said_at: datetime
    heard_at: datetime | None


class Words:
    """Everything that people said, by person and channel."""

    def __init__(self, found: Simulated) -> None:
        self._words: dict[tuple[str, str], list[Word]] = {}
        for deed in found.acknowledged.values():
            if deed.name in ("consent_granted", "consent_withdrawn"):
                word = Word(deed.name == "consent_granted", deed.at, found.heard.get(deed.number))
                self._words.setdefault((deed.user_id, deed.channel), []).append(word)
        noes = (
            ("sms", found.vendor.said_no, found.vendor.heard_no),
            ("mail", found.letters.said_no, found.letters.heard_no),
            ("official_account", found.fans.said_no, found.fans.heard_no),
            ("wecom", found.meetings.said_no, found.opted_out_at()),
        )
        for channel, said_no, heard_no in noes:
            for user_id, at in said_no.items():
                self._words.setdefault((user_id, channel), []).append(Word(False, at, heard_no.get(user_id)))

    def surely_no(self, user_id: str, channel: str, at: datetime) -> bool:
        """Whether nobody could take it for granted by then that this one wants advertisements."""
        said = [word for word in self._words.get((user_id, channel), ()) if word.said_at <= at]
        noes = [word.said_at for word in said if not word.is_yes and word.heard_at is not None and word.heard_at <= at]
        return not any(word.is_yes and word.said_at > max(noes, default=BEGINS_AT) for word in said)

    def surely_yes(self, user_id: str, channel: str, at: datetime) -> bool:
        """Whether everybody had to know by then that this one wants them, and they never said otherwise."""
        said = self._words.get((user_id, channel), ())
        return all(word.is_yes for word in said) and any(
            word.heard_at is not None and word.heard_at <= at for word in said
        )


def gate_faults(reading: Reading, found: Simulated, zone: ZoneInfo) -> Iterator[str]:
    """A sentence for each thing that does not hold."""
    kept, words, whose = kept_messages(reading), Words(found), Whose.of(reading)
    for arrival in arrivals_of(found, kept):
        yield from advertising_faults(arrival, words, zone)
    yield from _task_faults(found, words, zone)
    for each in kept.values():
        yield from _refusal_faults(each, found, words, whose)
        yield from _admission_faults(each, words, whose)
    yield from _cap_faults(reading, whose, zone)


def advertising_faults(arrival: Arrival, words: Words, zone: ZoneInfo) -> Iterator[str]:
    """What was wrong with something that reached somebody just then. What goes by mass tasks is judged when the task is made: when
    it is confirmed is the member's to say."""
    if arrival.title in SERVICE_TITLES or arrival.channel == "wecom":
        return
    local, begun = arrival.at.astimezone(zone).time(), (arrival.at - BATCH_MAX).astimezone(zone).time()
    start, end = time.fromisoformat(QUIET.start), time.fromisoformat(QUIET.end)
    if local < end or (local >= start and begun >= start):
        yield f"{arrival.user_id} got “{arrival.title}” by {arrival.channel} at {local:%H:%M}."
    if words.surely_no(arrival.user_id, arrival.channel, arrival.at):
        told = f"“{arrival.title}” by {arrival.channel} at {arrival.at.isoformat()}"
        yield f"{arrival.user_id} got {told}, and had not agreed, or had said no."


def _task_faults(found: Simulated, words: Words, zone: ZoneInfo) -> Iterator[str]:
    """Mass tasks are made by day, of people who agreed."""
    for message in found.corp.mass.messages.values():
        if message.kind != "single":
            continue
        local = message.created_at.astimezone(zone)
        if not DAY_BEGINS <= local.hour < DAY_ENDS:
            yield f"The mass task {message.msgid} was made at {local:%H:%M}."
        for task in message.tasks.values():
            for one in task.outcomes:
                if words.surely_no(f"person-{one.target}", "wecom", message.created_at):
                    yield f"person-{one.target} never agreed, and is in the task of {message.created_at.isoformat()}."


def _admission_faults(each: Kept, words: Words, whose: Whose) -> Iterator[str]:
    """Who said no, and was heard, is let nothing through any more, whether it would have arrived or not."""
    person = whose.persons.get(each.customer_id)
    if person is None or each.purpose != "marketing" or each.state in ("held", "cancelled"):
        return
    if whose.is_one_since(each.customer_id, each.created_at) and words.surely_no(person, each.channel, each.created_at):
        told = f"{each.key} by {each.channel} at {each.created_at.isoformat()}"
        yield f"{person} was let {told} through, and had not agreed, or had said no."


def _refusal_faults(each: Kept, found: Simulated, words: Words, whose: Whose) -> Iterator[str]:
    """Who was refused a message for want of consent or of an address has not agreed, or has none."""
    person = whose.persons.get(each.customer_id)
    if each.state != "held" or person is None or not whose.is_one_since(each.customer_id, each.created_at):
        return
    if each.reason == "no_consent" and words.surely_yes(person, each.channel, each.created_at):
        yield f"{each.key} by {each.channel} was refused for want of consent, and {person} had agreed."
    if each.reason == "no_address" and each.channel == "sms":
        for deed in found.acknowledged.values():
            heard_at = found.heard.get(deed.number)
            is_known = heard_at is not None and heard_at <= each.created_at
            if deed.name == TOLD and deed.user_id == person and is_known and "phone" in deed.body["traits"]:
                yield f"{each.key} was refused for want of an address, and {person} had told theirs."
    if each.reason == "no_channel":
        yield f"{each.key} was refused for want of a channel."


def _cap_faults(reading: Reading, whose: Whose, zone: ZoneInfo) -> Iterator[str]:
    """No customer is let more through on a day than the caps say, all channels together and by text messages alone; the company no
    more text messages than its quota; and who was refused for a cap had had their fill."""
    rows = reading.driver.execute(
        "SELECT customer_id, channel, purpose, day_on, created_at, state, reason, state <> 'failed' OR reason ="
        " 'outcome_unknown' OR may_be_there FROM messages.messages ORDER BY message_id"
    ).fetchall()
    days, texts, quotas = Counter[tuple[int, object]](), Counter[tuple[int, object]](), Counter[object]()
    admitted: dict[int, list[datetime]] = {}
    for customer_id, channel, purpose, day_on, created_at, state, reason, counts in rows:
        if state == "held" and reason in ("daily_cap", "channel_cap") and whose.is_one_since(customer_id, created_at):
            least = A_DAY_MOST if reason == "daily_cap" else TEXTS_A_DAY_MOST
            if len(admitted.get(customer_id, ())) < least:
                yield f"Customer {customer_id} was refused a message for {reason}, and was let through less than that."
        if purpose == "marketing" and reason not in ("daily_cap", "channel_cap", "no_consent", "no_address"):
            admitted.setdefault(customer_id, []).append(created_at)
        if day_on is None:
            continue
        quotas[channel, day_on] += 1
        day = datetime.combine(day_on, time(), zone)
        if purpose == "marketing" and counts and whose.is_one_since(customer_id, min(day, created_at)):
            days[customer_id, day_on] += 1
            texts[customer_id, day_on] += channel == "sms"
    yield from _over(days, A_DAY_MOST, "advertisements")
    yield from _over(texts, TEXTS_A_DAY_MOST, "text messages")
    for (channel, day_on), many in quotas.items():  # type: ignore[misc]  # as they were put in
        if channel == "sms" and many > TEXTS_OF_ALL_MOST:
            yield f"{many} text messages were let through for {day_on}, of {TEXTS_OF_ALL_MOST}."


def _over(counted: Mapping[tuple[int, object], int], most: int, what: str) -> Iterator[str]:
    for (customer_id, day_on), many in counted.items():
        if many > most:
            yield f"Customer {customer_id} was let {many} {what} through on {day_on}, of {most}."
