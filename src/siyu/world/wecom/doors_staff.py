"""The doors of the staff: what members do in their client, tasks above all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from siyu.world.wecom import friends, mass, moments
from siyu.world.wecom.calls import Fields
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.mass import CONFIRMED, IGNORED, MassMessage, Outcome, Target, Task
from siyu.world.wecom.staff import Member
from siyu.world.wecom.tags import CONSOLE, Tag, TagGroup, delete_group

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

BY_SEARCH = 2
NAMED_MAX = 30
PERSONAL_MOST = 200
"""How many customers a member can send to at once without the corp."""


def member_of(corp: Corp, given: Fields) -> Member:
    """The member who comes in."""
    member = corp.staff.find(given.text("userid", missing=41009))
    if member is None:
        raise RefusedError(60111)
    return member


def _pair(corp: Corp, given: Fields) -> tuple[str, int]:
    return member_of(corp, given).userid, corp.people.number_of(given.text("external_userid", missing=41035))


def add_member(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """Somebody new on the staff."""
    departments = given.wholes("departments") or [1]
    member = Member(given.text("userid", missing=41009), given.text("name"), departments)
    member.has_customers, member.is_verified = given.flag("has_customers", True), given.flag("is_verified", True)
    member.mobile, member.email = given.text("mobile", missing=None), given.text("email", missing=None)
    if corp.staff.find(member.userid) is not None:
        raise RefusedError(40058, "userid exists")
    corp.staff.add(member)
    corp.tell_staff("create_user", member.userid, departments)
    return {}


def list_members(corp: Corp, _given: Fields) -> Mapping[str, Any]:
    rows = [
        {
            "userid": one.userid,
            "name": one.name,
            "position": one.position,
            "customers": len(corp.people.numbers_of(one.userid)),
        }
        for one in corp.staff.members
    ]
    return {"members": rows}


def list_customers(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The customers of a member, a page at a time."""
    userid = member_of(corp, given).userid
    limit = given.whole("limit", 50, least=1, most=200)
    numbers = corp.people.numbers_from(userid, given.whole("after", 0), limit)
    rows = [_listed(corp, userid, one) for one in numbers]
    return {"customers": rows, "next": numbers[-1] + 1 if len(numbers) == limit else None}


def _listed(corp: Corp, userid: str, number: int) -> dict[str, Any]:
    told: dict[str, Any] = {"external_userid": corp.people.id_of(number), "name": corp.people.person(number).name}
    relation = corp.people.relation(userid, number)
    if relation is None:
        return told
    names = [found[1].name for tag_id in relation.tag_ids if (found := corp.tags.find(tag_id)) is not None]
    return told | {"remark": relation.remark, "tags": names, "since": relation.created_at, "is_half": relation.is_half}


