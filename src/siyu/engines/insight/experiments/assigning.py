"""Customers who come to where an experiment decides get their arm: those it is for."""

from __future__ import annotations

from collections.abc import Collection

from siyu.domain.customers import reading as customers
from siyu.domain.experiments import reading as experiments_reading
from siyu.domain.experiments import service as experiments
from siyu.domain.segments import reading as segments
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork


def assign(work: UnitOfWork, actor: Actor, experiment_id: int, customer_ids: Collection[int]) -> dict[int, str]:
    """{customer_id, as it was told: arm} of those whom the actor may see and who take part. Who is not in the experiment's segment
    takes no part, unless they did before."""
    actor.require("experiments.assign")
    now = customers.customers_now(work, customer_ids)
    state = experiments_reading.whatever_state(work, experiment_id)
    segment_id = state.experiment.segment_id if state.experiment is not None else None
    current = customers.customers_in_scope(work, actor, set(now.values()))
    allowed = current if segment_id is None else segments.is_member(work, segment_id, current)
    known = experiments_reading.arms_known(work, experiment_id, current - allowed)
    given = known | (experiments.assign(work, actor, experiment_id, allowed) if allowed else {})
    return {told: given[customer_id] for told, customer_id in now.items() if customer_id in given}
