"""What is in the inboxes of the course brand's staff."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.brand import AskedQuestion, Desk, Errands, OwnProgram, StaffWork
from siyu.assembly.demo.camp.segments import HOPEFUL
from siyu.domain.entries.contracts import FollowUpWay, Intent
from siyu.domain.tasks.contracts import TaskResult

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

ENQUIRIES: Final = (
    AskedQuestion(
        "学员问结营礼券能不能和老学员价一起用，话术里没写。",
        "结营礼券能和老学员价一起用吗",
        "不能叠加，取更便宜的那一个；券过期前三天可以换下一期。",
        is_shared=True,
    ),
    AskedQuestion("这位说上一家机构没退费，要先看到我们退费规则的书面版再报名，能发合同吗？"),
    AskedQuestion(
        "她把保单拍给我让我看该不该退，我能回什么？",
        "学员发来保单问该不该退，怎么回",
        "不评论具体产品。教对方看三处：保障责任、免责、退保损失；要意见的请方老师 1 对 1。",
        is_shared=True,
    ),
    AskedQuestion("直播那天她在国外，回放什么时候有？答应了今晚回她。"),
    AskedQuestion(
        "年度会员想把名额转给爱人，可以吗？",
        "年度会员能转给家人吗",
        "可以转一次，需本人在企业微信里说明，找顾清登记。",
    ),
    AskedQuestion("有学员问能不能按月付正价课，系统里没有这个选项。"),
)
"""What advisers did not know; the last that was answered is whoever shows the demo's own."""

PROGRAM: Final = OwnProgram("课程平台 · 开课与学籍", ("order_paid", "order_refunded", "form_answered"))

DESK: Final = Desk(
    "老周线下见面会 · 邀请名单",
    "按花费排 · 正价学员在前",
    ("班级群入群欢迎", "%NICKNAME%，欢迎进班！明早八点第一课，看完在群里打卡。群里只聊学习，不发广告。"),
    ("一元课怎么报名？", "我退费的钱什么时候到？", "能推荐一只基金吗", "人工"),
)

ERRANDS: Final = Errands(
    ("见面会", "邀请来老周线下见面会"),
    ("打电话请{{ name|学员 }}来见面会", "周六下午两点，问清楚几个人来、带不带孩子。"),
    HOPEFUL,
    ("要 1 对 1", "问卷写得仔细，想先理家里的账"),
    "线下见面会签到表",
    (
        ("回电{{ name|学员 }}：退费多久到账", TaskResult.REACHED, "已说明三到五个工作日，原路返回。"),
        ("问{{ name|学员 }}要不要留第三排的座位", TaskResult.INTERESTED, "要两个，爱人一起来。"),
    ),
)
