"""What people at the console do: sends and somebody else's word on them, new versions, what faults hold, the staff's own work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from siyu.assembly.simulation.company import APPROVED_ABOVE, LOOKERS, Company, change_newcomers
from siyu.assembly.simulation.office import ACTOR
from siyu.domain.company.reading import find_reader
from siyu.domain.contacts.reading import list_members
from siyu.domain.entries import service as leads
from siyu.domain.entries.contracts import FollowUpDraft, FollowUpWay
from siyu.domain.groups.reading import group_ids
from siyu.domain.journeys import service as journeys
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import (
    POST_KIND,
    SEND_KIND,
    EmptySendError,
    OwnSendError,
    RunState,
    UnknownRunError,
    WrongRunStateError,
)
from siyu.domain.tasks import service as tasks
from siyu.engines.reach.planning_runs import call_back, recipients_of
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.errors import SiyuError
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.world.population.chance import Chance

SECOND: Final = system_actor("simulation_second")
"""Who has the word on what the first one asked for."""
NEVER, REFUSED, TAKEN_BACK = "没人批准的", "没批准的", "收回的"
EVERYBODY, SOON, BY_NIGHT = "给所有人的", "快到期的", "夜里的通知"
LETTER, CALL, ACCOUNT = "写给您的信", "打给您的电话", "公众号里的话"
NOT_SENT = (NEVER, REFUSED)
"""Sends of which nobody ever gets anything."""
ANNOUNCED, MOMENT = "群公告", "今天的新茶"
WORKS_EVERY = timedelta(hours=5)
DONE_SHARE, SKIPPED_SHARE, CLAIMS_SHARE, RETURNS_SHARE, LOSES_SHARE = 0.4, 0.1, 0.3, 0.1, 0.1
LOSS_REASON: Final = "没有需求"

_STAFF = 5_000_001


@dataclass(frozen=True, slots=True)
class Asked:
    """A send that somebody asks for on a day (from the first, in days); `more` of its document, and what becomes of it."""

    name: str
    day: float
    channels: tuple[str, ...]
    more: dict[str, Any] = field(default_factory=dict)


SENDS: Final = (
    Asked(EVERYBODY, 1.3, ("wecom", "sms"), {"days": 2}),
    Asked(NEVER, 1.5, ("webhook",)),
    Asked(REFUSED, 1.6, ("webhook", "sms")),
    Asked(SOON, 2.3, ("sms", "webhook"), {"worth": {"by": "attribute", "attribute": "worth"}}),
    Asked(TAKEN_BACK, 3.1, ("wecom", "webhook"), {"days": 3}),
    Asked(LETTER, 0.9, ("mail", "webhook")),
    Asked(ACCOUNT, 2.0, ("official_account", "mail"), {"days": 2}),
    Asked(CALL, 2.6, ("aicall", "mail")),
    Asked(BY_NIGHT, 3.6, ("sms", "webhook"), {"purpose": "service", "begins": 0, "ends": 1440}),
)
FALL_BACK_HOURS: Final = 2
TOLD_APART: Final = frozenset({"wecom", "official_account"})
"""Channels in which a phone shows what a message says, and not which one it is."""


class Console:
    """The acts, each of which does nothing where it was done before: whoever dies after the commit does it again."""

    def __init__(self, company: Company, zone: ZoneInfo, seed: int) -> None:
        self._company, self._zone, self._chance = company, zone, Chance(seed, _STAFF)

    def acts(self, days: int) -> Iterator[tuple[float, Callable[[Database], None]]]:
        """(day, what is done then with the database)."""
        for asked in SENDS:
            yield asked.day, partial(self.ask, asked)
            if asked.name not in NOT_SENT:
                yield asked.day + 0.05, partial(self.approve, asked.name)
        yield 1.8, partial(self.refuse, REFUSED)
        yield 3.4, partial(self.take_back, TAKEN_BACK)
        yield days * 0.5, self.announce
        yield days * 0.35, self.show_moments
        yield days * 0.55, self.change
        yield days * 0.8, self.try_again
        yield days + 1.0, self.let_go

    def ask(self, asked: Asked, database: Database) -> None:
        """A send to everybody who looked around; whoever asked cannot approve."""
        content = {
            "title": asked.name,
            "body": f"{asked.name}，请看" if TOLD_APART.intersection(asked.channels) else "{{ name|朋友 }}，你好",
            "fall_back_after_hours": FALL_BACK_HOURS,
        }
        document = {
            "segment_id": self._company.segments["lookers"],
            "content": content,
            "channels": list(asked.channels),
            **asked.more,
        }
        with database.begin() as work:
            if _find(work, SEND_KIND, asked.name) is None:
                made = sends.create_send(work, ACTOR, asked.name, document)
                if made.draft is None:
                    raise RuntimeError("a new send is a draft")
                people = len(recipients_of(work, made.draft, ACTOR)[0])
                try:
                    sends.ask_for_send(
                        work, ACTOR, made.send_id, self._zone, recipients=people, approve_above=APPROVED_ABOVE
                    )
                except EmptySendError:
                    return

    def approve(self, name: str, database: Database) -> None:
        """Somebody else's word; one's own does not count."""
        with database.begin() as work:
            send_id, version = _waiting(work, name)
            if version is None:
                return
            try:
                with work.attempt():
                    sends.approve_send(work, ACTOR, send_id, version, self._zone)
            except OwnSendError:
                sends.approve_send(work, SECOND, send_id, version, self._zone)
            else:
                raise RuntimeError("somebody approved what they had asked for themselves")

    def refuse(self, name: str, database: Database) -> None:
        """The other word."""
        with database.begin() as work:
            send_id, version = _waiting(work, name)
            if version is not None:
                sends.refuse_send(work, SECOND, send_id, version)

    def take_back(self, name: str, database: Database) -> None:
        """What is not out yet is not to go out."""
        with database.begin() as work:
            if (send_id := _find(work, SEND_KIND, name)) is not None:
                try:
                    call_back(work, ACTOR, send_id)
                except (UnknownRunError, WrongRunStateError):
                    return

    def announce(self, database: Database) -> None:
        """Something is posted to all groups."""
        with database.begin() as work:
            groups = group_ids(work, None)
            if groups and _find(work, POST_KIND, ANNOUNCED) is None:
                content = {"title": ANNOUNCED, "body": ANNOUNCED}
                document = {"kind": "group", "targets": {"all": True}, "content": content}
                sends.post_now(work, ACTOR, ANNOUNCED, document, groups, asked_key=ANNOUNCED)

    def show_moments(self, database: Database) -> None:
        """Something is to be shown in the moments of all members."""
        with database.begin() as work:
            members = {each.staff_id for each in list_members(work, ACTOR) if each.staff_id is not None}
            if members and _find(work, POST_KIND, MOMENT) is None:
                document = {"kind": "moment", "targets": {"all": True}, "content": {"title": MOMENT, "body": MOMENT}}
                sends.post_now(work, ACTOR, MOMENT, document, members, asked_key=MOMENT)

    def change(self, database: Database) -> None:
        """Another version of a journey in which people are."""
        with database.begin() as work:
            change_newcomers(work, self._company)

    def try_again(self, database: Database) -> None:
        """Those whom a fault holds try again."""
        with database.begin() as work:
            journeys.retry(work, ACTOR, self._company.journeys[LOOKERS])

    def let_go(self, database: Database) -> None:
        """Those whom a fault holds still are taken out."""
        journey_id = self._company.journeys[LOOKERS]
        with database.begin() as work:
            rows = work.driver.execute(
                "SELECT entry_id FROM journeys.entries WHERE journey_id = %s AND state = 'paused'", (journey_id,)
            ).fetchall()
            journeys.end_by_hand(work, ACTOR, journey_id, [row[0] for row in rows])

    def work_through(self, staff_id: int, database: Database) -> str:
        """A member of the staff looks at what there is to do; gives what they did."""
        with database.begin() as work:
            found = find_reader(work, staff_id)
            if found is None:
                return "gone"
            me, chance = found[1], self._chance
            doing = chance.share()
            is_done, takes = chance.happens(DONE_SHARE), chance.happens(CLAIMS_SHARE)
            theirs = _ids(work, "SELECT task_id FROM tasks.tasks WHERE state = 'open' AND staff_id = %s", staff_id)
            for task_id in theirs[:3]:
                if is_done or doing < SKIPPED_SHARE:
                    _try(work, partial(tasks.end_task, work, me, task_id, is_done=is_done))
            loose = _ids(work, "SELECT task_id FROM tasks.tasks WHERE state = 'open' AND staff_id IS NULL")
            for task_id in loose[:2] if takes else []:
                _try(work, partial(tasks.claim_task, work, me, task_id))
            pool = _ids(work, "SELECT lead_id FROM entries.leads WHERE state = 'open' AND staff_id IS NULL")
            if pool and takes:
                _try(work, partial(leads.claim_leads, work, me, pool[:1], self._zone))
            own = _ids(work, "SELECT lead_id FROM entries.leads WHERE state = 'open' AND staff_id = %s", staff_id)
            if own:
                _try(work, partial(_follow_up, work, me, own[0], doing))
            return f"{len(theirs)} tasks, {len(loose)} loose, {len(pool)} in the pool, {len(own)} leads"


def _follow_up(work: UnitOfWork, me: Actor, lead_id: int, doing: float) -> None:
    customer_id = leads.get_lead(work, me, lead_id).customer_id
    leads.record_follow_up(work, me, customer_id, FollowUpDraft(FollowUpWay.CALL, "聊过了"), work.ids.new_id())
    if doing < LOSES_SHARE:
        leads.lose_lead(work, me, lead_id, LOSS_REASON)
    elif doing < LOSES_SHARE + RETURNS_SHARE:
        leads.return_leads(work, me, [lead_id])


def _try(work: UnitOfWork, act: Callable[[], object]) -> None:
    """Does what the rules may not let somebody do."""
    try:
        with work.attempt():
            act()
    except SiyuError:
        return


def _ids(work: UnitOfWork, query: str, *given: int) -> list[int]:
    return [row[0] for row in work.driver.execute(f"{query} ORDER BY 1".encode(), given or None).fetchall()]


def _find(work: UnitOfWork, kind: str, name: str) -> int | None:
    row = work.driver.execute(
        "SELECT definition_id FROM definitions.definitions WHERE kind = %s AND name = %s", (kind, name)
    ).fetchone()
    return row[0] if row else None


def _waiting(work: UnitOfWork, name: str) -> tuple[int, int | None]:
    """The send, and the version of it that waits for somebody's word."""
    send_id = _find(work, SEND_KIND, name)
    run = sends.get_send(work, ACTOR, send_id).run if send_id is not None else None
    if send_id is None or run is None or run.state is not RunState.WAITING:
        return 0, None
    return send_id, run.version
