"""Orchestration: lets customers into journeys, moves them on, takes them out; always many at once.

As a consumer of the log (`HANDLERS`) it follows segments and merges; by `run_once` it moves what is due. Everything that one
step does commits together, so a crash anywhere leaves nobody skipped and nobody twice.
"""

from siyu.engines.orchestration.advance import advance_once, run_once, take_in_once
from siyu.engines.orchestration.follow import CONSUMER_NAME, HANDLERS

__all__ = ["CONSUMER_NAME", "HANDLERS", "advance_once", "run_once", "take_in_once"]
