"""The living, running: a thread that lets everybody do what is due, at no more than so many acts a second.

Whatever the speed of the clock, a machine bears only so much. Where more is due than that, what is overdue is left undone, and a
line in the log says how much. That Siyu is away for a while ends nothing.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from siyu.kernel.clock import Clock, real_span
from siyu.platform.logs import get_logger
from siyu.world.living.account_doors import EmulatedAccount
from siyu.world.living.camp import CampLife
from siyu.world.living.diary import Diary
from siyu.world.living.doors import AccountDoors, Message, SiyuDoors, WecomDoors
from siyu.world.living.memory import Memory
from siyu.world.living.people import People
from siyu.world.living.plan import LivingPlan
from siyu.world.living.siyu_doors import SiyuOverHttp
from siyu.world.living.somebody import Cast, History
from siyu.world.living.souls import Souls
from siyu.world.living.staff import LEADER, StaffLife
from siyu.world.living.stories import Stage, Story
from siyu.world.living.tea import TeaLife
from siyu.world.living.telephone import Telephones
from siyu.world.living.wecom_doors import EmulatedWecom, addresses_in
from siyu.world.population.playbook import load_playbook
from siyu.world.wechat.doors import Doors
from siyu.world.wecom.brand import ACCOUNT_ID, KEEPING_SECONDS, KEPT_SUFFIX
from siyu.world.wecom.corp import Corp

log = get_logger(__name__)

ACTS_PER_SECOND_MAX: Final = 25
LATE_MAX = timedelta(seconds=20)
"""How long, really, something may be overdue before it is left undone."""
SAID_EVERY_SECONDS: Final = 60.0
REST_SECONDS: Final = 0.2
BUZZES_MAX: Final = 20_000
FLUSH_SECONDS: Final = 1.0


@dataclass(slots=True)
class Living:
    """People and staff of one brand under one clock; `step` lets them do what is due."""

    people: People
    staff: StaffLife
    diary: Diary
    clock: Clock
    acts_per_second_max: int = ACTS_PER_SECOND_MAX
    monotonic: Callable[[], float] = time.monotonic
    skipped: int = 0
    _allowed: float = 0.0
    _counted_at: float = 0.0
    _said_at: float = 0.0
    _skipped_said: int = 0

    def begin(self) -> None:
        now = self.clock.now()
        self._counted_at = self._said_at = self.monotonic()
        self.people.begin(now)
        self.staff.begin(now)

    def step(self) -> int:
        """Does what is due and allowed; how many entries it were."""
        self._allow()
        done = 0
        while self._allowed >= 1:
            now = self.clock.now()
            entry = self.diary.take(now)
            if entry is None:
                break
            is_personal = entry.whose >= 0
            if is_personal and now - entry.at > real_span(self.clock, LATE_MAX):
                self._skip(entry.whose, entry.act)
                continue
            before = self.people.acts + self.staff.acts
            if entry.act == "desk":
                self.staff.do(entry.whose, now)
            elif entry.act == LEADER:
                self.staff.lead(now)
            else:
                self.people.do(entry.whose, entry.act, entry.step, now)
            self._allowed -= max(self.people.acts + self.staff.acts - before, 0)
            done += 1
        self._say()
        return done

    def _skip(self, whose: int, act: str) -> None:
        self.skipped += 1
        if act == "look":
            soul = self.people.stage.souls.find(whose)
            if soul is not None:
                soul.looks_at = None

    def _allow(self) -> None:
        """So many acts for the time that really went by, and never more than a second's."""
        now = self.monotonic()
        gained = (now - self._counted_at) * self.acts_per_second_max
        self._allowed, self._counted_at = min(self._allowed + gained, float(self.acts_per_second_max)), now

    def _say(self) -> None:
        lost = self.skipped + self.diary.refused
        if lost > self._skipped_said and self.monotonic() - self._said_at >= SAID_EVERY_SECONDS:
            log.warning("living_fell_behind", rows=lost - self._skipped_said, size=len(self.diary))
            self._skipped_said, self._said_at = lost, self.monotonic()


def living_of(
    plan: LivingPlan,
    clock: Clock,
    siyu: SiyuDoors,
    wecom: WecomDoors,
    account: AccountDoors,
    text_back: Callable[[str, str], None],
) -> Living:
    """The living of a plan's brand, behind these doors. `text_back` answers a text message: (phone, text)."""
    zone, diary, now = ZoneInfo(plan.zone), Diary(), clock.now()
    playbook = load_playbook(plan.brand)
    souls = Souls(plan.seed, Cast(_history_of(plan), playbook.people), playbook.behaviour, zone, now)
    telephones = Telephones(souls, diary, siyu, wecom, account, text_back, playbook.telephone)
    stage = Stage(plan, souls, diary, telephones, siyu, wecom, [])
    people = People(stage, _story_of(plan, stage), playbook.rhythm)
    return Living(people, StaffLife(plan.seed, diary, siyu, wecom, zone, people.invited, playbook.staff), diary, clock)


