"""The browsers that wait to hear of changes: one listener in each process, fanned out to all of them without a thread for each.

A stream tells topics, never what changed in them: pages ask again, with their own rights. It ends with its session.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from siyu.domain.company.reading import sessions_in_force
from siyu.kernel.actors import Actor
from siyu.kernel.errors import BusyError
from siyu.platform.logs import get_logger
from siyu.platform.notices import EVERYTHING, SESSIONS, listen
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.troubles import trouble_of

RIGHTS_OF_TOPICS: Final[Mapping[str, tuple[str, ...]]] = {
    "definitions": (),
    "imports": ("imports.read",),
    "segments": ("segments.read",),
    "exports": ("segments.export", "privacy.read"),
    "journeys": ("journeys.read",),
    "sends": ("sends.read", "messages.read", "posts.read"),
    "tasks": ("tasks.read", "messages.read"),
    "leads": ("leads.read",),
    "alerts": ("metrics.read",),
    "reports": ("reports.read", "statements.read"),
    "privacy": ("privacy.read",),
    "contacts": ("contacts.read", "wecom.read"),
    "inheritances": ("contacts.inherit",),
    "service": ("service.read",),
    "tags": ("tags.read",),
    "hooks": ("hooks.read",),
    "connections": ("wecom.read", "channels.read"),
    "bulks": ("customers.read",),
    "welcomes": ("groups.read",),
    "enquiries": ("enquiries.read",),
    "messages": ("messages.read", "sends.read", "customers.read"),
    "entries": ("codes.read", "forms.read"),
    "stages": ("ladders.read",),
    "stores": ("codes.read",),
    "personas": ("personas.read",),
    "coupons": ("promotions.read",),
    "staff": ("company.read",),
    "keys": ("keys.write",),
    "groups": ("groups.read",),
}
"""Who hears of a topic: whoever has one of these rights, or everybody where none is named."""

STREAMS_OF_ONE_MAX = 6
"""Windows of one member of staff that are told at once, in one process."""
STREAMS_MAX = 400
HEARTBEAT_SECONDS = 20.0
"""How often a stream says that it is there: proxies cut what is silent for a minute."""
PAUSE_SECONDS = 1.5
"""Between two things told to one browser: what changes all the time is asked for no more often."""
SESSIONS_SECONDS = 30.0
"""How often it is looked whether sessions still hold that nobody ended: they run out."""

log = get_logger(__name__)


class TooManyStreamsError(BusyError):
    """Too many windows of yours are open; this one hears of changes later."""

    code = "too_many_streams"


@dataclass(eq=False)
class Stream:
    """One browser window: what it may hear of, and what it has not been told yet."""

    session: bytes
    owner: str
    topics: frozenset[str]
    waiting: set[str] = field(default_factory=set)
    has_news: asyncio.Event = field(default_factory=asyncio.Event)
    is_ready: bool = False
    is_over: bool = False


def topics_of(actor: Actor) -> frozenset[str]:
    """What somebody hears of."""
    return frozenset(
        topic for topic, rights in RIGHTS_OF_TOPICS.items() if not rights or any(actor.may(right) for right in rights)
    )


class LiveStreams:
    """All streams of this process. Its thread runs while there is anybody to tell."""

    def __init__(self, database: Database, *, heartbeat_seconds: float = HEARTBEAT_SECONDS) -> None:
        self._database = database
        self._heartbeat_seconds = heartbeat_seconds
        self._streams: set[Stream] = set()
        self._stop: threading.Event | None = None
        self._is_listening = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._looked_at = 0.0

    def open(self, session: bytes, actor: Actor) -> Stream:
        """What `lines` goes out by; TooManyStreamsError where there are too many already. Only in the event loop."""
        of_owner = sum(each.owner == actor.actor_id for each in self._streams)
        if of_owner >= STREAMS_OF_ONE_MAX or len(self._streams) >= STREAMS_MAX:
            raise TooManyStreamsError(retry_after_seconds=60)
        return Stream(session, actor.actor_id, topics_of(actor))

    async def lines(self, stream: Stream) -> AsyncIterator[str]:
        """What goes out to a window, until it leaves or its session ends."""
        self._streams.add(stream)
        try:
            self._begin()
            while not (self._is_listening or stream.is_over):
                await self._news_for(stream)
            stream.is_ready = True
            stream.has_news.clear()
            yield "retry: 3000\nevent: ready\ndata: {}\n\n"
            while not stream.is_over:
                await self._news_for(stream)
                topics, stream.waiting = sorted(stream.waiting), set()
                if topics:
                    named = ",".join(f'"{each}"' for each in topics)
                    yield f'event: changed\ndata: {{"topics":[{named}]}}\n\n'
                    await asyncio.sleep(PAUSE_SECONDS)
                elif not stream.is_over:
                    yield ": still here\n\n"
            yield "event: over\ndata: {}\n\n"
        finally:
            self._streams.discard(stream)
            if not self._streams:
                self._end()

    async def _news_for(self, stream: Stream) -> None:
        """Returns when there is something for the window to hear, or it is time to say that nothing is."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stream.has_news.wait(), self._heartbeat_seconds)
        if not stream.is_over:
            stream.has_news.clear()

    def close(self) -> None:
        """Ends all streams: the server stops. Only in the event loop."""
        for stream in self._streams:
            _finish(stream)
        self._end()

    def _begin(self) -> None:
        if self._stop is not None:
            return
        stop = threading.Event()
        self._loop, self._stop = asyncio.get_running_loop(), stop
        told = partial(self._told, stop)
        threading.Thread(target=listen, args=(self._database, told, stop), name="live", daemon=True).start()

    def _end(self) -> None:
        if self._stop is not None:
            self._stop.set()
            self._stop, self._is_listening = None, False

    def _told(self, stop: threading.Event, topics: frozenset[str]) -> None:
        """In the listener's thread: what has changed. Sessions are looked at when some have ended, and now and then."""
        over: set[bytes] = set()
        if SESSIONS in topics or time.monotonic() >= self._looked_at + SESSIONS_SECONDS:
            self._looked_at = time.monotonic()
            over = self._ended_sessions()
        if self._loop is not None and (topics or over):
            with contextlib.suppress(RuntimeError):  # the loop is gone: so are those who would have heard
                self._loop.call_soon_threadsafe(self._spread, stop, topics, over)

    def _ended_sessions(self) -> set[bytes]:
        mine = {each.session for each in tuple(self._streams)}
        try:
            with self._database.read() as reading:
                return mine - sessions_in_force(reading, mine)
        except Exception as error:
            if trouble_of(error) is None:
                raise
            return set()

    def _spread(self, stop: threading.Event, topics: frozenset[str], over: set[bytes]) -> None:
        """Hands on what the listener heard. That it has begun is what new windows wait for; those that were there before may
        have missed something."""
        if stop.is_set():
            return
        has_begun = topics == EVERYTHING
        self._is_listening = self._is_listening or has_begun
        for stream in self._streams:
            if stream.session in over:
                _finish(stream)
            news = stream.topics if has_begun else topics & stream.topics
            if stream.is_ready:
                stream.waiting |= news
            if news:
                stream.has_news.set()


def _finish(stream: Stream) -> None:
    stream.is_over = True
    stream.has_news.set()
