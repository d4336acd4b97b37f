"""The course brand's tags: where people come from, what they own, what they dare, how far they got."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from siyu.assembly.demo.camp.segments import FROM_VIDEO, LEARNT, STUDENTS
from siyu.assembly.demo.tagging import GivenByHand, TagGroups, make_groups, make_rules
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork

GROUPS: Final[TagGroups] = {
    "来源": ("blue", False, ("抖音", "视频号", "小红书", "公众号", "直播间", "朋友推荐")),
    "资产": ("yellow", True, ("5 万以下", "5–20 万", "20–50 万", "50 万以上")),
    "风险偏好": ("orange", True, ("保守", "稳健", "进取")),
    "学习进度": ("teal", False, ("已付 1 元", "已完课", "正价学员")),
    "意向": ("red", True, ("高", "中", "低")),
    "服务": ("purple", False, ("要 1 对 1", "白天不方便", "投诉过", "约了咨询", "见面会")),
}
BY_HAND: Final[GivenByHand] = (
    ("高", 0, 7, "主动问过正价课", None),
    ("中", 2, 7, "说先学完再看", None),
    ("低", 4, 7, "只想听免费课", None),
    ("要 1 对 1", 1, 6, "想单独聊家庭账本", None),
    ("白天不方便", 3, 8, "上班不能看手机", None),
    ("约了咨询", 5, 11, "约好这周通话", 7),
)
TAGGED_AMONG: Final = 140


def design_tags(work: UnitOfWork, actor: Actor, segment_ids: Mapping[str, int]) -> dict[str, int]:
    """Makes groups and rules, by the operator's own hand. The tags by name."""
    ids = make_groups(work, actor, GROUPS)
    paid = [{"property": "total_fen", "operator": "is", "value": 100}]
    named = (
        ("抖音来的付费学员", _kept(ids["抖音"], segment_ids[FROM_VIDEO], "keep")),
        ("学完的记已完课", _kept(ids["已完课"], segment_ids[LEARNT], "keep")),
        ("正价学员", _kept(ids["正价学员"], segment_ids[STUDENTS], "remove")),
        ("付 1 元的记下来", {"kind": "event", "tag_id": ids["已付 1 元"], "event": "order_paid", "where": paid}),
    )
    make_rules(work, actor, named)
    return ids


def _kept(tag_id: int, segment_id: int, on_exit: str) -> dict[str, object]:
    return {"kind": "segment", "tag_id": tag_id, "segment_id": segment_id, "on_exit": on_exit}
