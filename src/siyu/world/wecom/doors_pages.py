"""The doors that the pages of phone and client look through: what there is to show, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from siyu.world.wecom import kf, mass, tickets
from siyu.world.wecom.addresses import inside_path, siyu_url
from siyu.world.wecom.calls import Fields
from siyu.world.wecom.chats import Chat
from siyu.world.wecom.doors_staff import member_of
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.hosts import browser_host
from siyu.world.wecom.people import Relation
from siyu.world.wecom.phones import Origin, Shown
from siyu.world.wecom.pictures import (
    JOIN,
    KF,
    LINK,
    PAGE,
    POSTER,
    WAY,
    Poster,
    picture_address,
    scanned,
)

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

WAIT_SECONDS_MAX = 25
LISTED_MAX, SEARCHED_MAX, MEMBERS_SHOWN = 60, 20_000, 40
POSTERS_MAX = 200
PAIR_ORIGINS = (Origin.CHAT, Origin.WELCOME, Origin.MASS, Origin.NOTICE)


def wait(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """Answers when something has changed, or when the time is up; see `changes.py`."""
    seconds = given.whole("seconds", WAIT_SECONDS_MAX, most=WAIT_SECONDS_MAX)
    return {"next": corp.changes.wait(given.whole("after", 0), seconds)}


def name_of(corp: Corp, userid: str) -> str:
    """A member's name, also of one who left."""
    member = corp.staff.find(userid) or corp.staff.find_left(userid)
    return member.name if member else userid


