"""Inheritance: customers of a member, who stays or who left, go to another unless they refuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from siyu.world.wecom.calls import Call, Reply, cursor_of, page_of
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Window, part_of
from siyu.world.wecom.people import Relation
from siyu.world.wecom.phones import Origin, Shown

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

CUSTOMERS_MAX, MESSAGE_CHARACTERS_MAX = 100, 200
DONE, WAITING, REFUSED, TAKEOVER_FULL = 1, 2, 3, 4
PER_PAGE = 1000
RESIGNED_DAYS_MAX = 365
ASSIGNED_BY_ADMIN = 202


@dataclass(slots=True)
class Transfer:
    """One customer on the way from one member to another."""

    number: int
    handover: str
    takeover: str
    started_at: datetime
    is_resigned: bool
    status: int = WAITING
    done_at: int = 0


class Transfers:
    """All transfers, found by the two members and by the customer."""

    def __init__(self) -> None:
        self._by_members: dict[tuple[str, str, bool], dict[int, Transfer]] = {}
        self._by_number: dict[int, list[Transfer]] = {}
        self._chats: dict[tuple[str, object], int] = {}
        self._waiting: dict[int, Transfer] = {}

    def find_waiting(self, number: int) -> Transfer | None:
        """The transfer that a customer can still refuse."""
        return self._waiting.get(number)

    def start(self, transfer: Transfer) -> None:
        key = (transfer.handover, transfer.takeover, transfer.is_resigned)
        self._by_members.setdefault(key, {})[transfer.number] = transfer
        self._by_number.setdefault(transfer.number, []).append(transfer)
        self._waiting[transfer.number] = transfer

    def of_customer(self, number: int) -> list[Transfer]:
        return self._by_number.get(number, [])

    def between(self, handover: str, takeover: str, is_resigned: bool) -> list[Transfer]:
        """The newest of each customer from one member to another."""
        return list(self._by_members.get((handover, takeover, is_resigned), {}).values())

    def finish(self, transfer: Transfer, status: int, at_seconds: int) -> None:
        transfer.status, transfer.done_at = status, at_seconds
        self._waiting.pop(transfer.number, None)

    def count_chat(self, new_owner: str, now: datetime, most: int) -> None:
        """One group more that goes to a member today; RefusedError over the day's most."""
        key = (new_owner, part_of(now, Window.DAY))
        if self._chats.get(key, 0) >= most:
            raise RefusedError(45009)
        self._chats[key] = self._chats.get(key, 0) + 1


def transfer_customer(call: Call) -> Reply:
    """From a member who stays."""
    handover, takeover = call.member("handover_userid"), _takeover(call)
    call.body.text("transfer_success_msg", missing=None, characters_max=MESSAGE_CHARACTERS_MAX)
    return _transfer(call, handover, takeover, is_resigned=False)


def transfer_of_resigned(call: Call) -> Reply:
    """From a member who left within a year."""
    userid = call.body.text("handover_userid", missing=41009)
    member = call.corp.staff.find_left(userid)
    if member is None:
        raise RefusedError(40097 if call.corp.staff.find(userid) else 40003)
    if member.left_at is not None and call.now_seconds - member.left_at > RESIGNED_DAYS_MAX * 86400:
        raise RefusedError(40097, "resigned for too long")
    return _transfer(call, member.userid, _takeover(call), is_resigned=True)


def _takeover(call: Call) -> str:
    takeover = call.member("takeover_userid")
    member = call.corp.staff.find(takeover)
    if member is None or not member.may_have_customers:
        raise RefusedError(40098)
    return takeover


def _transfer(call: Call, handover: str, takeover: str, *, is_resigned: bool) -> Reply:
    ids = call.body.texts("external_userid", missing=41035, most=CUSTOMERS_MAX)
    if handover == takeover:
        raise RefusedError(40130)
    told = []
    for external_userid in ids:
        try:
            _start(call, external_userid, handover, takeover, is_resigned)
            errcode = 0
        except RefusedError as refusal:
            errcode = refusal.errcode
        told.append({"external_userid": external_userid, "errcode": errcode})
    return {"customer": told}


