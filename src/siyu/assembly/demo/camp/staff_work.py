"""What is in the inboxes of the course brand's staff."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.brand import StaffWork
from siyu.domain.entries.contracts import FollowUpWay, Intent

STAFF_WORK: Final = StaffWork(
    sources=("抖音私信", "直播间留资", "老学员推荐", "公众号留言", "小红书私信"),
    said=(
        (FollowUpWay.CALL, "家里两个孩子，想先算清教育金；对正价课有兴趣，要和爱人商量。", Intent.HIGH, 3),
        (FollowUpWay.WECOM, "学到第四课，问定投是不是要一直投，约了答疑。", Intent.MEDIUM, 26),
        (FollowUpWay.CALL, "上一家课程退费没退下来，先问清楚我们的退费规则再说。", Intent.HIGH, 50),
        (FollowUpWay.CALL, "没接通，晚饭后再打。", Intent.UNKNOWN, 6),
        (FollowUpWay.WECOM, "只想听免费的，资料发了，先放着。", Intent.LOW, None),
    ),
    tasks=(
        ("给{{ name|学员 }}讲一页家庭方案", "按第 2、3 天的作业做，十五分钟；讲完再说课程。", 2),
        ("发本期开营须知和问卷", "没填问卷的一位一位发，别群发。", 4),
        ("回访{{ name|学员 }}的第五课", "问定投那段卡在哪里，把答疑时间发过去。", 7),
        ("提醒{{ name|学员 }}结营礼券还剩两天", "", 28),
        ("约{{ name|学员 }}和方老师 15 分钟", "先把家庭账本要过来。", 52),
        ("跟进{{ name|学员 }}的退费申请", "七天内可退，核对订单号后转财务。", -3),
    ),
    lost="嫌贵",
)
