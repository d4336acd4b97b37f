"""What is in the inboxes of the tea brand's staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from siyu.assembly.demo.brand import AskedQuestion, Desk, Errands, OfferedPost, OwnProgram, StaffWork
from siyu.domain.entries.contracts import FollowUpWay, Intent
from siyu.domain.tasks.contracts import TaskResult

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

ENQUIRIES: Final = (
    AskedQuestion(
        "客户问储值卡能不能退，话术里没有。",
        "储值卡能退吗",
        "未用完的本金可以退，赠送的部分收回；门店登记后三个工作日到账。",
        is_shared=True,
    ),
    AskedQuestion("企业团购要开专票，抬头和税号发给谁？"),
    AskedQuestion(
        "会员日那天第二杯半价，外卖单算不算？", "会员日第二杯半价外卖能用吗", "小程序下单的外卖可以，平台外卖不行。"
    ),
)
"""What advisers did not know; the last that was answered is whoever shows the demo's own."""
POSTS: Final = (
    OfferedPost("group", "会员日提醒", {"body": "明天会员日，第二杯半价，小程序先点不用排队。"}),
    OfferedPost("moment", "桂花乌龙回来了", {"body": "桂花开了，乌龙也回来了。今年的桂花来自广西，少糖更香。"}),
)
PROGRAM: Final = OwnProgram("门店收银 · 会员与订单", ("order_paid", "order_refunded"))
DESK: Final = Desk(
    "桂花新品试喝 · 邀请名单",
    "按消费排 · 常客在前",
    ("门店群入群欢迎", "%NICKNAME%，欢迎来坐坐！会员日每月 8 号，第二杯半价。"),
    ("会员日是几号？", "储值卡能退吗", "人工"),
)
ERRANDS: Final = Errands(
    ("重点关怀", "邀请来试喝桂花新品"),
    ("打电话请{{ name|客户 }}来试喝", "周六下午三点，问清楚几位来、忌不忌奶。"),
    "新客 · 30 天内首单",
    ("想买", "刚来的，趁热请第二杯"),
    "桂花新品试喝签到表",
    (("给{{ name|客户 }}补发会员日的券", TaskResult.REACHED, "已补，请 TA 在小程序里看。"),),
)
