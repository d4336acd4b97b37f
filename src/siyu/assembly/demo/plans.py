"""What a demo brand plans and looks back at: a campaign that is on, one that was reviewed, one that is being written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from siyu.assembly.demo.brand import ACTOR, Designing
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
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database, Reading, UnitOfWork

SOURCE = "demo"


@dataclass(frozen=True, slots=True)
class Campaigns:
    """A brand's campaigns: of which template, since how many days the one that is on and the reviewed one run, what
    they are called, what they are to come to for each customer, what they may cost, and what was said of the one that is over."""

    template: str
    running: tuple[str, int]
    reviewed: tuple[str, int]
    ahead: tuple[str, str, int]
    """Template and name of the one that is being written, and in how many days it begins."""
    targets: Mapping[str, float]
    budget_fen: Sequence[int]
    numbers: Sequence[str]
    went_well: str
    went_badly: str
    actions: Sequence[str]


def plan_campaigns(d: Designing, told: Campaigns) -> None:
    """Makes them as of the day the demo is seen from; the review is closed by `close_reviews`, when all numbers are there."""
    work, clock, anchor = d.work, d.clock, d.anchor
    today = anchor.astimezone(d.zone).date()
    ids = {key: each.metric_id for key, each in metrics_reading.live_metrics(work).items()}
    aims = [PlanTarget(ids[key], max(1, round(each * d.customers))) for key, each in told.targets.items() if key in ids]
    name, days = told.reviewed
    clock.set(anchor - timedelta(days=days + 10))
    before = _campaign(work, told, name, today - timedelta(days=days), aims)
    clock.set(anchor - timedelta(days=2))
    for task in before.tasks:
        plans.set_task(work, ACTOR, _id_of(work, before), task.key, "done")
    plans.close_plan(work, ACTOR, _id_of(work, before))
    review = Review(
        before.begins_on,
        before.ends_on,
        tuple(ids[key] for key in told.numbers if key in ids),
        _id_of(work, before),
        went_well=told.went_well,
        went_badly=told.went_badly,
    )
    made = plans.create_review(work, ACTOR, f"{name}复盘", plans_reading.review_document(review))
    people = _people(work)
    due_on = today + timedelta(days=5)
    for n, action in enumerate(told.actions):
        plans.add_action(work, ACTOR, made.review_id, action, people[-n], due_on)

    name, days = told.running
    clock.set(anchor - timedelta(days=days + 8))
    running = _campaign(work, told, name, today - timedelta(days=days), aims)
    clock.set(anchor)
    for task in running.tasks:
        if task.begins_on <= today.isoformat():
            is_over = task.ends_on < today.isoformat()
            plans.set_task(work, ACTOR, _id_of(work, running), task.key, "done" if is_over else "doing")
    template, name, days = told.ahead
    sale = plans_reading.template_plan(template, today + timedelta(days=days))
    plans.create_plan(work, ACTOR, name, plans_reading.plan_document(sale))


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


def _campaign(
    work: UnitOfWork, told: Campaigns, name: str, begins_on: date, aims: Sequence[PlanTarget]
) -> CampaignPlan:
    """A campaign that is on."""
    people = _people(work)
    plan = plans_reading.template_plan(told.template, begins_on)
    plan = replace(
        plan,
        segment_ids=_ids_of(work, "segment")[:2],
        linked_ids=_ids_of(work, "journey")[:1],
        roles=tuple(replace(role, staff_ids=(people[n % len(people)],)) for n, role in enumerate(plan.roles)),
        tasks=tuple(replace(task, owner_id=people[n % len(people)]) for n, task in enumerate(plan.tasks)),
        budget=tuple(BudgetLine(line.name, fen) for line, fen in zip(plan.budget, told.budget_fen, strict=False)),
        targets=tuple(aims),
    )
    made = plans.create_plan(work, ACTOR, name, plans_reading.plan_document(plan))
    plans.approve_plan(work, ACTOR, made.plan_id)
    plans.begin_plan(work, ACTOR, made.plan_id)
    costs = [
        NewCost(f"{plan.campaign}:{n}", plan.since_on + timedelta(days=n), fen // 4, campaign=plan.campaign)
        for n, fen in enumerate(told.budget_fen)
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