def find_persons(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """People whose name holds a text, those first who came last; of a very large corp the newest alone are looked at."""
    text, found = given.text("text", missing=None), []
    for number in range(corp.people.count - 1, max(-1, corp.people.count - 1 - SEARCHED_MAX), -1):
        name = corp.people.person(number).name
        if text in name:
            found.append({"external_userid": corp.people.id_of(number), "name": name})
        if len(found) == LISTED_MAX:
            break
    return {"persons": found, "count": corp.people.count}


def _number(corp: Corp, given: Fields) -> int:
    return corp.people.number_of(given.text("external_userid", missing=41035))


def around(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """Whom a customer's phone knows: friends, groups, accounts of customer service, and who else has ever written."""
    number = _number(corp, given)
    person, friends = corp.people.person(number), corp.people.followers(number)
    messages = corp.phones.of(number)
    seen = {one.sender for one in messages if one.origin in (*PAIR_ORIGINS, Origin.MOMENT)}
    waiting = corp.transfers.find_waiting(number)
    accounts = [one for one in corp.kf.accounts.values() if not one.is_deleted]
    return {
        "person": {"name": person.name, "number": number, "external_userid": corp.people.id_of(number)}
        | {"unionid": person.unionid},
        "corp": corp.name,
        "now": corp.now_seconds,
        "siyu": siyu_url(corp),
        "friends": [_friend(corp, one) for one in friends],
        "names": {userid: name_of(corp, userid) for userid in {*seen, *(one.userid for one in friends)}},
        "groups": [_group(corp, chat) for chat in corp.chats.chats.values() if number in chat.members],
        "accounts": [{"open_kfid": one.open_kfid, "name": one.name} for one in accounts],
        "transfer": {"userid": waiting.takeover, "name": name_of(corp, waiting.takeover)} if waiting else None,
    }


def _friend(corp: Corp, relation: Relation) -> dict[str, Any]:
    told = {"userid": relation.userid, "name": name_of(corp, relation.userid), "since": relation.created_at}
    has_left = corp.staff.find(relation.userid) is None
    return told | {"is_half": relation.is_half, "is_one_way": relation.is_one_way, "has_left": has_left}


def _group(corp: Corp, chat: Chat) -> dict[str, Any]:
    shown = [
        name_of(corp, one.key) if isinstance(one.key, str) else corp.people.person(one.key).name
        for one in list(chat.members.values())[:MEMBERS_SHOWN]
    ]
    told = {"chat_id": chat.chat_id, "name": chat.name, "notice": chat.notice, "owner": name_of(corp, chat.owner)}
    return told | {"count": len(chat.members), "members": shown}


def moments_seen(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The moments that a customer sees, the newest first, with what customers of the same member said."""
    number, rows = _number(corp, given), []
    mine = corp.people.id_of(number)
    for moment in corp.moments.by_id.values():
        for userid, seen_by in moment.published.items():
            if number not in seen_by or moment.is_cancelled:
                continue
            likes = [one.who for whose, one in moment.likes if whose == userid]
            comments = [(one.who, one.text) for whose, one in moment.comments if whose == userid]
            rows.append(
                {
                    "moment_id": moment.moment_id,
                    "userid": userid,
                    "name": name_of(corp, userid),
                    "at": moment.published_at[userid],
                    "content": moment.content,
                    "likes": [_whose(corp, who) for who in likes],
                    "comments": [{"name": _whose(corp, who), "text": text} for who, text in comments],
                    "is_liked": mine in likes,
                }
            )
    return {"moments": sorted(rows, key=lambda row: row["at"], reverse=True)}


def _whose(corp: Corp, who: str) -> str:
    number = corp.people.find(who)
    return name_of(corp, who) if number is None else corp.people.person(number).name


def hang_poster(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """A printed code hangs somewhere from now on; one with the same name is replaced."""
    poster = Poster(given.text("name", characters_max=60), given.text("url", bytes_max=2048))
    known = [one.name for one in corp.posters]
    if poster.name in known:
        corp.posters[known.index(poster.name)] = poster
    elif len(known) >= POSTERS_MAX:
        raise RefusedError(41045)
    else:
        corp.posters.append(poster)
    return {}


def list_codes(corp: Corp, _given: Fields) -> Mapping[str, Any]:
    """All that can be scanned: posters, the newest ways, codes of groups, customer service, acquisition links."""
    ways = list(corp.ways.ways.values())[-LISTED_MAX:]
    rows = [
        {"kind": PAGE, "name": one.name, "text": one.url, "picture": picture_address(corp, POSTER, str(place))}
        for place, one in enumerate(corp.posters)
    ]
    for way in reversed(ways):
        names = "、".join(name_of(corp, one) for one in way.users[:3]) or way.remark or way.state
        rows.append({"kind": WAY, "name": names, "text": picture_address(corp, WAY, way.config_id), "note": way.remark})
    for join in corp.chats.ways.values():
        chats = [corp.chats.chats[one].name for one in join.chat_ids if one in corp.chats.chats]
        name = "、".join(chats) or join.remark
        rows.append({"kind": JOIN, "name": name, "text": picture_address(corp, JOIN, join.config_id)})
    accounts = [one for one in corp.kf.accounts.values() if not one.is_deleted]
    rows += [{"kind": KF, "name": one.name, "text": picture_address(corp, KF, one.open_kfid)} for one in accounts]
    rows += [
        {"kind": LINK, "name": one.name, "text": picture_address(corp, LINK, one.link_id)}
        for one in corp.links.links.values()
    ]
    return {"codes": [{"picture": row["text"], "note": ""} | row for row in rows]}


def read_code(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """What a scanned code, a picture or an address is, with who it leads to."""
    found = scanned(corp, given.text("text", bytes_max=4096).strip())
    told: dict[str, Any] = {"kind": found.kind, "key": found.key, "scene": found.scene, "name": "", "path": None}
    if found.kind == PAGE:
        return told | {"path": inside_path(corp, found.key)}
    if found.kind == WAY:
        way = corp.ways.ways[found.key]
        return told | {"name": "、".join(name_of(corp, one) for one in way.users), "note": corp.name}
    if found.kind == JOIN:
        chats = [corp.chats.chats[one] for one in corp.chats.ways[found.key].chat_ids if one in corp.chats.chats]
        return told | {"name": chats[0].name if chats else "", "note": str(len(chats[0].members) if chats else 0)}
    if found.kind == KF:
        return told | {"name": corp.kf.accounts[found.key].name}
    return told | {"name": corp.links.links[found.key].name, "note": corp.name}


def write_to_chat(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """Somebody writes into a group; nobody outside hears of it, as nobody does in reality."""
    chat = corp.chats.get(given.text("chat_id"))
    key: str | int = member_of(corp, given).userid if given.has("userid") else _number(corp, given)
    if key not in chat.members:
        raise RefusedError(84061)
    content = {"msgtype": "text", "text": {"content": given.text("text", bytes_max=4000)}}
    sender = key if isinstance(key, str) else corp.people.id_of(key)
    for one in chat.members:
        shown = Shown(corp.now_seconds, Origin.GROUP, sender, content, chat.chat_id, is_own=one == key)
        if isinstance(one, int):
            corp.phones.show(one, shown)
        else:
            corp.phones.show_staff(one, shown)
    return {}


# --- the staff's client


def staff_around(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """What a member's client shows at once: who it is, chats by the last message, groups, tags, what waits to be sent."""
    member = member_of(corp, given)
    userid, departments = member.userid, corp.staff.departments
    chats: list[dict[str, Any]] = []
    for number in corp.people.numbers_of(userid):
        last = next((one for one in reversed(corp.phones.of(number)) if _is_pair(one, userid)), None)
        if last is not None:
            who: dict[str, Any] = {
                "external_userid": corp.people.id_of(number),
                "name": corp.people.person(number).name,
            }
            chats.append(who | {"at": last.at, "content": last.content, "is_own": not last.is_own})
    waiting = sum(
        1 for one in corp.mass.messages.values() if (task := one.tasks.get(userid)) is not None and _waits(one, task)
    ) + sum(
        userid in one.senders and userid not in one.published and not one.is_cancelled
        for one in corp.moments.by_id.values()
    )
    groups = [chat for chat in corp.chats.chats.values() if userid in chat.members]
    return {
        "member": {"userid": userid, "name": member.name, "position": member.position},
        "department": "、".join(departments[one].name for one in member.departments if one in departments),
        "corp": corp.name,
        "siyu": siyu_url(corp),
        "browser": browser_host(userid),
        "now": corp.now_seconds,
        "waiting": waiting,
        "customers": len(corp.people.numbers_of(userid)),
        "chats": sorted(chats, key=lambda one: one["at"], reverse=True)[:LISTED_MAX],
        "groups": [_group(corp, chat) | {"is_owner": chat.owner == userid, "welcome": chat.welcome} for chat in groups],
        "tags": [
            {"tag_id": tag.tag_id, "name": tag.name, "group": group.name}
            for group in corp.tags.live
            for tag in group.live
        ],
    }


def _waits(message: mass.MassMessage, task: mass.Task) -> bool:
    return task.status == mass.WAITING and not message.is_cancelled


def _is_pair(one: Shown, userid: str) -> bool:
    return one.origin in PAIR_ORIGINS and one.sender == userid and not one.chat_id


def staff_chat(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """A member's chat with a customer, and what the member knows of them."""
    userid, number = member_of(corp, given).userid, _number(corp, given)
    relation = corp.people.relation(userid, number)
    rows = [
        {"at": one.at, "origin": one.origin.value, "content": one.content, "is_own": not one.is_own}
        for one in corp.phones.of(number)
        if _is_pair(one, userid)
    ]
    told: dict[str, Any] = {"name": corp.people.person(number).name, "messages": rows, "relation": None}
    if relation is not None:
        told["relation"] = {
            "remark": relation.remark,
            "description": relation.description,
            "state": relation.state,
            "tag_ids": relation.tag_ids,
            "since": relation.created_at,
            "is_half": relation.is_half,
        }
    return told


def staff_groups(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """What was written in a group while the member was in it."""
    userid, chat_id = member_of(corp, given).userid, given.text("chat_id")
    rows = [
        {"at": one.at, "sender": _whose(corp, one.sender), "content": one.content, "is_own": one.is_own}
        for one in corp.phones.staff.get(userid, ())
        if one.chat_id == chat_id
    ]
    return {"messages": rows}


def page_signed(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """Whether a page of Siyu's that is opened in a member's client has signed its own address, as the client checks it."""
    is_agent = given.text("kind") == "agentConfig"
    secrets = (
        {app.secret for app in corp.apps.values() if app.agent_id == given.whole("agentid", 0)} if is_agent else {""}
    )
    kind = tickets.AGENT if is_agent else tickets.CORP
    good = [corp.tickets.given.get((kind, each)) for each in secrets]
    url = siyu_url(corp) + given.text("page", bytes_max=2048)
    signatures = {
        tickets.page_signature(one.text, given.text("nonce"), given.whole("timestamp", 0), url)
        for one in good
        if one is not None and one.expires_at > corp.now()
    }
    return {"is_signed": given.text("signature") in signatures}


def kf_state(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """How far a customer's talk with customer service is."""
    session = kf.session_of(corp, given.text("open_kfid", missing=60251), _number(corp, given))
    servicer = name_of(corp, session.servicer) if session.servicer else ""
    return {"state": session.state, "servicer": servicer, "is_rejecting": session.is_rejecting}


PAGE_DOORS: dict[str, Callable[[Corp, Fields], Mapping[str, Any]]] = {
    "person/find": find_persons,
    "person/around": around,
    "person/moments": moments_seen,
    "person/kf": kf_state,
    "poster/hang": hang_poster,
    "code/list": list_codes,
    "code/read": read_code,
    "chat/write": write_to_chat,
    "staff/around": staff_around,
    "staff/chat": staff_chat,
    "staff/group": staff_groups,
    "staff/page-signed": page_signed,
    "change/wait": wait,
}
"""`change/wait` waits, so it is opened without the corp's lock."""

LOOKING = {*PAGE_DOORS, "person/list", "person/get", "person/phone", "staff/list", "staff/customers", "staff/phone"} | {
    *("staff/tasks", "staff/kf", "callback/list", "chat/welcomes", "state")
}
LOOKING -= {"poster/hang", "chat/write"}
"""The doors behind which nothing changes."""
