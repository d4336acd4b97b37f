"""Customer groups: which there are, who is in them, and the codes to join them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.gates import Priority

PAGE_MAX = 1000
OWNERS_MAX = 100
WAY_GROUPS_MAX = 5


@dataclass(frozen=True, slots=True)
class GroupHead:
    """A group in a list. Status: 0 normal, 1 its owner left, 2 being inherited, 3 inherited."""

    chat_id: str
    status: int


@dataclass(frozen=True, slots=True)
class GroupMember:
    """Somebody in a group: a member of the corp by userid, a customer by external_userid. Scenes: 1 invited, 2 by a link,
    3 by the code."""

    member_id: str
    is_customer: bool
    unionid: str
    joined_at_seconds: int
    join_scene: int
    invited_by: str
    nickname: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group as a whole; `version` changes with its members."""

    chat_id: str
    name: str
    owner_userid: str
    created_at_seconds: int
    notice: str
    admins: tuple[str, ...]
    members: tuple[GroupMember, ...]
    version: str


@dataclass(frozen=True, slots=True)
class JoinWay:
    """A code to join one of up to five groups. Scene: 1 mini program, 2 QR code."""

    group_ids: Sequence[str]
    scene: int = 2
    remark: str = ""
    state: str = ""
    makes_groups: bool = True
    base_name: str = ""
    base_number: int = 0
    config_id: str = ""
    qr_code: str = ""


def list_groups(wecom: Wecom, owner_userids: Sequence[str] = (), *, status: int = 0) -> Iterator[GroupHead]:
    """All groups of the visible owners; more than 1000 owners, and those who left, have to be named, 100 at a time."""
    body: dict[str, Any] = {"limit": PAGE_MAX, "status_filter": status}
    if owner_userids:
        body["owner_filter"] = {"userid_list": list(owner_userids)}

    def read(document: dict[str, Any]) -> list[GroupHead]:
        return [
            GroupHead(str(one["chat_id"]), int(one.get("status", 0))) for one in document.get("group_chat_list", ())
        ]

    for page, _ in wecom.pages("externalcontact/groupchat/list", body, read, priority=Priority.BULK):
        yield from page


def get_group(wecom: Wecom, chat_id: str, *, priority: Priority = Priority.NORMAL) -> Group:
    """One group with its members; WecomRefusedError for one that was dissolved."""
    body = {"chat_id": chat_id, "need_name": 1}
    one = wecom.call("externalcontact/groupchat/get", body, priority=priority)["group_chat"]
    return Group(
        str(one["chat_id"]),
        str(one.get("name", "")),
        str(one.get("owner", "")),
        int(one.get("create_time", 0)),
        str(one.get("notice") or ""),
        tuple(str(each["userid"]) for each in one.get("admin_list", ())),
        tuple(_member(each) for each in one.get("member_list", ())),
        str(one.get("member_version") or ""),
    )


def add_join_way(wecom: Wecom, way: JoinWay) -> JoinWay:
    """Makes a code; gives it with its id and picture."""
    config_id = str(wecom.call("externalcontact/groupchat/add_join_way", _way_body(way))["config_id"])
    return get_join_way(wecom, config_id)


def get_join_way(wecom: Wecom, config_id: str) -> JoinWay:
    one = wecom.call("externalcontact/groupchat/get_join_way", {"config_id": config_id})["join_way"]
    return JoinWay(
        tuple(map(str, one.get("chat_id_list", ()))),
        int(one.get("scene", 2)),
        str(one.get("remark", "")),
        str(one.get("state", "")),
        bool(one.get("auto_create_room", 1)),
        str(one.get("room_base_name", "")),
        int(one.get("room_base_id", 0)),
        str(one["config_id"]),
        str(one.get("qr_code", "")),
    )


def update_join_way(wecom: Wecom, way: JoinWay) -> None:
    """Replaces all of a code."""
    wecom.call("externalcontact/groupchat/update_join_way", {"config_id": way.config_id} | _way_body(way))


def delete_join_way(wecom: Wecom, config_id: str) -> None:
    wecom.call("externalcontact/groupchat/del_join_way", {"config_id": config_id})


def _way_body(way: JoinWay) -> dict[str, Any]:
    if not 1 <= len(way.group_ids) <= WAY_GROUPS_MAX:
        raise ValueError("a code leads to 1 to 5 groups")
    return {
        "scene": way.scene,
        "remark": way.remark,
        "auto_create_room": int(way.makes_groups),
        "room_base_name": way.base_name,
        "room_base_id": way.base_number,
        "chat_id_list": list(way.group_ids),
        "state": way.state,
    }


def _member(one: dict[str, Any]) -> GroupMember:
    return GroupMember(
        str(one["userid"]),
        int(one.get("type", 1)) == 2,
        str(one.get("unionid") or ""),
        int(one.get("join_time", 0)),
        int(one.get("join_scene", 0)),
        str((one.get("invitor") or {}).get("userid", "")),
        str(one.get("group_nickname") or ""),
        str(one.get("name") or ""),
        str(one.get("state") or ""),
    )
