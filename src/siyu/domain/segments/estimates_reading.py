"""Which editions of estimates are in force, and which are still asked. Part of `reading`."""

from __future__ import annotations

from siyu.domain.segments import estimates_store
from siyu.domain.segments.contracts import EstimateCondition, EstimateModel, EstimateState
from siyu.domain.segments.definition import leaves
from siyu.domain.segments.keeping_reading import kept
from siyu.platform.postgres.database import Reading


def editions(reading: Reading) -> dict[str, int]:
    """The edition in force of each model that has one."""
    return estimates_store.editions(reading.driver)


def estimates(reading: Reading) -> list[EstimateState]:
    """All models of which an edition is in force."""
    return [each for each in estimates_store.states(reading.driver) if each.edition]


def editions_asked(reading: Reading, model: EstimateModel) -> set[int]:
    """The editions of a model that something stands on: the one in force, and those by which what is kept true was found."""
    asked = {
        leaf.edition
        for each in kept(reading)
        for leaf in leaves(each.document)
        if isinstance(leaf, EstimateCondition) and leaf.model == model and leaf.edition is not None
    }
    return asked | {edition for name, edition in editions(reading).items() if name == model}
