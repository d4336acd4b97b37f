"""What the course brand does with whom: the camp day by day, those who stand still, those who finished, who sleeps, who is core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from siyu.assembly.demo.camp.segments import COURSE_FEN
from siyu.assembly.demo.nodes import Node, at, journey, message, wait
from siyu.world.population.camp.brand import LESSONS

SCHOOL_URL: Final = "https://mingli.example"
_HOUR, _DAY = 60, 24 * 60

HOMEWORK: Final = (
    "把收入、支出、存款、负债写在一张纸上，十分钟就够。看完回群里打卡「我写完了」。",
    "先设三个账户：必须花的、想花的、不能动的。作业：算出您家的应急金额。",
    "学会问三个问题：收益从哪来、最坏怎样、谁监管。今晚有一次小测。",
    "先保大人、再保小孩；先保大病、再保意外。作业：列出家里已有的保单。",
    "只讲原理、误区与纪律，不荐产品。作业：写下您最怕的那一种跌。",
    "孩子、养老、房子，倒推回来每月要存多少。今晚八点老周直播答疑。",
    "回头看七天前的那张纸，合成一页家庭规划。结营之后怎么走，老师和您一起定。",
)
"""What the class is told of each day's lesson."""
NO_PROMISE: Final = "投资有风险，课程不荐产品，也不承诺收益。"


def camp_days(segment_id: int, pool_id: int) -> dict[str, Any]:
    """Seven days, from the payment on: welcome, a lesson a day, whoever stands still is asked by their teacher, the offer."""
    nodes: list[Node] = [
        _said(
            "welcome",
            "开营前先认识一下",
            "{{ name|同学 }}您好，我是您的班主任。七天课每天二十分钟，明早八点第一课。先花一分钟填入营问卷，我按您的情况排班。",
            "/camp/survey",
        ),
        _task(
            "ice",
            "1 对 1 破冰",
            "看到您报名了～最想先解决哪一样：存不下钱、不会选，还是怕亏？（按问卷接话，记下目标和每月结余）",
            4 * _HOUR,
        ),
    ]
    for day, (title, text) in enumerate(zip(LESSONS, HOMEWORK, strict=True), start=1):
        nodes += [
            at(f"day_{day}", day, "08:00"),
            _said(f"lesson_{day}", title, f"{{{{ name|同学 }}}}，{text}", f"/camp/{day}"),
        ]
        if day in (2, 4):
            nodes += [
                at(f"look_{day}", day, "20:00"),
                _task(
                    f"ask_{day}",
                    f"第 {day} 天查课",
                    "今天的课看了吗？卡在哪一步？没看的约个时间，看完的夸一句、问一个问题。",
                    4 * _HOUR,
                ),
            ]
        if day == 5:
            nodes += [
                {"kind": "coupon", "key": "gift", "name": "发结营礼券", "pool_id": pool_id, "on_empty": "offer_talk"},
                at("offer_5", 5, "19:30"),
                _said(
                    "offer",
                    "正价课可以问了",
                    "{{ name|同学 }}，五天的作业我都看了。正价课《财富自由实战课》的大纲放在这里，"
                    f"结营礼券 {{{{ coupon_code|见课程页 }}}} 七天内有效。{NO_PROMISE}",
                    "/course",
                ),
                _task(
                    "offer_talk",
                    "讲一遍家庭方案",
                    "按作业做一页方案，约十五分钟讲给对方听；讲完再说课程，不催、不许诺收益。",
                    _DAY,
                ),
            ]
    nodes.append(
        _said(
            "closing",
            "结营礼券今晚到期",
            "{{ name|同学 }}，恭喜学完七天。结营礼券今晚 24 点到期；想好了告诉我，不需要也没关系，资料都留给您。",
            "/course?from=closing",
        )
    )
    return journey(
        segment_id,
        *nodes,
        goals=[_bought("course", "结营前后买正价课", 14)],
        exits=[],
        lane="训练营",
        priority=8,
        goal_text="完课率过四分之一，付费学员里 6%–9% 买正价课",
    )


def add_teacher(segment_id: int) -> dict[str, Any]:
    """Whoever paid and added nobody: a text message, a day later somebody calls."""
    return journey(
        segment_id,
        wait("two_hours", 2 * _HOUR, "等 2 小时"),
        {
            **message(
                "sms",
                "您的班主任在等您",
                "{{ name|同学 }}，您已报名 7 天理财小白营，加上班主任才能领课和进班。点开就能加。",
                f"{SCHOOL_URL}/camp/teacher",
            ),
            "channel": "sms",
            "purpose": "service",
        },
        wait("a_day", _DAY, "等 1 天"),
        _task("call", "打电话请 TA 加班主任", "您好，明理财商。看到您报了七天课还没加班主任，我发您链接？", _DAY),
        goals=[{"key": "added", "name": "3 天内加上班主任", "event": {"event": "contact_added"}, "within_days": 3}],
        exits=[{"kind": "segment_left", "segment_id": segment_id}],
        goal_text="付费的人三天内加上班主任",
    )


