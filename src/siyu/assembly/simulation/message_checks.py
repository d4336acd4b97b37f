"""What must hold of messages after a run: none lost, none twice, whichever channels they were asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from siyu.assembly.simulation.company import ONCE_EACH
from siyu.assembly.simulation.console import FALL_BACK_HOURS, NOT_SENT, SENDS
from siyu.assembly.simulation.simulated import Simulated
from siyu.domain.sends.contracts import SEND_KIND
from siyu.platform.postgres.database import Reading
from siyu.world.wecom.phones import Origin

OPEN_STATES = ("requested", "sending")
SENT_TITLES = tuple(each.name for each in SENDS)


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as the books have it."""

    key: str
    channel: str
    state: str
    reason: str | None
    purpose: str
    customer_id: int
    title: str
    created_at: datetime
    may_be_there: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that a person got: by its key, but of mass messages, which have none."""

    user_id: str
    title: str
    channel: str
    at: datetime
    key: str = ""


def kept_messages(reading: Reading) -> dict[str, Kept]:
    """All messages by their keys."""
    rows = reading.driver.execute(
        "SELECT m.message_key, m.channel, m.state, m.reason, m.purpose, m.customer_id, c.document ->> 'title', m.created_at,"
        " m.may_be_there FROM messages.messages m JOIN content.messages c"
        " ON (c.definition_id, c.version, c.step) = (m.definition_id, m.version, m.step) ORDER BY m.message_id"
    ).fetchall()
    return {row[0]: Kept(*row) for row in rows}


def arrivals_of(found: Simulated, kept: Mapping[str, Kept]) -> list[Arrival]:
    """All that reached somebody, by any channel."""
    corp = found.corp
    arrivals = [Arrival(one.user_id, one.title, "webhook", one.at, one.key) for one in found.outside.received.values()]
    arrivals += [
        Arrival(one.user_id, kept[one.key].title, "sms", one.at, one.key)
        for one in found.vendor.arrived
        if one.key in kept
    ]
    arrivals += [
        Arrival(one.user_id, kept[one.key].title, channel, one.at, one.key)
        for channel, those in (("mail", found.letters.arrived), ("aicall", found.vendor.called))
        for one in those
        if one.key in kept
    ]
    arrivals += [Arrival(user_id, title, "official_account", at) for user_id, title, at in found.fans.arrivals()]
    for number in range(corp.people.count):
        for shown in corp.phones.of(number):
            if shown.origin is Origin.MASS and not shown.chat_id:
                text = shown.content.get("text", {}).get("content", "")
                at = datetime.fromtimestamp(shown.at, UTC)
                arrivals.append(Arrival(f"person-{number}", text.partition("，")[0], "wecom", at))
    return sorted(arrivals, key=lambda each: (each.at, each.user_id, each.channel))


def message_faults(reading: Reading, found: Simulated) -> Iterator[str]:
    """A sentence for each thing that does not hold."""
    kept = kept_messages(reading)
    yield from _outcome_faults(found, kept)
    yield from _twice_faults(found, kept)
    yield from _send_faults(reading, kept)


def _outcome_faults(found: Simulated, kept: Mapping[str, Kept]) -> Iterator[str]:
    """What the books say became of a message is what became of it."""
    arrived = {
        "webhook": set(found.outside.received),
        "sms": {one.key for one in found.vendor.arrived},
        "mail": {one.key for one in found.letters.arrived},
        "aicall": {one.key for one in found.vendor.called},
    }
    for channel, keys in arrived.items():
        for key in sorted(keys - kept.keys()):
            yield f"Message {key} arrived by {channel} and nobody sent it."
    for each in kept.values():
        if each.state in OPEN_STATES:
            yield f"Message {each.key} is still {each.state}."
        there = each.key in arrived.get(each.channel, ())
        if each.channel == "webhook" and each.state in ("sent", "delivered") and not there:
            yield f"Message {each.key} is {each.state} and never arrived."
        if each.channel in ("sms", "aicall") and each.state == "delivered" and not there:
            yield f"Message {each.key} is delivered and never arrived."
        is_sent = each.channel == "mail" and each.state == "sent"
        if is_sent and not there and each.key not in found.letters.returned:
            yield f"Letter {each.key} is sent and never arrived."
        if there and (each.state == "held" or (each.state in ("failed", "cancelled") and _is_sure(each, found))):
            yield f"Message {each.key} is {each.state} ({each.reason}) and arrived."


def _is_sure(each: Kept, found: Simulated) -> bool:
    """Whether it is said that the message surely did not get through."""
    return not each.may_be_there and each.reason != "outcome_unknown" and each.key not in found.vendor.told


def _twice_faults(found: Simulated, kept: Mapping[str, Kept]) -> Iterator[str]:
    """Nobody gets a message twice: not by one channel, and by the next one only where nobody could know of the first."""
    for key in found.vendor.twice:
        yield f"Text message {key} reached a telephone twice."
    orders = Counter(deed.user_id for deed in found.acknowledged.values() if deed.name == "order_completed")
    got: dict[tuple[str, str], list[Arrival]] = {}
    for each in arrivals_of(found, kept):
        got.setdefault((each.user_id, each.title), []).append(each)
    for (user_id, title), those in got.items():
        most = 1 if title in (*ONCE_EACH, *SENT_TITLES) else orders[user_id]
        surplus = [each for each in those if not _is_unheard_of(each, found, kept)]
        if len(surplus) > most:
            yield f"{user_id} got “{title}” {len(those)} times, by {[each.channel for each in those]}."


def _is_unheard_of(each: Arrival, found: Simulated, kept: Mapping[str, Kept]) -> bool:
    """Whether nobody was told in time that a message had arrived, so that the next channel was asked."""
    if each.channel == "official_account":
        those = [one for one in kept.values() if (one.channel, one.title) == (each.channel, each.title)]
        return any(one.may_be_there or one.reason == "outcome_unknown" for one in those)
    if each.channel == "mail":
        return kept[each.key].may_be_there or kept[each.key].reason == "outcome_unknown"
    if each.channel not in ("sms", "aicall"):
        return False
    told_at = found.vendor.told.get(each.key)
    return told_at is None or told_at > kept[each.key].created_at + timedelta(hours=FALL_BACK_HOURS)


def _send_faults(reading: Reading, kept: Mapping[str, Kept]) -> Iterator[str]:
    """Sends are over; what nobody else approved never went out, and everybody on the list was asked for once."""
    rows = reading.driver.execute(
        "SELECT d.name, r.state, r.recipients, r.people, r.asked_by, r.decided_by, r.started_at FROM sends.runs r"
        " JOIN definitions.definitions d ON d.definition_id = r.send_id WHERE d.kind = %s ORDER BY r.run_id",
        (SEND_KIND,),
    ).fetchall()
    asked = Counter(each.title for each in kept.values() if each.key.count(":") == 2 and each.key.startswith("send:"))
    for name, state, recipients, people, asked_by, decided_by, started_at in rows:
        if name in NOT_SENT and (started_at is not None or asked[name]):
            yield f"The send {name} ({state}) was let out by nobody, and went out."
        if state in ("planned", "running", "paused"):
            yield f"The send {name} is still {state}."
        if started_at is not None and decided_by == asked_by:
            yield f"The send {name} was approved by who had asked for it."
        if state == "done" and people is not None and asked[name] > people:
            yield f"The send {name} was for {people} of {recipients}, {asked[name]} messages were asked for."
