"""Customer groups: who is in them, how they came, and the codes by which one joins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from siyu.world.wecom.calls import Call, Reply, page_of
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.pictures import JOIN, picture_address
from siyu.world.wecom.ways import require_room
from siyu.world.wecom.welcome import greet_in_group

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

STAFF, OUTSIDE = 1, 2
INVITED, BY_LINK, BY_CODE = 1, 2, 3
EVENT_SCENES = {INVITED: 0, BY_LINK: 0, BY_CODE: 3}
"""The event of a joining knows other numbers than the details of the group."""

LEFT_SELF, REMOVED = 0, 1
FOLLOWED, OWNER_LEFT, BEING_INHERITED, INHERITED = 0, 1, 2, 3
OWNERS_MAX = 1000
FULL = 500


@dataclass(slots=True)
class ChatMember:
    """Somebody in a group: a member of the staff by userid, or a customer by number."""

    kind: int
    key: str | int
    joined_at: int
    join_scene: int = INVITED
    invited_by: str = ""
    state: str = ""


@dataclass(slots=True)
class Chat:
    """A customer group."""

    chat_id: str
    name: str
    owner: str
    created_at: int
    notice: str = ""
    status: int = FOLLOWED
    members: dict[str | int, ChatMember] = field(default_factory=dict)
    admins: list[str] = field(default_factory=list)
    version: str = ""
    transferred_at: list[int] = field(default_factory=list)
    welcome: str = ""
    """Which template greets who comes in; its owner has chosen it."""


@dataclass(slots=True)
class JoinWay:
    """A code for joining one of up to five groups."""

    config_id: str
    maker: str
    scene: int
    remark: str
    makes_rooms: int
    room_name: str
    room_number: int
    chat_ids: list[str]
    state: str


class Chats:
    """All groups and the codes to them."""

    def __init__(self) -> None:
        self.chats: dict[str, Chat] = {}
        self.ways: dict[str, JoinWay] = {}

    def get(self, chat_id: str) -> Chat:
        """A group; RefusedError 40050 where there is none."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise RefusedError(40050)
        return chat


def list_chats(call: Call) -> Reply:
    body = call.body
    limit = body.whole("limit", least=1, most=1000)
    status = body.whole("status_filter", 0, most=3)
    owners = body.part("owner_filter").texts("userid_list", missing=None, most=100)
    visible = [chat for chat in call.corp.chats.chats.values() if call.sees(chat.owner)]
    if not owners and len({chat.owner for chat in visible}) > OWNERS_MAX:
        raise RefusedError(81017)
    found = []
    for chat in visible:
        is_wanted = chat.owner in owners if owners else call.corp.staff.find(chat.owner) is not None
        if is_wanted and (status == 0 or chat.status == status):
            found.append({"chat_id": chat.chat_id, "status": chat.status})
    page, following = page_of(found, body.text("cursor", missing=None), limit, "chats")
    return {"group_chat_list": page} | ({"next_cursor": following} if following else {})


def get_chat(call: Call) -> Reply:
    chat = call.corp.chats.get(call.body.text("chat_id"))
    if not call.sees(chat.owner):
        raise RefusedError(60011)
    needs_names = call.body.whole("need_name", 0, most=1) == 1
    told: dict[str, Any] = {
        "chat_id": chat.chat_id,
        "name": chat.name,
        "owner": chat.owner,
        "create_time": chat.created_at,
        "notice": chat.notice,
        "member_list": [_member(call, member, needs_names) for member in chat.members.values()],
        "admin_list": [{"userid": userid} for userid in chat.admins],
        "member_version": chat.version,
    }
    return {"group_chat": told}


def _member(call: Call, member: ChatMember, needs_names: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "userid": shown_key(call.corp, member.key),
        "type": member.kind,
        "join_time": member.joined_at,
        "join_scene": member.join_scene,
        "group_nickname": "",
    }
    if member.invited_by:
        told["invitor"] = {"userid": member.invited_by}
    if member.state:
        told["state"] = member.state
    name = ""
    if isinstance(member.key, int):
        person = call.corp.people.person(member.key)
        name = person.name
        if call.corp.rules.has_developer_id and person.unionid:
            told["unionid"] = person.unionid
    elif (found := call.corp.staff.find(member.key)) is not None:
        name = found.name
    return told | ({"name": name} if needs_names else {})


def shown_key(corp: Corp, key: str | int) -> str:
    """The id by which somebody in a group is told."""
    return corp.people.id_of(key) if isinstance(key, int) else key


def join(corp: Corp, chat: Chat, members: Sequence[ChatMember]) -> None:
    """People come into a group, and the apps hear of it."""
    came = [member for member in members if member.key not in chat.members]
    if len(chat.members) + len(came) > FULL:
        raise RefusedError(40058, "the group is full")
    if came:
        chat.members |= {member.key: member for member in came}
        _tell_members(corp, chat, "add_member", [member.key for member in came], came[0].join_scene, LEFT_SELF)
        numbers = [member.key for member in came if isinstance(member.key, int)]
        greet_in_group(corp, chat.welcome, chat.chat_id, chat.owner, numbers)


