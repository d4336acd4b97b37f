"""What WeCom tells of members' customers, fetched by some threads ahead of the one that keeps it.

Pages wait in a queue of a fixed length, so that a corp of any size takes the same memory; the pages of one member are in order.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, Queue
from typing import TypeVar

from siyu.domain.contacts.contracts import Refusal, SourceRefusedError, Told
from siyu.engines.mirror.contracts import Corp
from siyu.kernel.clock import Clock
from siyu.kernel.errors import SiyuError
from siyu.platform.threads import side_by_side

PAGES_AHEAD = 40
"""Pages of at most a hundred customers that wait to be kept."""
IDLE_SECONDS = 1.0
"""What was fetched is kept so soon at the latest, where no more comes."""
RESTARTS_MAX = 5

Item = TypeVar("Item")
Found = TypeVar("Found")


class StaleCursorError(SiyuError):
    """The pages of a member have to be begun anew again and again."""

    code = "stale_cursor"


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to do with a member."""

    member_id: int
    userid: str
    cursor: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What WeCom told of a member when it was asked once. The last piece has the list of all their customers, as of `listed_at`,
    or why nothing is told."""

    of: Left
    rows: Sequence[Told]
    cursor: str
    asked_at: datetime
    listed: frozenset[str] | None = None
    listed_at: datetime | None = None
    refusal: SourceRefusedError | None = None

    @property
    def is_last(self) -> bool:
        return self.listed is not None or self.refusal is not None


def fetched(
    corp: Corp, clock: Clock, left: Sequence[Left], threads: int, rows_at_once: int
) -> Generator[Sequence[Piece], None, None]:
    """The pieces of all members, about so many rows at a time. Where WeCom answers no more, what came before is given first, and
    then its SourceRefusedError. One thread is the caller's own, which fetches when it has kept what it was given."""
    if threads == 1:
        for each in left:
            for piece in pieces_of(corp, clock, each):
                yield [piece]
        return
    fetchers = _Fetchers(corp, clock, left, threads)
    try:
        yield from fetchers.batches(rows_at_once)
    finally:
        fetchers.stop()


def fetched_each(
    items: Sequence[Item], fetch: Callable[[Item], Found], threads: int
) -> Generator[tuple[Item, Found | SourceRefusedError], None, None]:
    """What is fetched of each, in order, a few ahead; or why it is refused."""
    with side_by_side(threads, "mirror") as pool:
        ahead = deque((item, pool.submit(fetch, item)) for item in items[: 2 * threads])
        try:
            for next_item in [*items[2 * threads :], *[None] * len(ahead)]:
                item, future = ahead.popleft()
                if next_item is not None:
                    ahead.append((next_item, pool.submit(fetch, next_item)))
                try:
                    found: Found | SourceRefusedError = future.result()
                except SourceRefusedError as error:
                    found = error
                yield item, found
        finally:
            pool.shutdown(cancel_futures=True)


class _Fetchers:
    """The threads, and the queue between them and the one that keeps."""

    def __init__(self, corp: Corp, clock: Clock, left: Sequence[Left], threads: int) -> None:
        self._corp, self._clock = corp, clock
        self._left = deque(left)
        self._queue: Queue[Piece | BaseException | None] = Queue(PAGES_AHEAD)
        self._stopping = threading.Event()
        self._running = max(1, min(threads, len(left)))
        for number in range(self._running):
            threading.Thread(target=self._fetch, name=f"mirror-{number}", daemon=True).start()

    def batches(self, rows_at_once: int) -> Iterator[Sequence[Piece]]:
        held: list[Piece] = []
        failure: SourceRefusedError | None = None
        while self._running:
            try:
                found = self._queue.get(timeout=IDLE_SECONDS if held else None)
            except Empty:
                yield held
                held = []
                continue
            if found is None:
                self._running -= 1
            elif isinstance(found, Piece):
                held.append(found)
            elif isinstance(found, SourceRefusedError):
                failure = failure or found
                self._stopping.set()  # the others stop at the end of their page
            else:
                raise found
            if sum(len(each.rows) for each in held) >= rows_at_once:
                yield held
                held = []
        if held:
            yield held
        if failure is not None:
            raise failure

    def stop(self) -> None:
        """Waits until no thread is at it any more."""
        self._stopping.set()
        while self._running:
            self._running -= self._queue.get() is None

    def _fetch(self) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    each = self._left.popleft()
                except IndexError:
                    return
                for piece in pieces_of(self._corp, self._clock, each):
                    self._queue.put(piece)
                    if self._stopping.is_set():
                        return
        except BaseException as error:  # whatever it is, the one that keeps has to know
            self._queue.put(error)
        finally:
            self._queue.put(None)


def pieces_of(corp: Corp, clock: Clock, of: Left) -> Iterator[Piece]:
    """A member whom WeCom says nothing of (without a licence, just gone, out of the application's sight) stops nobody: what is
    known of them stands."""
    cursor, restarts = of.cursor, 0
    while True:
        asked_at = clock.now()
        rows: Sequence[Told] = ()
        try:
            page = corp.source.page(of.userid, cursor)
            rows, cursor = page.rows, page.next_cursor
            listed_at = clock.now()
            listed = None if cursor else frozenset(corp.source.external_ids(of.userid))
        except SourceRefusedError as error:
            if error.refusal is Refusal.RESTART:
                restarts += 1
                if restarts > RESTARTS_MAX:
                    raise StaleCursorError from error
                cursor = ""
                continue
            if not (error.refusal in (Refusal.FINAL, Refusal.GONE) or error.is_of_one):
                raise
            yield Piece(of, rows, "", asked_at, refusal=error)
            return
        yield Piece(of, rows, cursor, asked_at, listed, listed_at)
        if not cursor:
            return