def _start(call: Call, external_userid: str, handover: str, takeover: str, is_resigned: bool) -> None:
    corp, rules = call.corp, call.corp.rules
    number = corp.people.number_of(external_userid)
    if not corp.people.has(handover, number):
        raise RefusedError(40131)
    if corp.transfers.find_waiting(number) is not None:
        raise RefusedError(40129)
    since = call.now - timedelta(days=rules.transfers_days)
    recent = [
        one
        for one in corp.transfers.of_customer(number)
        if one.status == DONE and not one.is_resigned and one.started_at > since
    ]
    if not is_resigned and len(recent) >= rules.transfers_per_customer:
        raise RefusedError(40128)
    if len(corp.people.numbers_of(takeover)) >= rules.customers_per_member_max:
        raise RefusedError(40099)
    transfer = Transfer(number, handover, takeover, call.now, is_resigned)
    corp.transfers.start(transfer)
    due_at = call.now + timedelta(hours=rules.transfer_hours)
    corp.agenda.at(due_at, partial(complete, corp, transfer))
    message = "" if is_resigned else call.body.text("transfer_success_msg", missing=None)
    notice = {"msgtype": "notice", "notice": {"kind": "transfer", "takeover_userid": takeover, "text": message}}
    corp.phones.show(number, Shown(call.now_seconds, Origin.NOTICE, takeover, notice))


def complete(corp: Corp, transfer: Transfer) -> None:
    """The day is over and nobody refused: the customer is the other member's."""
    if transfer.status != WAITING:
        return
    now = corp.now_seconds
    before = corp.people.relation(transfer.handover, transfer.number)
    if before is None:
        corp.transfers.finish(transfer, REFUSED, now)
        return
    if len(corp.people.numbers_of(transfer.takeover)) >= corp.rules.customers_per_member_max:
        corp.transfers.finish(transfer, TAKEOVER_FULL, now)
        corp.tell_customers("transfer_fail", transfer.takeover, transfer.number, FailReason="customer_limit_exceed")
        return
    corp.people.remove(transfer.handover, transfer.number)
    corp.transfers.finish(transfer, DONE, now)
    if not transfer.is_resigned:
        source = {"Source": "DELETE_BY_TRANSFER"}
        corp.tell_customers("del_external_contact", transfer.handover, transfer.number, **source)
    known = corp.people.relation(transfer.takeover, transfer.number)
    if known is None or known.is_one_way or known.is_half:  # whoever had deleted the member is a friend again
        corp.people.add(
            Relation(
                transfer.takeover,
                transfer.number,
                now,
                add_way=ASSIGNED_BY_ADMIN,
                oper_userid=transfer.takeover,
                remark=before.remark,
                description=before.description,
                tag_ids=list(before.tag_ids),
                state=before.state,
            )
        )
        corp.tell_customers("add_external_contact", transfer.takeover, transfer.number)


def refuse(corp: Corp, number: int) -> None:
    """A customer does not want to be handed on."""
    transfer = corp.transfers.find_waiting(number)
    if transfer is None:
        raise RefusedError(40100, "no transfer is waiting")
    corp.transfers.finish(transfer, REFUSED, corp.now_seconds)
    corp.tell_customers("transfer_fail", transfer.takeover, number, FailReason="customer_refused")


def transfer_result(call: Call) -> Reply:
    return _result(call, is_resigned=False)


def result_of_resigned(call: Call) -> Reply:
    return _result(call, is_resigned=True)


def _result(call: Call, *, is_resigned: bool) -> Reply:
    body = call.body
    handover, takeover = body.text("handover_userid", missing=41009), body.text("takeover_userid", missing=41009)
    found = call.corp.transfers.between(handover, takeover, is_resigned)
    page, following = page_of(found, body.text("cursor", missing=None), PER_PAGE, "transfers")
    told: list[dict[str, Any]] = [
        {
            "external_userid": call.corp.people.id_of(one.number),
            "status": one.status,
            "takeover_time": one.done_at if one.status == DONE else 0,
        }
        for one in page
    ]
    return {"customer": told, "next_cursor": following}


def get_unassigned_list(call: Call) -> Reply:
    body, corp = call.body, call.corp
    size = min(body.whole("page_size", PER_PAGE), PER_PAGE) or PER_PAGE
    rows = [
        (member, number)
        for member in corp.staff.left
        if call.sees(member.userid)
        for number in corp.people.numbers_of(member.userid)
    ]
    cursor = body.text("cursor", missing=None)
    if body.has("page_id") and not cursor and body.whole("page_id"):
        cursor = cursor_of(str(body.whole("page_id") * size), "unassigned")
    page, following = page_of(rows, cursor, size, "unassigned")
    told = [
        {
            "handover_userid": member.userid,
            "external_userid": corp.people.id_of(number),
            "dimission_time": member.left_at,
        }
        for member, number in page
    ]
    return {"info": told, "is_last": not following, "next_cursor": following}
