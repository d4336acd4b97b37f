"""What other rooms and engines read of experiments, on their own account: no actor, no rights."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from siyu.domain.customers import reading as customers
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import Definition, Document
from siyu.domain.experiments import store
from siyu.domain.experiments.contracts import EXPERIMENT_KIND, Experiment, ExperimentState
from siyu.domain.experiments.rules import parse_experiment
from siyu.kernel.errors import NotFoundError
from siyu.platform.postgres.database import Reading


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """Which arms the profiles were given, for the person herself."""
    rows = store.select_of(reading.driver, profile_ids)
    names = definitions.names_of(reading, {row[0] for row in rows})
    return [
        {
            "experiment": names[experiment_id].name if experiment_id in names else str(experiment_id),
            "arm": arm,
            "since": assigned_at.isoformat(),
        }
        for experiment_id, arm, assigned_at in rows
    ]


def arms_known(reading: Reading, experiment_id: int, customer_ids: Collection[int]) -> dict[int, str]:
    """{customer_id: arm} of those who were given one; of customers who were merged that of the one who came first counts."""
    profiles = customers.profiles_of(reading, customer_ids)
    customer_of = {profile_id: customer_id for customer_id, each in profiles.items() for profile_id in each}
    given: dict[int, str] = {}
    for profile_id, arm in store.arms_of(reading.driver, experiment_id, customer_of).items():
        given.setdefault(customer_of[profile_id], arm)
    return given


def whatever_state(reading: Reading, experiment_id: int) -> ExperimentState:
    """The experiment as it stands, for who runs it."""
    found = [each for each in definitions.list_by_id(reading, [experiment_id]) if each.kind == EXPERIMENT_KIND]
    if not found:
        raise NotFoundError(f"Experiment {experiment_id}.")
    return state_of(found[0])


def state_of(definition: Definition) -> ExperimentState:
    """What a definition says of an experiment."""

    def read(document: Document | None) -> Experiment | None:
        return None if document is None else parse_experiment(document)

    return ExperimentState(
        definition.definition_id,
        definition.name,
        definition.status,
        definition.version,
        definition.revision,
        read(definition.document),
        read(definition.draft),
        definition.updated_at,
    )
