"""Who asks, and what a handler gets to work with: the annotations that handlers declare their needs by.

    def publish_segment(work: Work, actor: CurrentActor, segment_id: Id) -> …

A unit of work is committed when the handler has returned and its answer is put into words, before the answer is sent. Each of
the annotations that hold a database connection has a limit on how many are held at once (a handler beyond it waits
without a thread), and together they are fewer than the pool has: so nobody who holds a connection waits for another's thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, cast

from fastapi import Depends, Query, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from pydantic import Field

from siyu.domain.company.contracts import CsrfError, LiveSession, UnauthenticatedError
from siyu.domain.company.service import actor_of_key, actor_of_session
from siyu.faces.api.context import ApiContext
from siyu.faces.api.write_keys import WriteKeys
from siyu.kernel.actors import Actor
from siyu.kernel.paging import MAX_PAGE_SIZE, PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsUnavailableError
from siyu.platform.crypto import derive_key, is_same
from siyu.platform.postgres.database import Reading, UnitOfWork

COOKIE = "siyu_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

WORKS_MAX = 8
READINGS_MAX = 6
LOOKUPS_MAX = 4
COLUMNS_MAX = 4

Id = Annotated[int, Field(ge=1, le=2**53 - 1)]
"""An id, wherever it is named: as JSON carries it exactly."""

Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""The number of a version or of a revision, wherever it is named: as the database holds it."""


def context_of(request: Request) -> ApiContext:
    return cast(ApiContext, request.app.state.siyu)


Context = Annotated[ApiContext, Depends(context_of)]


def csrf_token_of(session_token: str) -> str:
    """What the console has to send back with every change; made of the session's token, which scripts cannot read."""
    return derive_key(session_token, "csrf").hex()


def find_actor(
    request: Request,
    context: Context,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))],
    cookie: Annotated[str | None, Depends(APIKeyCookie(name=COOKIE, auto_error=False))],
) -> Actor:
    """The program whose key was sent, or the member of staff whose session the cookie names."""
    if bearer is not None:
        with context.database.begin() as work:
            request.state.actor = actor_of_key(work, bearer.credentials)
        return cast(Actor, request.state.actor)
    if not cookie:
        raise UnauthenticatedError()
    with context.database.begin() as work:
        session = actor_of_session(work, cookie)
    request.state.session, request.state.actor = session, session.actor
    if request.method not in SAFE_METHODS and not is_same(request.headers.get(CSRF_HEADER, ""), csrf_token_of(cookie)):
        raise CsrfError()
    return session.actor


CurrentActor = Annotated[Actor, Depends(find_actor, max_concurrency=LOOKUPS_MAX)]
"""Whoever asks; 401 for nobody, 403 for a change without the session's token."""


def find_session(request: Request, _actor: CurrentActor) -> LiveSession:
    """The session of whoever asks; programs have none."""
    session = getattr(request.state, "session", None)
    if session is None:
        raise UnauthenticatedError("A key has no session.")
    return cast(LiveSession, session)


CurrentSession = Annotated[LiveSession, Depends(find_session)]


def _begin(context: Context) -> Iterator[UnitOfWork]:
    with context.database.begin() as work:
        yield work


def _read(context: Context) -> Iterator[Reading]:
    with context.database.read() as reading:
        yield reading


Work = Annotated[UnitOfWork, Depends(_begin, scope="function", max_concurrency=WORKS_MAX)]
"""A unit of work around the handler. Declare it after CurrentActor, so that strangers never hold one."""

ReadOnly = Annotated[Reading, Depends(_read, scope="function", max_concurrency=READINGS_MAX)]
"""One consistent picture of the database around the handler. Not together with Work in one handler."""


def columns_of(context: Context) -> Iterator[Columns]:
    if context.columns is None:
        raise ColumnsUnavailableError()
    yield context.columns


ColumnsClient = Annotated[Columns, Depends(columns_of, scope="function", max_concurrency=COLUMNS_MAX)]
"""The columns, for few at once: an engine that hangs must not take the threads of those who do not ask it. Declare it before
ReadOnly, so that nobody holds a connection while waiting for it."""


def only_reads() -> None:
    """Declares of a POST that it asks, and changes nothing: what it asks with would not fit into an address."""


ONLY_READS = Depends(only_reads)
"""Of a route that has no `ReadOnly`: every other that somebody changes something by leaves a line in the audit."""


def touches_ones_own() -> None:
    """Declares of a change that it is of what belongs to whoever makes it: a session, a view of theirs, a file of what they see."""


TOUCHES_ONES_OWN = Depends(touches_ones_own)
"""Of a route that takes no right to change anything: every other refuses who only reads."""


def write_keys_of(request: Request) -> WriteKeys:
    return cast(WriteKeys, request.app.state.write_keys)


KnownWriteKeys = Annotated[WriteKeys, Depends(write_keys_of)]
"""Tells which source a write key stands for, at the intake door."""


def page_request(
    size: Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE)] = 50, after: Annotated[str | None, Query(max_length=500)] = None
) -> PageRequest:
    return PageRequest(size=size, after=after)


Paging = Annotated[PageRequest, Depends(page_request)]
"""`size` and `after` of a list."""


def search_request(
    page: Paging,
    search: Annotated[str, Query(max_length=80, description="Only those whose name has this in it")] = "",
    ids: Annotated[
        list[Id] | None,
        Query(max_length=MAX_PAGE_SIZE, description="Only these"),
    ] = None,
) -> PageRequest:
    return replace(page, search=search.strip(), ids=None if ids is None else frozenset(ids))


Searching = Annotated[PageRequest, Depends(search_request)]
"""As `Paging`, of a list that is searched by name, or asked for those that were chosen from it."""
