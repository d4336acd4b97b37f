"""Runs of sends move on: at their time it is taken down who the people are, then their messages are asked for part by part.

Who the people are is decided once: by the segment and those excluded, and, where messages go by mass tasks, by the plan of the day.
Runs that are still to begin today count in it, with the members their segments have now, so that the only slot of a customer is
left for the message that is worth more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from siyu.domain.contacts import reading as contacts
from siyu.domain.customers import reading as customers
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import MessageRequest
from siyu.domain.messages.reading import UNDERWAY
from siyu.domain.segments import reading as segments
from siyu.domain.sends import reading as sends_reading
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import (
    STEP,
    WECOM_CHANNEL,
    Ids,
    LeftOutReason,
    Part,
    Run,
    Send,
    SendDesign,
    SendRules,
    Worths,
)
from siyu.domain.sends.reading import asker_of, is_in_hours, needs_approval, quota_most, times_of
from siyu.engines.reach.planning import CUSTOMERS_MAX, NO_MEMBER, NOT_ASKED, Demand, choose
from siyu.engines.reach.planning_worths import worths_of
from siyu.kernel.actors import Actor, system_actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database, Reading, UnitOfWork

ACTOR = system_actor("reach")
CALLED_BACK = "called_back"
CALLED_BACK_FOR = timedelta(hours=1)
"""For so long requests are looked for that were at the gate when their send was called back."""
JUDGED_BY = timedelta(hours=1)
"""So long after the end of a run the gate has surely seen what was asked for."""
SLICE = 50_000


def start_runs_once(database: Database, columns: Columns, rules: SendRules, zone: ZoneInfo) -> int:
    """Takes down who the people of runs are whose time has come; gives how many runs began."""
    with database.read() as reading:
        due = sends.due_runs(reading, ACTOR)
    started = 0
    for run in due:
        with database.begin() as work:
            send = sends_reading.send_of(work, run)
            if run.ends_at <= work.clock.now():
                nobody = np.array([], dtype=np.uint64)
                started += sends.start_run(work, ACTOR, run.run_id, nobody, np.array([], dtype=np.int64), {})
                continue
            if not _is_built(work, send):
                continue  # its segment is being built; when its time is over, it ends without anybody
            asker = asker_of(run)
            asked = len(recipients_of(work, send, asker)[0])  # its segment may have grown since somebody asked
            if run.decided_by is None and needs_approval(asked, rules.approve_above):
                sends.hold_run(work, ACTOR, run.run_id, asked)
                continue
            people, worths, left_out = people_of(work, columns, run, send, asker, rules, zone)
            order = _by_member(work, send, people)
            started += sends.start_run(work, ACTOR, run.run_id, people[order], worths[order], left_out)
    return started


def _is_built(reading: Reading, send: Send) -> bool:
    asked = (send.segment_id, *send.excluded_segment_ids)
    return all(state.size is not None for state in segments.states_of(reading, asked).values())


def _by_member(reading: Reading, send: Send, people: Ids) -> NDArray[np.intp]:
    """The order in which people are asked for: those of one member together, so that they share few tasks and the member has
    little to confirm. Where all fit into one task it does not matter."""
    if send.channels[0] != WECOM_CHANNEL or len(people) <= CUSTOMERS_MAX:
        return np.arange(len(people))
    return np.argsort(_members(reading, people, first_for_many=True), kind="stable")


def recipients_of(reading: Reading, send: Send, asker: Actor) -> tuple[Ids, Ids]:
    """The segment's members as of now whom who asks for the send may see: those that it is for, and those who are excluded."""
    members = customers.visible_among(reading, asker, segments.members_of(reading, send.segment_id))
    excluded = np.zeros(len(members), dtype=np.bool_)
    for segment_id in send.excluded_segment_ids:
        excluded |= np.isin(members, segments.members_of(reading, segment_id), assume_unique=True)
    return members[~excluded], members[excluded]


