"""Lets in whom the clock means: schedules, and dates of customers. Each occasion once for each of them, also after a standstill."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from siyu.domain.company import reading as company
from siyu.domain.customers import reading as customers
from siyu.domain.groups import reading as groups
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import Arrival, JourneyPlan, Subject, TargetsPlan, Timer, TriggerPlan
from siyu.domain.segments import reading as segments
from siyu.engines.orchestration.doing import ACTOR
from siyu.engines.orchestration.moments import dates_meant, last_occasion
from siyu.kernel.ids import derived_hex
from siyu.platform.postgres.database import Database, Reading, UnitOfWork

BATCH = 20_000


def let_in_once(database: Database, zone: ZoneInfo, batch: int = BATCH) -> bool:
    """The next batch of an occasion whose moment has come; whether there was one. The place is kept with what it makes, so a crash
    goes on where the last commit stood."""
    with database.begin() as work:
        timers = journeys.list_timers(work, ACTOR)
        if not timers:
            return False
        versions = {(each.journey_id, each.version) for each in timers}
        plans = journeys_reading.plans(work, versions)
        for each in timers:
            plan = plans[each.journey_id, each.version]
            if _occasion(each, plan.triggers[each.n], work.clock.now(), zone) is None:
                continue
            timer = journeys.lock_timer(work, ACTOR, each.journey_id, each.n)
            if timer == each:
                _let_in(work, timer, plan, zone, batch)
                return True
    return False


def _occasion(timer: Timer, trigger: TriggerPlan, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The occasion that a timer is in the midst of, or else the next that has come."""
    if timer.taken_to is not None:
        return timer.occasion_at
    since_at = max(timer.since_at, timer.occasion_at) if timer.occasion_at is not None else timer.since_at
    return last_occasion(trigger, since_at, now, zone)


def _let_in(work: UnitOfWork, timer: Timer, plan: JourneyPlan, zone: ZoneInfo, batch: int) -> None:
    trigger = plan.triggers[timer.n]
    occasion_at = _occasion(timer, trigger, work.clock.now(), zone)
    if occasion_at is None:
        return
    after = timer.taken_to or 0
    meant = _meant(work, plan, trigger, occasion_at, zone)
    some = [each for each in meant if each > after][:batch]
    arrivals = [
        Arrival(
            journey_id=timer.journey_id,
            subject_id=each,
            profile_id=each if plan.subject == "customer" else None,
            occurred_at=occasion_at,
            cause_event_id=derived_hex(
                "journey_occasion", str(timer.journey_id), str(timer.n), occasion_at.isoformat(), str(each)
            ),
        )
        for each in some
    ]
    journeys.start_entries(work, ACTOR, arrivals, subject=plan.subject)
    journeys.save_timer(work, ACTOR, timer, occasion_at, some[-1] if len(some) == batch else None)


def _meant(
    reading: Reading, plan: JourneyPlan, trigger: TriggerPlan, occasion_at: datetime, zone: ZoneInfo
) -> Sequence[int]:
    """Whom the occasion is for, by id."""
    if plan.subject != "customer":
        whom = subjects_meant(reading, plan.subject, plan.targets)
        return whom if trigger.kind == "schedule" else _made_on(reading, plan.subject, whom, trigger, occasion_at, zone)
    if trigger.kind == "schedule":
        return segments.members_of(reading, trigger.segment_id).tolist() if trigger.segment_id is not None else []
    dates = dates_meant(trigger, occasion_at.astimezone(zone).date())
    found = customers.dated(reading, trigger.attribute, dates)
    if trigger.segment_id is not None:
        found = sorted(segments.is_member(reading, trigger.segment_id, found))
    return found


def _made_on(
    reading: Reading,
    subject: Subject,
    whom: Sequence[int],
    trigger: TriggerPlan,
    occasion_at: datetime,
    zone: ZoneInfo,
) -> Sequence[int]:
    """Those of the groups or accounts whose day the occasion is."""
    made_at = groups.created_at(reading, whom) if subject == "group" else company.created_at(reading, whom)
    days = {each: at.astimezone(zone).date().isoformat() for each, at in made_at.items()}
    meant = dates_meant(trigger, occasion_at.astimezone(zone).date())
    return [each for each in whom if each in days and days[each].endswith(meant)]


def subjects_meant(reading: Reading, subject: Subject, targets: TargetsPlan) -> Sequence[int]:
    """The groups or accounts that targets name and that are there, by id."""
    if subject == "group":
        owners = None if targets.all else targets.owner_staff_ids
        return groups.group_ids(reading, None if targets.all else targets.group_ids, owners)
    named = company.staff_ids_below(reading, None) if targets.all else targets.staff_ids
    return sorted(company.active_staff(reading, named))
