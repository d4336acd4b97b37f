"""What a made-up brand brings: its people, its company, and the words of what every brand has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Literal, Protocol
from zoneinfo import ZoneInfo

from siyu.assembly.demo.home import BrandCard, UnknownBrandError
from siyu.assembly.installation import Installation
from siyu.domain.company import service as company
from siyu.domain.company.contracts import PersonaDraft, RefusedLogIn
from siyu.domain.connections.contracts import ConnectionKind, Setting
from siyu.domain.entries.contracts import FollowUpWay, Intent
from siyu.domain.segments.contracts import RfmScheme
from siyu.domain.tasks.contracts import TaskResult
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.clock import ManualClock
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database, Reading, UnitOfWork
from siyu.world.population.deeds import Deed

ACTOR: Final[Actor] = system_actor("demo")
INTAKE: Final[Actor] = system_actor("intake")
"""By whom customers become known."""
OWN_ADDRESS: Final = "demo"
"""Whence the operator logs in: nobody who fails to, while the demo is being loaded, is counted there."""


class Calendar(Protocol):
    """The days of a history."""

    @property
    def begins_at(self) -> datetime: ...


class People(Protocol):
    """A made-up population, as far as loading it goes."""

    @property
    def seed(self) -> int: ...

    @property
    def customers(self) -> int: ...

    @property
    def calendar(self) -> Calendar: ...

    def deeds(self, first: int = 0, size: int | None = None) -> Iterator[tuple[datetime, int, int, Deed]]: ...


class Keeping(Protocol):
    """Who keeps whom: {number: (unit, one of its staff)} of those whom some deeds bring into keeping."""

    def __call__(self, deeds: Sequence[tuple[int, Deed]]) -> Mapping[int, tuple[int, int | None]]: ...


@dataclass(frozen=True)
class Designing:
    """With what a brand's operator designs: within one unit of work, under a clock that is set to when she did."""

    brand: DemoBrand
    work: UnitOfWork
    clock: ManualClock
    anchor: datetime
    zone: ZoneInfo
    customers: int
    schemes: Mapping[str, RfmScheme]

    def on_day(self, days_ago: int) -> None:
        """Goes to an hour of that day in which an operator sits at the console."""
        hours, minutes = 10 + days_ago % 7, 7 * days_ago % 60
        self.clock.set(self.anchor - timedelta(days=days_ago) + timedelta(hours=hours, minutes=minutes))


@dataclass(frozen=True, slots=True)
class Account:
    """The brand's official account: what it says to who follows, and the name of the code that it leads to."""

    name: str
    follow_reply: str
    code: str


@dataclass(frozen=True, slots=True)
class Played:
    """A persona, and whose accounts play it: the userids, or with `others` whoever plays none."""

    draft: PersonaDraft
    userids: frozenset[str] = frozenset()
    others: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """What lies in the library: (name, folder, body) of materials, (name, dark, light) of posters, and scripts
    (name, stage, folder, text, keywords, materials)."""

    pieces: Sequence[tuple[str, str, Mapping[str, Any]]]
    posters: Sequence[tuple[str, tuple[int, int, int], tuple[int, int, int]]]
    scripts: Sequence[tuple[str, str, str, str, Sequence[str], Sequence[str]]]
    replies: Sequence[tuple[str, str]] = ()
    """Quick replies: (folder, text)."""


@dataclass(frozen=True, slots=True)
class StaffWork:
    """What is in the inboxes: sources of leads, what follow-ups say (by what, what, how much they want it, when one talks again in
    hours), tasks (title, more of it, in how many hours), and why somebody was lost."""

    sources: Sequence[str]
    said: Sequence[tuple[FollowUpWay, str, Intent, int | None]]
    tasks: Sequence[tuple[str, str, int]]
    lost: str