def people_of(
    reading: Reading, columns: Columns, run: Run | None, send: Send, asker: Actor, rules: SendRules, zone: ZoneInfo
) -> tuple[Ids, Worths, dict[LeftOutReason, Ids]]:
    """Who would get it now, what it is worth for each, and who of the segment is left out and why. Without a run it is one that
    is not asked for yet."""
    people, excluded = recipients_of(reading, send, asker)
    worths = worths_of(reading, columns, send.worth, people)
    left_out = {LeftOutReason.EXCLUDED: excluded}
    if send.channels[0] != WECOM_CHANNEL or not len(people):
        return people, worths, left_out
    day = _day_of(reading, run, send, zone)
    rivals = _rivals(reading, columns, run, people, day, zone)
    used = sends_reading.quota_used(reading, rules.mass_quota, day)
    most = quota_most(rules.mass_quota, day)
    slots = np.full(len(people), most, dtype=np.int64)
    if used:
        slots -= np.array([used.get(each, 0) for each in people.tolist()], dtype=np.int64)
    before = _underway(reading, people)
    table, own = np.column_stack([*before, worths, *rivals]), len(before)  # of equal worth the earlier one
    confirmations = max(0, rules.confirmations_per_day - sends_reading.contents_on(reading, day))
    members = (
        _members(reading, people) if table.shape[1] > confirmations else np.full(len(people), NO_MEMBER, dtype=np.int64)
    )
    chosen = choose(Demand(table, np.maximum(slots, 0), members, confirmations))
    is_used, is_out, is_elsewhere = slots <= 0, ~chosen[:, own], np.delete(chosen, own, axis=1).any(axis=1)
    reasons = {LeftOutReason.WORTH_MORE_ELSEWHERE: is_out & is_elsewhere}
    if len(send.channels) == 1:  # else the next channel has the word
        reasons[LeftOutReason.QUOTA_USED] = is_out & is_used & ~is_elsewhere
        reasons[LeftOutReason.STAFF_FULL] = is_out & ~is_used & ~is_elsewhere
    kept = np.ones(len(people), dtype=np.bool_)
    for reason, those in reasons.items():
        left_out[reason] = people[those]
        kept &= ~those
    return people[kept], worths[kept], left_out


def _day_of(reading: Reading, run: Run | None, send: Send, zone: ZoneInfo) -> date:
    """The day whose quotas count: today, or that on which it would begin if it were asked for now."""
    now = reading.clock.now()
    times = times_of(send, now, zone) if run is None else None
    return max(now, times[0] if times else now).astimezone(zone).date()


def _rivals(
    reading: Reading, columns: Columns, run: Run | None, people: Ids, day: date, zone: ZoneInfo
) -> list[Worths]:
    """What messages of the day that are yet to begin would be worth for the same people."""
    found = []
    for other in sends.planned_runs(reading, ACTOR):
        if (run is not None and other.run_id == run.run_id) or other.starts_at.astimezone(zone).date() > day:
            continue
        send = sends_reading.send_of(reading, other)
        if send.channels[0] != WECOM_CHANNEL or not _is_built(reading, send):
            continue
        theirs = np.intersect1d(recipients_of(reading, send, asker_of(other))[0], people, assume_unique=True)
        worths = np.full(len(people), NOT_ASKED, dtype=np.int64)
        worths[np.searchsorted(people, theirs)] = worths_of(reading, columns, send.worth, theirs)
        found.append(worths)
    return found


def _underway(reading: Reading, people: Ids) -> list[Worths]:
    """What messages on their way that have no task yet are worth for the same people; tasks count as quota that is used."""
    runs = sends.open_runs(reading, ACTOR)
    return [worths for run in runs if (worths := _worths_underway(reading, run, people)) is not None]


def _worths_underway(reading: Reading, run: Run, people: Ids) -> Worths | None:
    """What a run that is on its way is worth for those of the people whose message waits for a task; None where there are none."""
    if sends_reading.send_of(reading, run).channels[0] != WECOM_CHANNEL:
        return None
    unasked, their_worths = sends_reading.unasked_people(reading, run.run_id)
    customer_of = customers.current_customer_ids(reading, unasked.tolist())
    known = messages_reading.waiting_worths(reading, run.send_id, run.version, WECOM_CHANNEL)
    known |= {
        customer_of.get(profile_id, profile_id): worth
        for profile_id, worth in zip(unasked.tolist(), their_worths.tolist(), strict=True)
    }
    worths = np.array([known.get(each, NOT_ASKED) for each in people.tolist()], dtype=np.int64)
    return worths if (worths != NOT_ASKED).any() else None


