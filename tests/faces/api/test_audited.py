"""Every route by which somebody changes something can leave a line in the audit; whether it does is looked at in all other tests
here (`every_write_is_audited`)."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator

from fastapi.routing import APIRoute

from siyu.domain.company.auditing import record_audit
from siyu.faces.api.app import ROUTERS
from tests.faces.api.conftest import is_write


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from _codes(each)


def _called(function: types.FunctionType) -> Iterator[types.FunctionType]:
    """Functions of ours that a function names, or that it names in a module."""
    names = {name for code in _codes(function.__code__) for name in code.co_names}
    scopes = [function.__globals__]
    scopes += [vars(found) for name in names if isinstance(found := function.__globals__.get(name), types.ModuleType)]
    for scope in scopes:
        for name in names:
            found = getattr(scope.get(name), "__wrapped__", scope.get(name))
            if isinstance(found, types.FunctionType) and found.__module__.startswith("siyu."):
                yield found


def _reaches(start: Callable[..., object], end: Callable[..., object]) -> bool:
    assert isinstance(start, types.FunctionType)
    known, waiting = {start}, [start]
    while waiting:
        for each in _called(waiting.pop()):
            if each is end:
                return True
            if each not in known:
                known.add(each)
                waiting.append(each)
    return False


def test_every_write_can_leave_a_line() -> None:
    writes = {
        f"{method} {route.path}": route.endpoint
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
        if is_write(route, method)
    }
    assert len(writes) > 200
    silent = [path for path, endpoint in writes.items() if not _reaches(endpoint, record_audit)]
    assert silent == []
