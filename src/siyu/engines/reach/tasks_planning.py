"""Messages of the channel `wecom` become mass tasks: one content to many customers of a corp, within each customer's quota.

Whose message a task carries is written down together with the task, so that a worker who is killed leaves either both or none.
Messages of journeys come in drops: their tasks are made at a few hours of the day, for each task costs every member a confirmation.
What was there when a drop began goes with it, however many tasks that takes; what comes later waits for the next.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from siyu.domain.company.reading import accounts_of_persona
from siyu.domain.contacts import reading as contacts
from siyu.domain.content import reading as contents
from siyu.domain.content.contracts import KeptMessage, MessagePlace
from siyu.domain.customers import reading as customers
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import ClaimedMessage, FailedReason, MessageState, Settlement
from siyu.domain.sends import reading as sends_reading
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import WECOM_CHANNEL, NewTask, Run, RunState, SendRules, TaskPart
from siyu.domain.sends.reading import content_key, is_in_hours, quota_most, task_body, window_end
from siyu.engines.reach.gate import ACTOR, Reach
from siyu.engines.reach.planning import CUSTOMERS_MAX, chunk_key, sender_of
from siyu.engines.reach.planning_runs import CALLED_BACK
from siyu.platform.postgres.database import Database, Reading, UnitOfWork

RELEASE_HOURS: Final = (10, 14, 18)
"""At these hours of the day tasks are made of what journeys asked for since."""
DAY_BEGINS, DAY_ENDS = 9, 21
"""Between these hours members are asked to confirm, where a message does not say otherwise."""
WINDOW_MIN = timedelta(minutes=30)
"""Nothing is asked for whose window is shorter."""


@dataclass
class _Bundle:
    """Messages of one content to customers of one corp, from one sender."""

    corp_id: str
    body: dict[str, object]
    sender: str
    ends_at: datetime
    parts: list[TaskPart] = field(default_factory=list)
    worth_fen: int = 0


def plan_tasks_once(database: Database, reach: Reach, rules: SendRules) -> int:
    """Makes tasks of at most CUSTOMERS_MAX messages that wait; gives how many messages were taken."""
    if WECOM_CHANNEL not in reach.channels:
        return 0
    with database.begin() as work:
        claimed, ends = _claimed(work, reach.zone)
        if not claimed:
            return 0
        settled: list[Settlement] = []
        tasks = _tasks(work, reach, rules, claimed, ends, settled)
        sends.plan_tasks(work, ACTOR, tasks)
        messages.settle(work, ACTOR, settled)
        return len(claimed)


def _claimed(work: UnitOfWork, zone: ZoneInfo) -> tuple[list[ClaimedMessage], dict[tuple[int, int], datetime]]:
    """What is to go into tasks now, of several versions together: the same content is one task; and until when the tasks of each
    version may be confirmed."""
    local = work.clock.now().astimezone(zone)
    waiting = sorted({(each[0], each[1]) for each in messages_reading.versions_for_tasks(work, WECOM_CHANNEL)})
    runs = sends_reading.runs_of(work, {definition_id for definition_id, _ in waiting})
    claimed: list[ClaimedMessage] = []
    ends: dict[tuple[int, int], datetime] = {}
    for definition_id, version in waiting:
        run = runs.get((definition_id, version))
        if run is not None and run.state is RunState.CANCELLED:  # what came back from a task after it was called back
            messages.cancel_requested(work, ACTOR, definition_id, version, CALLED_BACK)
            continue
        end = _end_of_run(work, run, zone) if run is not None else _end_of_drop(local)
        room = CUSTOMERS_MAX - len(claimed)
        if end is not None and room > 0:
            ends[definition_id, version] = end
            in_order = (
                run is not None
            )  # a run asks for each member's customers together, so that few tasks ask the same member
            since = None if in_order else _began_at(work, definition_id, version, local)
            claimed += messages.claim_for_tasks(
                work, ACTOR, definition_id, version, room, is_in_order=in_order, until=since
            )
    return claimed, ends


def _end_of_run(reading: Reading, run: Run, zone: ZoneInfo) -> datetime | None:
    """Until when today a run's tasks may be confirmed; None where none are made now. What is left after its end expires."""
    now = reading.clock.now()
    if now >= run.ends_at:
        return run.ends_at
    send = sends_reading.send_of(reading, run)
    if run.state is RunState.PAUSED or not is_in_hours(send, now, zone):
        return None
    end = window_end(send, run.ends_at, now, zone)
    return end if end - now >= WINDOW_MIN or end == run.ends_at else None  # else tomorrow


def _end_of_drop(local: datetime) -> datetime | None:
    """Until when a journey's tasks may be confirmed; None where none are made now."""
    if not DAY_BEGINS <= local.hour < DAY_ENDS or local.hour not in RELEASE_HOURS:
        return None
    return local.replace(hour=DAY_ENDS, minute=0, second=0, microsecond=0)


def _began_at(reading: Reading, definition_id: int, version: int, local: datetime) -> datetime | None:
    """When the drop of this hour began; None where it is to begin now."""
    hour = local.replace(minute=0, second=0, microsecond=0)
    return sends_reading.first_task_since(reading, definition_id, version, hour)


