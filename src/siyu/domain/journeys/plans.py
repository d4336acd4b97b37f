"""Putting versions in force, as the engine reads them. Part of `service`."""

from __future__ import annotations

from siyu.domain.journeys import plans_store
from siyu.domain.journeys.plan import JourneyPlan
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork


def keep_plan(work: UnitOfWork, actor: Actor, journey_id: int, version: int, plan: JourneyPlan) -> None:
    """Keeps the plan of a new version and puts it in force: newcomers get it, and where the plan says so those of older versions
    are moved to it, one batch after the other."""
    actor.require("journeys.publish")
    now = work.clock.now()
    takes_members_in = any(each.kind == "segment_entered" and each.include_members for each in plan.triggers)
    plans_store.insert_plan(work.driver, journey_id, version, plan, now)
    plans_store.put_in_force(
        work.driver,
        journey_id,
        version,
        takes_members_in=takes_members_in,
        moves_entries=plan.on_new_version == "move",
    )
    plans_store.replace_watches(work.driver, journey_id, version, plan)
    plans_store.replace_timers(work.driver, journey_id, plan.triggers, now)


def set_running(work: UnitOfWork, journey_id: int, *, is_running: bool) -> None:
    """Whether entries move on."""
    plans_store.set_running(work.driver, journey_id, is_running=is_running)
