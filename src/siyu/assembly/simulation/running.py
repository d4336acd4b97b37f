"""A run of the simulation: a town, a company, one thread, and a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from math import inf

from siyu.assembly.installation import Installation
from siyu.assembly.loops import Loop
from siyu.assembly.mirroring import reconcile_contacts
from siyu.assembly.simulation.company import found_company
from siyu.assembly.simulation.console import WORKS_EVERY, Console
from siyu.assembly.simulation.diary import Diary
from siyu.assembly.simulation.doors import BASE_URL, SECRET, Doors
from siyu.assembly.simulation.fans import Fans
from siyu.assembly.simulation.filing import UnfiledError, files_of, find_out, hand_in
from siyu.assembly.simulation.forgetting import DONE_AFTER, NobodyForgottenError, forget, leaver_of
from siyu.assembly.simulation.inheriting import InheritanceUndoneError, hand_over
from siyu.assembly.simulation.journey_checks import arithmetic_faults
from siyu.assembly.simulation.killing import REFUSED, Fates, Killed, MortalDatabase, Shares, is_refusal
from siyu.assembly.simulation.letters import Letters
from siyu.assembly.simulation.line import Line, Post
from siyu.assembly.simulation.meetings import RESIGNS_AFTER_SHARE, Meetings
from siyu.assembly.simulation.office import ACTOR, CORP_ID, add_townspeople, build_office
from siyu.assembly.simulation.outside import Outside
from siyu.assembly.simulation.people import Deed, plan_deeds
from siyu.assembly.simulation.simulated import BEGINS_AT, Simulated, Town
from siyu.assembly.simulation.texts import Vendor
from siyu.assembly.simulation.working import COLUMNS, SEQUENCER, loops_of
from siyu.domain.contacts.contracts import SourceRefusedError
from siyu.domain.contacts.reading import list_members
from siyu.engines.intake.door import admit_batch
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import BusyError
from siyu.kernel.ids import SeededIds
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.sequencer import ensure_partitions
from siyu.platform.inbox.inbox import put_batches
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.platform.sealing.ring import DataKey, KeyRing
from siyu.platform.settings import Settings
from siyu.world.population.chance import Chance

GROUPS = ("intake", COLUMNS, "flow")
TICK = timedelta(hours=8)
REST_TICK = timedelta(hours=11)
NIGHT_AFTER = timedelta(hours=17)
"""From the first hour of a day to when, in the night, everything is compared with WeCom."""
TRIED_AGAIN_AFTER = timedelta(minutes=10)
WORKED_SHARE = 0.03
"""After how many of people's calls the workers work a little, before all that is to be done at the time is."""
SOON_SECONDS = (0.2, 1.0, 4.0, 12.0)
"""How long after a callback the workers look who is to be greeted; nobody waits for anything else so impatiently."""
IMPATIENT_SECONDS = 1.0
"""Loops that look less often than this look when all the others have found nothing."""
REST_DAYS = 5
"""How long everybody is left alone in the end: longer than any wait of the company's journeys, with a night."""
ROUNDS_MAX = 200
ASKED_TWICE_SHARE, LATE_SHARE, LATE_HOURS_MAX = 0.1, 0.1, 6.0
NEVER_AFTER_DAYS = 2
"""So long after the last deed all that somebody had to try again has to be done."""
LATER = (SourceRefusedError, BusyError, InheritanceUndoneError, NobodyForgottenError, UnfiledError)
"""What somebody hears who has to try again later."""
WELCOMES = "wecom:welcome"
KEYS = KeyRing([DataKey(1, bytes(range(32)))])

_PEOPLE, _FATES, _ORDER, _POST = 1_000_001, 1_000_002, 1_000_003, 1_000_004


class RestlessError(Exception):
    """The loops of the workers find work for ever though the time stands still."""


