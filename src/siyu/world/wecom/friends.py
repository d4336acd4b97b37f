"""What customers and staff do with each other, as they do it in their clients; the apps hear of it by callbacks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from siyu.world.wecom.acquisition import CHANNEL_BYTES_MAX, CHATTED, LOW, ChatKey, LinkCustomer
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.people import PERSON_OF_WECHAT, Relation
from siyu.world.wecom.phones import Origin, Shown
from siyu.world.wecom.staff import Member
from siyu.world.wecom.welcome import WelcomeCode

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

BY_QR, BY_LINK = 1, 16
MESSAGES_TOLD = (3, 5, 10)
CODES_KEPT = timedelta(hours=1)


def befriend(
    corp: Corp,
    userid: str,
    number: int,
    *,
    add_way: int,
    state: str = "",
    is_half: bool = False,
    gives_code: bool = True,
    is_by_member: bool = False,
) -> str | None:
    """A customer adds a member, or the other way round. The welcome code that the apps are told; None for friends already."""
    member = corp.staff.find(userid)
    if member is None or not member.may_have_customers:
        raise RefusedError(41054)
    known = corp.people.relation(userid, number)
    if known is not None and not known.is_one_way and not known.is_half:
        return None
    if known is None and len(corp.people.numbers_of(userid)) >= corp.rules.customers_per_member_max:
        raise RefusedError(40099)
    oper = userid if is_by_member else corp.people.id_of(number)
    relation = Relation(
        userid, number, corp.now_seconds, add_way=add_way, oper_userid=oper, state=state, is_half=is_half
    )
    if known is not None:
        # Who comes back, or is added back, keeps what the member wrote down.
        relation.remark, relation.description, relation.tag_ids = known.remark, known.description, known.tag_ids
    corp.people.add(relation)
    day = corp.activity.day(userid, corp.now_seconds)
    day.applied += is_by_member
    day.added += not is_half
    more = {"State": state} if state else {}
    code = None
    if gives_code and corp.people.person(number).kind == PERSON_OF_WECHAT:
        corp.welcomes.forget(corp.now() - CODES_KEPT)
        code = WelcomeCode(corp.new_key("CALLBACK", 43), userid, number, corp.now())
        corp.welcomes.give(code)
        more["WelcomeCode"] = code.code
    corp.tell_customers("add_half_external_contact" if is_half else "add_external_contact", userid, number, **more)
    return code.code if code else None


def add_back(corp: Corp, userid: str, number: int) -> None:
    """The member confirms a half friend; the welcome code was given before."""
    relation = corp.people.relation(userid, number)
    if relation is None or not relation.is_half:
        raise RefusedError(84061)
    befriend(corp, userid, number, add_way=relation.add_way, state=relation.state, gives_code=False)


def scan_way(corp: Corp, config_id: str, number: int) -> dict[str, Any]:
    """A customer scans a contact way; WeCom chooses one of its members in turn."""
    way = corp.ways.ways.get(config_id)
    if way is None:
        raise RefusedError(41044)
    below = corp.staff.of_departments(corp.staff.below(way.departments)) if way.departments else []
    asked = dict.fromkeys([*way.users, *(member.userid for member in below)])
    userids = [one for one in asked if (member := corp.staff.find(one)) is not None and member.may_have_customers]
    if not userids:
        raise RefusedError(41054)
    known = [one for one in userids if corp.people.has(one, number)]
    userid = known[0] if way.is_exclusive and known else userids[way.scans % len(userids)]
    way.scans += 1
    if way.is_temporary:
        corp.ways.ways.pop(config_id)
    code = befriend(corp, userid, number, add_way=BY_QR, state=way.state, is_half=not way.is_verification_skipped)
    return {"userid": userid, "welcome_code": code or ""}


def open_link(corp: Corp, link_id: str, number: int, channel: str) -> dict[str, Any]:
    """A customer opens an acquisition link and adds who stands there; each new one costs one of the quota."""
    link, links = corp.links.links.get(link_id), corp.links
    if link is None:
        raise RefusedError(40058, "no such link")
    state = channel.encode()[:CHANNEL_BYTES_MAX].decode(errors="ignore")
    about = {"Event": "customer_acquisition", "LinkId": link_id, "State": state}
    corp.tell_app(link.maker, ChangeType="open_profile", **about)
    if links.balance <= 0:
        corp.tell_app(link.maker, Event="customer_acquisition", ChangeType="link_unavailable", LinkId=link_id)
        raise RefusedError(45009, "the quota of the links is exhausted")
    departments = corp.staff.of_departments(corp.staff.below(link.departments)) if link.departments else []
    userids = [*link.users, *(one.userid for one in departments if one.may_have_customers)]
    userid = userids[link.opened % len(userids)]
    link.opened += 1
    corp.tell_app(link.maker, ChangeType="friend_request", **about)
    is_half = not link.is_verification_skipped
    code = befriend(corp, userid, number, add_way=BY_LINK, state=state, is_half=is_half)
    if code is not None:
        links.come(link, LinkCustomer(number, userid, state, corp.now_seconds))
        if links.balance in (0, LOW - 1):
            change = "balance_low" if links.balance else "balance_exhausted"
            corp.tell_app(link.maker, Event="customer_acquisition", ChangeType=change)
    return {"userid": userid, "welcome_code": code or ""}


def chat(corp: Corp, userid: str, number: int, content: dict[str, Any], *, is_from_customer: bool) -> None:
    """One writes to the other. A customer who was deleted, or who deleted, reaches nobody."""
    relation = corp.people.relation(userid, number)
    if relation is None or relation.is_one_way or relation.is_half:
        raise RefusedError(84061)
    relation.chatted_at = corp.now_seconds
    corp.people.keep(relation)
    corp.welcomes.chat(userid, number)
    corp.activity.wrote(userid, number, corp.now_seconds, is_customer=is_from_customer)
    shown = Shown(corp.now_seconds, Origin.CHAT, userid, content, is_own=is_from_customer)
    corp.phones.show(number, shown)
    if is_from_customer:
        sender = Shown(corp.now_seconds, Origin.CHAT, corp.people.id_of(number), content)
        corp.phones.show_staff(userid, sender)
        _count_for_links(corp, userid, number)


def _count_for_links(corp: Corp, userid: str, number: int) -> None:
    for link, one in corp.links.came.get((userid, number), ()):
        one.messages += 1
        about = {"Event": "customer_acquisition", "LinkId": link.link_id}
        if one.messages == 1:
            one.chat_status = CHATTED
            who = {"UserID": userid, "ExternalUserID": corp.people.id_of(number)}
            corp.tell_app(link.maker, ChangeType="customer_start_chat", **about, **who)
        if one.messages in MESSAGES_TOLD:
            key = corp.new_key("chatkey", 40)
            corp.links.chat_keys[key] = ChatKey(link.maker, one, corp.now())
            corp.tell_app(link.maker, ChangeType="message_from_customer", ChatKey=key, **about)


def delete_member(corp: Corp, userid: str, number: int) -> None:
    """The customer deletes the member, who keeps the customer and sees no difference: a one-way relation."""
    relation = corp.people.relation(userid, number)
    if relation is None or relation.is_one_way:
        raise RefusedError(84061)
    relation.is_one_way = True
    corp.people.keep(relation)
    corp.activity.day(userid, corp.now_seconds).lost += 1
    corp.tell_customers("del_follow_user", userid, number)


def delete_customer(corp: Corp, userid: str, number: int) -> None:
    """The member deletes the customer: it is over for both."""
    if not corp.people.has(userid, number):
        raise RefusedError(84061)
    corp.people.remove(userid, number)
    corp.tell_customers("del_external_contact", userid, number)


def edit_customer(
    corp: Corp, userid: str, number: int, *, remark: str | None, added: list[str], removed: list[str]
) -> None:
    """The member changes remark or tags in the client."""
    relation = corp.people.relation(userid, number)
    if relation is None:
        raise RefusedError(84061)
    if any(corp.tags.find(tag_id) is None for tag_id in added):
        raise RefusedError(40068)
    relation.remark = relation.remark if remark is None else remark
    relation.tag_ids = [one for one in dict.fromkeys([*relation.tag_ids, *added]) if one not in removed]
    corp.people.keep(relation)
    corp.tell_customers("edit_external_contact", userid, number)


def resign(corp: Corp, userid: str) -> Member:
    """A member leaves; the customers wait for somebody to take them over."""
    known = corp.staff.find(userid)
    if known is None:
        raise RefusedError(60111)
    member = corp.staff.leave(userid, corp.now_seconds)
    for group in corp.chats.chats.values():
        if group.owner == known.userid:
            group.status = 1
    corp.tell_staff("delete_user", known.userid, [])
    return member or known
