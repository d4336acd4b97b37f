"""The verbs of room `contacts`. None of them commits."""

from __future__ import annotations

from siyu.domain.contacts.directory import (
    confirm_member,
    ensure_members,
    keep_departments,
    keep_members,
    let_go_members,
)
from siyu.domain.contacts.relating import forget_relations, lose_relations, lose_unlisted, tell_relations
from siyu.domain.contacts.syncing import (
    ask_sync,
    begin_sync,
    end_sync,
    list_sync_members,
    list_syncs,
    plan_members,
    save_place,
)
from siyu.domain.contacts.tagging import (
    keep_tag_map,
    known_tags,
    list_synced_groups,
    queue_tags,
    refuse_write,
    save_remark,
    save_tag_rules,
    settle_write,
    take_tag_looks,
    take_verdicts,
    take_write,
)

__all__ = [
    "ask_sync",
    "begin_sync",
    "confirm_member",
    "end_sync",
    "ensure_members",
    "forget_relations",
    "keep_departments",
    "keep_members",
    "keep_tag_map",
    "known_tags",
    "let_go_members",
    "list_sync_members",
    "list_synced_groups",
    "list_syncs",
    "lose_relations",
    "lose_unlisted",
    "plan_members",
    "queue_tags",
    "refuse_write",
    "save_place",
    "save_remark",
    "save_tag_rules",
    "settle_write",
    "take_tag_looks",
    "take_verdicts",
    "take_write",
    "tell_relations",
]