def _tasks(
    work: UnitOfWork,
    reach: Reach,
    rules: SendRules,
    claimed: Sequence[ClaimedMessage],
    ends: Mapping[tuple[int, int], datetime],
    settled: list[Settlement],
) -> list[NewTask]:
    """The tasks of what was claimed; what cannot go into one is settled."""
    day = work.clock.now().astimezone(reach.zone).date()
    customer_of = customers.current_customer_ids(work, {each.customer_id for each in claimed})
    claimed = [
        each
        if (whose := customer_of.get(each.customer_id, each.customer_id)) == each.customer_id
        else replace(each, customer_id=whose)
        for each in claimed
    ]
    addresses = contacts.addresses_of(work, {each.customer_id for each in claimed})
    going = _still_allowed(work, reach, claimed, addresses, settled)
    places = contents.messages_at(work, {_place(each) for each in going})
    worths = messages_reading.worths_of(work, [each.message_id for each in going])
    personas = {each.persona_id for each in going if each.persona_id is not None}
    accounts: dict[int | None, Sequence[str]] = {
        each: accounts_of_persona(work, each).get(WECOM_CHANNEL, ()) for each in personas
    }
    left = sends_reading.lock_slots_left(work, [each[0][1] for each in addresses.values()], rules.mass_quota, day)
    most = quota_most(rules.mass_quota, day)
    bundles: dict[tuple[str, str, datetime], _Bundle] = {}
    bodies: dict[tuple[MessagePlace, str], tuple[str, dict[str, object]]] = {}
    for message in sorted(going, key=lambda each: (-worths.get(each.message_id, 0), each.message_id)):
        if message.customer_id not in addresses:
            settled.append(_failed(message, FailedReason.NOT_A_FRIEND, is_permanent=True))
            continue
        corp_id, profile_id, userids = addresses[message.customer_id][0]
        sender = sender_of(accounts.get(message.persona_id), userids)
        if sender is None:
            settled.append(_failed(message, FailedReason.NO_ADDRESS, is_permanent=True))
            continue
        slots = left.get(profile_id, most)
        if slots <= 0:
            settled.append(_failed(message, FailedReason.OVER_QUOTA))
            continue
        left[profile_id] = slots - 1
        ends_at = ends[message.definition_id, message.version]
        if message.expires_at is not None:
            ends_at = min(ends_at, message.expires_at)
        said = _place(message), sender
        if said not in bodies:
            bodies[said] = _body(places[said[0]], sender)
        bundle = _bundle(bundles, corp_id, *bodies[said], sender, ends_at)
        bundle.parts.append(TaskPart(message.message_id, profile_id, message.definition_id, message.version))
        bundle.worth_fen += worths.get(message.message_id, 0)
    return [
        NewTask(
            task_key=chunk_key(bundle.corp_id, key[1], bundle.ends_at, [part.message_id for part in bundle.parts]),
            corp_id=bundle.corp_id,
            content_key=key[1],
            body=bundle.body,
            sender=bundle.sender,
            worth_fen=bundle.worth_fen,
            ends_at=bundle.ends_at,
            counted_on=day,
            parts=bundle.parts,
        )
        for key, bundle in bundles.items()
    ]


def _body(kept: KeptMessage, sender: str) -> tuple[str, dict[str, object]]:
    """What is the same for everybody to whom the sender says it: its key, and the content."""
    body = task_body(kept.content)
    return content_key(body, sender), body


def _bundle(
    bundles: dict[tuple[str, str, datetime], _Bundle],
    corp_id: str,
    key: str,
    body: dict[str, object],
    sender: str,
    ends_at: datetime,
) -> _Bundle:
    found = bundles.get((corp_id, key, ends_at))
    if found is None:
        found = bundles[corp_id, key, ends_at] = _Bundle(corp_id, body, sender, ends_at)
    return found


def _still_allowed(
    work: UnitOfWork,
    reach: Reach,
    claimed: Sequence[ClaimedMessage],
    addresses: Collection[int],
    settled: list[Settlement],
) -> list[ClaimedMessage]:
    """Consent is asked for once more: it may have been withdrawn since the gate. Why somebody has no address any more is asked of
    those alone who have none."""
    going: list[ClaimedMessage] = []
    for purpose in sorted({each.purpose for each in claimed}):
        theirs = [each for each in claimed if each.purpose == purpose]
        refused = reach.unwilling(work, WECOM_CHANNEL, {each.customer_id for each in theirs}, purpose)
        if lost := {each.customer_id for each in theirs}.difference(addresses, refused):
            refused |= reach.refused(work, WECOM_CHANNEL, lost, purpose)
        for each in theirs:
            reason = refused.get(each.customer_id)
            if reason is not None:
                settled.append(Settlement(each, MessageState.HELD, reason.value))
            elif each.expires_at is not None and each.expires_at - work.clock.now() < WINDOW_MIN:
                settled.append(_failed(each, FailedReason.EXPIRED))
            else:
                going.append(each)
    return going


def _failed(message: ClaimedMessage, reason: FailedReason, *, is_permanent: bool = False) -> Settlement:
    return Settlement(message, MessageState.FAILED, reason.value, is_permanent=is_permanent)


def _place(message: ClaimedMessage) -> MessagePlace:
    return message.definition_id, message.version, message.step