class Simulation:
    """Runs one seed on an empty, migrated PostgreSQL and on empty columns."""

    def __init__(
        self,
        settings: Settings,
        database_url: str,
        columns: Columns,
        seed: int,
        town: Town,
        shares: Shares | None = None,
    ) -> None:
        clock = ManualClock(BEGINS_AT)
        fates = Fates(Chance(seed, _FATES), clock, shares or Shares())
        self.diary = Diary()
        corp = build_office(clock, seed)
        line, doors = Line(corp, fates), Doors(self._take)
        corp.postman = post = Post(corp, self.diary, fates, Chance(seed, _POST), doors.wecom, self._look_soon)
        meetings = Meetings(corp, line, self.diary, fates, seed)
        vendor = Vendor(fates, self.diary, seed, doors.texts, doors.calls)
        fans, letters = Fans(clock, fates, self.diary, seed, doors), Letters(fates, self.diary, seed, doors)
        outside = Outside(clock, fates, line, vendor, fans)
        self.found = Simulated(seed, town, clock, fates, outside, corp, post, meetings, vendor, fans, letters)
        self._settings = replace(
            settings,
            home=settings.home / str(seed),
            public_url=BASE_URL,
            webhook_url="http://outside.invalid/messages",
            webhook_secret=SECRET,
        )
        self._url, self._columns = database_url, columns
        self._ids, self._order = SeededIds(seed), Chance(seed, _ORDER)
        self._installation: Installation | None = None
        self._loops: list[Loop] = []
        self._others: tuple[Installation, list[Loop]] | None = None
        self._is_others_turn = False
        self._idle: dict[str, tuple[datetime, int]] = {}
        self._excuses = 0
        """How many of the refusals of the database are behind us."""
        self._head = 0
        """How often the log has grown."""

    def run(self) -> Simulated:
        """Everything from the first deed to the last rest."""
        found = self.found
        founder = Database(self._url, clock=found.clock, ids=self._ids, keys=KEYS, pool_size=4)
        try:
            with found.fates.peace():
                installation = self._installed(founder)
                found.vendor.join(installation)
                found.fans.join(installation)
                found.company = found_company(installation)
                with founder.autocommit() as driver:
                    ensure_partitions(driver)
        finally:
            founder.close()
        self._boot()
        found.fates.meanwhile = self._work_as_others
        ends_at = BEGINS_AT + timedelta(days=found.town.days)
        self._plan(ends_at, Console(found.company, self._settings.zone, found.seed))
        while found.clock.now() < ends_at:
            self._live_until(found.clock.now() + TICK)
        found.fates.rest()
        until = found.clock.now() + timedelta(days=REST_DAYS)
        while found.clock.now() < until or self.diary:
            self._live_until(found.clock.now() + REST_TICK)
        self._compare()
        self._live_until(found.clock.now() + TICK)
        return found

    def close(self) -> None:
        """Closes what the processes held."""
        if self._installation is not None:
            self._installation.database.close()
        self._send_others_away()

    def _plan(self, ends_at: datetime, console: Console) -> None:
        """Writes down who calls when (mostly at once, sometimes hours later or a second time) and what happens elsewhere."""
        found, chance = self.found, Chance(self.found.seed, _PEOPLE)
        leaver = leaver_of(found.town)
        ends = {leaver.person: leaver.asks_at} if leaver is not None else {}
        for deed in plan_deeds(found.seed, found.town.people, BEGINS_AT, found.town.days, ends):
            late = chance.between(0.0, LATE_HOURS_MAX) if chance.happens(LATE_SHARE) else 0.0
            at = deed.at + timedelta(hours=late)
            self.diary.note(min(at, ends_at), partial(self._call, deed))
            if chance.happens(ASKED_TWICE_SHARE):
                self.diary.note(min(at + timedelta(hours=1), ends_at), partial(self._call, deed))
        found.fans.plan(found.town.people, BEGINS_AT, found.town.days, ends)
        found.meetings.plan(add_townspeople(found.corp, found.town.people), BEGINS_AT, found.town.days, ends)
        if leaver is not None:
            self.diary.note(leaver.asks_at + DONE_AFTER, self._forget)
        for file in files_of(BEGINS_AT):
            self.diary.note(BEGINS_AT + timedelta(hours=20), partial(self._act, partial(hand_in, file, self._settings)))
        self.diary.note(BEGINS_AT + timedelta(days=found.town.days / 2), partial(self._act, find_out))
        for day in range(found.town.days):
            self.diary.note(BEGINS_AT + timedelta(days=day) + NIGHT_AFTER, self._compare)
        self.diary.note(BEGINS_AT + timedelta(days=found.town.days * RESIGNS_AFTER_SHARE, hours=6), self._hand_over)
        for on_day, act in console.acts(found.town.days):
            self.diary.note(BEGINS_AT + timedelta(days=on_day), partial(self._act, act))
        with self._whole.database.read() as reading:
            members = list_members(reading, ACTOR, CORP_ID)
        staff = sorted((each.staff_id, each.userid) for each in members if each.staff_id is not None)
        for place, (staff_id, userid) in enumerate(staff):
            at = BEGINS_AT + timedelta(hours=3 + place)
            self.diary.note(at, partial(self._work_through, console, staff_id, userid))

    def _live_until(self, until: datetime) -> None:
        """Lets people do what they do until then, and then the workers work until nothing is left to do."""
        clock = self.found.clock
        while (following := self.diary.next_until(until)) is not None:
            clock.set(max(following[0], clock.now()))
            self.found.corp.agenda.run(clock.now())
            following[1]()
            if self._order.happens(WORKED_SHARE):
                self._round()
        clock.set(max(until, clock.now()))
        self.found.corp.agenda.run(clock.now())
        for _ in range(ROUNDS_MAX):
            if not self._round(IMPATIENT_SECONDS) and not self._round():
                self._look_over()
                return
        raise RestlessError(f"at {clock.now().isoformat()}")

    def _call(self, deed: Deed) -> None:
        """A phone calls until it is answered."""
        while True:
            try:
                self._admit(deed)
            except Killed:
                self._boot()
                continue
            except REFUSED:
                continue
            self.found.acknowledged[deed.number] = deed
            return

    def _admit(self, deed: Deed) -> None:
        database = self._whole.database
        admission = admit_batch(
            deed.payload,
            source="simulated",
            received_at=database.clock.now(),
            shards=self._settings.intake_shards,
            dedupe_days=self._settings.dedupe_days,
        )
        if not admission.batches:
            raise RuntimeError(f"the door refused deed {deed.number}")
        with database.begin() as work:
            put_batches(work, admission.batches)

    def _look_soon(self) -> None:
        """A callback of WeCom's knocks: the workers look soon, for welcomes die."""
        for seconds in SOON_SECONDS:
            self.diary.note(self.found.clock.now() + timedelta(seconds=seconds), self._greet)

    def _take(self, keep: Callable[[UnitOfWork], object]) -> int:
        """Somebody knocks: what they tell is kept before they are answered."""
        try:
            with self._whole.database.begin() as work:
                keep(work)
        except Killed:
            self._boot()
            return 0
        except REFUSED:
            return 500
        return 200

    def _act(self, act: Callable[[Database], None]) -> None:
        """Somebody does something at the console, and tries until it is done."""
        self._do(lambda: act(self._whole.database), lambda: self._act(act))

    def _work_through(self, console: Console, staff_id: int, userid: str) -> None:
        """A member of the staff works, unless they are ill, and does so again in some hours."""
        now, ends_at = self.found.clock.now(), BEGINS_AT + timedelta(days=self.found.town.days)
        if now < ends_at:
            self.diary.note(now + WORKS_EVERY, partial(self._work_through, console, staff_id, userid))
        if self.found.meetings.is_ill(userid, now):
            return
        try:
            self.found.fates.trace.note("staff", console.work_through(staff_id, self._whole.database))
        except Killed:
            self._boot()
        except Exception as error:
            self._excused(f"staff {staff_id}", error)

    def _greet(self) -> None:
        self._step(next(loop for loop in self._loops if loop.name == WELCOMES))

    def _compare(self) -> None:
        """The night's comparison with WeCom, tried again until it is done."""
        self._do(lambda: reconcile_contacts(self._whole), self._compare)

    def _forget(self) -> None:
        """Somebody at the office reads that a customer wants to be forgotten."""
        self._do(lambda: forget(self._whole, self.found.forgotten), self._forget)

    def _hand_over(self) -> None:
        """Somebody notices that a member has left, and has the customers handed over."""
        self._do(lambda: hand_over(self._whole.database), self._hand_over)

    def _do(self, act: Callable[[], None], again: Callable[[], None]) -> None:
        try:
            act()
        except Killed:
            self._boot()
        except LATER as error:
            self.found.fates.trace.note("later", type(error).__name__)
            if self.found.clock.now() > BEGINS_AT + timedelta(days=self.found.town.days + NEVER_AFTER_DAYS):
                if not isinstance(error, InheritanceUndoneError):  # who left may have had nobody
                    self.found.failures.append(f"Somebody tried for days, and it was never done: {error!r}.")
                return
        except Exception as error:
            if not self._excused(getattr(again, "__name__", "somebody"), error):
                return
        else:
            return
        self.diary.note(self.found.clock.now() + TRIED_AGAIN_AFTER, again)

    def _round(self, idle_seconds_max: float = inf) -> bool:
        """A step of every loop that would look by now, in an order of its own, and then what is new has its place in the log;
        whether any had something to do. Who is more patient than that is left out."""
        order = sorted(range(len(self._loops)), key=lambda _: self._order.share())
        worked = False
        for place in order:
            loop = self._loops[place]
            if loop.idle_seconds <= idle_seconds_max and self._looks(loop):
                worked |= self._step(loop)
        return self._step(self._loops[0]) or worked

    def _looks(self, loop: Loop) -> bool:
        """Who found nothing looks again when the log has grown, or after a while."""
        idle_until, head = self._idle.get(loop.name, (BEGINS_AT, -1))
        return head != self._head or self.found.clock.now() >= idle_until

    def _step(self, loop: Loop) -> bool:
        self.found.steps += 1
        try:
            did = loop.step()
        except Killed:
            self._boot()
            did = True
        except Exception as error:  # whatever it is, it is told
            did = self._excused(loop.name, error)
        if did:
            self.found.fates.trace.note("step", loop.name)
            self._idle.pop(loop.name, None)
            self._head += loop.name == SEQUENCER
        else:
            until = self.found.clock.now() + timedelta(seconds=loop.idle_seconds)
            self._idle[loop.name] = until, self._head
        return did

    def _excused(self, name: str, error: Exception) -> bool:
        """True for what was done to somebody: they try again, as their process would. Everything else is a failure."""
        refusals = self.found.fates.refusals
        if refusals > self._excuses and is_refusal(error):
            self._excuses = refusals
            return True
        self.found.failures.append(f"{name}: {type(error).__name__}: {error}")
        return False

    def _work_as_others(self) -> None:
        """While somebody's call takes ages, another process takes a step of everything, of what that one had taken too."""
        if self._is_others_turn:
            return
        self._is_others_turn = True
        try:
            if self._others is None:
                installation = self._installed(self._mortal_database())
                self._others = installation, loops_of(installation, GROUPS)
            loops_there = self._others[1]
            for place in sorted(range(len(loops_there)), key=lambda _: self._order.share()):
                loops_there[place].step()
        except Killed:
            self._send_others_away()
        except Exception as error:  # the one who waits must not see it
            if not self._excused("others", error):
                self._send_others_away()
        finally:
            self._is_others_turn = False

    def _send_others_away(self) -> None:
        if self._others is not None:
            self._others[0].database.close()
            self._others = None

    def _boot(self) -> None:
        """A process comes up, where another one died: with nothing but what is stored, and with connections that hold nothing."""
        before = self._installation
        self._installation = self._installed(self._mortal_database() if before is None else before.database)
        self._loops = loops_of(self._installation, GROUPS)
        self._idle.clear()
        self.found.boots += 1

    @property
    def _whole(self) -> Installation:
        if self._installation is None:
            raise RuntimeError("nothing was started")
        return self._installation

    def _mortal_database(self) -> MortalDatabase:
        return MortalDatabase(self._url, self.found.clock, self._ids, KEYS, self.found.fates)

    def _installed(self, database: Database) -> Installation:
        found = self.found
        return Installation(
            self._settings,
            database,
            self._columns,
            SECRET,
            found.outside,
            found.letters,
            at_once_max=1,
            pause=lambda seconds: found.clock.advance(timedelta(seconds=seconds)),
        )

    def _look_over(self) -> None:
        """All have come to rest: what was told by now they all know of, and what they count adds up."""
        found, now = self.found, self.found.clock.now()
        for number in found.acknowledged:
            found.heard.setdefault(number, now)
        with self._whole.database.read() as reading:
            found.failures += [f"{now.isoformat()}: {fault}" for fault in arithmetic_faults(reading)]
