"""The corp's own tags, and putting them on customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.gates import Priority

NAME_CHARACTERS_MAX = 30


@dataclass(frozen=True, slots=True)
class CorpTag:
    """A tag; the larger `order`, the further to the front."""

    tag_id: str
    name: str
    order: int
    created_at_seconds: int
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class CorpTagGroup:
    """Tags that belong together. What is deleted is told only to who asks by id."""

    group_id: str
    name: str
    order: int
    created_at_seconds: int
    is_deleted: bool
    tags: tuple[CorpTag, ...]


def list_tag_groups(wecom: Wecom, *, group_ids: Sequence[str] = (), tag_ids: Sequence[str] = ()) -> list[CorpTagGroup]:
    """All groups, or some by their own ids or their tags'."""
    body: dict[str, Any] = {}
    if group_ids:
        body["group_id"] = list(group_ids)
    elif tag_ids:
        body["tag_id"] = list(tag_ids)
    return [_group(one) for one in wecom.call("externalcontact/get_corp_tag_list", body).get("tag_group", ())]


def add_tags(
    wecom: Wecom, names: Sequence[str], *, group_id: str = "", group_name: str = "", order: int = 0
) -> CorpTagGroup:
    """Makes tags in a group that is there, or in one of that name; gives the group with the new tags alone."""
    group: dict[str, Any] = {"group_id": group_id} if group_id else {"group_name": group_name, "order": order}
    tags = [{"name": name} for name in names]
    return _group(wecom.call("externalcontact/add_corp_tag", group | {"tag": tags} | _agent(wecom))["tag_group"])


def edit_tag(wecom: Wecom, tag_id: str, *, name: str) -> None:
    """Renames a tag that this application made."""
    wecom.call("externalcontact/edit_corp_tag", {"id": tag_id, "name": name} | _agent(wecom))


def delete_tags(wecom: Wecom, tag_ids: Sequence[str]) -> None:
    """Deletes tags that this application made; a group without tags is gone."""
    wecom.call("externalcontact/del_corp_tag", {"tag_id": list(tag_ids)} | _agent(wecom))


def mark_customer(
    wecom: Wecom, userid: str, external_userid: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> None:
    """Puts tags on the relation of a member and a customer, and takes others off. Not twice at once for one relation."""
    body: dict[str, Any] = {"userid": userid, "external_userid": external_userid}
    if add:
        body["add_tag"] = list(add)
    if remove:
        body["remove_tag"] = list(remove)
    wecom.call("externalcontact/mark_tag", body, priority=Priority.BULK)


def _agent(wecom: Wecom) -> dict[str, Any]:
    return {"agentid": wecom.app.agent_id} if wecom.app.agent_id else {}


def _group(one: dict[str, Any]) -> CorpTagGroup:
    tags = tuple(
        CorpTag(
            str(tag["id"]),
            str(tag.get("name", "")),
            int(tag.get("order", 0)),
            int(tag.get("create_time", 0)),
            bool(tag.get("deleted")),
        )
        for tag in one.get("tag", ())
    )
    return CorpTagGroup(
        str(one["group_id"]),
        str(one.get("group_name", "")),
        int(one.get("order", 0)),
        int(one.get("create_time", 0)),
        bool(one.get("deleted")),
        tags,
    )
