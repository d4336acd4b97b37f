"""Customer service (微信客服): customers write without adding anybody; what they write is fetched, answers have 48 hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from siyu.world.wecom.calls import Call, Reply, cursor_of, cursor_text
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Window
from siyu.world.wecom.phones import Origin, Shown
from siyu.world.wecom.pictures import KF, door_address

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

NEW, MACHINE, POOL, PERSON, ENDED = 0, 1, 2, 3, 4
ALLOWED = {
    NEW: (MACHINE, POOL, PERSON, ENDED),
    MACHINE: (POOL, PERSON, ENDED),
    POOL: (MACHINE, PERSON, ENDED),
    PERSON: (POOL, PERSON, ENDED),
    ENDED: (),
}
FROM_CUSTOMER, FROM_SYSTEM, FROM_SERVICER = 3, 4, 5
TOKEN_MINUTES, KEPT_DAYS = 10, 3
TEXT_BYTES_MAX, MSGID_BYTES_MAX, MENU_MAX, SCENE_BYTES_MAX = 2048, 32, 10, 32
SHORT_SECONDS = 20
REJECTED = 10
"""Why a message was not delivered: the customer takes none of this account."""
KINDS = ("text", "image", "voice", "video", "file", "link", "miniprogram", "msgmenu", "location", "ca_link")


@dataclass(slots=True)
class Account:
    """One account of customer service."""

    open_kfid: str
    name: str
    avatar: str
    servicers: list[str] = field(default_factory=list)
    resting: set[str] = field(default_factory=set)
    """Servicers who take no conversations for now."""
    messages: list[dict[str, Any]] = field(default_factory=list)
    is_deleted: bool = False


@dataclass(slots=True)
class Session:
    """What goes on between a customer and an account."""

    state: int = NEW
    servicer: str = ""
    wrote_at: datetime | None = None
    answers: int = 0
    is_rejecting: bool = False
    fails_with: int = 0
    """Why the next message is taken and yet not delivered; 0: it is."""


@dataclass(slots=True)
class EventCode:
    """The right to one message after an event: of entering, of being put in the pool, of the end."""

    open_kfid: str
    number: int
    made_at: datetime
    seconds: int


class Kf:
    """All accounts, sessions and codes."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.sessions: dict[tuple[str, int], Session] = {}
        self.codes: dict[str, EventCode] = {}
        self.tokens: dict[str, tuple[str, datetime]] = {}
        self.msgids: set[str] = set()


def add_account(call: Call) -> Reply:
    name = call.body.text("name", missing=40058, characters_max=16)
    avatar = call.body.text("media_id", missing=41006)
    call.corp.media.require(avatar, call.now)
    made = Account(call.corp.new_key("wk", 32), name, avatar)
    call.corp.kf.accounts[made.open_kfid] = made
    return {"open_kfid": made.open_kfid}


def account_of(call: Call) -> Account:
    account = call.corp.kf.accounts.get(call.body.text("open_kfid", missing=60251))
    if account is None or account.is_deleted:
        raise RefusedError(95000)
    return account


def update_account(call: Call) -> Reply:
    account = account_of(call)
    account.name = call.body.text("name", missing=None, characters_max=16) or account.name
    avatar = call.body.text("media_id", missing=None)
    if avatar:
        call.corp.media.require(avatar, call.now)
        account.avatar = avatar
    return {}


def del_account(call: Call) -> Reply:
    account_of(call).is_deleted = True
    return {}


def list_accounts(call: Call) -> Reply:
    given = call.body if call.body.values else call.query
    offset, limit = given.whole("offset", 0), given.limit(100, 100)
    live = [one for one in call.corp.kf.accounts.values() if not one.is_deleted]
    rows = [{"open_kfid": one.open_kfid, "name": one.name, "avatar": "", "manage_privilege": True} for one in live]
    return {"account_list": rows[offset : offset + limit]}


def add_kf_contact_way(call: Call) -> Reply:
    account = account_of(call)
    scene = call.body.text("scene", missing=None, bytes_max=SCENE_BYTES_MAX)
    if not all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in scene):
        raise RefusedError(40058, "field scene invalid")
    return {"url": door_address(call.corp, KF, account.open_kfid) + (f"?enc_scene={quote(scene)}" if scene else "")}


def add_servicers(call: Call) -> Reply:
    return _change_servicers(call, is_adding=True)


def del_servicers(call: Call) -> Reply:
    return _change_servicers(call, is_adding=False)


def _change_servicers(call: Call, *, is_adding: bool) -> Reply:
    account = account_of(call)
    results = []
    for userid in call.body.texts("userid_list", missing=41009, most=100):
        errcode = 0
        if call.corp.staff.find(userid) is None or not call.sees(userid):
            errcode = 40003
        elif is_adding and userid not in account.servicers:
            account.servicers.append(userid)
        elif not is_adding and userid in account.servicers:
            account.servicers.remove(userid)
        elif not is_adding:
            errcode = 60253
        results.append({"userid": userid, "errcode": errcode, "errmsg": "ok" if not errcode else "fail"})
    return {"result_list": results}


