"""What is in the inboxes of the tea brand's staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from siyu.assembly.demo.brand import StaffWork
from siyu.domain.entries.contracts import FollowUpWay, Intent

SOURCES: Final = ("门店扫码", "企业下午茶表单", "老客转介绍", "展会名片", "小红书私信")
SAID: Final[Sequence[tuple[FollowUpWay, str, Intent, int | None]]] = (
    (FollowUpWay.CALL, "公司每周五下午茶，约 30 杯，想看团购价。", Intent.HIGH, 3),
    (FollowUpWay.WECOM, "问了会员日的活动，等发优惠再决定。", Intent.MEDIUM, 26),
    (FollowUpWay.VISIT, "到店试饮了新品，喜欢少糖的乌龙。", Intent.HIGH, 50),
    (FollowUpWay.CALL, "没接通，晚上再打。", Intent.UNKNOWN, 6),
    (FollowUpWay.WECOM, "已经办了别家的储值卡，年底到期再说。", Intent.LOW, None),
)
"""By what, what was said, how much they want it, and in how many hours one talks again."""
TASKS: Final[Sequence[tuple[str, str, int]]] = (
    ("给{{ name|客户 }}回电，确认团购杯数", "上次说周五要 30 杯，问清楚口味和送达时间。", 2),
    ("发企业下午茶报价单", "按 30 杯档，附上本月赠品。", 4),
    ("回访新品试饮", "问甜度合不合适，请 TA 写一句评价。", 7),
    ("提醒{{ name|客户 }}会员日领券", "", 28),
    ("整理{{ name|客户 }}的送货地址", "上次填的楼栋不对。", 52),
    ("约{{ name|客户 }}到店看样品", "", -3),
)
STAFF_WORK: Final = StaffWork(SOURCES, SAID, TASKS, "买了别家")