def leave(corp: Corp, chat: Chat, keys: Sequence[str | int], quit_scene: int = LEFT_SELF) -> None:
    """People go out of a group, or are put out."""
    gone = [key for key in keys if chat.members.pop(key, None) is not None]
    if gone:
        _tell_members(corp, chat, "del_member", gone, 0, quit_scene)


def _tell_members(
    corp: Corp, chat: Chat, detail: str, keys: Sequence[str | int], join_scene: int, quit_scene: int
) -> None:
    before, chat.version = chat.version, corp.new_key("", 32)
    corp.tell_chat(
        "update",
        chat.chat_id,
        chat.owner,
        UpdateDetail=detail,
        JoinScene=EVENT_SCENES.get(join_scene, 0),
        QuitScene=quit_scene,
        MemChangeCnt=len(keys),
        MemChangeList=[shown_key(corp, key) for key in keys],
        LastMemVer=before,
        CurMemVer=chat.version,
    )


def add_join_way(call: Call) -> Reply:
    require_room(call)
    way = _read_join_way(call, call.corp.new_key("", 32))
    call.corp.chats.ways[way.config_id] = way
    return {"config_id": way.config_id}


def _read_join_way(call: Call, config_id: str) -> JoinWay:
    body = call.body
    chat_ids = body.texts("chat_id_list", most=5, too_many=41091)
    for chat_id in chat_ids:
        if not call.sees(call.corp.chats.get(chat_id).owner):
            raise RefusedError(60011)
    return JoinWay(
        config_id,
        call.app.secret,
        body.whole("scene", least=1, most=2),
        body.text("remark", missing=None)[:30],
        body.whole("auto_create_room", 1, most=1),
        body.text("room_base_name", missing=None, characters_max=40),
        body.whole("room_base_id", 0),
        chat_ids,
        body.text("state", missing=None, characters_max=30),
    )


def _own_join_way(call: Call) -> JoinWay:
    way = call.corp.chats.ways.get(call.body.text("config_id", missing=41043))
    if way is None or way.maker != call.app.secret:
        raise RefusedError(41044)
    return way


def get_join_way(call: Call) -> Reply:
    way = _own_join_way(call)
    told: dict[str, Any] = {
        "config_id": way.config_id,
        "scene": way.scene,
        "remark": way.remark,
        "auto_create_room": way.makes_rooms,
        "room_base_name": way.room_name,
        "room_base_id": way.room_number,
        "chat_id_list": way.chat_ids,
        "state": way.state,
        "qr_code": picture_address(call.corp, JOIN, way.config_id),
    }
    return {"join_way": told}


def update_join_way(call: Call) -> Reply:
    way = _own_join_way(call)
    call.corp.chats.ways[way.config_id] = _read_join_way(call, way.config_id)
    return {}


def del_join_way(call: Call) -> Reply:
    del call.corp.chats.ways[_own_join_way(call).config_id]
    return {}


def transfer_chats(call: Call) -> Reply:
    """Groups of a member who left go to another."""
    return _transfer(call, is_on_job=False)


def transfer_chats_on_job(call: Call) -> Reply:
    """Groups of a member who stays go to another, twice in 90 days at most."""
    return _transfer(call, is_on_job=True)


def _transfer(call: Call, *, is_on_job: bool) -> Reply:
    chat_ids = call.body.texts("chat_id_list", most=100)
    new_owner = call.member("new_owner")
    member = call.corp.staff.find(new_owner)
    if member is None or not member.may_have_customers:
        raise RefusedError(40098)
    failed = []
    for chat_id in chat_ids:
        try:
            _transfer_one(call, chat_id, new_owner, is_on_job)
        except RefusedError as refusal:
            failed.append({"chat_id": chat_id, "errcode": refusal.errcode, "errmsg": refusal.text})
    return {"failed_chat_list": failed}


def _transfer_one(call: Call, chat_id: str, new_owner: str, is_on_job: bool) -> None:
    corp = call.corp
    chat = corp.chats.chats.get(chat_id)
    if chat is None:
        raise RefusedError(90501)
    has_left = corp.staff.find(chat.owner) is None
    if has_left is is_on_job:
        raise RefusedError(90502 if is_on_job else 90500)
    if chat.owner == new_owner:
        raise RefusedError(90504)
    recent = [at for at in chat.transferred_at if at > call.now_seconds - corp.rules.transfers_days * 86400]
    if is_on_job and len(recent) >= corp.rules.transfers_per_customer:
        raise RefusedError(40128)
    corp.transfers.count_chat(new_owner, call.now, corp.rules.chat_transfers_per_day)
    chat.transferred_at = [*recent, call.now_seconds]
    chat.owner, chat.status = new_owner, FOLLOWED if is_on_job else INHERITED
    chat.members.setdefault(new_owner, ChatMember(STAFF, new_owner, call.now_seconds))
