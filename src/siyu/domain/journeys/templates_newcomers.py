"""Templates for who has just come: their words and their rhythm, Chinese and English. Part of `templates`."""

from __future__ import annotations

from siyu.domain.journeys.templates_shapes import ORDER, Hour, JourneyTemplate, message, task

NEW_FRIEND = JourneyTemplate(
    "new_friend_7_days",
    ("新好友七日", "A new friend's seven days"),
    (
        "加好友后的七天：打招呼、找需求、给价值、提方案",
        "Seven days after adding: greet, find the need, give value, offer",
    ),
    (
        "七天内让新好友愿意说话、知道需求，并下第一单。",
        "Within seven days a new friend talks, the need is known, and a first order comes.",
    ),
    "contact_added",
    (
        Hour(
            0,
            None,
            (
                task(
                    ("半小时内打招呼", "Greet within half an hour"),
                    (
                        "你好 {{ name|朋友 }}，我是您的专属顾问，"
                        "之后有任何问题都可以直接找我。方便问下您最想先解决什么吗？",
                        "Hello {{ name|friend }}, I am your adviser; ask me "
                        "anything, any time. What would you like to solve first?",
                    ),
                    30,
                ),
            ),
        ),
        Hour(
            1,
            "10:00",
            (
                message(
                    ("新人指南", "Where to begin"),
                    (
                        "{{ name|朋友 }}，给您整理了一份新人指南：三分钟看懂怎么用、怎么省。"
                        "有看不明白的地方回复我就行。",
                        "{{ name|friend }}, here is where to begin: three minutes on how "
                        "to use it and how to save. Just reply if anything is unclear.",
                    ),
                    is_service=True,
                ),
            ),
        ),
        Hour(
            2,
            "19:30",
            (
                task(
                    ("找需求", "Find the need"),
                    (
                        "昨天的指南看了吗？想了解一下：您现在用的是哪一种？"
                        "最不满意的是哪一点？（记下痛点、预算、决定人）",
                        "Have you seen yesterday's guide? What do you use now, and "
                        "what bothers you most? (Note pain, budget, who decides.)",
                    ),
                ),
            ),
        ),
        Hour(
            4,
            "10:00",
            (
                message(
                    ("和您情况相近的一位客户", "Somebody like you"),
                    (
                        "{{ name|朋友 }}，有位客户和您情况差不多，这是她前后的变化，供您参考。",
                        "{{ name|friend }}, somebody in a place like yours: here is what changed for her.",
                    ),
                ),
            ),
        ),
        Hour(
            6,
            "19:30",
            (
                task(
                    ("给方案并邀约", "Offer a plan"),
                    (
                        "按您说的情况，我建议先从这一套开始，原因有三点……今天定的话我帮您申请新人礼。",
                        "From what you told me I would begin with this, for three "
                        "reasons… Decide today and I will ask for the welcome gift.",
                    ),
                ),
            ),
        ),
        Hour(
            7,
            "10:00",
            (
                message(
                    ("新人礼今天到期", "Your welcome gift ends today"),
                    (
                        "{{ name|朋友 }}，您的新人礼今晚到期，用得上的话别错过；不需要也没关系，之后我不再打扰。",
                        "{{ name|friend }}, your welcome gift ends tonight. If "
                        "it is not for you that is fine, I will leave it at that.",
                    ),
                ),
            ),
        ),
    ),
    goal_event=ORDER,
    goal_leaves=True,
)


def _lesson(day: int, zh: str, en: str) -> tuple[Hour, ...]:
    return (
        Hour(
            day,
            "08:00",
            (
                message(
                    (f"第 {day} 课：{zh}", f"Lesson {day}: {en}"),
                    (
                        f"早上好 {{{{ name|同学 }}}}，今天学「{zh}」，20 分钟，点开就能看；看完回群里打卡。",
                        f"Good morning {{{{ name|friend }}}}. Today: {en}, "
                        f"20 minutes; check in at the group afterwards.",
                    ),
                    is_service=True,
                ),
            ),
        ),
    )


def _check(day: int) -> Hour:
    return Hour(
        day,
        "20:00",
        (
            task(
                (f"第 {day} 天查课", f"Day {day}: who has not come"),
                (
                    "今天的课看了吗？卡在哪一步？（没看的：约明天几点看；看完的：夸一句，问一个问题）",
                    "Have you seen today's lesson? Where did it stop? (Not "
                    "seen: agree on a time; seen: praise, ask one question.)",
                ),
                4 * 60,
            ),
        ),
    )


CAMP = JourneyTemplate(
    "camp_7_days",
    ("训练营七日", "A camp of seven days"),
    (
        "一元理财训练营：开营、七天课推与查课、转化日",
        "A one-yuan finance camp: opening, seven lessons with check-ins, the offer",
    ),
    (
        "完课率过半，第六天起一对一转正价课。",
        "More than half finish; from the sixth day on the full course is offered one to one.",
    ),
    "segment",
    (
        Hour(
            0,
            None,
            (
                message(
                    ("开营通知", "The camp opens"),
                    (
                        "{{ name|同学 }}您好，我是您的班主任。明早 8 点第一课，每天 "
                        "20 分钟，七天看懂自己的钱。先填一下问卷，我按您的情况安排。",
                        "Hello {{ name|friend }}, I am your class teacher. The first lesson "
                        "comes at 8 tomorrow; 20 minutes a day. Please fill in the survey first.",
                    ),
                    is_service=True,
                ),
                task(
                    ("一对一破冰", "Break the ice"),
                    (
                        "看到您报名了，最想解决的是存不下钱、不会选，还是怕亏？（按问卷回复，记下目标）",
                        "I see you enrolled. Is it saving, choosing, or fear "
                        "of losing? (Answer by the survey; note the aim.)",
                    ),
                    2 * 60,
                ),
            ),
        ),
        *_lesson(1, "看清自己的钱", "where your money is"),
        _check(1),
        *_lesson(2, "记账与预算", "accounts and budget"),
        *_lesson(3, "存钱的顺序", "saving in the right order"),
        _check(3),
        *_lesson(4, "基金入门", "funds, a beginning"),
        *_lesson(5, "风险与保险", "risk and insurance"),
        _check(5),
        *_lesson(6, "做自己的方案", "a plan of your own"),
        Hour(
            6,
            "19:30",
            (
                task(
                    ("方案一对一", "Go through the plan"),
                    (
                        "按您这几天的作业，我做了一页方案，约 15 分钟讲给您听？（讲完再说正价课，不催）",
                        "From your homework I made a one-page plan: 15 minutes "
                        "to go through it? (The full course only after that.)",
                    ),
                ),
            ),
        ),
        *_lesson(7, "结营与下一步", "the end, and what comes next"),
        Hour(
            7,
            "20:00",
            (
                message(
                    ("结营礼今晚有效", "The closing gift, tonight"),
                    (
                        "{{ name|同学 }}，恭喜结营。正价课的结营礼今晚 24 点前有效，想好了告诉我。",
                        "{{ name|friend }}, well done. The closing gift for the full "
                        "course holds until midnight; tell me when you have decided.",
                    ),
                ),
            ),
        ),
    ),
    goal_name=("升级正价课", "Full course"),
    goal_event=ORDER,
)
