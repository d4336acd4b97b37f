"""Calls side by side: in threads, or one after the other in the caller's own where one at a time is asked for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")


def side_by_side(at_once: int, name: str) -> Executor:
    """Does up to `at_once` things at a time; one at a time without a thread, in the order in which they are asked for."""
    return ThreadPoolExecutor(at_once, thread_name_prefix=name) if at_once > 1 else InTurn()


class InTurn(Executor):
    """Does everything at once, for whoever asks. What no `Exception` is comes out where it happens, as without a thread."""

    def submit(self, call: Callable[Given, Found], /, *given: Given.args, **named: Given.kwargs) -> Future[Found]:
        """The future is done when it is given."""
        future = Future[Found]()
        try:
            future.set_result(call(*given, **named))
        except Exception as error:
            future.set_exception(error)
        return future
