"""The doors of people: what customers and staff do in their clients, and what moves the world itself.

Each is `POST /world/<door>` with a JSON object; the table at the end names them all. Customers are named by `external_userid`,
members by `userid`. An answer is a JSON object; what cannot be done is answered with status 409 and the code that WeCom has for
it. Nothing here asks who calls: the server listens on loopback alone, and turns away pages that are not its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from siyu.world.wecom import chats, friends, kf, moments, oauth, transfers
from siyu.world.wecom.calls import Fields
from siyu.world.wecom.chats import BY_CODE, INVITED, OUTSIDE, STAFF, Chat, ChatMember
from siyu.world.wecom.doors_pages import LOOKING, PAGE_DOORS
from siyu.world.wecom.doors_staff import STAFF_DOORS
from siyu.world.wecom.doors_world import WORLD_DOORS
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.kf_desk import KF_DOORS
from siyu.world.wecom.people import PERSON_OF_WECHAT, PERSON_OF_WECOM, Person
from siyu.world.wecom.phones import Shown

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

DOORS_PREFIX = "/world/"
LISTED_MAX = 200

Door = Callable[["Corp", Fields], Mapping[str, Any]]


def customer_of(corp: Corp, given: Fields) -> int:
    """The customer who comes in."""
    return corp.people.number_of(given.text("external_userid", missing=41035))


def content_given(given: Fields) -> dict[str, Any]:
    """What somebody writes: a whole content, or just a text."""
    if given.has("content"):
        return dict(given.part("content").values)
    return {"msgtype": "text", "text": {"content": given.text("text")}}


def shown(one: Shown) -> dict[str, Any]:
    """A message as a page can draw it."""
    told = {"at": one.at, "origin": one.origin.value, "sender": one.sender, "content": one.content}
    return told | {"chat_id": one.chat_id, "is_own": one.is_own}


def add_person(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """Somebody who knows nobody here yet; with a `corp_name` somebody who uses WeCom himself, of whom no unionid is told."""
    corp_name = given.text("corp_name", missing=None)
    kind = PERSON_OF_WECOM if corp_name else PERSON_OF_WECHAT
    unionid = "" if corp_name else given.text("unionid", missing=None) or corp.new_key("oU", 28)
    made = Person(given.text("name"), given.whole("gender", 0, most=2), unionid, kind, corp_name)
    number = corp.people.add_person(made)
    return {"external_userid": corp.people.id_of(number), "unionid": unionid}


def list_persons(corp: Corp, given: Fields) -> Mapping[str, Any]:
    first, limit = given.whole("after", 0), given.whole("limit", 50, least=1, most=LISTED_MAX)
    numbers = range(first, min(first + limit, corp.people.count))
    rows = [{"external_userid": corp.people.id_of(one), "name": corp.people.person(one).name} for one in numbers]
    return {"persons": rows, "next": numbers.stop if numbers.stop < corp.people.count else None}


def person(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """A customer with the members who have him."""
    number = customer_of(corp, given)
    known = corp.people.person(number)
    followers = [
        {"userid": one.userid, "is_half": one.is_half, "is_one_way": one.is_one_way, "state": one.state}
        for one in corp.people.followers(number)
    ]
    return {"name": known.name, "gender": known.gender, "unionid": known.unionid, "followers": followers}


def phone(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """What the customer's phone shows, the oldest first; `after` leaves out as many as a page has already."""
    messages = corp.phones.of(customer_of(corp, given))
    after = given.whole("after", 0)
    return {"messages": [shown(one) for one in messages[after:]], "next": len(messages)}


def scan_way(corp: Corp, given: Fields) -> Mapping[str, Any]:
    return friends.scan_way(corp, given.text("config_id", missing=41043), customer_of(corp, given))


def open_link(corp: Corp, given: Fields) -> Mapping[str, Any]:
    channel = given.text("customer_channel", missing=None)
    return friends.open_link(corp, given.text("link_id"), customer_of(corp, given), channel)