def wake_the_quiet(segment_id: int) -> dict[str, Any]:
    """In the camp but not a word: the easiest lesson, then the teacher asks what hinders."""
    return journey(
        segment_id,
        _said(
            "easy",
            "只要五分钟的那一课",
            "{{ name|同学 }}，没空听完整课也没关系，先看这五分钟：《看清自己的钱》。看完您就知道钱去了哪里。",
            "/camp/1?short=1",
        ),
        {
            "kind": "wait_event",
            "key": "opens",
            "name": "两天内开课吗",
            "event": {"event": "lesson_opened"},
            "timeout_minutes": 2 * _DAY,
            "next": None,
            "on_timeout": "hinders",
        },
        _task("hinders", "问问卡在哪里", "这两天忙吗？可以转到下周一的班，不另收费，要不要帮您转？", _DAY),
        re_entry={"mode": "after_end", "after_days": 14},
        goals=[{"key": "opened", "name": "7 天内开课", "event": {"event": "lesson_opened"}, "within_days": 7}],
        goal_text="开营没开口的人里，三成重新开课",
    )


def offer_again(segment_id: int, students_id: int, experiment_id: int) -> dict[str, Any]:
    """Finished and did not buy: what they are told first an experiment decides; who asked gets the expert."""
    story = {
        "arm": "story",
        "title": "和您情况相近的一位学员",
        "body": "{{ name|同学 }}，小林和您一样学完了七天：半年后她攒够了六个月的应急钱。她怎么做的，写在这里。",
        "link_url": f"{SCHOOL_URL}/stories/lin",
    }
    outline = _said(
        "outline",
        "正价课学什么、不学什么",
        f"{{{{ name|同学 }}}}，《财富自由实战课》十二周的大纲在这里，先看适不适合您。{NO_PROMISE}",
        "/course/outline",
    )
    ways = [
        {
            "key": "bought",
            "name": "已经买了",
            "condition": {"kind": "segment", "segment_id": students_id},
            "next": None,
        }
    ]
    return journey(
        segment_id,
        {**outline, "experiment_id": experiment_id, "variants": [story]},
        wait("three_days", 3 * _DAY, "等 3 天"),
        {"kind": "branch", "key": "has_bought", "name": "买了吗", "ways": ways, "otherwise": "expert"},
        _task(
            "expert",
            "约专家 15 分钟",
            "方老师这周有三个 15 分钟的答疑时段，帮您留一个？（不荐产品、不许诺收益）",
            2 * _DAY,
        ),
        goals=[_bought("course", "14 天内买正价课", 14)],
        exits=[],
        goal_text="学完没买的人里，每二十位有一位买正价课",
    )


def pool_every_week(segment_id: int) -> dict[str, Any]:
    """The pool: an article a week by the official account, until somebody stirs."""
    article = message(
        "weekly",
        "本周理财小课",
        "{{ name|同学 }}，这周讲「年终奖到手先做的三件事」，五分钟看完。",
        f"{SCHOOL_URL}/weekly",
        channel="official_account",
        fallbacks=["wecom"],
        fall_back_after_hours=24,
    )
    return journey(
        segment_id,
        wait("settle", _HOUR, "稍等一下"),
        article,
        wait("week", 7 * _DAY, "等 7 天"),
        _said(
            "back",
            "下周一又开一期",
            "{{ name|同学 }}，下周一新一期七天营，您可以免费重学一次，名额帮您留到周日。",
            "/camp/again",
        ),
        re_entry={"mode": "after_end", "after_days": 30},
        goals=[{"key": "learns", "name": "30 天内回来学", "event": {"event": "lesson_opened"}, "within_days": 30}],
        goal_text="沉睡学员里每月一成回来重学",
    )


def core_circle(segment_id: int, tag_id: int) -> dict[str, Any]:
    """The core: the founder says hello, the adviser keeps in touch, by hand."""
    return journey(
        segment_id,
        {"kind": "tag", "key": "marked", "name": "记为要 1 对 1", "add": [tag_id]},
        _task(
            "hello",
            "创始人的一句欢迎",
            "老周请我转达：欢迎加入年度会员。这个月家里最想定下来的一件事是什么？",
            _DAY,
        ),
        wait("fortnight", 14 * _DAY, "等 14 天"),
        _said(
            "report",
            "您的家庭账本月报",
            "{{ name|同学 }}，这个月的家庭账本看过了，有两处可以再省。方便的时候约十分钟？",
            "/vip/report",
        ),
        exits=[{"kind": "segment_left", "segment_id": segment_id}],
        goal_text="年度会员续费率过六成，每位带来一位朋友",
    )


def _said(key: str, title: str, body: str, path: str) -> Node:
    return message(
        key, title, body, f"{SCHOOL_URL}{path}", channel="wecom", fallbacks=["webhook"], fall_back_after_hours=24
    )


def _task(key: str, title: str, script: str, minutes: int) -> Node:
    return {
        "kind": "task",
        "key": key,
        "name": title,
        "title": f"{title} · {{{{ name|学员 }}}}",
        "script": script,
        "deadline_minutes": minutes,
    }


def _bought(key: str, name: str, within_days: int) -> Mapping[str, Any]:
    where = [{"property": "total_fen", "operator": "at_least", "value": COURSE_FEN}]
    return {
        "key": key,
        "name": name,
        "event": {"event": "order_paid", "where": where},
        "within_days": within_days,
        "leave": False,
    }