def _story_of(plan: LivingPlan, stage: Stage) -> Story:
    if plan.brand == "camp":
        return CampLife(stage, load_playbook("camp"))
    return TeaLife(stage, load_playbook("tea").tea)


def _history_of(plan: LivingPlan) -> History:
    """Who there was before; only the brand's own module is loaded."""
    seen_from = plan.seed, plan.customers, plan.anchor_at, ZoneInfo(plan.zone)
    if plan.brand == "camp":
        from siyu.world.population.camp.population import Population as CampPopulation

        return CampPopulation(*seen_from)
    from siyu.world.population.tea.population import Population as TeaPopulation

    return TeaPopulation(*seen_from)


@dataclass(slots=True)
class LivingThread:
    """Waits for the plan and for the corp, and then lets everybody live until it is stopped. `text_back` carries a phone's answer
    to a text message to its vendor."""

    path: Path
    clock: Clock
    find_corp: Callable[[], Corp | None]
    account: Doors
    text_back: Callable[[str, str], None] = lambda _phone, _text: None
    _stopped: threading.Event = field(default_factory=threading.Event)
    _buzzes: deque[int] = field(default_factory=lambda: deque(maxlen=BUZZES_MAX))
    _rung: deque[str] = field(default_factory=lambda: deque(maxlen=BUZZES_MAX))
    _posted: deque[tuple[str, Message]] = field(default_factory=lambda: deque(maxlen=BUZZES_MAX))
    _is_begun: bool = False
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="living", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=15)

    def text(self, phone: str, text: str) -> None:
        """A text message reached a telephone."""
        if self._is_begun:
            self._posted.append((phone, Message("sms", "", text, tuple(addresses_in(text)))))

    def push(self, message: Mapping[str, Any]) -> bool:
        """A message of the webhook channel: True where the living see to it, who open its link or let it be."""
        if not self._is_begun:
            return False
        known = message.get("customer", {}).get("identities", ())
        phone = next((str(each["value"]) for each in known if each.get("kind") == "phone"), "")
        link = message.get("link_url")
        links = (link,) if isinstance(link, str) else ()
        self._posted.append((phone, Message("webhook", "", str(message.get("title", "")), links)))
        return bool(phone)

    def _run(self) -> None:
        while not self.path.exists() or (corp := self.find_corp()) is None:
            if self._stopped.wait(REST_SECONDS):
                return
        try:
            plan = LivingPlan.from_json(self.path.read_text(encoding="utf-8"))
        except (ValueError, TypeError, KeyError):
            log.error("living_plan_unreadable")
            return
        siyu = SiyuOverHttp(plan, self.clock)
        account = EmulatedAccount(self.account, ACCOUNT_ID)
        living = living_of(plan, self.clock, siyu, EmulatedWecom(corp), account, self.text_back)
        corp.phones.on_shown = self._buzzes.append
        self.account.on_shown(self._rung.append)
        lived, memory = (living.people.stage, living.staff), Memory(self.path.with_suffix(KEPT_SUFFIX), plan, corp.run)
        memory.take_up(*lived, self.clock.now())
        living.begin()
        self._is_begun = True
        log.info("living_began", size=plan.customers)
        flushed_at, kept_at = 0.0, time.monotonic()
        while not self._stopped.wait(REST_SECONDS):
            try:
                self._carry_buzzes(corp, living)
                living.step()
                if time.monotonic() - flushed_at >= FLUSH_SECONDS:
                    flushed_at = time.monotonic()
                    while siyu.flush() and siyu.is_due and not self._stopped.is_set():
                        pass
                if time.monotonic() - kept_at >= KEEPING_SECONDS:
                    kept_at = time.monotonic()
                    memory.put_down(*lived)
            except Exception as error:  # one act that fails is one act; the others go on
                log.error("living_act_failed", exc_info=error)
        living.people.close(self.clock.now())
        memory.put_down(*lived)

    def _carry_buzzes(self, corp: Corp, living: Living) -> None:
        """Whose telephone showed something since: they get to know of it."""
        people = living.people
        for phone, message in [self._posted.popleft() for _ in range(len(self._posted))]:
            whose = people.number_of_phone(phone)
            if whose is not None:
                people.posted(whose, message, self.clock.now())
        for unionid in dict.fromkeys(self._rung.popleft() for _ in range(len(self._rung))):
            people.rung(unionid, self.clock.now())
        numbers = dict.fromkeys(self._buzzes.popleft() for _ in range(len(self._buzzes)))
        for number in numbers:
            with corp.lock:
                unionid, external_userid = corp.people.person(number).unionid, corp.people.id_of(number)
            people.buzzed(unionid, external_userid, self.clock.now())