def add_friend(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The customer adds a member without a code: by a search, a card, a group."""
    code = friends.befriend(
        corp,
        given.text("userid", missing=41009),
        customer_of(corp, given),
        add_way=given.whole("add_way", 2),
        state=given.text("state", missing=None),
        is_half=given.flag("is_half", False),
        gives_code=given.flag("gives_code", True),
    )
    return {"welcome_code": code or ""}


def write(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The customer writes to a member."""
    userid, number = given.text("userid", missing=41009), customer_of(corp, given)
    friends.chat(corp, userid, number, content_given(given), is_from_customer=True)
    return {}


def delete_member(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The customer deletes, or blocks, a member."""
    friends.delete_member(corp, given.text("userid", missing=41009), customer_of(corp, given))
    return {}


def refuse_transfer(corp: Corp, given: Fields) -> Mapping[str, Any]:
    transfers.refuse(corp, customer_of(corp, given))
    return {}


def make_chat(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """A member opens a group."""
    member = corp.staff.find(given.text("owner", missing=41009))
    if member is None:
        raise RefusedError(60111)
    now = corp.now_seconds
    chat = Chat(corp.new_key("wr"), given.text("name"), member.userid, now, version=corp.new_key("", 32))
    chat.members[member.userid] = ChatMember(STAFF, member.userid, now)
    corp.chats.chats[chat.chat_id] = chat
    corp.tell_chat("create", chat.chat_id, chat.owner)
    return {"chat_id": chat.chat_id}


def change_chat(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The owner gives a group another name, notice or owner."""
    chat = corp.chats.get(given.text("chat_id"))
    for name, detail in (("name", "change_name"), ("notice", "change_notice"), ("owner", "change_owner")):
        if given.has(name):
            setattr(chat, name, given.text(name))
            corp.tell_chat("update", chat.chat_id, chat.owner, UpdateDetail=detail)
    return {}


def dismiss_chat(corp: Corp, given: Fields) -> Mapping[str, Any]:
    chat = corp.chats.get(given.text("chat_id"))
    del corp.chats.chats[chat.chat_id]
    corp.tell_chat("dismiss", chat.chat_id, chat.owner)
    return {}


def list_welcomes(corp: Corp, _given: Fields) -> Mapping[str, Any]:
    """The greetings that the corp has for groups, of which an owner chooses."""
    rows = [
        {"template_id": one.template_id, "text": one.content.get("text", {}).get("content", "")}
        for one in corp.welcomes.templates.values()
    ]
    return {"welcomes": rows}


def choose_welcome(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The owner of a group chooses its greeting, or none."""
    chat, template_id = corp.chats.get(given.text("chat_id")), given.text("template_id", missing=None)
    if given.text("userid", missing=41009) != chat.owner:
        raise RefusedError(60011)
    if template_id and template_id not in corp.welcomes.templates:
        raise RefusedError(40035)
    chat.welcome = template_id
    return {}


def join_chat(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The customer comes into a group: by its code (`config_id`), or invited by a member."""
    number, state, scene = customer_of(corp, given), "", given.whole("join_scene", INVITED, least=1, most=3)
    config_id = given.text("config_id", missing=None)
    if config_id:
        way = corp.chats.ways.get(config_id)
        if way is None:
            raise RefusedError(41044)
        open_chats = [one for one in way.chat_ids if one in corp.chats.chats]
        free = [one for one in open_chats if len(corp.chats.chats[one].members) < chats.FULL]
        if not free:
            raise RefusedError(40050)
        chat, state, scene = corp.chats.chats[free[0]], way.state, BY_CODE
    else:
        chat = corp.chats.get(given.text("chat_id"))
    inviter = given.text("invited_by", missing=None)
    chats.join(corp, chat, [ChatMember(OUTSIDE, number, corp.now_seconds, scene, inviter, state)])
    return {"chat_id": chat.chat_id}


def leave_chat(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The customer leaves a group, or is put out (`is_removed`)."""
    chat = corp.chats.get(given.text("chat_id"))
    scene = chats.REMOVED if given.flag("is_removed", False) else chats.LEFT_SELF
    chats.leave(corp, chat, [customer_of(corp, given)], scene)
    return {}


def enter_kf(corp: Corp, given: Fields) -> Mapping[str, Any]:
    kf.enter(corp, given.text("open_kfid", missing=60251), customer_of(corp, given), given.text("scene", missing=None))
    return {}


def write_kf(corp: Corp, given: Fields) -> Mapping[str, Any]:
    kf.write(corp, given.text("open_kfid", missing=60251), customer_of(corp, given), content_given(given))
    return {}


def remark_moment(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The customer likes a moment, or comments on it where `text` is given."""
    moment = corp.moments.by_id.get(given.text("moment_id", missing=41059))
    userid, number = given.text("userid", missing=41009), customer_of(corp, given)
    if moment is None or number not in moment.published.get(userid, ()):
        raise RefusedError(41060)
    remark = moments.Remark(corp.people.id_of(number), corp.now_seconds, given.text("text", missing=None))
    (moment.comments if remark.text else moment.likes).append((userid, remark))
    return {}


def open_page(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """A member (`userid`) or a customer opens a page of an app that asks who it is; where he is sent with the code."""
    apps = [app for app in corp.apps.values() if app.agent_id == given.whole("agentid")]
    if not apps:
        raise RefusedError(40056)
    who: str | int = given.text("userid") if given.has("userid") else customer_of(corp, given)
    scope, state = given.text("scope", missing=None) or oauth.BASE, given.text("state", missing=None)
    return {"location": oauth.authorize(corp, apps[0], who, given.text("redirect_uri"), scope, state)}


def advance(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """Time goes on, and all that falls due on the way happens in its turn."""
    corp.clock.advance(timedelta(seconds=given.whole("seconds", most=10 * 366 * 86400)))
    return {"happened": corp.agenda.run(corp.now()), "now": corp.now().isoformat()}


DOORS: dict[str, Door] = {
    "person/add": add_person,
    "person/list": list_persons,
    "person/get": person,
    "person/phone": phone,
    "customer/scan-way": scan_way,
    "customer/open-link": open_link,
    "customer/add": add_friend,
    "customer/write": write,
    "customer/delete-member": delete_member,
    "customer/refuse-transfer": refuse_transfer,
    "customer/join-chat": join_chat,
    "customer/leave-chat": leave_chat,
    "customer/enter-kf": enter_kf,
    "customer/write-kf": write_kf,
    "customer/remark-moment": remark_moment,
    "page/open": open_page,
    "chat/make": make_chat,
    "chat/change": change_chat,
    "chat/dismiss": dismiss_chat,
    "chat/welcomes": list_welcomes,
    "chat/choose-welcome": choose_welcome,
    "clock/advance": advance,
    **STAFF_DOORS,
    **WORLD_DOORS,
    **PAGE_DOORS,
    **KF_DOORS,
}


UNLOCKED = {"app/callback", "change/wait"}
"""Doors behind which the outside is asked, which may well ask something itself before it answers; or something is waited for."""


def open_door(corp: Corp, path: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What happens behind a door; KeyError where there is none."""
    name = path.removeprefix(DOORS_PREFIX)
    door = DOORS[name]
    if name in UNLOCKED:
        return door(corp, Fields(given))
    with corp.lock:
        happened = corp.agenda.run(corp.now())
        answer = door(corp, Fields(given))
    if happened or name not in LOOKING:
        corp.changes.tell()
    return answer
