"""The corp's own tags: in groups, each made by an app or in the console, and put on customers by member and customer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from siyu.world.wecom.calls import Call, Fields, Reply
from siyu.world.wecom.errors import RefusedError

NAME_CHARACTERS_MAX = 30
CONSOLE = ""
"""Who made a tag that no app made."""


@dataclass(slots=True)
class Tag:
    """One tag."""

    tag_id: str
    name: str
    created_at: int
    maker: str
    order: int = 0
    is_deleted: bool = False


@dataclass(slots=True)
class TagGroup:
    """Tags that belong together. Names are unique among groups, and within each."""

    group_id: str
    name: str
    created_at: int
    maker: str
    order: int = 0
    is_deleted: bool = False
    tags: dict[str, Tag] = field(default_factory=dict)

    @property
    def live(self) -> list[Tag]:
        return [tag for tag in self.tags.values() if not tag.is_deleted]


class Tags:
    """All tag groups, those that were deleted too: who asks by id is told so."""

    def __init__(self) -> None:
        self.groups: dict[str, TagGroup] = {}

    @property
    def live(self) -> list[TagGroup]:
        return [group for group in self.groups.values() if not group.is_deleted]

    def find(self, tag_id: str) -> tuple[TagGroup, Tag] | None:
        """A tag that is there."""
        for group in self.live:
            tag = group.tags.get(tag_id)
            if tag is not None and not tag.is_deleted:
                return group, tag
        return None

    def count(self) -> int:
        return sum(len(group.live) for group in self.live)


def get_corp_tag_list(call: Call) -> Reply:
    group_ids = set(call.body.texts("group_id", missing=None))
    tag_ids = set() if group_ids else set(call.body.texts("tag_id", missing=None))
    told = []
    for group in call.corp.tags.groups.values():
        if group_ids and group.group_id not in group_ids:
            continue
        is_asked_by_id = bool(group_ids or tag_ids)
        tags = [tag for tag in group.tags.values() if not tag_ids or tag.tag_id in tag_ids]
        if not is_asked_by_id:
            tags = [tag for tag in tags if not tag.is_deleted]
        if tags and (is_asked_by_id or not group.is_deleted):
            told.append(_group(group, tags))
    return {"tag_group": sorted(told, key=lambda group: -group["order"])}


def _group(group: TagGroup, tags: list[Tag]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "group_id": group.group_id,
        "group_name": group.name,
        "create_time": group.created_at,
        "order": group.order,
        "tag": [_tag(tag) for tag in sorted(tags, key=lambda tag: -tag.order)],
    }
    return told | ({"deleted": True} if group.is_deleted else {})


def _tag(tag: Tag) -> dict[str, Any]:
    told = {"id": tag.tag_id, "name": tag.name, "create_time": tag.created_at, "order": tag.order}
    return told | ({"deleted": True} if tag.is_deleted else {})


def add_corp_tag(call: Call) -> Reply:
    body, tags = call.body, call.corp.tags
    wanted = body.parts("tag", missing=40063)
    names = {part.text("name", characters_max=NAME_CHARACTERS_MAX): part.whole("order", 0) for part in wanted}
    group = _group_to_fill(call)
    taken = {tag.name for tag in group.live}
    if taken.intersection(names):
        raise RefusedError(40071)
    if tags.count() + len(names) > call.corp.rules.corp_tags_max:
        raise RefusedError(40126)
    tags.groups[group.group_id] = group
    made = [
        Tag(call.corp.new_key("et"), name, call.now_seconds, call.app.secret, order) for name, order in names.items()
    ]
    group.tags |= {tag.tag_id: tag for tag in made}
    return {"tag_group": _group(group, made)}


def _group_to_fill(call: Call) -> TagGroup:
    body, tags = call.body, call.corp.tags
    group_id = body.text("group_id", missing=None)
    if group_id:
        known = tags.groups.get(group_id)
        if known is None or known.is_deleted:
            raise RefusedError(40068)
        return known
    name = body.text("group_name", characters_max=NAME_CHARACTERS_MAX)
    for group in tags.live:
        if group.name == name:
            return group
    return TagGroup(call.corp.new_key("et"), name, call.now_seconds, call.app.secret, body.whole("order", 0))


def edit_corp_tag(call: Call) -> Reply:
    body, tags = call.body, call.corp.tags
    changed_id = body.text("id", missing=40068)
    name = body.text("name", missing=None, characters_max=NAME_CHARACTERS_MAX)
    found = tags.find(changed_id)
    if found is not None:
        group, tag = found
        _require_own(call, tag.maker)
        if name and any(other.name == name for other in group.live if other is not tag):
            raise RefusedError(40071)
        tag.name, tag.order = name or tag.name, body.whole("order", tag.order)
        return {}
    known = tags.groups.get(changed_id)
    if known is None or known.is_deleted:
        raise RefusedError(40068)
    _require_own(call, known.maker)
    if name and any(other.name == name for other in tags.live if other is not known):
        raise RefusedError(40071)
    known.name, known.order = name or known.name, body.whole("order", known.order)
    return {}


def del_corp_tag(call: Call) -> Reply:
    tag_ids, group_ids = call.body.texts("tag_id", missing=None), call.body.texts("group_id", missing=None)
    if not tag_ids and not group_ids:
        raise RefusedError(41017)
    groups = []
    for group_id in group_ids:
        group = call.corp.tags.groups.get(group_id)
        if group is None or group.is_deleted:
            raise RefusedError(40068)
        groups.append(group)
    found = []
    for tag_id in tag_ids:
        pair = call.corp.tags.find(tag_id)
        if pair is None:
            raise RefusedError(40068)
        found.append(pair)
    for maker in [*(group.maker for group in groups), *(tag.maker for _, tag in found)]:
        _require_own(call, maker)
    for group, tag in found:
        tag.is_deleted = True
        group.is_deleted = not group.live
    for group in groups:
        delete_group(group)
    return {}


def delete_group(group: TagGroup) -> None:
    """Deletes a group with its tags, of which nothing is told one by one."""
    group.is_deleted = True
    for tag in group.tags.values():
        tag.is_deleted = True


def _require_own(call: Call, maker: str) -> None:
    """An app edits and deletes only what it made."""
    if maker != call.app.secret:
        raise RefusedError(60011)


def mark_tag(call: Call) -> Reply:
    userid = call.member()
    number = call.corp.people.number_of(call.body.text("external_userid", missing=41035))
    added, removed = call.body.texts("add_tag", missing=None), call.body.texts("remove_tag", missing=None)
    if not added and not removed:
        raise RefusedError(40063)
    relation = call.corp.people.relation(userid, number)
    if relation is None or relation.is_half:
        raise RefusedError(84061)
    if any(call.corp.tags.find(tag_id) is None for tag_id in added):
        raise RefusedError(40068)
    tag_ids = [tag_id for tag_id in dict.fromkeys([*relation.tag_ids, *added]) if tag_id not in removed]
    if len(tag_ids) > call.corp.rules.tags_per_customer_max:
        raise RefusedError(40144)
    relation.tag_ids = tag_ids
    call.corp.people.keep(relation)
    return {}


def pair_of(fields: Fields) -> tuple[str, str]:
    """Whose record a call of `mark_tag` writes: two at the same time on one are refused."""
    return fields.text("userid", missing=None), fields.text("external_userid", missing=None)
