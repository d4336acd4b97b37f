"""Orchestration: lets customers, groups and accounts into journeys, moves them on, takes them out; always many at once.

As a consumer of the log it follows segments, events, tasks and merges; by the clock it lets in whom schedules and dates mean; by
`advance_once` it moves who is due. Everything that one step does commits together, so a crash anywhere leaves nobody skipped and
nobody twice. Operators' changes come by way of `publishing`, which sees what a journey refers to.
"""

from siyu.engines.orchestration.advance import advance_once, keep_up_once, run_once, take_in_once
from siyu.engines.orchestration.follow import CONSUMER_NAME, consumer
from siyu.engines.orchestration.occasions import let_in_once

__all__ = ["CONSUMER_NAME", "advance_once", "consumer", "keep_up_once", "let_in_once", "run_once", "take_in_once"]
