"""What the demo brand plans and looks back at: a member day that is on, one that was reviewed, a sale that is being written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from siyu.domain.company import service as company
from siyu.domain.definitions import reading as definitions
from siyu.domain.metrics import reading as metrics_reading
from siyu.domain.metrics import service as metrics
from siyu.domain.metrics.contracts import NewCost
from siyu.domain.plans import reading as plans_reading
from siyu.domain.plans import service as plans
from siyu.domain.plans.contracts import BudgetLine, CampaignPlan, PlanTarget, Review
from siyu.engines.insight.metric_values import Numbers
from siyu.engines.insight.reviewing import review_numbers
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database, Reading, UnitOfWork

ACTOR = system_actor("demo")
SOURCE = "demo"
RUNNING_SINCE_DAYS = 4
REVIEWED_SINCE_DAYS = 24
BUDGET_FEN = (600_000, 150_000, 250_000)
"""Of a member day: coupons, material, advertising."""
TARGETS = {"paid_fen": 420, "orders": 0.09, "buyers": 0.07}
"""For each customer of the demo."""


def plan_campaigns(work: UnitOfWork, clock: ManualClock, anchor: datetime, zone: ZoneInfo, customers: int) -> None:
    """Makes them as of the day the demo is seen from; the review is closed by `close_reviews`, when all numbers are there."""
    today = anchor.astimezone(zone).date()
    ids = {key: each.metric_id for key, each in metrics_reading.live_metrics(work).items()}
    aims = [PlanTarget(ids[key], round(each * customers)) for key, each in TARGETS.items() if key in ids]
    clock.set(anchor - timedelta(days=REVIEWED_SINCE_DAYS + 10))
    before = _member_day(work, "上一期会员日", today - timedelta(days=REVIEWED_SINCE_DAYS), aims)
    clock.set(anchor - timedelta(days=REVIEWED_SINCE_DAYS - 10))
    for task in before.tasks:
        plans.set_task(work, ACTOR, _id_of(work, before), task.key, "done")
    plans.close_plan(work, ACTOR, _id_of(work, before))
    review = Review(
        before.begins_on,
        before.ends_on,
        tuple(ids[key] for key in ("paid_fen", "orders", "buyers", "revenue") if key in ids),
        _id_of(work, before),
        went_well="领券的老客比平时多，当天门店排队的体验也好了。\n社群预告发得早，预约的人都来了。",
        went_badly="返场的提醒晚了半天，不少券过期没用。",
    )
    made = plans.create_review(work, ACTOR, "上一期会员日复盘", plans_reading.review_document(review))
    people = _people(work)
    due_on = today + timedelta(days=5)
    plans.add_action(work, ACTOR, made.review_id, "返场提醒提前到早上十点", people[0], due_on)
    plans.add_action(work, ACTOR, made.review_id, "把领券页换成一键领取", people[-1], due_on)

    clock.set(anchor - timedelta(days=RUNNING_SINCE_DAYS + 8))
    running = _member_day(work, "本期会员日", today - timedelta(days=RUNNING_SINCE_DAYS), aims)
    clock.set(anchor)
    for task in running.tasks:
        if task.begins_on <= today.isoformat():
            is_over = task.ends_on < today.isoformat()
            plans.set_task(work, ACTOR, _id_of(work, running), task.key, "done" if is_over else "doing")
    sale = plans_reading.template_plan("holiday_sale", today + timedelta(days=30))
    plans.create_plan(work, ACTOR, "年节大促", plans_reading.plan_document(sale))


def close_reviews(database: Database, columns: Columns, zone: ZoneInfo) -> None:
    """Closes the review with the numbers of the demo's history."""
    with database.read() as reading:
        rows = plans.list_reviews(reading, ACTOR, PageRequest()).rows
        if len(rows) != 1 or rows[0].closed_at is not None:
            return
        review = rows[0].review
        of_plan = plans_reading.plans_by_id(reading, [review.plan_id or 0])
    plan = next((each.shown for each in of_plan.values()), None)
    numbers = review_numbers(Numbers(database, columns, zone, ACTOR), review, plan)
    with database.begin() as work:
        plans.close_review(work, ACTOR, rows[0].review_id, numbers)


def _member_day(work: UnitOfWork, name: str, begins_on: date, aims: Sequence[PlanTarget]) -> CampaignPlan:
    """A member day that is on."""
    people = _people(work)
    plan = plans_reading.template_plan("member_day", begins_on)
    plan = replace(
        plan,
        segment_ids=_ids_of(work, "segment")[:2],
        linked_ids=_ids_of(work, "journey")[:1],
        roles=tuple(replace(role, staff_ids=(people[n % len(people)],)) for n, role in enumerate(plan.roles)),
        tasks=tuple(replace(task, owner_id=people[n % len(people)]) for n, task in enumerate(plan.tasks)),
        budget=tuple(BudgetLine(line.name, fen) for line, fen in zip(plan.budget, BUDGET_FEN, strict=True)),
        targets=tuple(aims),
    )
    made = plans.create_plan(work, ACTOR, name, plans_reading.plan_document(plan))
    plans.approve_plan(work, ACTOR, made.plan_id)
    plans.begin_plan(work, ACTOR, made.plan_id)
    costs = [
        NewCost(f"{plan.campaign}:{n}", plan.since_on + timedelta(days=n), fen // 4, campaign=plan.campaign)
        for n, fen in enumerate(BUDGET_FEN)
    ]
    metrics.record_costs(work, ACTOR, SOURCE, costs)
    return plan


def _id_of(reading: Reading, plan: CampaignPlan) -> int:
    found = plans.list_plans(reading, ACTOR, PageRequest()).rows
    return next(each.plan_id for each in found if each.shown.campaign == plan.campaign)


def _ids_of(reading: Reading, kind: str) -> tuple[int, ...]:
    return tuple(each.definition_id for each in definitions.live_versions(reading, kind))


def _people(reading: Reading) -> Sequence[int]:
    return [each.staff_id for each in company.list_staff(reading, ACTOR, PageRequest(size=5)).rows]