def _members(reading: Reading, people: Ids, *, first_for_many: bool = False) -> Worths:
    """A number for the member whom WeCom will hand each customer to, as far as that is known: the only one, or the last; of several
    the first, where a guess will do."""
    numbers: dict[tuple[str, str], int] = {}
    found = np.full(len(people), NO_MEMBER, dtype=np.int64)
    for start in range(0, len(people), SLICE):
        part = people[start : start + SLICE].tolist()
        addresses = contacts.addresses_of(reading, part)
        learned = sends_reading.learned_members(reading, [each[0][1] for each in addresses.values()])
        for n, customer_id in enumerate(part):
            if not (known := addresses.get(customer_id)):
                continue
            corp_id, profile_id, userids = known[0]
            member = learned.get(profile_id) if len(userids) > 1 else (corp_id, userids[0])
            if member is None and first_for_many:
                member = (corp_id, userids[0])
            if member is not None:
                found[start + n] = numbers.setdefault(member, len(numbers))
    return found


def ask_messages_once(database: Database, zone: ZoneInfo) -> int:
    """Asks for the messages of one part of each run that is on its way; gives how many were asked for."""
    with database.read() as reading:
        runs = sends.open_runs(reading, ACTOR)
        called_back = sends.called_back_since(reading, ACTOR, reading.clock.now() - CALLED_BACK_FOR)
    for run in called_back:
        with database.begin() as work:
            messages.call_back(work, ACTOR, run.send_id, run.version, CALLED_BACK)
    return sum(_ask_part(database, run, zone) for run in runs)


def _ask_part(database: Database, run: Run, zone: ZoneInfo) -> int:
    with database.begin() as work:
        now = work.clock.now()
        if run.ends_at <= now:
            sends.leave_rest(work, ACTOR, run.run_id)
            return 0
        send = sends_reading.send_of(work, run)
        taken = sends.take_part(work, ACTOR, run.run_id) if is_in_hours(send, now, zone) else None
        if taken is None:
            return 0
        part = taken[1]
        customer_of = customers.current_customer_ids(work, part.profile_ids.tolist())
        messages.request_messages(work, ACTOR, _requests(run, send, part, customer_of))
        sends.note_part_asked(work, ACTOR, run.run_id, part)
        return len(part.profile_ids)


def _requests(run: Run, send: Send, part: Part, customer_of: Mapping[int, int]) -> Sequence[MessageRequest]:
    """One for each person: who was two when the people were taken down and is one now has one key, and one message."""
    return [
        MessageRequest(
            message_key=f"send:{run.run_id}:{customer_of.get(profile_id, profile_id)}",
            profile_id=profile_id,
            definition_id=run.send_id,
            version=run.version,
            step=STEP,
            channels=send.channels,
            purpose=send.purpose,
            worth=worth,
            persona_id=send.persona_id,
            expires_at=run.ends_at,
        )
        for profile_id, worth in zip(part.profile_ids.tolist(), part.worths.tolist(), strict=True)
    ]


def end_runs_once(database: Database) -> int:
    """Ends runs of which everything has its outcome; gives how many. Not before the gate has judged all that was asked for."""
    with database.read() as reading:
        over = [run for run in sends.open_runs(reading, ACTOR) if _is_over(reading, run)]
    ended = 0
    for run in over:
        with database.begin() as work:
            ended += sends.end_run(work, ACTOR, run.run_id)
    return ended


def _is_over(reading: Reading, run: Run) -> bool:
    if not sends_reading.may_be_over(reading, run):
        return False  # all its messages are counted only towards its end
    states = messages_reading.states_of(reading, run.send_id, run.version)
    if any(state in UNDERWAY for state, _, _ in states):
        return False
    too_late = sends_reading.left_out(reading, run.run_id).get(LeftOutReason.TOO_LATE, 0)
    if reading.clock.now() >= run.ends_at + JUDGED_BY:
        return True  # who was merged or erased since has no message to wait for
    return sum(states.values()) >= (run.people or 0) - too_late


def call_back(work: UnitOfWork, actor: Actor, send_id: int) -> SendDesign:
    """Cancels a send, with its messages that are not out yet."""
    design = sends.cancel_send(work, actor, send_id)
    if design.run is not None:
        messages.call_back(work, ACTOR, send_id, design.run.version, CALLED_BACK)
    return design
