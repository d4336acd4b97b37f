"""Customer service as those see it who serve: who waits, what was said, an answer, and the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from siyu.world.wecom import kf
from siyu.world.wecom.calls import Fields
from siyu.world.wecom.doors_staff import member_of
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.phones import Origin, Shown

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

ON_DUTY, RESTING = 1, 2
"""How `servicer_status_change` tells whether a member takes conversations."""
TAKEN_FROM_POOL, FINISHED = 1, 3
"""How `session_status_change` tells what became of a session."""


def list_sessions(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The sessions that a member serves, and those that wait for anybody of an account that they look after."""
    userid, rows = member_of(corp, given).userid, []
    theirs = [one for one in corp.kf.accounts.values() if userid in one.servicers and not one.is_deleted]
    for (open_kfid, number), session in corp.kf.sessions.items():
        account = corp.kf.accounts.get(open_kfid)
        if account is None or account.is_deleted or userid not in account.servicers:
            continue
        if session.state == kf.POOL or (session.state == kf.PERSON and session.servicer == userid):
            rows.append(
                {
                    "open_kfid": open_kfid,
                    "account": account.name,
                    "external_userid": corp.people.id_of(number),
                    "name": corp.people.person(number).name,
                    "is_waiting": session.state == kf.POOL,
                    "messages": _messages(corp, open_kfid, number),
                }
            )
    duty = "none" if not theirs else "resting" if all(userid in one.resting for one in theirs) else "on"
    return {"sessions": rows, "duty": duty}


def _messages(corp: Corp, open_kfid: str, number: int) -> list[dict[str, Any]]:
    return [
        {"at": one.at, "content": one.content, "is_own": not one.is_own}
        for one in corp.phones.of(number)
        if one.origin is Origin.KF and one.sender == open_kfid
    ]


def _asked(corp: Corp, given: Fields) -> tuple[str, str, int, kf.Session]:
    userid, open_kfid = member_of(corp, given).userid, given.text("open_kfid", missing=60251)
    account = corp.kf.accounts.get(open_kfid)
    if account is None or account.is_deleted:
        raise RefusedError(95004)
    if userid not in account.servicers:
        raise RefusedError(95014)
    number = corp.people.number_of(given.text("external_userid", missing=41035))
    return userid, open_kfid, number, kf.session_of(corp, open_kfid, number)


def take(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """A member takes a customer who waits."""
    userid, open_kfid, number, session = _asked(corp, given)
    if session.state != kf.POOL:
        raise RefusedError(95016)
    session.state, session.servicer = kf.PERSON, userid
    _tell_change(corp, open_kfid, number, TAKEN_FROM_POOL, new_servicer_userid=userid)
    return {}


def write(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """A member answers a customer whom they serve."""
    userid, open_kfid, number, session = _asked(corp, given)
    if session.state != kf.PERSON or session.servicer != userid:
        raise RefusedError(95016)
    content = {"msgtype": "text", "text": {"content": given.text("text", bytes_max=kf.TEXT_BYTES_MAX)}}
    corp.phones.show(number, Shown(corp.now_seconds, Origin.KF, open_kfid, content))
    who = {"external_userid": corp.people.id_of(number), "servicer_userid": userid}
    kf.arrive(corp, open_kfid, {"origin": kf.FROM_SERVICER, **who, **content})
    return {}


def finish(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """A member ends a session."""
    userid, open_kfid, number, session = _asked(corp, given)
    if session.state != kf.PERSON or session.servicer != userid:
        raise RefusedError(95016)
    session.state, session.servicer = kf.ENDED, ""
    code = kf.give_code(corp, open_kfid, number, kf.SHORT_SECONDS)
    _tell_change(corp, open_kfid, number, FINISHED, old_servicer_userid=userid, msg_code=code)
    return {}


def _tell_change(corp: Corp, open_kfid: str, number: int, change: int, **more: str) -> None:
    event = {"event_type": "session_status_change", "open_kfid": open_kfid, "change_type": change}
    event |= {"external_userid": corp.people.id_of(number), **more}
    kf.arrive(corp, open_kfid, {"origin": kf.FROM_SYSTEM, "msgtype": "event", "event": event})


def keep_duty(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """A member takes conversations, or takes none for now, of every account that they look after."""
    userid, is_on_duty = member_of(corp, given).userid, given.flag("is_on_duty", True)
    for account in corp.kf.accounts.values():
        if account.is_deleted or userid not in account.servicers or is_on_duty is (userid not in account.resting):
            continue
        (account.resting.discard if is_on_duty else account.resting.add)(userid)
        event: dict[str, Any] = {"event_type": "servicer_status_change", "open_kfid": account.open_kfid}
        event |= {"servicer_userid": userid, "status": ON_DUTY if is_on_duty else RESTING}
        kf.arrive(corp, account.open_kfid, {"origin": kf.FROM_SYSTEM, "msgtype": "event", "event": event})
    return {}


def reject(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """A customer takes no messages of an account any more, or takes them again."""
    open_kfid, number = given.text("open_kfid", missing=60251), _number(corp, given)
    session = kf.session_of(corp, open_kfid, number)
    session.is_rejecting = given.flag("is_rejecting", True)
    event: dict[str, Any] = {"event_type": "reject_customer_msg_switch_change", "open_kfid": open_kfid}
    event |= {"external_userid": corp.people.id_of(number), "reject_switch": int(session.is_rejecting)}
    kf.arrive(corp, open_kfid, {"origin": kf.FROM_SYSTEM, "msgtype": "event", "event": event})
    return {}


def fail_next(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The next message to a customer is taken by the API and not delivered, for a reason of WeCom's."""
    session = kf.session_of(corp, given.text("open_kfid", missing=60251), _number(corp, given))
    session.fails_with = given.whole("fail_type", least=1, most=99)
    return {}


def _number(corp: Corp, given: Fields) -> int:
    return corp.people.number_of(given.text("external_userid", missing=41035))


KF_DOORS: dict[str, Callable[[Corp, Fields], Mapping[str, Any]]] = {
    "staff/kf": list_sessions,
    "staff/kf-take": take,
    "staff/kf-write": write,
    "staff/kf-end": finish,
    "staff/kf-duty": keep_duty,
    "customer/reject-kf": reject,
    "kf/fail-next": fail_next,
}
