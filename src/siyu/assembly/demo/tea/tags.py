"""The demo brand's tags: groups, some of them exclusive, rules that keep them, and what was given by hand."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.tagging import GivenByHand, TagGroups, make_groups, make_rules
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork

GROUPS: Final[TagGroups] = {
    "购买意向": ("orange", True, ("高", "中", "低")),
    "口味": ("teal", False, ("乌龙控", "爱果茶", "少糖", "无咖啡因")),
    "服务": ("purple", False, ("重点关怀", "投诉过", "生日回访")),
    "近期动作": ("blue", False, ("想买", "领过券", "门店扫码")),
}
BY_HAND: Final[GivenByHand] = (
    ("高", 0, 6, "门店说想办企业下午茶", None),
    ("中", 2, 6, "问过团购价", None),
    ("低", 4, 6, "", None),
    ("少糖", 1, 4, "点单备注", None),
    ("乌龙控", 3, 7, "试饮会登记", None),
    ("生日回访", 5, 9, "本月生日", 30),
    ("想买", 0, 8, "在店里问过新品", 14),
)
TAGGED_AMONG: Final = 120


def design_tags(work: UnitOfWork, actor: Actor, vip_segment_id: int) -> dict[str, int]:
    """Makes groups and rules, by the operator's own hand. The tags by name."""
    ids = make_groups(work, actor, GROUPS)
    named = (
        ("高价值客户一直重点关怀", _kept(ids["重点关怀"], vip_segment_id)),
        ("加购的七天内算想买", _given(ids["想买"], "cart_added", days=7)),
        ("领过券的记三十天", _given(ids["领过券"], "coupon_claimed", days=30)),
    )
    make_rules(work, actor, named)
    return ids


def _kept(tag_id: int, segment_id: int) -> dict[str, object]:
    return {"kind": "segment", "tag_id": tag_id, "segment_id": segment_id, "on_exit": "remove"}


def _given(tag_id: int, event: str, *, days: int) -> dict[str, object]:
    return {"kind": "event", "tag_id": tag_id, "event": event, "expires_after": {"amount": days, "unit": "day"}}
