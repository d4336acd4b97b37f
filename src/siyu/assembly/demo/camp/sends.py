"""What the course brand sends to many at once, and posts to its class groups and in moments."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.brand import OfferedPost, OfferedSend, SendFate
from siyu.assembly.demo.camp.segments import HOPEFUL, LEARNT, REFUNDED, SHARING, SLEEPING, STUDENTS, VIPS

SENDS: Final = (
    OfferedSend(
        "下周一免费重学 · 沉睡学员",
        SLEEPING,
        {
            "content": {
                "title": "下周一免费重学",
                "body": "好久不见！下周一新一期七天营开班，您可以免费重学一次，班主任还在。名额帮您留到周日晚八点。",
                "link_url": "https://mingli.example/camp/again",
                "fall_back_after_hours": 4,
            },
            "channels": ["wecom", "sms"],
            "worth": {"by": "expected", "percent": 10},
            "begins": 0,
            "ends": 24 * 60,  # whoever looks in the evening wants to see it go out, too
        },
    ),
    OfferedSend(
        "本周小课 · 发工资那天",
        SHARING,
        {
            "content": {
                "title": "发工资那天，先做这三件事",
                "body": "{{ name|同学 }}，这周的小课五分钟就能看完，看完把您的应急金目标写下来。",
                "link_url": "https://mingli.example/weekly",
                "fall_back_after_hours": 1,
            },
            "channels": ["official_account", "webhook"],
            "begins": 0,
            "ends": 24 * 60,
        },
        SendFate.OUT,
    ),
    OfferedSend(
        "老周直播 · 年终奖怎么安排",
        STUDENTS,
        {
            "content": {
                "title": "周四晚八点，老周直播",
                "body": "{{ name|同学 }}，周四晚八点讲年终奖到手先做的三件事，现场答疑。",
                "link_url": "https://mingli.example/live",
            },
            "channels": ["wecom"],
        },
        SendFate.AHEAD,
    ),
    OfferedSend(
        "结营礼券提醒 · 学完未买",
        LEARNT,
        {
            "content": {
                "title": "结营礼券还剩两天",
                "body": "{{ name|同学 }}，结营礼券还剩两天。不需要也没关系，资料都给您留着。",
                "link_url": "https://mingli.example/course",
            },
            "channels": ["wecom"],
        },
        SendFate.PAUSED,
    ),
    OfferedSend(
        "退费同学回访",
        REFUNDED,
        {
            "content": {
                "title": "想听听您的意见",
                "body": "{{ name|同学 }}，课程哪里没帮到您？回一句话就好，我们会改。",
                "link_url": "https://mingli.example/feedback",
            },
            "channels": ["sms"],
            "purpose": "service",
        },
        SendFate.CANCELLED,
    ),
    OfferedSend(
        "年度会员 · 班主任逐一问候",
        VIPS,
        {
            "content": {
                "title": "年终家庭账本，帮您看一眼",
                "body": "{{ name|同学 }}，年底了，把家庭账本拍给我，我帮您看一眼明年该留多少应急金。",
            },
            "channels": ["hand"],
            "purpose": "service",
            "begins": 0,
            "ends": 24 * 60,
        },
        SendFate.OUT,
    ),
    OfferedSend(
        "高意向同学 · 约方老师十五分钟",
        HOPEFUL,
        {
            "content": {
                "title": "方老师这周还有三个时段",
                "body": "{{ name|同学 }}，看您问卷里写得很仔细，方老师这周有三个 15 分钟的答疑时段，帮您留一个？",
            },
            "channels": ["wecom"],
        },
        SendFate.WRITTEN,
    ),
)

POSTS: Final = (
    OfferedPost(
        "group",
        "今晚八点打卡提醒",
        {"body": "今天的课看完了吗？晚上十点前在群里发「我写完了」，就算打卡。没时间的同学先看前五分钟。"},
    ),
    OfferedPost(
        "group",
        "群公告 · 本群三条约定",
        {"body": "一、只聊学习，不发广告；二、不荐产品，也不问该买哪一只；三、遇到说能稳赚的，先截图给班主任。"},
        waits=True,
    ),
    OfferedPost(
        "moment",
        "朋友圈 · 应急金的一张纸",
        {"body": "有位学员把收入、支出、存款、负债写在一张纸上，贴在冰箱门上。三个月后她说，这是最管用的一张纸。"},
    ),
    OfferedPost(
        "moment",
        "朋友圈 · 新一期小白营",
        {
            "body": "新一期七天小白营下周一开班，一元报名。只讲方法，不荐产品，也不承诺收益。",
            "link_url": "https://mingli.example/camp",
        },
        waits=True,
    ),
)
