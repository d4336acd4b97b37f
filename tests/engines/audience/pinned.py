"""Which editions of estimates are in force in random histories: of one model another than of the other."""

from __future__ import annotations

from siyu.domain.segments.contracts import Condition, EstimateModel
from siyu.domain.segments.expanding import expand


class _Book:
    """Nothing else is ever looked up."""

    def segment(self, segment_id: int) -> Condition | None:  # the protocol's
        return None

    def rfm(self, scheme_id: int, cell: str) -> Condition:
        raise AssertionError((scheme_id, cell))

    def stage(self, ladder_id: int, stage: str) -> Condition:
        raise AssertionError((ladder_id, stage))

    def edition(self, model: EstimateModel) -> int:
        return 2 if model == "value" else 1


def pinned(condition: Condition) -> Condition:
    """The condition with the edition in force in each that asks for an estimate."""
    return expand(condition, _Book())
