"""What becomes of sends: where their messages are, which members have them, who was left out, and a member's ten-minute pack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.domain.company.reading import staff_names
from siyu.domain.contacts.reading import list_members, staff_of
from siyu.domain.messages.reading import states_of
from siyu.domain.sends import reading as sends
from siyu.domain.sends import service
from siyu.domain.sends.contracts import LeftOutReason, UnknownRunError
from siyu.engines.reach.planning_rules import rules_of
from siyu.faces.api.access import Context, CurrentActor, Id, Paging, ReadOnly
from siyu.faces.api.customers import CustomerPage, page_of_customers
from siyu.faces.api.sends import Counted
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/sends", tags=["sends"])


class MessageTally(BaseModel):
    """How many messages of a send are in a state by a channel, for a reason where there is one."""

    state: str
    channel: str
    reason: str
    count: int


class MemberTally(BaseModel):
    """A member's share: customers whom WeCom gave them, how many got it, whether they confirmed."""

    userid: str
    name: str
    customers: int
    sent: int
    is_confirmed: bool


class SendProgress(BaseModel):
    """How far the latest run is. `outcomes` are of messages in tasks, `left_out` people of the segment who were not asked for."""

    messages: list[MessageTally]
    outcomes: list[Counted]
    members: list[MemberTally]
    left_out: list[Counted]
    tasks: int


class PackRow(BaseModel):
    """Something that a member is asked to confirm; `tasks` of the same content are one thing."""

    content_key: str
    text: str
    tasks: int
    customers: int
    worth_fen: int
    ends_at: datetime
    is_confirmed: bool


class Pack(BaseModel):
    """A member's pack of today: what is worth most first, then what was confirmed. `minutes` are what is left of it."""

    staff_id: int
    name: str
    rows: list[PackRow]
    minutes: int


class PackMember(BaseModel):
    """A member who may have a pack."""

    staff_id: int
    name: str


class Packs(BaseModel):
    """The packs of members, those with most to do first, and everybody who may have one."""

    rows: list[Pack]
    members: list[PackMember]


@router.get("/packs/today", summary="Members' packs of today")
def list_packs(
    actor: CurrentActor,
    context: Context,
    reading: ReadOnly,
    staff_id: Id | None = None,
) -> Packs:
    """What members are asked to confirm, of those in your units; of one member alone with `staff_id`."""
    actor.require("sends.read")
    members = [each for each in list_members(reading, actor) if each.is_active]
    asked = [each for each in members if staff_id is None or each.staff_id == staff_id]
    today = reading.clock.now().astimezone(context.settings.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    seconds = rules_of(reading).confirmation_seconds
    of_members = sends.packs_of(reading, actor, {(each.corp_id, each.userid) for each in asked}, today)
    packs: list[Pack] = []
    for member in asked:
        rows = of_members.get((member.corp_id, member.userid.lower()), [])
        if rows or staff_id is not None:
            left = sum(each.tasks for each in rows if not each.is_confirmed) * timedelta(seconds=seconds)
            packs.append(
                Pack(
                    staff_id=member.staff_id,
                    name=member.name,
                    rows=[
                        PackRow(
                            content_key=each.content_key,
                            text=each.text,
                            tasks=each.tasks,
                            customers=each.customers,
                            worth_fen=each.worth_fen,
                            ends_at=each.ends_at,
                            is_confirmed=each.is_confirmed,
                        )
                        for each in rows
                    ],
                    minutes=-(-left // timedelta(minutes=1)),
                )
            )
    packs.sort(key=lambda each: (-each.minutes, each.name))
    return Packs(rows=packs, members=[PackMember(staff_id=each.staff_id, name=each.name) for each in members])


@router.get("/{send_id}/progress", summary="Where its messages are")
def get_send_progress(actor: CurrentActor, reading: ReadOnly, send_id: Id) -> SendProgress:
    """The numbers are of those whom you may see, the members those of your units."""
    run = service.get_send(reading, actor, send_id).run
    if run is None:
        raise UnknownRunError
    found = sends.numbers(reading, actor, run)
    shown = _shown(reading, actor, found.members)
    messages = states_of(reading, send_id, run.version, actor)
    staff = {
        (corp_id, userid): staff_id
        for corp_id in {each[0] for each in shown}
        for userid, staff_id in staff_of(reading, corp_id, [each[1] for each in shown if each[0] == corp_id]).items()
    }
    names = staff_names(reading, set(staff.values()))
    return SendProgress(
        messages=[
            MessageTally(state=state.value, channel=channel, reason=reason, count=count)
            for (state, channel, reason), count in sorted(messages.items(), key=lambda pair: -pair[1])
        ],
        outcomes=[Counted(key=outcome.value, count=count) for outcome, count in found.by_outcome.items()],
        members=[
            MemberTally(
                userid=userid,
                name=names.get(staff.get((corp_id, userid.lower()), 0), userid),
                customers=customers,
                sent=sent,
                is_confirmed=is_confirmed,
            )
            for corp_id, userid, customers, sent, is_confirmed in shown
        ],
        left_out=[
            Counted(key=reason.value, count=count) for reason, count in sends.left_out_seen(reading, actor, run).items()
        ],
        tasks=found.tasks,
    )


def _shown(
    reading: Reading, actor: Actor, members: Sequence[tuple[str, str, int, int, bool]]
) -> Sequence[tuple[str, str, int, int, bool]]:
    """Those of the members whom the actor may see."""
    if actor.scope.is_everything:
        return members
    if not actor.may("contacts.read"):
        return ()
    visible = {(each.corp_id, each.userid.lower()) for each in list_members(reading, actor)}
    return [each for each in members if (each[0], each[1].lower()) in visible]


@router.get("/{send_id}/left-out/{reason}", summary="Who of the segment was not asked for")
def list_send_left_out(
    actor: CurrentActor, reading: ReadOnly, send_id: Id, reason: LeftOutReason, page: Paging
) -> CustomerPage:
    run = service.get_send(reading, actor, send_id).run
    if run is None:
        raise UnknownRunError
    return page_of_customers(reading, actor, sends.left_out_people(reading, run.run_id, reason), page)