def list_servicers(call: Call) -> Reply:
    wanted = call.query.text("open_kfid", missing=60251)
    account = call.corp.kf.accounts.get(wanted)
    if account is None or account.is_deleted:
        raise RefusedError(95000)
    return {"servicer_list": [{"userid": each, "status": int(each in account.resting)} for each in account.servicers]}


def session_of(corp: Corp, open_kfid: str, number: int) -> Session:
    return corp.kf.sessions.setdefault((open_kfid, number), Session())


def get_state(call: Call) -> Reply:
    account = account_of(call)
    number = call.corp.people.number_of(call.body.text("external_userid", missing=41035))
    session = session_of(call.corp, account.open_kfid, number)
    told: dict[str, Any] = {"service_state": session.state}
    return told | ({"servicer_userid": session.servicer} if session.state == PERSON else {})


def change_state(call: Call) -> Reply:
    account = account_of(call)
    number = call.corp.people.number_of(call.body.text("external_userid", missing=41035))
    wanted = call.body.whole("service_state", most=ENDED)
    session = session_of(call.corp, account.open_kfid, number)
    if wanted not in ALLOWED[session.state]:
        raise RefusedError(95016)
    servicer = call.body.text("servicer_userid", missing=None)
    if wanted == PERSON and servicer not in account.servicers:
        raise RefusedError(95014)
    is_first = session.state in (NEW, MACHINE) or wanted == ENDED
    session.state, session.servicer = wanted, servicer if wanted == PERSON else ""
    if not is_first or wanted == MACHINE:
        return {}
    seconds = SHORT_SECONDS if wanted == ENDED else call.corp.rules.kf_hours * 3600
    return {"msg_code": give_code(call.corp, account.open_kfid, number, seconds)}


def give_code(corp: Corp, open_kfid: str, number: int, seconds: int) -> str:
    """A code for one message after an event."""
    code = corp.new_key("code", 40)
    corp.kf.codes[code] = EventCode(open_kfid, number, corp.now(), seconds)
    return code


def sync_messages(call: Call) -> Reply:
    account = account_of(call)
    token = call.body.text("token", missing=None)
    if token:
        known, made_at = call.corp.kf.tokens.get(token, ("", call.now))
        if known != account.open_kfid or call.now - made_at > timedelta(minutes=TOKEN_MINUTES):
            raise RefusedError(95007)
    else:
        most = call.corp.rules.kf_calls_without_token_per_minute
        call.corp.meter.count(("kf sync", account.open_kfid), [(Window.MINUTE, most)], call.now)
    limit = call.body.limit(1000, 1000)
    cursor = call.body.text("cursor", missing=None)
    first = _first_of(call.corp, account.open_kfid, cursor)
    oldest = call.now_seconds - KEPT_DAYS * 86400
    page = account.messages[first : first + limit]
    following = first + len(page)
    return {
        "next_cursor": cursor_of(str(following), account.open_kfid + call.corp.run),
        "has_more": int(following < len(account.messages)),
        "msg_list": [one for one in page if one["send_time"] >= oldest],
    }


def _first_of(corp: Corp, open_kfid: str, cursor: str) -> int:
    """From which message on. A corp that was made again from its seed knows no cursor of the last one, and begins anew."""
    try:
        return int(cursor_text(cursor, open_kfid + corp.run)) if cursor else 0
    except RefusedError:
        if not corp.run:
            raise
        return 0


