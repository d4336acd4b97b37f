"""How often the demo brand writes to its customers: enough for its journeys and for what a visitor sends on the same day."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from siyu.domain.messages.contracts import Limits, ReachRules
from siyu.domain.segments.contracts import Ladder

RULES: Final = ReachRules(quiet=None, limits=Limits(per_day=3), approval_above=20)
"""Whoever looks at a demo late in the evening wants to see messages go out, and what a second person is asked."""


def with_room(ladder: Ladder) -> Ladder:
    """The same layers, with room on a day for a message of a journey and one that the visitor sends."""
    roomy = [
        replace(stage, messages_per_day_max=2, messages_per_week_max=max(4, stage.messages_per_week_max or 0))
        if stage.messages_per_day_max is not None
        else stage
        for stage in ladder.stages
    ]
    return replace(ladder, stages=tuple(roomy))
