"""Which estimates there are, and what computes each; the jobs that do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Final

from siyu.assembly.installation import Installation
from siyu.domain.segments.contracts import EstimateModel
from siyu.engines.insight.estimating import Computed, Estimator, compute_estimate, missing_models
from siyu.engines.insight.scenes_estimating import estimator as scene_estimator
from siyu.kernel.actors import Actor, system_actor

ACTOR: Final[Actor] = system_actor("insight")


def _value(installation: Installation) -> Estimator:
    from siyu.engines.insight.ltv import estimator  # scipy is more than all else that a worker loads

    return estimator(installation.settings.zone, installation.settings.currency)


def _scene(installation: Installation) -> Estimator:
    return scene_estimator(installation.settings.zone)


ESTIMATORS: Mapping[EstimateModel, Callable[[Installation], Estimator]] = {"value": _value, "scene": _scene}
"""What computes a model for this installation."""


def compute(installation: Installation, model: EstimateModel) -> Computed:
    """Computes a model anew for everybody."""
    return compute_estimate(installation.database, installation.columns, ACTOR, model, ESTIMATORS[model](installation))


def compute_all(installation: Installation) -> None:
    """Job, nightly: all models anew; one that fails keeps no other from it."""
    with ExitStack() as models:
        for model in reversed(tuple(ESTIMATORS)):
            models.callback(compute, installation, model)


def compute_missing(installation: Installation) -> list[EstimateModel]:
    """After the columns were emptied or made anew: computes those that are in force and not there."""
    missing = [each for each in missing_models(installation.database, installation.columns) if each in ESTIMATORS]
    for model in missing:
        compute(installation, model)
    return missing