def phone(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """What a member got: messages of apps and chats of customers."""
    messages = corp.phones.staff.get(member_of(corp, given).userid, [])
    after = given.whole("after", 0)
    rows = [
        {"at": one.at, "origin": one.origin.value, "sender": one.sender, "content": one.content}
        | {"chat_id": one.chat_id}
        for one in messages
    ]
    return {"messages": rows[after:], "next": len(messages)}


def write(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The member writes to a customer: a text, or a whole `content` as a side bar sends it into the chat."""
    userid, number = _pair(corp, given)
    content: dict[str, Any] = {"msgtype": "text", "text": {"content": given.text("text", missing=None)}}
    if given.has("content"):
        content = dict(given.part("content").values)
        kind = str(content.get("msgtype"))
        if kind in ("image", "file", "video"):
            media_id = given.part("content").part(kind).text("mediaid", missing=41006)
            kept = corp.media.require(media_id, corp.now())
            content[kind] = {"media_id": media_id, "title": kept.file_name}
    friends.chat(corp, userid, number, content, is_from_customer=False)
    return {}


def add_customer(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The member adds a customer; the other says yes at once."""
    userid, number = _pair(corp, given)
    code = friends.befriend(corp, userid, number, add_way=given.whole("add_way", BY_SEARCH), is_by_member=True)
    return {"welcome_code": code or ""}


def add_back(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The member confirms somebody who is only half a friend."""
    friends.add_back(corp, *_pair(corp, given))
    return {}


def delete_customer(corp: Corp, given: Fields) -> Mapping[str, Any]:
    friends.delete_customer(corp, *_pair(corp, given))
    return {}


def edit_customer(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The member changes remark or tags."""
    friends.edit_customer(
        corp,
        *_pair(corp, given),
        remark=given.text("remark", missing=None) if given.has("remark") else None,
        added=given.texts("add_tag", missing=None),
        removed=given.texts("remove_tag", missing=None),
    )
    return {}


def resign(corp: Corp, given: Fields) -> Mapping[str, Any]:
    friends.resign(corp, member_of(corp, given).userid)
    return {}


def tasks(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """What a member is asked to send or to publish."""
    userid = member_of(corp, given).userid
    messages = [
        {"msgid": one.msgid, "chat_type": one.kind, "content": one.content, "targets": len(task.outcomes)}
        | {"status": task.status, "is_cancelled": one.is_cancelled, "created_at": int(one.created_at.timestamp())}
        | {"reminders": len(one.reminded_at), "who": [_target(corp, each.target) for each in task.outcomes[:NAMED_MAX]]}
        | {"outcomes": Counter(each.status for each in task.outcomes)}
        for one in corp.mass.messages.values()
        if (task := one.tasks.get(userid)) is not None
    ]
    shared = [
        {"moment_id": one.moment_id, "content": one.content, "is_published": userid in one.published}
        | {"created_at": one.created_at}
        for one in corp.moments.by_id.values()
        if userid in one.senders and not one.is_cancelled
    ]
    return {"messages": messages, "moments": shared}


def _target(corp: Corp, target: Target) -> str:
    if isinstance(target, int):
        return corp.people.person(target).name
    chat = corp.chats.chats.get(target)
    return chat.name if chat else target


def confirm(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The member sends what was prepared; of a group message without groups those in `chat_ids`, or all of the own."""
    msgid, userid = given.text("msgid", missing=41046), member_of(corp, given).userid
    mass.confirm(corp, msgid, userid, given.texts("chat_ids", missing=None))
    _, task = mass.find_task(corp, msgid, userid)
    return {"outcomes": [asdict(one) for one in task.outcomes]}


def ignore(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The member puts a task aside."""
    _, task = mass.find_task(corp, given.text("msgid", missing=41046), member_of(corp, given).userid)
    if task.status != CONFIRMED:
        task.status = IGNORED
    return {}


def send_personal(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The member sends to many on his own account; the customers' quota is the same."""
    userid = member_of(corp, given).userid
    numbers = [corp.people.number_of(one) for one in given.texts("external_userid", missing=41035, most=PERSONAL_MOST)]
    task = Task(userid, [Outcome(number) for number in numbers if corp.people.has(userid, number)])
    content = {"text": {"content": given.text("text")}}
    message = MassMessage(corp.new_key("msg"), "", "single", content, corp.now(), {userid: task}, creator=userid)
    corp.mass.messages[message.msgid] = message
    mass.confirm(corp, message.msgid, userid)
    return {"msgid": message.msgid, "outcomes": [asdict(one) for one in task.outcomes]}


def publish(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """The member publishes a moment."""
    seen = moments.publish(corp, given.text("moment_id", missing=41059), member_of(corp, given).userid)
    return {"customers": seen}


def add_tag(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """An administrator makes a tag in the console, in a group that is there or comes to be."""
    group_name, name = given.text("group_name"), given.text("name")
    group = next((one for one in corp.tags.live if one.name == group_name), None)
    if group is None:
        group = TagGroup(corp.new_key("et"), group_name, corp.now_seconds, CONSOLE)
        corp.tags.groups[group.group_id] = group
        corp.tell_tag("create", group.group_id, "tag_group")
    tag = Tag(corp.new_key("et"), name, corp.now_seconds, CONSOLE)
    group.tags[tag.tag_id] = tag
    corp.tell_tag("create", tag.tag_id, "tag")
    return {"group_id": group.group_id, "tag_id": tag.tag_id}


def rename_tag(corp: Corp, given: Fields) -> Mapping[str, Any]:
    tag_id = given.text("tag_id", missing=41017)
    found = corp.tags.find(tag_id)
    if found is None:
        raise RefusedError(40068)
    found[1].name = given.text("name")
    corp.tell_tag("update", tag_id, "tag")
    return {}


def delete_tag(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """An administrator deletes a tag, or a whole group, of whose tags nothing is told."""
    tag_id = given.text("tag_id", missing=41017)
    group = corp.tags.groups.get(tag_id)
    if group is not None:
        delete_group(group)
        corp.tell_tag("delete", tag_id, "tag_group")
        return {}
    found = corp.tags.find(tag_id)
    if found is None:
        raise RefusedError(40068)
    found[1].is_deleted = True
    found[0].is_deleted = not found[0].live
    corp.tell_tag("delete", tag_id, "tag")
    return {}


STAFF_DOORS: dict[str, Callable[[Corp, Fields], Mapping[str, Any]]] = {
    "staff/add": add_member,
    "staff/list": list_members,
    "staff/customers": list_customers,
    "staff/phone": phone,
    "staff/write": write,
    "staff/add-customer": add_customer,
    "staff/add-back": add_back,
    "staff/delete-customer": delete_customer,
    "staff/edit-customer": edit_customer,
    "staff/resign": resign,
    "staff/tasks": tasks,
    "staff/confirm": confirm,
    "staff/ignore": ignore,
    "staff/send-personal": send_personal,
    "staff/publish": publish,
    "tag/add": add_tag,
    "tag/rename": rename_tag,
    "tag/delete": delete_tag,
}