class SendFate(StrEnum):
    """What its operator did with a send: wrote it; asked for it, so that it waits for a second person; has it ready for the day
    after tomorrow, and paused or cancelled it there; let it go out."""

    WRITTEN = "written"
    WAITING = "waiting"
    AHEAD = "ahead"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class OfferedSend:
    """A send: its name, to which segment, what it says, and what became of it."""

    name: str
    segment: str
    document: Mapping[str, Any]
    fate: SendFate = SendFate.WAITING


@dataclass(frozen=True, slots=True)
class OfferedPost:
    """A post to groups or in moments; one that `waits` needs a second person where many would see it."""

    kind: Literal["group", "moment"]
    name: str
    content: Mapping[str, Any]
    waits: bool = False


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """What an adviser did not know; with an answer, and the question in general words, where somebody gave one."""

    text: str
    subject: str = ""
    answer: str = ""
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class OwnProgram:
    """A program of the brand's own that is told of some events: its name, and what of."""

    name: str
    events: Sequence[str]


@dataclass(frozen=True, slots=True)
class Desk:
    """The names of a list of customers and of a filter, the greeting of who joins a group (its name, its text), and what customers
    have just asked customer service."""

    invited: str
    filtered: str
    greeting: tuple[str, str]
    asked: Sequence[str]


@dataclass(frozen=True, slots=True)
class Errands:
    """What has just been done with many: the tag for whoever is on the list of invited (its name, why), the task to call them
    (title, more of it), a segment that is tagged and exported (with which tag, why), what a file of guests is called, and tasks
    that whoever shows the demo has done today (title, what came of it, a note)."""

    invited_tag: tuple[str, str]
    call: tuple[str, str]
    segment: str
    segment_tag: tuple[str, str]
    guests: str
    done: Sequence[tuple[str, TaskResult, str]]


@dataclass(frozen=True)
class DemoBrand(BrandCard):
    """A made-up brand."""

    email: str
    password: str = field(repr=False)
    operator_email: str
    event_names: frozenset[str]
    source: str
    """Where its events come from."""
    people: Callable[[int, int, datetime, ZoneInfo], People]
    found_company: Callable[[UnitOfWork], None]
    keeping: Callable[[Reading, People], Keeping]
    schemes: Mapping[str, RfmScheme]
    design: Callable[[Designing], None]
    look_back: Callable[[Database, Columns, ZoneInfo], None]
    """Closes reviews, when all numbers are there."""
    welcome: str
    """What WeCom says to a new friend whom no code greets."""
    account: Account
    vendors: Mapping[ConnectionKind, Mapping[str, Setting]]
    personas: Sequence[Played]
    service: tuple[str, Mapping[str, Any]]
    """The rules of customer service: their name and document."""
    shelf: Shelf
    staff_work: StaffWork
    sends: Sequence[OfferedSend]
    posts: Sequence[OfferedPost]
    enquiries: Sequence[AskedQuestion]
    program: OwnProgram
    desk: Desk
    errands: Errands
    code_purpose: Callable[[str], str]
    """What a code is for to who comes by it, told by its name: a platform, a place, or `arrival` for anybody."""
    settle: Callable[[Installation], bool] = lambda _: True
    """What else is made once the corp's groups are known; gives whether it was."""


@contextmanager
def operator(work: UnitOfWork, brand: DemoBrand) -> Iterator[Actor]:
    """The brand's operator, logged in for the length of the block."""
    opened = company.log_in(work, brand.operator_email, brand.password, OWN_ADDRESS)
    if isinstance(opened, RefusedLogIn):
        raise opened.error
    yield opened.actor
    company.log_out(work, opened.actor, opened.token)


def brand_of(key: str) -> DemoBrand:
    """The brand of that key."""
    match key:
        case "tea":
            from siyu.assembly.demo.tea.brand import TEA

            return TEA
        case "camp":
            from siyu.assembly.demo.camp.brand import CAMP

            return CAMP
        case _:
            raise UnknownBrandError