def _read_message(call: Call, kinds: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    body = call.body
    msgid = body.text("msgid", missing=None, bytes_max=MSGID_BYTES_MAX)
    if msgid in call.corp.kf.msgids:
        raise RefusedError(95033)
    kind = body.text("msgtype", missing=40008)
    if kind not in kinds:
        raise RefusedError(40008)
    part = body.part(kind, missing=40063)
    inside = dict(part.values)
    if kind == "text":
        inside["content"] = part.text("content", missing=44004).encode()[:TEXT_BYTES_MAX].decode(errors="ignore")
    elif kind in ("image", "voice", "video", "file"):
        if call.corp.media.require(part.text("media_id", missing=41006), call.now).kind != kind:
            raise RefusedError(40007)
    elif kind == "msgmenu":
        part.parts("list", most=MENU_MAX)
    return msgid, {"msgtype": kind, kind: inside}


def _show(call: Call, account: Account, number: int, msgid: str, content: dict[str, Any]) -> Reply:
    msgid = msgid or call.corp.new_key("kfmsg", 32)
    call.corp.kf.msgids.add(msgid)
    session = session_of(call.corp, account.open_kfid, number)
    fail_type, session.fails_with = session.fails_with or (REJECTED if session.is_rejecting else 0), 0
    if fail_type:
        event: dict[str, Any] = {"event_type": "msg_send_fail", "open_kfid": account.open_kfid, "fail_msgid": msgid}
        event |= {"external_userid": call.corp.people.id_of(number), "fail_type": fail_type}
        arrive(call.corp, account.open_kfid, {"origin": FROM_SYSTEM, "msgtype": "event", "event": event})
    else:
        call.corp.phones.show(number, Shown(call.now_seconds, Origin.KF, account.open_kfid, content))
    return {"msgid": msgid}


def send_kf_message(call: Call) -> Reply:
    account, rules = account_of(call), call.corp.rules
    number = call.corp.people.number_of(call.body.text("touser", missing=41035))
    session = session_of(call.corp, account.open_kfid, number)
    msgid, content = _read_message(call, KINDS)
    if session.state not in (NEW, MACHINE):
        raise RefusedError(95013 if session.state == ENDED else 95018)
    if session.wrote_at is None or call.now - session.wrote_at > timedelta(hours=rules.kf_hours):
        raise RefusedError(95002)
    if session.answers >= rules.kf_messages_max:
        raise RefusedError(95001)
    session.answers += 1
    return _show(call, account, number, msgid, content)


def send_on_event(call: Call) -> Reply:
    code = call.corp.kf.codes.get(call.body.text("code", missing=41049))
    if code is None or call.now - code.made_at > timedelta(seconds=code.seconds):
        raise RefusedError(41050)
    msgid, content = _read_message(call, ("text", "msgmenu"))
    del call.corp.kf.codes[call.body.text("code")]
    return _show(call, call.corp.kf.accounts[code.open_kfid], code.number, msgid, content)


def batch_get_kf_customers(call: Call) -> Reply:
    found, wrong = [], []
    for external_userid in call.body.texts("external_userid_list", missing=41035, most=100):
        number = call.corp.people.find(external_userid)
        if number is None:
            wrong.append(external_userid)
            continue
        person = call.corp.people.person(number)
        told = {"external_userid": external_userid, "nickname": person.name, "avatar": "", "gender": person.gender}
        found.append(told | ({"unionid": person.unionid} if call.corp.rules.has_developer_id else {}))
    return {"customer_list": found, "invalid_external_userid": wrong}


def enter(corp: Corp, open_kfid: str, number: int, scene: str) -> None:
    """A customer opens the chat. Only who wrote nothing for 48 hours gets a welcome."""
    session = session_of(corp, open_kfid, number)
    now = corp.now()
    event: dict[str, Any] = {"event_type": "enter_session", "open_kfid": open_kfid, "scene": scene, "scene_param": ""}
    event["external_userid"] = corp.people.id_of(number)
    if session.state == ENDED:
        session.state = NEW
    if session.wrote_at is None or now - session.wrote_at > timedelta(hours=corp.rules.kf_hours):
        event["welcome_code"] = give_code(corp, open_kfid, number, SHORT_SECONDS)
    arrive(corp, open_kfid, {"origin": FROM_SYSTEM, "msgtype": "event", "event": event})


def write(corp: Corp, open_kfid: str, number: int, content: dict[str, Any]) -> None:
    """A customer writes to an account."""
    session = session_of(corp, open_kfid, number)
    session.wrote_at, session.answers = corp.now(), 0
    if session.state == ENDED:
        session.state = NEW
    for code in [text for text, one in corp.kf.codes.items() if (one.open_kfid, one.number) == (open_kfid, number)]:
        if corp.kf.codes[code].seconds == SHORT_SECONDS:
            del corp.kf.codes[code]
    corp.phones.show(number, Shown(corp.now_seconds, Origin.KF, open_kfid, content, is_own=True))
    arrive(corp, open_kfid, {"origin": FROM_CUSTOMER, "external_userid": corp.people.id_of(number), **content})


def arrive(corp: Corp, open_kfid: str, message: dict[str, Any]) -> None:
    """Something new is there to be fetched, and the apps hear that it is."""
    account = corp.kf.accounts.get(open_kfid)
    if account is None or account.is_deleted:
        raise RefusedError(95004)
    head = {"msgid": corp.new_key("kfmsg", 32), "open_kfid": open_kfid, "send_time": corp.now_seconds}
    account.messages.append(head | message)
    token = corp.new_key("ENC", 40)
    corp.kf.tokens[token] = (open_kfid, corp.now())
    for app in corp.apps.values():
        if app.may_call_kf:
            corp.tell_app(app.secret, Event="kf_msg_or_event", Token=token, OpenKfId=open_kfid)
