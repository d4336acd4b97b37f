"""The verbs of estimates: which edition is in force, and what it was found with. Whoever computes writes the rows to the columns
first; nothing asks for an edition before it stands here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from siyu.domain.company.service import record_audit
from siyu.domain.segments import estimates_store
from siyu.domain.segments.estimates_contracts import (
    ESTIMATE_JOB,
    ESTIMATES,
    EstimateModel,
    EstimateState,
    EstimateTrouble,
    UnknownEstimateError,
)
from siyu.kernel.actors import Actor
from siyu.platform.jobs import defer
from siyu.platform.postgres.database import Reading, UnitOfWork


def get_estimate(reading: Reading, actor: Actor, model: EstimateModel) -> EstimateState:
    """A model as it stands; one that was never tried stands at the beginning."""
    actor.require("insight.read")
    _check_model(model)
    found = estimates_store.find_state(reading.driver, model)
    return found or EstimateState(model, 0, None, None, 0, {}, None, None)


def ask_estimate(work: UnitOfWork, actor: Actor, model: EstimateModel) -> None:
    """Has a model computed anew, as soon as a worker comes to it. Segments that ask for it follow by themselves."""
    actor.require("segments.publish")
    _check_model(model)
    defer(work, ESTIMATE_JOB, {"model": model}, only_one=f"{ESTIMATE_JOB}:{model}")
    record_audit(work, actor, "estimates.compute", f"estimate:{model}")


def put_estimate(
    work: UnitOfWork,
    actor: Actor,
    model: EstimateModel,
    edition: int,
    *,
    as_of: datetime,
    customers: int,
    parameters: Mapping[str, Any],
) -> EstimateState:
    """Puts an edition in force whose rows are all in the columns. Segments that ask for the model are found anew by it, beside
    the one before, which serves until then."""
    actor.require("segments.publish")
    _check_model(model)
    now = work.clock.now()
    state = EstimateState(model, edition, now, as_of, customers, parameters, now, None)
    estimates_store.save_edition(work.driver, state)
    return state


def miss_estimate(work: UnitOfWork, actor: Actor, model: EstimateModel, trouble: EstimateTrouble) -> None:
    """Notes that a try came to nothing, and why; what is in force stays."""
    actor.require("segments.publish")
    _check_model(model)
    estimates_store.save_trouble(work.driver, model, work.clock.now(), trouble)


def _check_model(model: str) -> None:
    if model not in ESTIMATES:
        raise UnknownEstimateError
